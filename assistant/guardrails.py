"""What code checks of every turn, whichever backend answers.

`check` looks at the draft before it is sent; `assistant.loops` at the conversation before a reply
is made. A verdict is `{"guardrail": name, "passed": bool, "detail": text}`.
"""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from assistant import fairhousing, figures, grounding, leaks, links
from assistant.claims import spelled_phones_in
from assistant.fairhousing.packs import pack_of
from assistant.tools.calling import cite
from knowledge.models import Listing
from knowledge.spelling import spelled
from leads.recording import known

if TYPE_CHECKING:
    from assistant.turn import Reply, Turn

LONGEST_REPLY = 1000

# An account number is never ours to give: who changes it takes the deposit.
ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b")
BOOKING_CLAIM = re.compile(
    r"\b(booked|confirmed|reserved for you|moved to|"
    r"reservad[oa]|confirmad[oa]|agendad[oa]|gebucht|bestätigt|reserviert|"
    r"réservée?|confirmée?|prenotat[oa]|confermat[oa]|забронирован\w*|подтвержд[её]н\w*|"
    r"ayarlandı|onaylandı|rezerve edildi|gereserveerd|bevestigd|zarezerwowan\w*|potwierdzon\w*|"
    r"confirmată?|rezervată?)\b|κλείστηκε|κλεισμέν|κλείσαμε|επιβεβαιώ(?:θηκε|σαμε|νεται)|"
    r"επιβεβαιωμέν|έκλεισα|تم (?:الحجز|حجز|تأكيد|التأكيد)",
    re.IGNORECASE,
)
# Other ways for a model to tell that something is arranged, or called off.
MEETING_CLAIM = re.compile(
    r"\b(see you (?:on|at|tomorrow|then|there|soon|this|next|mon|tue|wed|thu|fri|sat|sun)|"
    r"(?:all|is) set\b|look(?:ing)? forward to (?:see|seeing|meet|welcom)|put you down|"
    r"(?<!nothing )(?:been|is|are) (?:scheduled|arranged|reserved|fixed|secured)|"
    r"in (?:the|our|his|her|my) (?:calendar|diary)|expect(?:s|ing)? you|awaits? you)",
    re.IGNORECASE,
)
CANCEL_CLAIM = re.compile(
    r"\b(cancel(?:l)?ed|called off|anulad[oa]|cancelad[oa]|storniert|abgesagt|annulée?)\b|"
    r"ακυρώ(?:θηκε|σαμε)|отменен|отменён|أُ?لغي",
    re.IGNORECASE,
)
CLAUDE = "claude"


def check(turn: "Turn", reply: "Reply") -> list[dict[str, Any]]:
    """Return the verdicts on a draft, and cite the homes that it names. Runs inside `tenant()`."""
    for home in figures.rows_of(turn).named_in(reply.text):
        cite(turn, home)
    return [
        _verdict("length", len(reply.text) <= LONGEST_REPLY, f"{len(reply.text)} characters"),
        _figures(turn, reply),
        _links(turn, reply.text),
        _contacts(turn, reply.text),
        _booking(turn, reply),
        _verdict_on("dates", grounding.unproved_days(turn, links.as_seen(reply.text))),
        _verdict_on("availability", grounding.untrue_availability(turn, reply.text)),
        _verdict_on("addresses", grounding.unknown_addresses(turn, reply.text)),
        _fair_housing(turn, reply.text),
        *([_leak(turn, reply.text)] if reply.backend == CLAUDE else []),
    ]


def is_harmless(turn: "Turn", text: str) -> bool:
    """Whether a text that is sent later claims, tells and leads nowhere. Inside `tenant()`."""
    seen = links.as_seen(text)
    patterns = (BOOKING_CLAIM, MEETING_CLAIM, CANCEL_CLAIM, figures.IN_WORDS)
    return not (
        any(pattern.search(seen) for pattern in patterns)
        or not _fair_housing(turn, text)["passed"]
        or links.links_in(text)
        or not _leak(turn, text)["passed"]
    )


def _figures(turn: "Turn", reply: "Reply") -> dict[str, Any]:
    """Every number stands in a tool's result or the customer's words; a model's sums in a row."""
    unknown = figures.unproved_numbers(turn, reply.text)
    if reply.backend == CLAUDE:
        unknown |= figures.unproved_sums(turn, reply.text)
    return _verdict("figures", not unknown, ", ".join(sorted(unknown)))


def _links(turn: "Turn", text: str) -> dict[str, Any]:
    """Only pages stored as the agency's own; never one because it stands in some text."""
    own = figures.own_sentence(turn)
    unknown = [link for link in links.foreign_links(turn, text) if not own or link not in own]
    return _verdict("links", not unknown, ", ".join(unknown))


