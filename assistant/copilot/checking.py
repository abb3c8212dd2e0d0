"""Whether what Claude wrote for a member may be shown to them.

The guardrails of replies to customers hold for drafts, with the member's own text as one more
proof. An answer to the member is checked sentence by sentence: one that names a home may state what
its row says and nothing else, another one what the cited rows say. A text written anew keeps all
that it stated. Each check returns pairs: what is wrong, for Claude and for the member. Runs inside
`tenant()`.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from assistant import drafts, fairhousing, figures, grounding, guardrails, leaks, links, wording
from assistant.copilot import asking, comparing
from assistant.copilot.asking import Written
from assistant.fairhousing.packs import pack_of
from assistant.language import language_of
from assistant.prompts import evidence_of_moment
from assistant.tools.calling import cite
from assistant.turn import Reply, Turn

Wrong = tuple[str, Any]

LONGEST_ANSWER, LONGEST_TEXT = 1500, 4096
# Beyond these a translation is none: something was left out, or added.
LEAST_SHARE, MOST_SHARE, SHORT_TEXT = 0.35, 3.0, 40
# The member's own words prove what stands in them.
PROVED_BY_THE_MEMBER = ("figures", "links", "contacts", "dates", "addresses")
SAID = {
    "length": _("It is too long."),
    "figures": _("It states a figure that none of the rows it drew on gives:"),
    "dates": _("It names a day or time that is neither offered, booked nor on record:"),
    "availability": _("It calls a home available, or not, against its record:"),
    "addresses": _("It names an address that is in no record:"),
    "links": _("It has a link that is not your agency's own:"),
    "contacts": _("It has a number, e-mail address or account that is not your agency's:"),
    "booking": _("It says that something is booked or cancelled which is not."),
    "fair_housing": _("It says something that the fair-housing rules forbid:"),
    "prompt_kept": _("It repeats instructions to the assistant."),
}
REPEATS_RULES: Wrong = ("it repeats your rules", _("It repeats the copilot's own rules."))


def of_draft(turn: Turn, written: Written, own_words: list[str]) -> list[Wrong]:
    """What is wrong with a draft to the customer."""
    _take_as_proof(turn, written, own_words)
    verdicts = guardrails.check(turn, Reply(text=written.text, backend=guardrails.CLAUDE))
    failed = [it for it in verdicts if not it["passed"] and not _is_own(it, own_words)]
    return [_told(it["guardrail"], it["detail"]) for it in failed] + _leak(written.text)


def of_answer(turn: Turn, written: Written, own_words: list[str]) -> list[Wrong]:
    """What is wrong with an answer to the member."""
    _take_as_proof(turn, written, own_words)
    rows, found = figures.rows_of(turn), []
    for home in rows.named_in(written.text):
        cite(turn, home)
    proved = figures.numbers_in(" ".join(turn.evidence)) | figures.clock_spellings(turn.evidence)
    for sentence in figures.SENTENCE_END.split(written.text):
        unknown = figures.unproved_numbers(turn, sentence)
        sums = figures.unproved_sums(turn, sentence)
        if not rows.named_in(sentence):
            # What a customer said of money is theirs to say, but never the price of a home.
            sums = {it for it in sums if not _is_proved(it, proved)}
        found += [("figures", it) for it in sorted(unknown | sums)]
    found += [("dates", it) for it in grounding.unproved_days(turn, links.as_seen(written.text))]
    found += [("availability", it) for it in grounding.untrue_availability(turn, written.text)]
    found += [("addresses", it) for it in grounding.unknown_addresses(turn, written.text)]
    verdicts = guardrails.check(turn, Reply(text=written.text, backend=guardrails.CLAUDE))
    found += [
        (it["guardrail"], it["detail"])
        for it in verdicts
        if not it["passed"] and it["guardrail"] in ("links", "contacts", "fair_housing")
    ]
    if len(written.text) > LONGEST_ANSWER:
        found.append(("length", ""))
    kept = [it for it in found if not _is_own({"guardrail": it[0], "detail": it[1]}, own_words)]
    return [_told(name, detail) for name, detail in kept] + _leak(written.text)


def of_text(
    turn: Turn, before: str, after: str, language: str = "", is_shorter: bool = False
) -> list[Wrong]:
    """What is wrong with the member's text as it was written anew."""
    found: list[Wrong] = []
    changed = comparing.differences(before, after) + _homes_changed(turn, before, after)
    if changed:
        said = ", ".join(changed)
        found.append(
            (
                f"these were changed, left out or added: {said}",
                _("It changed, left out or added: %(what)s") % {"what": said},
            )
        )
    breaches = fairhousing.breaches(after, pack_of(turn.organization))
    found += [(wording.WRONG["fair_housing"], each.law.reason) for each in breaches]
    known = {(it.code, it.words) for it in drafts.warnings_for(turn.conversation, before)}
    rules = {each.rule for each in breaches}
    found += [
        (str(it.reason), it.reason)
        for it in drafts.warnings_for(turn.conversation, after)
        if it.code not in rules and (it.code, it.words) not in known
    ]
    if is_shorter and len(after) >= len(before.strip()):
        found.append(("it is not shorter", _("It is not shorter than yours.")))
    if len(after) > LONGEST_TEXT:
        found.append(("it is too long", _("It is longer than WhatsApp takes.")))
    if language and language_of(after, language) != language:
        found.append(("it is in another language", _("It is not in the language you chose.")))
    if language and len(before) >= SHORT_TEXT:
        share = len(after) / len(before)
        if not LEAST_SHARE <= share <= MOST_SHARE:
            found.append(("it leaves out or adds something", _("It leaves out or adds something.")))
    return found + _leak(after)


