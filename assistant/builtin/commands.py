"""What one customer message asks the assistant to do, as commands for the deterministic flows.

Pure functions over text and context; nothing is looked up and nothing is done here. Facts about the
customer's wish are `leads.extraction`'s business; both may come from the same message.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from assistant.builtin import phrases_en
from assistant.builtin.spam import is_spam
from leads.extraction import READ_AT_MOST
from leads.language import en
from leads.language.dates import When, find_times
from leads.language.packs import readable
from leads.language.places import find_areas, find_listings
from leads.language.text import Clause, clauses, has, number, pattern, words_pattern

JSON = Any
ABOUT_TIME = ("viewing_time", "confirm_booking", "call_time", "valuation_time", "new_time")
"""Values of `Context.last_question` after which a day or an hour is an answer."""

THUMBS_UP = ("👍", "👌", "✅", "❤️", "❤", "🙏", "😀", "😊", "🎉")
THUMBS_DOWN = ("👎", "❌", "🚫")


@dataclass(frozen=True)
class Command:
    """`kind` is one of `KINDS`; `value` belongs to it; `span` are offsets in the message.

    choose_slot: the slot's id. propose_time, reject_time: a window (see `as_window`), or None for
    "none of these". ask_listing: {"attribute", "listing": id or None}. choose_listing: the
    listing's id. compare_listings: how the homes wished for differ from those shown, a key of
    `COMPARED`. ask_knowledge: the question. stop, affirm and the like: None.
    """

    kind: str
    value: JSON = None
    span: tuple[int, int] | None = None
    confidence: float = 1.0


KINDS = (
    "stop", "start", "greet", "thank", "goodbye", "affirm", "deny", "choose_slot", "propose_time",
    "reject_time", "want_viewing", "want_call", "want_valuation", "move_appointment",
    "cancel_appointment", "ask_listing", "find_listings", "more_listings", "choose_listing",
    "ask_knowledge", "ask_person", "complaint", "small_talk", "insult", "not_interested",
    "wrong_number", "ask_if_bot", "ask_hours", "ask_contact", "ask_sensitive", "ask_who",
    "good_wishes", "compare_listings", "spam", "remind_me",
    "needs_time",
)  # fmt: skip


@dataclass(frozen=True)
class ListingName:
    """What a customer may call one listing."""

    id: int | str
    name: str
    reference: str = ""
    address: str = ""
    area: str = ""


@dataclass(frozen=True)
class OfferedSlot:
    """A time the server has offered; `starts_at` is aware."""

    id: int | str
    starts_at: datetime
    label: str = ""


@dataclass(frozen=True)
class Context:
    """What the message is an answer to. `now` is aware; `shown` are ids of listings, in order."""

    now: datetime
    timezone: str
    areas: tuple[str, ...] = ()
    listings: tuple[ListingName, ...] = ()
    last_question: str | None = None
    offered: tuple[OfferedSlot, ...] = ()
    shown: tuple[int | str, ...] = ()
    has_appointment: bool = False
    button_payload: str | None = None
    reaction: str | None = None
    words: Any = field(default=phrases_en, repr=False)
    pack: Any = field(default=en, repr=False)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def understand(text: str, context: Context) -> list[Command]:
    """The commands in one message, in the order to act on them; none is a valid answer.

    A message may hold several ("Is it still free, and can I see it tomorrow?"). Each kind comes
    once per value. A button or a reaction speaks for itself. Stop comes alone.
    """
    text = text[:READ_AT_MOST]
    if context.button_payload:
        return _by_button(context)
    if context.reaction and not text.strip():
        return _by_reaction(context.reaction, context)
    if text.strip() and not re.search(r"\w", text):
        return _by_reaction(text.strip(), context)
    plain = readable(text, context.pack.CODE)
    if _is_whole(context.words.STOP, plain):
        return [Command("stop", span=(0, len(text)))]
    if _is_whole(context.words.START, plain):
        return [Command("start", span=(0, len(text)))]
    if is_spam(text):
        return [Command("spam", span=(0, len(text)))]
    found = [command for read in READERS for command in read(plain, context)]
    return _settle(found, plain, context)


def as_window(when: When, context: Context) -> dict[str, JSON]:
    """A time as `{"from", "to", "time_from", "time_to", "exact"}`.

    `from` and `to` are ISO instants with the zone's offset that bound the whole stretch (`to` may
    be None: open); within it only the daily hours `time_from` to `time_to` ("HH:MM" or None) are
    meant. For an `exact` time `from` equals `to`. Without a day the stretch begins now.
    """
    zone, now = context.zone, context.now.astimezone(context.zone)
    first, last = when.first, when.last
    if when.has_day and first is None:
        first = now.date()
    hours = (_hhmm(when.time_from), _hhmm(when.time_to))
    if when.exact and first and first == last and when.clock:
        at = datetime.combine(first, when.clock, zone).isoformat()
        return {"from": at, "to": at, "time_from": hours[0], "time_to": hours[1], "exact": True}
    begin = datetime.combine(first, when.time_from or time(0), zone) if first else now
    end = _end_of(last, when.time_to, zone) if last else None
    return {
        "from": max(begin, now).isoformat(),
        "to": end.isoformat() if end else None,
        "time_from": hours[0],
        "time_to": hours[1],
        "exact": when.exact,
    }


def _end_of(day: date, at: time | None, zone: ZoneInfo) -> datetime:
    if at:
        return datetime.combine(day, at, zone)
    return datetime.combine(day + timedelta(days=1), time(0), zone)


def _hhmm(at: time | None) -> str | None:
    return at.strftime("%H:%M") if at else None


def _by_button(context: Context) -> list[Command]:
    """A button's payload is "slot:ID", "listing:ID" or a kind such as "affirm"."""
    kind, _, value = (context.button_payload or "").partition(":")
    slot = next((s.id for s in context.offered if str(s.id) == value), None)
    listing = next((home.id for home in context.listings if str(home.id) == value), None)
    if kind == "slot" and slot is not None:
        return [Command("choose_slot", slot)]
    if kind == "listing" and listing is not None:
        return [Command("choose_listing", listing)]
    return [Command(kind, value or None)] if kind in KINDS else []


