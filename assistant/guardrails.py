"""What code checks of every turn, whichever backend answers.

`reason_to_stop` looks at the conversation before a reply is made, `check` at the draft before it
is sent. A verdict is `{"guardrail": name, "passed": bool, "detail": text}`.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from inbox.models import Conversation, Message
from knowledge.folding import fold
from knowledge.models import Note
from leads.recording import known
from scheduling.links import address_of

if TYPE_CHECKING:
    from assistant.turn import Reply, Turn

TURN_CAP = 40
FLOOD_MESSAGES, FLOOD_PERIOD = 25, timedelta(minutes=2)
LOOP_REPLIES, LOOP_PERIOD = 25, timedelta(minutes=5)
SAME_TEXT = 4
LONGEST_REPLY = 1000

NUMBER = re.compile(r"\d(?:[\d.,:\u00a0\u202f]*\d)?")
# With a scheme, with www., or a bare name that a phone makes a link of; not the end of an address.
LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?(?![\w@])", re.IGNORECASE
)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w.,])\+?\(?\d(?:[\s().\-/\u00a0]?\d){7,14}(?![\w])")
MONEY = re.compile(
    r"[€$£₽₺]\s?(\d[\d.,\u00a0\u202f]*\d|\d)|"
    r"(\d[\d.,\u00a0\u202f ]*\d|\d)\s?(?:[€$£₽₺]|k\b|euros?\b|eur\b|usd\b|gbp\b|dollars?\b|"
    r"pounds?\b|ευρώ|χιλ|евро|тыс|يورو|lira)",
    re.IGNORECASE,
)
CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
BOOKING_CLAIM = re.compile(
    r"\b(booked|confirmed|reserved for you|moved to|"
    r"reservad[oa]|confirmad[oa]|agendad[oa]|gebucht|bestätigt|reserviert|"
    r"réservée?|confirmée?|prenotat[oa]|confermat[oa]|забронирован\w*|подтвержд[её]н\w*|"
    r"ayarlandı|onaylandı|rezerve edildi|gereserveerd|bevestigd|zarezerwowan\w*|potwierdzon\w*|"
    r"confirmată?|rezervată?)\b|κλείστηκε|κλεισμέν|κλείσαμε|επιβεβαιώ(?:θηκε|σαμε|νεται)|"
    r"επιβεβαιωμέν|έκλεισα|تم (?:الحجز|حجز|تأكيد|التأكيد)",
    re.IGNORECASE,
)
# Words about who lives or should live somewhere: never ours to say.
STEERING = re.compile(
    r"\b(safe|unsafe|good|bad|nice|quiet|family|young|mixed|christian|muslim|jewish|asian|black|"
    r"white|greek|russian|foreign)\s+(neighbou?rhood|neighbou?rs|area|people|community)\b|"
    r"\b(perfect|ideal|suitable|great) for (a )?(famil|couple|student|single|retire|young)|"
    r"\b(low|high) crime\b|\bgood schools?\b|"
    r"\b(ideal|perfecto?) para (familias|parejas|estudiantes|jóvenes|jubilados)|"
    r"\b(ideal|perfekt|geeignet) für (familien|paare|studenten|studierende|senioren|singles)|"
    r"\b(idéal|parfait)e? pour (une? )?(famille|couple|étudiant|retraité)|"
    r"(ιδανικό|κατάλληλο) για (οικογένει|ζευγάρι|φοιτητ|συνταξιούχ)|"
    r"\b(sichere|gefährliche|barrio (seguro|peligroso)|quartier (sûr|dangereux))\b|"
    r"ασφαλής (γειτονιά|περιοχή)",
    re.IGNORECASE,
)
LEAK_LENGTH = 8  # words in a row
CLAUDE = "claude"


def reason_to_stop(turn: "Turn") -> str:
    """Return the `HandOverReason` that keeps the assistant from answering, or nothing."""
    if turn.dialogue.turn_count >= TURN_CAP:
        return Conversation.HandOverReason.TURN_CAP
    if _is_flood(turn) or _is_loop(turn):
        return Conversation.HandOverReason.LOOP
    return Conversation.HandOverReason.NONE


def check(turn: "Turn", reply: "Reply") -> list[dict[str, Any]]:
    """Return the verdicts on a draft. Runs inside `tenant()`."""
    return [
        _verdict("length", len(reply.text) <= LONGEST_REPLY, f"{len(reply.text)} characters"),
        _figures(turn, reply),
        _links(turn, reply),
        _contacts(turn, reply.text),
        _booking(turn, reply.text),
        _verdict("fair_housing", not STEERING.search(reply.text)),
        *([_leak(turn, reply.text)] if reply.backend == CLAUDE else []),
    ]


def is_harmless(turn: "Turn", text: str) -> bool:
    """Whether a text that is sent later claims no booking, steers nobody and tells no rules."""
    return not (
        STEERING.search(text) or BOOKING_CLAIM.search(text) or not _leak(turn, text)["passed"]
    )


def _is_flood(turn: "Turn") -> bool:
    since = turn.now - FLOOD_PERIOD
    return sum(m.is_inbound and m.created_at >= since for m in turn.messages) > FLOOD_MESSAGES


def _is_loop(turn: "Turn") -> bool:
    """Whether we seem to talk with another machine: too many replies, or the same text again."""
    since = turn.now - LOOP_PERIOD
    replies = sum(
        m.author_kind == Message.Author.ASSISTANT and m.created_at >= since for m in turn.messages
    )
    said = [m.body.strip().casefold() for m in turn.messages if m.is_inbound and m.body]
    repeated = len(said) >= SAME_TEXT and len(set(said[-SAME_TEXT:])) == 1
    return replies >= LOOP_REPLIES or repeated


def _figures(turn: "Turn", reply: "Reply") -> dict[str, Any]:
    """Every number of the draft must stand in a tool's result or in the customer's own words.

    A model may repeat a sum that only the customer named, but not next to the name of a home:
    what a home costs comes from its row.
    """
    shown = _numbers(" ".join(turn.evidence)) | _clock_numbers(turn.evidence)
    said = _numbers(" ".join(m.body for m in turn.messages if m.is_inbound))
    text = LINK.sub(" ", EMAIL.sub(" ", reply.text))
    unknown = _numbers(text) - shown - said
    if reply.backend == CLAUDE:
        unknown |= _borrowed_sums(turn, text, shown)
    return _verdict("figures", not unknown, ", ".join(sorted(unknown)))


def _borrowed_sums(turn: "Turn", text: str, shown: set[str]) -> set[str]:
    """The sums only the customer named that are no budget, or stand beside the name of a home."""
    budgets = {
        _normal(str(value))
        for field, value in [*known(turn.lead).items(), *turn.noted.items()]
        if field in ("budget_min", "budget_max")
    }
    homes = _names_of_homes(turn)
    found = set()
    for sentence in re.split(r"(?<=[.!?;·])\s+|\n", text):
        names_home = any(name in fold(sentence) for name in homes)
        for first, second in MONEY.findall(sentence):
            sum_ = _normal((first or second).replace(" ", ""))
            is_budget = any(budget.startswith(sum_) for budget in budgets)
            if sum_ not in shown and (names_home or not is_budget):
                found.add(sum_)
    return found


def _names_of_homes(turn: "Turn") -> set[str]:
    rows = turn.organization.listings.values_list("title", "reference", "address")
    return {fold(name) for row in rows for name in row if name}


def _clock_numbers(evidence: Iterable[str]) -> set[str]:
    """How else the times of the evidence are spelled: `15:00` as 3, 3:00, 15 and 15.00."""
    found = set()
    for text in evidence:
        for hours, minutes in re.findall(r"\b(\d{2}):(\d{2})\b", text):
            hour = int(hours)
            for spelled in (hour, (hour - 1) % 12 + 1):
                found |= {f"{spelled}", f"{spelled}:{minutes}", f"{spelled:02}:{minutes}"}
                found.add(_normal(f"{spelled}.{minutes}"))
    return found


def _links(turn: "Turn", reply: "Reply") -> dict[str, Any]:
    """Only pages stored as the agency's own; never one because it stands in some text.

    Of our own addresses only the calendar files of this customer's appointments pass. The built-in
    assistant quotes notes word by word, so a link in a note it cites is its own.
    """
    found = [link.rstrip(".,;:!?)»”\"'") for link in LINK.findall(EMAIL.sub(" ", reply.text))]
    if not found:
        return _verdict("links", True)
    pages = set(turn.organization.listings.exclude(url="").values_list("url", flat=True))
    own = {_address(page) for page in [*pages, *calendar_links(turn)]}
    site = _address(turn.website).split("/")[0]
    quoted = _own_sentence(turn)
    if reply.backend != CLAUDE:
        cited = [source["id"] for source in turn.sources if source["kind"] == "note"]
        notes = Note.objects.filter(organization=turn.organization, pk__in=cited)
        quoted = " ".join([quoted, *notes.values_list("body", flat=True)])
    files = {address_of(row) for row in turn.conversation.appointments.all()}
    unknown = [
        link
        for link in found
        if link not in files
        and _address(link) not in own
        and not (site and _address(link).split("/")[0] == site)
        and link not in quoted
    ]
    return _verdict("links", not unknown, ", ".join(unknown))


def calendar_links(turn: "Turn") -> list[str]:
    """The links to the calendar files of what was booked or moved in this turn."""
    results = [
        call["result"] for call in turn.calls if call["tool"] in ("book_slot", "move_appointment")
    ]
    return [found for result in results if (found := result.get("calendar"))]


def _address(link: str) -> str:
    """A link without scheme, `www.`, letter case of the host and a slash at the end.

    What stands before an @ names no host, so such a link is returned as it is.
    """
    parts = urlsplit(link if "://" in link else f"https://{link}")
    if "@" in parts.netloc or "\\" in link:
        return link
    host = parts.netloc.lower().removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def _contacts(turn: "Turn", text: str) -> dict[str, Any]:
    """Phone numbers and e-mail addresses only of the agency or of this customer."""
    said = " ".join([_own_sentence(turn), *(m.body for m in turn.messages if m.is_inbound)])
    mails = {mail.casefold() for mail in EMAIL.findall(said)} | {turn.public_email.casefold()}
    facts = known(turn.lead)
    mails.add(str(facts.get("email", "")).casefold())
    own = [turn.organization.phone, turn.contact.phone, str(facts.get("phone", ""))]
    own += turn.organization.channels.values_list("display_phone_number", flat=True)
    own += PHONE.findall(said)
    numbers = {digits for digits in map(_digits, own) if digits}
    unknown = [mail for mail in EMAIL.findall(text) if mail.casefold() not in mails]
    for phone in PHONE.findall(LINK.sub(" ", EMAIL.sub(" ", text))):
        if not _is_date_or_sum(phone) and not any(
            _digits(phone) == each or (len(_digits(phone)) >= 8 and each.endswith(_digits(phone)))
            for each in numbers
        ):
            unknown.append(phone.strip())
    return _verdict("contacts", not unknown, ", ".join(unknown))


def _own_sentence(turn: "Turn") -> str:
    """What the agency itself wrote for the subject at hand."""
    return turn.rule.sentence if turn.rule else ""


def _is_date_or_sum(text: str) -> bool:
    """`2026-11-28 11`, `28.11.2026` or `1 250 000`: figures, which another check looks at."""
    plain = text.strip()
    return bool(
        re.match(r"\d{4}-\d{2}-\d{2}", plain)
        or re.match(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b", plain)
        or re.fullmatch(r"\d{1,3}(?:[.\s\u00a0]\d{3})+", plain)
    )


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text or "").lstrip("0")


def _booking(turn: "Turn", text: str) -> dict[str, Any]:
    """Only what a tool has booked is called booked; a standing appointment by its own time."""
    if not BOOKING_CLAIM.search(text):
        return _verdict("booking", True)
    done = any(
        call["tool"] in ("book_slot", "move_appointment", "list_appointments")
        and "refusal" not in str(call["result"])
        for call in turn.calls
    )
    return _verdict("booking", done or _tells_of_standing(turn, text))


def _tells_of_standing(turn: "Turn", text: str) -> bool:
    zone = turn.organization.zone
    standing = turn.conversation.appointments.upcoming()
    times = {f"{row.starts_at.astimezone(zone):%H:%M}" for row in standing}
    spelled = _clock_numbers(times)
    named = {_normal(match.replace("h", ":")) for match in CLOCK.findall(text)}
    return bool(times) and named <= spelled


def _leak(turn: "Turn", text: str) -> dict[str, Any]:
    """Whether the text repeats the rules or the agency's instructions to the assistant."""
    from assistant import prompts

    own = _shingles(" ".join([prompts.RULES, turn.instructions]))
    return _verdict("prompt_kept", not own & _shingles(text))


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[at : at + LEAK_LENGTH]) for at in range(len(words) - LEAK_LENGTH + 1)}


def _numbers(text: str) -> set[str]:
    """Return the numbers of a text without separators: `€385,000` and `385000.00` are `385000`."""
    return {_normal(match) for match in NUMBER.findall(text)}


def _normal(number: str) -> str:
    number = re.sub(r"[\u00a0\u202f]", "", number)
    if ":" in number:
        return number
    number = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", number)
    number = number.replace(",", ".")
    whole, _, fraction = number.partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole.lstrip('0') or '0'}.{fraction}" if fraction else whole.lstrip("0") or "0"


def _verdict(guardrail: str, passed: bool, detail: str = "") -> dict[str, Any]:
    return {"guardrail": guardrail, "passed": bool(passed), "detail": detail}