def _take_as_proof(turn: Turn, written: Written, own_words: list[str]) -> None:
    """Let the cited rows, the moment and the member's words prove what is stated, and only them."""
    turn.sources, turn.calls, turn.kept_rows = [], [], None
    for source in written.cited:
        if source.row:
            cite(turn, source.row)
    zone = turn.organization.zone
    turn.moments = [moment for source in written.cited for moment in source.moments]
    turn.evidence = [
        *evidence_of_moment(turn),
        *(source.text for source in written.cited),
        *(f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" for moment in turn.moments),
        *filter(None, own_words),
    ]


def _is_own(verdict: dict[str, Any], own_words: list[str]) -> bool:
    """Whether the member's own words say just that."""
    if verdict["guardrail"] not in PROVED_BY_THE_MEMBER or not verdict["detail"]:
        return False
    own = links.as_seen("\n".join(own_words)).casefold()
    numbers = figures.numbers_in(own)
    pieces = verdict["detail"].split(", ")
    return all(it.casefold() in own or (figures.normal(it) in numbers) for it in pieces)


def _is_proved(figure: str, proved: set[str]) -> bool:
    sums, _rest = figures.sums_in(f"€{figure}")
    return figures.normal(figure) in proved or {f"{it:f}" for it in sums} <= proved


def _homes_changed(turn: Turn, before: str, after: str) -> list[str]:
    rows = figures.rows_of(turn)
    one, other = ({home.pk: home for home in rows.named_in(text)} for text in (before, after))
    return [home.title for pk, home in (one | other).items() if not (pk in one and pk in other)]


def _told(guardrail: str, detail: str) -> Wrong:
    about = f" ({detail})" if detail else ""
    said = f"{SAID[guardrail]} {detail}" if str(SAID[guardrail]).endswith(":") else SAID[guardrail]
    return f"{wording.WRONG[guardrail]}{about}", said


def _leak(text: str) -> list[Wrong]:
    seen = links.as_seen(text)
    told = leaks.gives_away(seen, asking.RULES) or leaks.is_coded(links.without_links(seen))
    return [REPEATS_RULES] if told else []