def _by_reaction(reaction: str, context: Context) -> list[Command]:
    """A thumbs-up takes the only time on offer; otherwise it is a yes."""
    if reaction.startswith(THUMBS_UP):
        if len(context.offered) == 1:
            return [Command("choose_slot", context.offered[0].id, None, 0.8)]
        return [Command("affirm", None, None, 0.7)]
    return [Command("deny", None, None, 0.7)] if reaction.startswith(THUMBS_DOWN) else []


def _is_whole(fragment: str, text: str) -> bool:
    return pattern(rf"\W*(?:{fragment})\W*").fullmatch(text) is not None


# Readers, each for one family of commands


def _social(text: str, context: Context) -> Iterator[Command]:
    words = context.words
    for kind, fragment in (
        ("greet", rf"^\W*(?:{words.GREET})(?!\w)"),
        ("thank", rf"(?<!\w)(?:{words.THANK})(?!\w)"),
        ("goodbye", rf"(?<!\w)(?:{words.GOODBYE})(?!\w)"),
        ("small_talk", rf"(?<!\w)(?:{words.SMALL_TALK})(?!\w)|^\W*(?:{words.SMALL_TALK})\W*$"),
        ("good_wishes", rf"(?<!\w)(?:{words.GOOD_WISHES})(?!\w)"),
    ):
        match = pattern(fragment).search(text)
        if match and match.group().strip():
            yield Command(kind, None, match.span())


def _relations(text: str, context: Context) -> Iterator[Command]:
    """What concerns the conversation itself: a person, a complaint, an end to it."""
    words = context.words
    for kind, fragment, exception in (
        ("ask_if_bot", words.ASK_IF_BOT, None),
        ("ask_who", words.ASK_WHO, None),
        ("remind_me", words.REMIND_ME, None),
        ("needs_time", words.NEEDS_TIME, None),
        ("ask_person", words.ASK_PERSON, rf"{words.NOT_A_PERSON}|{words.ASK_IF_BOT}"),
        ("complaint", words.COMPLAINT, None),
        ("insult", words.INSULT, None),
        ("wrong_number", words.WRONG_NUMBER, None),
        ("not_interested", words.NOT_INTERESTED, None),
        ("ask_hours", words.ASK_HOURS, None),
        ("ask_contact", words.ASK_CONTACT, None),
        ("ask_sensitive", words.FAIR_HOUSING, None),
    ):
        match = words_pattern(fragment).search(text)
        if match and not (exception and has(exception, text)):
            yield Command(kind, None, match.span(), 0.9)


