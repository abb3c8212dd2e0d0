"""What a customer has said about their wish, read from the conversation without any network.

Pure functions over text. A fact names the turn that proves it and quotes it. What the customer only
accepted is not a fact, and a question is not a wish.
"""

import json
import re
import time as clock
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from types import ModuleType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from leads.language.dates import When, find_times
from leads.language.money import find_budget
from leads.language.packs import DEFAULT, language_of, packs, readable
from leads.language.people import find_email, find_name, find_phone
from leads.language.places import (
    Place,
    find_address,
    find_areas,
    find_listings,
    forget_places,
)
from leads.language.rooms import bare_number, find_rooms, leading_number, two_numbers
from leads.language.sieve import forget_texts
from leads.language.text import Clause, clauses, find, has, words_pattern
from leads.language.wishes import (
    Said,
    find_features,
    find_financing,
    find_intent,
    find_language,
    find_must_haves,
    find_property_type,
    find_timeline,
)

FIELDS = (
    "name", "email", "phone", "language", "intent", "property_type", "locations", "bedrooms",
    "bathrooms", "budget_min", "budget_max", "currency", "budget_period", "area_m2_min",
    "furnished", "pets", "parking", "laundry", "timeline_days", "financing", "address",
    "must_haves", "viewing",
)  # fmt: skip
# Nobody tells a wish in more; patterns over endless text would keep a worker from other customers.
READ_AT_MOST = 1000  # characters of a message
# Messages whose reading a process keeps for the next turn: those of a few busy conversations.
REMEMBERED = 256
FEATURES = ("furnished", "pets", "parking", "laundry")
CORRECTABLE = frozenset({"bedrooms", "bathrooms", "budget_max"})
OWNERS = ("sell", "let")
BUDGET = ("budget_min", "budget_max", "currency", "budget_period")

JSON = Any


@dataclass(frozen=True)
class Turn:
    """One message; `id` is the stored message's id, kept as evidence.

    `at` is when it was said, an aware time: "tomorrow" is the day after. None is the setting's now.
    """

    role: Literal["customer", "assistant"]
    text: str
    id: int | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Setting:
    """Where and when the conversation takes place, and the names the organization knows.

    `now` is aware; `timezone` an IANA name; `currency` an ISO code that tells
    which dollar "$" is.
    """

    now: datetime
    timezone: str
    areas: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    currency: str | None = None

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True)
class FoundFact:
    """`turn` is the index of the proving turn, `quote` a piece of its text, `confidence` 0 to 1."""

    field: str
    value: JSON
    turn: int
    quote: str
    confidence: float


def extract_lead(turns: Sequence[Turn], setting: Setting) -> dict[str, JSON]:
    """The `lead` object of `extract_leads`: fields the customer stated, unknown ones absent."""
    found = {fact.field: fact.value for fact in extract_facts(turns, setting)}
    return {field: found[field] for field in FIELDS if field in found}


def extract_facts(turns: Sequence[Turn], setting: Setting) -> list[FoundFact]:
    """One fact per field; the last statement wins, also against an earlier one it takes back."""
    known: dict[str, FoundFact] = {}
    asked: frozenset[str] = frozenset()
    shown: tuple[str, ...] = ()
    just_said: frozenset[str] = frozenset()
    language, named, wanted_to_visit = DEFAULT, None, False
    for index, turn in enumerate(turns):
        if turn.role == "assistant":
            asked, named_there = _answer(turn.text, language, setting.listings)
            shown = named_there or shown
            continue
        language, mentioned, corrects = _speech(turn.text, language, setting.listings)
        words = packs()[language]
        about_visit = "viewing" in asked or "viewing" in known or wanted_to_visit
        if not asked & CORRECTABLE and corrects:
            asked |= just_said & CORRECTABLE
        then = replace(setting, now=turn.at) if turn.at else setting
        said = _reading(turn.text, then, asked, shown, about_visit, language)
        named = mentioned[0] if len(mentioned) == 1 else named
        wanted_to_visit = has(words.STRONG_VISIT, readable(turn.text, language))
        for found in said:
            found = replace(found, turn=index, value=_copied(found.value))
            _remember(known, _at_home(found, named, known), words)
        just_said = frozenset(found.field for found in said) or just_said
        asked = frozenset()
    _complete_period(known, packs()[language])
    return [known[field] for field in FIELDS if field in known]