def _contacts(turn: "Turn", text: str) -> dict[str, Any]:
    """Phone numbers and e-mail addresses only of the agency or of this customer, no accounts.

    The customer's are those stored of them; that somebody wrote one in this talk proves nothing.
    """
    text, own = links.as_seen(text), figures.own_sentence(turn)
    wishes = [*known(turn.lead).items(), *turn.noted.items()]
    mails = {str(value).casefold() for field, value in wishes if field == "email"}
    mails |= {mail.casefold() for mail in [*links.EMAIL.findall(own), turn.public_email]}
    phones = [str(value) for field, value in wishes if field == "phone"]
    phones += [turn.organization.phone, turn.contact.phone, *links.phones_in(own)]
    phones += turn.organization.channels.values_list("display_phone_number", flat=True)
    numbers = {digits for digits in map(_digits, phones) if digits}
    unknown = [mail for mail in links.EMAIL.findall(text) if mail.casefold() not in mails]
    unknown += ACCOUNT.findall(text)
    phones_said = links.phones_in(links.without_links(text))
    phones_said += spelled_phones_in(spelled(text).plain)
    for phone in map(_digits, phones_said):
        is_own = any(phone == it or (len(phone) >= 8 and it.endswith(phone)) for it in numbers)
        unknown += [] if is_own else [phone]
    return _verdict("contacts", not unknown, ", ".join(unknown))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text or "").lstrip("0")


def _fair_housing(turn: "Turn", text: str) -> dict[str, Any]:
    """Nothing that the rules of the agency's country forbid to say; see `assistant.fairhousing`."""
    found = fairhousing.breaches(text, pack_of(turn.organization), _is_about_rent(turn))
    return _verdict("fair_housing", not found, "; ".join(f"{b.rule}: {b.words}" for b in found))


def _is_about_rent(turn: "Turn") -> bool | None:
    """Whether a home to let is talked about, or one for sale; None where nobody can tell."""
    ids = [source["id"] for source in turn.sources if source["kind"] == "listing"]
    deals = set(turn.organization.listings.filter(pk__in=ids).values_list("deal", flat=True))
    if len(deals) == 1:
        return deals == {Listing.Deal.RENT}
    intents = [value for field, value in figures.wishes(turn) if field == "intent"]
    return intents[-1] in ("rent", "let") if intents else None


def _booking(turn: "Turn", reply: "Reply") -> dict[str, Any]:
    """Only what a tool has booked or what stands is called booked, and only by its own time."""
    text = links.as_seen(reply.text)
    is_claimed = BOOKING_CLAIM.search(text)
    if reply.backend == CLAUDE:
        is_claimed = is_claimed or MEETING_CLAIM.search(text)
        if CANCEL_CLAIM.search(text) and not _did(turn, "cancel_appointment"):
            return _verdict("booking", False, "cancelled")
    if not is_claimed:
        return _verdict("booking", True)
    if reply.backend != CLAUDE and _did(turn, "book_slot", "move_appointment", "list_appointments"):
        return _verdict("booking", True)
    times = _booked_times(turn)
    named = {figures.normal(found.replace("h", ":")) for found in figures.CLOCK.findall(text)}
    return _verdict("booking", bool(times) and named <= figures.clock_spellings(times))


def _booked_times(turn: "Turn") -> set[str]:
    """The clock times of this customer's appointments, those of this turn included."""
    zone = turn.organization.zone
    starts = [row.starts_at for row in turn.conversation.appointments.upcoming()]
    for call in turn.calls:
        done = call["result"]
        if call["tool"] in ("book_slot", "move_appointment") and "starts_at" in done:
            starts.append(datetime.fromisoformat(done["starts_at"]))
    return {f"{start.astimezone(zone):%H:%M}" for start in starts}


def _did(turn: "Turn", *tools: str) -> bool:
    return any(
        call["tool"] in tools and "refusal" not in str(call["result"]) for call in turn.calls
    )


def _leak(turn: "Turn", text: str) -> dict[str, Any]:
    """Whether the text gives away the rules or the agency's instructions to the assistant."""
    from assistant import prompts

    text = links.as_seen(text)
    told = leaks.gives_away(text, prompts.RULES) or leaks.gives_away(
        text, turn.instructions, leaks.SENTENCE_LETTERS
    )
    return _verdict("prompt_kept", not (told or leaks.is_coded(links.without_links(text))))


def _verdict_on(guardrail: str, wrong: list[str]) -> dict[str, Any]:
    return _verdict(guardrail, not wrong, ", ".join(wrong))


def _verdict(guardrail: str, passed: bool, detail: str = "") -> dict[str, Any]:
    return {"guardrail": guardrail, "passed": bool(passed), "detail": detail}