def _answer(text: str, context: Context) -> Iterator[Command]:
    """Yes or no, said at the beginning of the message or as the whole of a clause."""
    words = context.words
    for clause in clauses(text, context.pack):
        lead_in = pattern(words.FILLER).match(clause.text)
        start = lead_in.end() if lead_in else 0
        rest = clause.text[start:] or clause.text
        offset = clause.start + (start if clause.text[start:] else 0)
        if clause.text.endswith("?") and len(clause.text.split()) > 2:
            continue
        if pattern(rf"\W*(?:{words.NOT_A_DENY})(?!\w)").match(rest):
            continue
        deny = pattern(rf"\W*(?:{words.DENY})(?!\w)").match(rest)
        affirm = pattern(rf"\W*(?:{words.AFFIRM})(?!\w)").match(rest)
        if deny:
            yield Command("deny", None, (offset, offset + deny.end()), 0.9)
            return
        conditional = affirm and pattern(words.CONDITION).match(text[offset + affirm.end() :])
        if affirm and not conditional and not pattern(words.NOT_AN_AFFIRM).search(rest):
            yield Command("affirm", None, (offset, offset + affirm.end()), 0.9)
            return


def _times(text: str, context: Context) -> Iterator[Command]:
    """Choices among the offered times, counter-proposals and refusals."""
    asked = _awaits_time(context)
    words = context.words
    text = _without_homes(text, context)
    none_fits = words_pattern(words.NONE_OF_THESE).search(text)
    if none_fits and asked:
        yield Command("reject_time", None, none_fits.span(), 0.85)
    found = find_times(text, context.now, context.timezone, asked=asked, words=context.pack)
    if not asked and not _is_about_time(text, context):
        return
    if context.offered and not none_fits:
        chosen = _ordinal_slot(text, context)
        if chosen and not any(_is_firm(when, context) for when in found):
            yield chosen
            return
    for when in _days_carried_on(found, context):
        when = _as_offered(when, context)
        slots = _matching_slots(when, context) if when.wanted else []
        if len(slots) == 1 and not _is_question_about_others(text, words):
            yield Command("choose_slot", slots[0], (when.start, when.end), when.sureness)
        else:
            kind = "propose_time" if when.wanted else "reject_time"
            yield Command(kind, as_window(when, context), (when.start, when.end), when.sureness)


def _awaits_time(context: Context) -> bool:
    return bool(context.offered) or context.last_question in ABOUT_TIME


def _without_homes(text: str, context: Context) -> str:
    """The text with "it" for the names of homes: "Skoufa 28" is no 28th of the month."""
    names = sorted({h.name for h in context.listings} | {h.address for h in context.listings})
    for name in names:
        if name:
            text = words_pattern(re.escape(readable(name, context.pack.CODE))).sub(_it, text)
    return text


def _it(match: re.Match[str]) -> str:
    # As long as the name, so that offsets stay those of the message.
    return "it".ljust(len(match.group()))


def _is_about_time(text: str, context: Context) -> bool:
    """Whether a day in an unasked message is about an appointment and not about moving in."""
    words = context.words
    if context.has_appointment and has(words.ANOTHER_TIME, text):
        return True
    if has(context.pack.NOT_A_VISIT, text) and not has(words.WANT_VIEWING, text):
        return bool(context.has_appointment and has(words.MOVE_APPOINTMENT, text))
    wishes = f"{words.WANT_VIEWING}|{words.WANT_CALL}|{words.WANT_VALUATION}"
    about = rf"{wishes}|{words.MOVE_APPOINTMENT}|{context.pack.STRONG_VISIT}"
    return has(about, text) or len(text.split()) <= 6