@lru_cache(maxsize=REMEMBERED)
def _answer(
    text: str, language: str, listings: tuple[str, ...]
) -> tuple[frozenset[str], tuple[str, ...]]:
    """What an assistant's message asks about, and the listings it shows."""
    asked = asked_about(text, language)
    if has(packs()[language].OTHER_MATTER, text):
        asked -= {"viewing"}
    return asked, tuple(place.name for place in find_listings(text, listings))


@lru_cache(maxsize=REMEMBERED)
def _speech(text: str, before: str, listings: tuple[str, ...]) -> tuple[str, tuple[str, ...], bool]:
    """A customer's message: its language, the listings it names, and whether it takes back."""
    language = language_of(text, before)
    corrects = has(packs()[language].CORRECTION, readable(text, language))
    return language, tuple(place.name for place in find_listings(text, listings)), corrects


@lru_cache(maxsize=REMEMBERED)
def _reading(
    text: str,
    setting: Setting,
    asked: frozenset[str],
    shown: tuple[str, ...],
    about_visit: bool,
    language: str,
) -> tuple[FoundFact, ...]:
    """`_read`, remembered: at each turn the assistant goes through the whole conversation."""
    return tuple(_read(text, setting, asked, shown, about_visit, packs()[language]))


def forget_messages() -> None:
    """Drop every message, and what was read in it, that this process remembers."""
    for remembering in (_answer, _speech, _reading):
        remembering.cache_clear()
    forget_texts()
    forget_places()


def _copied(value: JSON) -> JSON:
    """A list or an object of the caller's own; what is remembered stays as it is."""
    return value.copy() if isinstance(value, list | dict) else value


def extract_from_message(
    text: str,
    setting: Setting,
    *,
    asked: str | None = None,
    shown: Sequence[str] = (),
    language: str | None = None,
) -> list[FoundFact]:
    """The facts of one customer message, all with `turn` 0.

    `asked` is the field the assistant has just asked about: a bare "3" then answers `bedrooms`, a
    bare "yes" or "no" answers `pets`. `shown` are names of listings just shown, in order, so that
    "the second one on Saturday" names a listing. `locations` and `must_haves` hold what this
    message says; whether they add to what is known is the caller's to decide by `adds_to_known`.
    """
    known: dict[str, FoundFact] = {}
    awaited = frozenset({asked} if asked else ())
    words = packs()[language or language_of(text)]
    for found in _read(text, setting, awaited, list(shown), "viewing" in awaited, words):
        _remember(known, found, words)
    _complete_period(known, words)
    return [known[field] for field in FIELDS if field in known]


def adds_to_known(text: str, language: str | None = None) -> bool:
    """Whether a list in the message adds to what is known ("also Kifisia") or replaces it."""
    code = language or language_of(text)
    return has(packs()[code].ADDING, readable(text, code))


def asked_about(text: str, language: str = DEFAULT) -> frozenset[str]:
    """The fields an assistant's message asks about, in a conversation led in `language`."""
    code = language_of(text, language)
    text = readable(text, code)
    asked = packs()[code].ASKED
    return frozenset(f for f, fragment in asked.items() if find(fragment).search(text))


def extract_lines(
    lines: Iterable[str], *, read: Callable[..., dict[str, JSON]] = extract_lead
) -> Iterator[dict[str, JSON]]:
    """For each JSON line: id, lead, seconds. A bad line raises `ValueError` with its number."""
    for place, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            turns, setting = read_line(row)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"Line {place} is not a conversation: {error!r}") from error
        started = clock.perf_counter()
        lead = read(turns, setting)
        seconds = round(clock.perf_counter() - started, 6)
        yield {"id": row["id"], "lead": lead, "seconds": seconds}


def read_line(row: Mapping[str, JSON]) -> tuple[list[Turn], Setting]:
    """Turns and setting of one line in the format of `extract_leads`."""
    turns = [Turn(turn["role"], str(turn["text"])) for turn in row["turns"]]
    now = datetime.fromisoformat(row["now"])
    timezone = row["timezone"]
    if now.tzinfo is None:
        now = now.replace(tzinfo=ZoneInfo(timezone))
    areas, listings = tuple(row.get("areas") or ()), tuple(row.get("listings") or ())
    return turns, Setting(now, timezone, areas, listings, row.get("currency"))