def _is_firm(when: When, context: Context) -> bool:
    """Whether the words can only mean a time: a bare "2" may be the second of the offer."""
    if when.sureness < 0.75 and not when.has_day:
        return bool(_matching_slots(when, context))
    return when.exact or when.has_day


def _days_carried_on(found: Sequence[When], context: Context) -> list[When]:
    """ "Saturday at 11 or at 12": 12 is on Saturday too; and on the one day under offer."""
    days = {slot.starts_at.astimezone(context.zone).date() for slot in context.offered}
    only_day = When(0, 0, *days, *days) if len(days) == 1 else None
    carried: list[When] = []
    for when in found:
        earlier = next((w for w in reversed(carried) if w.has_day and w.wanted), only_day)
        if when.has_time and not when.has_day and earlier:
            when = replace(when, first=earlier.first, last=earlier.last)
        carried.append(when)
    return carried


def _as_offered(when: When, context: Context) -> When:
    """ "Tuesday at 10" after an offer of this Tuesday means this one, also when it is today."""
    if when.first is None or when.first != when.last:
        return when
    for slot in context.offered:
        day = slot.starts_at.astimezone(context.zone).date()
        if when.first - day == timedelta(days=7):
            return replace(when, first=day, last=day)
    return when


def _is_question_about_others(text: str, words: ModuleType) -> bool:
    return has(words.NONE_OF_THESE, text)


def _matching_slots(when: When, context: Context) -> list[int | str]:
    """Offered slots that the customer's words fit; exactly one means it is chosen."""
    fits = []
    for slot in context.offered:
        at = slot.starts_at.astimezone(context.zone)
        day_fits = (when.first is None or at.date() >= when.first) and (
            when.last is None or at.date() <= when.last
        )
        hour_fits = _hour_fits(when, at.time().replace(tzinfo=None))
        if day_fits and hour_fits:
            fits.append(slot.id)
    return fits


def _hour_fits(when: When, at: time) -> bool:
    if when.exact and when.clock:
        shifted = when.clock.replace(hour=(when.clock.hour + 12) % 24)
        return at == when.clock or (when.sureness < 0.9 and at == shifted)
    later = when.time_from is None or at >= when.time_from
    return later and (when.time_to is None or at < when.time_to)


def _ordinal_slot(text: str, context: Context) -> Command | None:
    """ "The second one", "the later one", "2": by their order in the offer, or in time."""
    words, offered = context.words, context.offered
    in_time = sorted(offered, key=lambda slot: slot.starts_at)
    for fragment, slot in (
        (words.EARLIER_CHOICE, in_time[0]),
        (words.LATER_CHOICE, in_time[-1]),
        (words.ANY_CHOICE, in_time[0]),
    ):
        match = words_pattern(fragment).search(text)
        if match and len(text.split()) <= 8 and not text.strip().endswith("?"):
            return Command("choose_slot", slot.id, match.span(), 0.85)
    match = words_pattern(words.ORDINAL_CHOICE).search(text)
    match = match or pattern(words.BARE_CHOICE).fullmatch(text)
    place = place_of(match["ordinal"], len(offered), context.pack) if match else None
    if place is None or _names_a_home(match):
        return None
    return Command("choose_slot", offered[place].id, match.span(), 0.9)


def _names_a_home(match: re.Match[str]) -> bool:
    noun = match.groupdict().get("noun")
    return bool(noun) and noun.lower() not in ("one", "option", "slot", "time", "choice")


def place_of(word: str, count: int, pack: Any) -> int | None:
    """The index behind "second", "2nd", "2" or "last" among `count`; None when there is no such."""
    if any(pattern(last).fullmatch(word) for last in pack.LAST):
        return count - 1 if count else None
    position = number(word, pack)
    return position - 1 if position and position <= count else None


def _wishes(text: str, context: Context) -> Iterator[Command]:
    """Viewings, calls, valuations, and what to do with an existing appointment."""
    words = context.words
    cancel = words_pattern(words.CANCEL_APPOINTMENT).search(text)
    move = words_pattern(words.MOVE_APPOINTMENT).search(text)
    if cancel and not _is_policy_question(text, words):
        yield Command("cancel_appointment", None, cancel.span(), 0.9)
        if not (move and context.has_appointment):
            return
    elif move and (context.has_appointment or has(words.APPOINTMENT_WORDS, text)):
        yield Command("move_appointment", None, move.span(), 0.9)
        return
    homeless = _without_homes(text, context)
    masked = pattern(words.NOT_A_VIEWING).sub(lambda m: " " * len(m.group()), homeless)
    for kind, fragment in (
        ("want_valuation", words.WANT_VALUATION),
        ("want_call", words.WANT_CALL),
        ("want_viewing", words.WANT_VIEWING),
    ):
        match = words_pattern(fragment).search(masked)
        if match and not _refused(masked, match, words):
            yield Command(kind, None, match.span(), 0.9)
            if kind == "want_valuation":
                return


def _is_policy_question(text: str, words: ModuleType) -> bool:
    return bool(pattern(words.CANCEL_POLICY).search(text))


def _refused(text: str, match: re.Match[str], words: Any) -> bool:
    before = text[: match.start()]
    return bool(pattern(rf"(?<!\w)(?:{words.REFUSED})\s+(?:\w+\s+){{0,3}}$").search(before))


def _listings(text: str, context: Context) -> Iterator[Command]:
    """Searches, choices and questions about homes."""
    words = context.words
    named = _named_listing(text, context)
    compared = _compared(text, context) if named is None else None
    if compared:
        yield compared
        return
    questions = [*_listing_questions(text, context, named)]
    yield from questions
    more = words_pattern(words.MORE_LISTINGS).search(text)
    about_times = _awaits_time(context) and has(words.NONE_OF_THESE, text)
    if more and not has(words.NOT_MORE, text) and not about_times:
        yield Command("more_listings", None, more.span(), 0.85)
        return
    if named and not questions:
        yield Command("choose_listing", named[0], named[1], 0.9)
    elif not questions and not named:
        search = words_pattern(words.FIND_LISTINGS).search(text)
        wishes = [clause for clause in clauses(text, context.pack) if clause.mood == "wish"]
        if (
            search
            and (wishes or text.strip().endswith("?"))
            and not _is_other_search(text, words, context.pack)
        ):
            yield Command("find_listings", None, search.span(), 0.8)


def _compared(text: str, context: Context) -> Command | None:
    """ "Something cheaper?", "the first one is too small": how the next homes shall differ.

    Only after homes were shown; before that, it is a wish like any other.
    """
    about_times = _awaits_time(context) and has(context.words.NONE_OF_THESE, text)
    if not context.shown or about_times:
        return None
    for how, fragment in context.words.COMPARED.items():
        match = words_pattern(fragment).search(text)
        if match and not _refused(text, match, context.words):
            return Command("compare_listings", how, match.span(), 0.85)
    return None


def _is_other_search(text: str, words: Any, pack: Any) -> bool:
    """ "Are there any other times?" and "I'm looking to sell" search for no home."""
    if has(words.VALID_FOR_ALL_HOMES, text) and not has(words.HOME_NOUN, text):
        return True
    elsewhere = (words.WANT_VALUATION, words.ASK_PERSON, words.WANT_CALL)
    sells = pack.INTENTS["sell"], pack.INTENTS["let"]
    return any(has(fragment, text) for fragment in (*elsewhere, *sells))


def _named_listing(text: str, context: Context) -> tuple[int | str, tuple[int, int]] | None:
    """The listing a message names: reference, name, address, or place in the last list shown."""
    for home in context.listings:
        for written in (home.reference, home.address):
            match = (
                words_pattern(re.escape(readable(written, context.pack.CODE))).search(text)
                if written
                else None
            )
            if match:
                return home.id, match.span()
    by_name = {home.name: home.id for home in context.listings}
    # "d'Amathountos": the name begins behind the apostrophe.
    places = find_listings(text.replace("'", " "), tuple(by_name))
    if places:
        return by_name[places[-1].name], (places[-1].start, places[-1].end)
    return _shown_listing(text, context)