def _remember(known: dict[str, FoundFact], found: FoundFact, words: ModuleType) -> None:
    """Later statements replace earlier ones; lists and viewings grow where the text says so."""
    earlier = known.get(found.field)
    if found.value is None:
        known.pop(found.field, None)
        return
    if found.field == "viewing" and earlier:
        found = replace(found, value={**earlier.value, **found.value})
    elif found.field == "must_haves" and earlier:
        added = [name for name in found.value if name not in earlier.value]
        found = replace(found, value=[*earlier.value, *added])
    elif found.field == "locations" and earlier:
        if found.value and isinstance(found.value[0], _Dropped):
            left = [n for n in earlier.value if n not in found.value]
            found = replace(found, value=left)
        elif (earlier.turn != found.turn and _adds(found.quote, words)) or (
            earlier.turn == found.turn and not _corrects(found.quote, words)
        ):
            found = replace(found, value=_without_repeats([*earlier.value, *found.value]))
    if found.field == "locations":
        kept = [str(name) for name in found.value if not isinstance(name, _Dropped)]
        if not kept:
            known.pop("locations", None)
            return
        found = replace(found, value=kept)
    known[found.field] = found


def _at_home(found: FoundFact, named: str | None, known: dict[str, FoundFact]) -> FoundFact:
    """ "Can I see it on Friday?" is about the home the customer named last."""
    if found.field != "viewing" or not found.value or not named or "listing" in found.value:
        return found
    earlier = known.get("viewing")
    if earlier and "listing" in earlier.value:
        return found
    return replace(found, value={**found.value, "listing": named})


def _complete_period(known: dict[str, FoundFact], words: ModuleType) -> None:
    """Who names an amount for buying names a total, and for renting a month's rent."""
    amount = known.get("budget_max") or known.get("budget_min")
    intent = known.get("intent")
    period = {"buy": "total", "rent": "month"}.get(intent.value) if intent else None
    if amount and has(words.PER_YEAR, amount.quote):
        return
    if amount and period and "budget_period" not in known:
        fact = replace(amount, field="budget_period", value=period, confidence=0.7)
        known["budget_period"] = fact


class _Dropped(str):
    """The name of an area the customer does not want."""