def _shown_listing(text: str, context: Context) -> tuple[int | str, tuple[int, int]] | None:
    words, shown = context.words, context.shown
    match = words_pattern(words.ORDINAL_CHOICE).search(text)
    if match is None and not context.offered and context.last_question in (None, "listing"):
        match = pattern(words.BARE_CHOICE).fullmatch(text)
    noun = match and match.groupdict().get("noun")
    if match and shown and not (context.offered and not _names_a_home(match)):
        times = find_times(text, context.now, context.timezone, words=context.pack)
        place = place_of(match["ordinal"], len(shown), context.pack)
        is_day = any(w.start < match.end() and match.start() < w.end for w in times) and not noun
        if place is not None and not is_day:
            return shown[place], match.span()
    return _by_area(text, context)


def _by_area(text: str, context: Context) -> tuple[int | str, tuple[int, int]] | None:
    """ "The one in Voula", where only one of the homes shown lies in Voula."""
    match = pattern(rf"(?<!\w){context.words.HOME_IN}").search(text)
    if match is None:
        return None
    homes = [home for home in context.listings if home.id in context.shown]
    areas = find_areas(
        text[match.start() :], [home.area for home in homes if home.area], words=context.pack
    )
    fits = [home.id for home in homes if areas and home.area == areas[0].name]
    return (fits[0], (match.start(), match.start() + areas[0].end)) if len(fits) == 1 else None


def _listing_questions(
    text: str, context: Context, named: tuple[int | str, tuple[int, int]] | None
) -> Iterator[Command]:
    words = context.words
    on_table = bool(named or context.shown)
    for clause in clauses(text, context.pack):
        if not _asks(clause, words) or has(words.VALID_FOR_ALL_HOMES, clause.text):
            continue
        indefinite = has(context.pack.INDEFINITE_HOME, clause.text)
        if indefinite and (has(words.HOME_NOUN, clause.text) or not on_table):
            continue
        points = named or has(words.ABOUT_IT, clause.text)
        if not (on_table or points) or has(words.ASK_CONTACT, clause.text):
            continue
        asked = dict(_attributes(_without(named and named[1], clause), words))
        if len(asked) > 1:
            asked.pop("description", None)
        if any(attribute in asked for attribute in words.MORE_SPECIFIC_THAN_PRICE):
            asked.pop("price", None)
        for attribute, span in asked.items():
            value = {"attribute": attribute, "listing": named[0] if named else None}
            yield Command("ask_listing", value, span, 0.9 if points else 0.75)


def _without(span: tuple[int, int] | None, clause: Clause) -> Clause:
    """The clause with the listing's name blanked out: Garden House asks about no garden."""
    start, end = (max(0, place - clause.start) for place in span or (0, 0))
    text = clause.text
    return replace(clause, text=text[:start] + " " * len(text[start:end]) + text[end:])


def _asks(clause: Clause, words: ModuleType) -> bool:
    if pattern(words.QUESTION).search(clause.text):
        return True
    bare = re.sub(r"\W+$", "", clause.text)
    return len(bare.split()) <= 3 and any(
        _is_whole(fragment, bare) for fragment in words.ATTRIBUTES.values()
    )


def _attributes(clause: Clause, words: ModuleType) -> Iterator[tuple[str, tuple[int, int]]]:
    taken: list[tuple[int, int]] = []
    for attribute, fragment in words.ATTRIBUTES.items():
        match = words_pattern(fragment).search(clause.text)
        if match is None or any(match.start() < e and s < match.end() for s, e in taken):
            continue
        if attribute == "availability" and _asks_for_a_time(clause, words):
            continue
        taken.append(match.span())
        yield attribute, (clause.start + match.start(), clause.start + match.end())


def _asks_for_a_time(clause: Clause, words: ModuleType) -> bool:
    """ "Are you free on Friday?" asks for an hour of ours, not whether a home is free."""
    return bool(
        pattern(r"\b(?:are you|you|someone|agent|slots?|times?)\b.*\b(?:free|available)").search(
            clause.text
        )
    )


def _knowledge(text: str, context: Context) -> Iterator[Command]:
    """Any question that nothing else has understood; `_settle` drops it where something has."""
    for clause in clauses(text, context.pack):
        if pattern(context.words.QUESTION).search(clause.text) and len(clause.text.split()) > 1:
            yield Command("ask_knowledge", clause.text, (clause.start, clause.end), 0.6)


READERS: tuple[Callable[[str, Context], Iterator[Command]], ...] = (
    _social, _relations, _answer, _wishes, _times, _listings, _knowledge,
)  # fmt: skip

SETTLED_FIRST = ("stop", "complaint", "insult", "ask_person", "ask_if_bot", "wrong_number")
"""Kinds that come before all else: they decide whether the assistant goes on at all."""


def _settle(found: Sequence[Command], text: str, context: Context) -> list[Command]:
    """Doubles and contradictions taken out, the deciding kinds first, else in the order said."""
    kinds = {command.kind for command in found}
    kept: list[Command] = []
    for command in found:
        if _is_overruled(command, found, kinds, context):
            continue
        if not any(command.kind == k.kind and command.value == k.value for k in kept):
            kept.append(command)
    order = {kind: place for place, kind in enumerate(SETTLED_FIRST)}
    return sorted(kept, key=lambda c: (order.get(c.kind, 99), c.span[0] if c.span else 0))


# What a message says that asks to be written to again: when, and about what.
IN_A_REMINDER = {
    "propose_time", "choose_slot", "reject_time", "ask_knowledge", "want_viewing", "want_call",
    "find_listings", "more_listings", "affirm", "ask_contact", "needs_time",
}  # fmt: skip


def _is_overruled(
    command: Command, found: Sequence[Command], kinds: set[str], context: Context
) -> bool:
    kind, span = command.kind, command.span or (0, 0)
    if "remind_me" in kinds and kind in IN_A_REMINDER:
        return True
    if kind == "ask_knowledge":
        answered = {"ask_listing", "propose_time", "choose_slot", "reject_time", "want_viewing",
                    "want_call", "want_valuation", "move_appointment", "cancel_appointment",
                    "find_listings", "more_listings", "ask_hours", "ask_contact", "ask_if_bot",
                    "ask_person", "small_talk", "complaint", "choose_listing", "ask_sensitive",
                    "wrong_number", "insult", "ask_who", "compare_listings",
                    "good_wishes", "goodbye"}  # fmt: skip
        return any(o.kind in answered and o.span and _touch(o.span, span) for o in found)
    if kind == "affirm":
        return bool(kinds & {"deny", "not_interested", "stop", "complaint"}) or any(
            o.kind == "thank" and o.span == span for o in found
        )
    if kind == "deny":
        return "not_interested" in kinds or any(
            o.kind == "reject_time" and o.span and o.value and _touch(o.span, span) for o in found
        )
    if kind == "ask_listing":
        sensitive = [o for o in found if o.kind == "ask_sensitive" and o.span]
        return any(_touch(o.span, span) for o in sensitive if o.span)
    if kind == "greet":
        return any(o.kind == "goodbye" and o.span and _touch(o.span, span) for o in found)
    if kind == "small_talk":
        return bool(kinds & {"ask_if_bot", "ask_who", "good_wishes", "goodbye"})
    if kind == "ask_who":
        return "ask_if_bot" in kinds
    if kind == "want_viewing":
        return "cancel_appointment" in kinds or "move_appointment" in kinds
    if kind == "choose_listing":
        return "choose_slot" in kinds and bool(context.offered) and not _apart(command, found)
    if kind == "find_listings" and context.offered and "propose_time" in kinds:
        return True
    if kind in ("find_listings", "more_listings"):
        declined = [o for o in found if o.kind == "not_interested" and o.span]
        if any(_touch(o.span, span) for o in declined if o.span):
            return True
        return bool(kinds & {"want_valuation", "cancel_appointment", "ask_person", "reject_time"})
    if kind == "not_interested":
        others = {"find_listings", "more_listings", "propose_time"}
        return any(o.kind in others and not _touch(o.span or (0, 0), span) for o in found)
    return False


def _apart(command: Command, found: Sequence[Command]) -> bool:
    slot = next(o for o in found if o.kind == "choose_slot")
    return not (slot.span and command.span and _touch(slot.span, command.span))


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