def _without_repeats(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _adds(quote: str, words: ModuleType) -> bool:
    return has(words.ADDING, readable(quote, words.CODE))


def _corrects(quote: str, words: ModuleType) -> bool:
    return has(words.CORRECTS, readable(quote, words.CODE))


def _read(
    text: str,
    setting: Setting,
    asked: frozenset[str],
    shown: Sequence[str],
    about_visit: bool,
    words: ModuleType,
) -> Iterator[FoundFact]:
    """Facts in the order they are said, each with the clause that says it as its quote."""
    plain = readable(text[:READ_AT_MOST], words.CODE)
    other_matter = False
    just_said: frozenset[str] = frozenset()
    for clause in clauses(plain, words):
        quote = text[clause.start : clause.end]
        other_matter = other_matter or has(words.OTHER_MATTER, clause.text)
        about_visit = about_visit or has(words.STRONG_VISIT, clause.text)
        awaited = asked
        if just_said and not asked & CORRECTABLE and has(words.CORRECTION, clause.text):
            awaited |= just_said  # "My budget was 800, now it's 900"
        context = (setting, awaited, shown, about_visit, words)
        read = [*_read_clause(clause, other_matter, *context)]
        just_said = frozenset(said.field for said in read) & CORRECTABLE or just_said
        for said in read:
            yield FoundFact(said.field, _as_written(said, quote), 0, quote, said.sureness)


def _as_written(said: Said, quote: str) -> JSON:
    """Names and addresses with the accents they were written with."""
    if said.field not in ("name", "address") or not isinstance(said.value, str):
        return said.value
    written = quote[said.start : said.end].strip()
    return written.title() if said.field == "name" and written.islower() else written


def _read_clause(
    clause: Clause,
    other_matter: bool,
    setting: Setting,
    asked: frozenset[str],
    shown: Sequence[str],
    about_visit: bool,
    words: ModuleType,
) -> Iterator[Said]:
    listings = find_listings(clause.text, setting.listings)
    yield from _person(clause, setting, asked, words)
    yield from _wish(clause, setting, asked, listings, other_matter, words)
    waits = "viewing" in asked
    times = find_times(clause.text, setting.now, setting.timezone, asked=waits, words=words)
    moves = "timeline_days" in asked
    timeline = find_timeline(clause, times, setting.today, asked=moves, words=words)
    if timeline:
        yield timeline
    elif not other_matter:
        yield from _viewing(clause, times, listings, shown, about_visit, words)


def _person(
    clause: Clause, setting: Setting, asked: frozenset[str], words: ModuleType
) -> Iterator[Said]:
    known_names = setting.areas + setting.listings
    for said in (
        find_email(clause.text),
        find_phone(clause.text, setting.timezone, asked="phone" in asked, words=words),
        find_name(clause.text, asked="name" in asked, places=known_names, words=words),
        find_language(clause, words),
    ):
        if said:
            yield said


def _wish(
    clause: Clause,
    setting: Setting,
    asked: frozenset[str],
    listings: Sequence[Place],
    other_matter: bool,
    words: ModuleType,
) -> Iterator[Said]:
    intent = find_intent(clause, words)
    if intent:
        yield intent
    if not other_matter:
        yield from _locations(clause, setting, asked, listings, words)
    if clause.mood == "question" and intent and intent.value in OWNERS and not other_matter:
        kind = find_property_type(replace(clause, mood="statement"), words)
        if kind:
            yield kind
    if clause.mood == "question" or other_matter:
        return
    clause = _without_names(clause, setting, listings, words)
    rooms = find_rooms(clause.text, words)
    for room in rooms:
        yield Said(room.field, room.value, room.start, room.end, 0.95)
    yield from _bare_answer(clause, asked, {room.field for room in rooms}, words)
    yield from _budget(clause, setting, asked, words)
    yield from find_features(clause, words)
    must_haves = find_must_haves(clause, words)
    if must_haves:
        names = [said.value for said in must_haves]
        yield Said("must_haves", names, must_haves[0].start, must_haves[-1].end)
    for said in (find_property_type(clause, words), find_financing(clause, words)):
        if said:
            yield said
    address = find_address(clause.text, words)
    if address and ("address" in asked or has(words.OWN_HOME, clause.text)):
        yield Said("address", *address)


def _without_names(
    clause: Clause, setting: Setting, listings: Sequence[Place], words: ModuleType
) -> Clause:
    """The clause with names blanked out: Mountain View is no view, Park Manor no park."""
    text = clause.text
    email = find_email(text)
    if email:
        text = text[: email.start] + " " * (email.end - email.start) + text[email.end :]
    for place in [*listings, *find_areas(text, setting.areas, words=words)]:
        if place.sureness > 0.8:
            text = text[: place.start] + " " * (place.end - place.start) + text[place.end :]
    return replace(clause, text=text)


def _locations(
    clause: Clause,
    setting: Setting,
    asked: frozenset[str],
    listings: Sequence[Place],
    words: ModuleType,
) -> Iterator[Said]:
    if clause.mood == "question" and has(words.PLACE_QUESTION, clause.text):
        return
    email = find_email(clause.text)
    hidden = [(place.start, place.end) for place in [*listings, *([email] if email else [])]]
    waits = "locations" in asked
    areas = find_areas(clause.text, setting.areas, asked=waits, hidden=hidden, words=words)
    if clause.mood == "question":
        areas = [area for area in areas if area.sureness > 0.8]
    wished = _without_repeats([area.name for area in areas if area.wished])
    dropped = [_Dropped(area.name) for area in areas if not area.wished]
    if wished:
        sureness = min(area.sureness for area in areas)
        yield Said("locations", wished, areas[0].start, areas[-1].end, sureness)
    elif dropped:
        yield Said("locations", dropped, areas[0].start, areas[-1].end)


def _bare_answer(
    clause: Clause, asked: frozenset[str], said: set[str], words: ModuleType
) -> Iterator[Said]:
    """A short answer to the assistant's question: "3", "two please", "yes", "no pets"."""
    counts = [field for field in ("bedrooms", "bathrooms") if field in asked]
    if said == {"bathrooms"} and "bedrooms" in counts:
        first = leading_number(clause.text, words)  # "two, and one bathroom"
        if first is not None:
            yield Said("bedrooms", first, 0, len(clause.text), 0.85)
    both = two_numbers(clause.text, words) if len(counts) == 2 and not said else None
    if both and max(both) <= 12:
        for field, value in zip(counts, both, strict=True):
            yield Said(field, value, 0, len(clause.text), 0.8)
        return
    others = has(words.MORE_OF_THEM, clause.text)
    if (
        counts
        and not said
        and not others
        and not has(words.NOT_MONEY_UNITS_EXCEPT_ROOMS, clause.text)
    ):
        value = bare_number(clause.text, words)
        if value is not None and value <= 12:
            yield Said(counts[0], value, 0, len(clause.text), 0.85)
    if any(has(fragment, clause.text) for fragment in words.FEATURES.values()):
        return
    for field in FEATURES:
        if field in asked and len(asked) == 1 and not has(words.FEATURES[field], clause.text):
            if words_pattern(words.NO_MATTER).match(clause.text):
                continue
            if words_pattern(words.YES).match(clause.text):
                yield Said(field, True, 0, len(clause.text), 0.85)
            elif words_pattern(words.NO).match(clause.text):
                yield Said(field, False, 0, len(clause.text), 0.85)


def _budget(
    clause: Clause, setting: Setting, asked: frozenset[str], words: ModuleType
) -> Iterator[Said]:
    waits, home = "budget_max" in asked, setting.currency
    budget = find_budget(clause.text, asked=waits, home_currency=home, words=words)
    if budget is None:
        return
    sureness = 0.92 if budget.sure else 0.75
    values = (budget.lowest, budget.highest, budget.currency, budget.period)
    for field, value in zip(BUDGET, values, strict=True):
        if value is not None:
            yield Said(field, value, budget.start, budget.end, sureness)


def _viewing(
    clause: Clause,
    times: Sequence[When],
    listings: Sequence[Place],
    shown: Sequence[str],
    about_visit: bool,
    words: ModuleType,
) -> Iterator[Said]:
    """The time and place of a visit the customer asks for; None takes an earlier one back."""
    asks_to_visit = has(words.STRONG_VISIT, clause.text)
    asks_to_visit = asks_to_visit or bool(listings and has(words.SEE_A_HOME, clause.text))
    if listings and any(when.has_day and when.wanted for when in times):
        asks_to_visit = asks_to_visit or has(words.VISIT, clause.text)
    cancels = about_visit and clause.mood != "question" and has(words.CANCELLING, clause.text)
    if cancels and not any(when.wanted for when in times):
        yield Said("viewing", None, 0, len(clause.text))
        return
    if has(words.NOT_A_VISIT, clause.text) and not _asks_plainly(clause, words):
        return
    if not (asks_to_visit or about_visit or _is_only_a_time(clause, times, listings)):
        return
    wanted = [when for when in times if when.wanted]
    value: dict[str, str] = {}
    if wanted:
        value = _as_viewing(wanted)
    place = listings[-1].name if listings else _chosen(clause.text, shown, times, words)
    if place and (value or asks_to_visit):
        value["listing"] = place
    if value:
        sureness = min((when.sureness for when in wanted), default=0.9)
        yield Said("viewing", value, 0, len(clause.text), sureness)
    elif times and not wanted and has(words.GIVING_UP_VISIT, clause.text):
        yield Said("viewing", None, 0, len(clause.text))


def _asks_plainly(clause: Clause, words: ModuleType) -> bool:
    """ "Schedule a visit, I move in May" is about a visit; "am I free to visit" is not."""
    return has(words.STRONG_VISIT, clause.text) and not has(words.OWN_DIARY, clause.text)


def _is_only_a_time(clause: Clause, times: Sequence[When], listings: Sequence[Place]) -> bool:
    """ "Next Tuesday is good": a day and few other words, so what else would it be."""
    said = sum(part.end - part.start for part in (*times, *listings))
    if not times or not times[0].has_day or len(clause.text) - said > 16:
        return False
    first, last = times[0].first, times[0].last
    return not (first and last and (last - first).days > 7)  # nobody visits for a month


def _as_viewing(wanted: Sequence[When]) -> dict[str, str]:
    value = {}
    days = [when for when in wanted if when.has_day]
    hours = [when for when in wanted if when.exact]
    if days and days[-1].one_day:
        value["date"] = days[-1].one_day.isoformat()
    if hours and hours[-1].clock:
        value["time"] = hours[-1].clock.strftime("%H:%M")
    return value


def _chosen(
    text: str, shown: Sequence[str], times: Sequence[When], words: ModuleType
) -> str | None:
    """The listing behind "the second one" or "the last apartment"; "the 1st" may be a day."""
    match = find(words.CHOICE).search(text)
    if (
        match is None
        or not shown
        or any(w.start < match.end() and match.start() < w.end for w in times)
    ):
        return None
    word = match["ordinal"].lower()
    place = (
        -1 if word == "last" else int(re.sub(r"\D", "", word) or words.ORDINALS.get(word, 0)) - 1
    )
    if place == -1 and word != "last":
        return None
    return shown[place] if place < len(shown) else None
