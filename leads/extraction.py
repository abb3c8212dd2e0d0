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
from typing import Any, Literal
from zoneinfo import ZoneInfo

from leads.language import en
from leads.language.dates import When, find_times
from leads.language.money import find_budget
from leads.language.people import find_email, find_name, find_phone
from leads.language.places import Place, find_address, find_areas, find_listings
from leads.language.rooms import bare_number, find_rooms
from leads.language.text import Clause, clauses, has, pattern, tidy, words_pattern
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
FEATURES = ("furnished", "pets", "parking", "laundry")
CORRECTABLE = frozenset({"bedrooms", "bathrooms", "budget_max"})
BUDGET = ("budget_min", "budget_max", "currency", "budget_period")

JSON = Any


@dataclass(frozen=True)
class Turn:
    """One message; `id` is the stored message's id, kept as evidence."""

    role: Literal["customer", "assistant"]
    text: str
    id: int | None = None


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
    shown: list[str] = []
    just_said: frozenset[str] = frozenset()
    for index, turn in enumerate(turns):
        if turn.role == "assistant":
            asked = asked_about(turn.text)
            if has(en.OTHER_MATTER, turn.text):
                asked -= {"viewing"}
            shown = [p.name for p in find_listings(turn.text, setting.listings)] or shown
            continue
        about_visit = "viewing" in asked or "viewing" in known
        if has(en.CORRECTION, turn.text):
            asked |= just_said & CORRECTABLE
        said = [*_read(turn.text, setting, asked, shown, about_visit)]
        for found in said:
            _remember(known, replace(found, turn=index))
        just_said = frozenset(found.field for found in said) or just_said
        asked = frozenset()
    _complete_period(known)
    return [known[field] for field in FIELDS if field in known]


def extract_from_message(
    text: str, setting: Setting, *, asked: str | None = None, shown: Sequence[str] = ()
) -> list[FoundFact]:
    """The facts of one customer message, all with `turn` 0.

    `asked` is the field the assistant has just asked about: a bare "3" then answers `bedrooms`, a
    bare "yes" or "no" answers `pets`. `shown` are names of listings just shown, in order, so that
    "the second one on Saturday" names a listing. `locations` and `must_haves` hold what this
    message says; whether they add to what is known is the caller's to decide by `adds_to_known`.
    """
    known: dict[str, FoundFact] = {}
    awaited = frozenset({asked} if asked else ())
    for found in _read(text, setting, awaited, list(shown), "viewing" in awaited):
        _remember(known, found)
    _complete_period(known)
    return [known[field] for field in FIELDS if field in known]


def adds_to_known(text: str) -> bool:
    """Whether a list in the message adds to what is known ("also Kifisia") or replaces it."""
    return has(en.ADDING, text)


def asked_about(text: str) -> frozenset[str]:
    """The fields an assistant's message asks about."""
    text = tidy(text)
    return frozenset(f for f, fragment in en.ASKED.items() if pattern(fragment).search(text))


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


def _remember(known: dict[str, FoundFact], found: FoundFact) -> None:
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
        elif (earlier.turn != found.turn and adds_to_known(found.quote)) or (
            earlier.turn == found.turn and not _corrects(found.quote)
        ):
            found = replace(found, value=_without_repeats([*earlier.value, *found.value]))
    if found.field == "locations":
        kept = [str(name) for name in found.value if not isinstance(name, _Dropped)]
        if not kept:
            known.pop("locations", None)
            return
        found = replace(found, value=kept)
    known[found.field] = found


def _complete_period(known: dict[str, FoundFact]) -> None:
    """Who names an amount for buying names a total, and for renting a month's rent."""
    amount = known.get("budget_max") or known.get("budget_min")
    intent = known.get("intent")
    period = {"buy": "total", "rent": "month"}.get(intent.value) if intent else None
    if amount and period and "budget_period" not in known:
        fact = replace(amount, field="budget_period", value=period, confidence=0.7)
        known["budget_period"] = fact


class _Dropped(str):
    """The name of an area the customer does not want."""


def _without_repeats(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _corrects(quote: str) -> bool:
    return has(r"actually|instead|rather|no|sorry|i mean", quote)


def _read(
    text: str, setting: Setting, asked: frozenset[str], shown: Sequence[str], about_visit: bool
) -> Iterator[FoundFact]:
    """Facts in the order they are said, each with the clause that says it as its quote."""
    plain = tidy(text[:READ_AT_MOST])
    other_matter = has(en.OTHER_MATTER, plain)
    for clause in clauses(plain):
        quote = text[clause.start : clause.end]
        about_visit = about_visit or has(en.STRONG_VISIT, clause.text)
        for said in _read_clause(clause, other_matter, setting, asked, shown, about_visit):
            yield FoundFact(said.field, said.value, 0, quote, said.sureness)


def _read_clause(
    clause: Clause,
    other_matter: bool,
    setting: Setting,
    asked: frozenset[str],
    shown: Sequence[str],
    about_visit: bool,
) -> Iterator[Said]:
    listings = find_listings(clause.text, setting.listings)
    yield from _person(clause, setting, asked)
    yield from _wish(clause, setting, asked, listings, other_matter)
    times = find_times(clause.text, setting.now, setting.timezone, asked="viewing" in asked)
    timeline = find_timeline(clause, times, setting.today, asked="timeline_days" in asked)
    if timeline:
        yield timeline
    elif not other_matter:
        yield from _viewing(clause, times, listings, shown, about_visit)


def _person(clause: Clause, setting: Setting, asked: frozenset[str]) -> Iterator[Said]:
    known_names = setting.areas + setting.listings
    for said in (
        find_email(clause.text),
        find_phone(clause.text, setting.timezone, asked="phone" in asked),
        find_name(clause.text, asked="name" in asked, places=known_names),
        find_language(clause),
    ):
        if said:
            yield said


def _wish(
    clause: Clause,
    setting: Setting,
    asked: frozenset[str],
    listings: Sequence[Place],
    other_matter: bool,
) -> Iterator[Said]:
    intent = find_intent(clause)
    if intent:
        yield intent
    if not other_matter:
        yield from _locations(clause, setting, asked, listings)
    if clause.mood == "question" or other_matter:
        return
    clause = _without_names(clause, setting, listings)
    rooms = find_rooms(clause.text)
    for room in rooms:
        yield Said(room.field, room.value, room.start, room.end, 0.95)
    yield from _bare_answer(clause, asked, {room.field for room in rooms})
    yield from _budget(clause, setting, asked)
    yield from find_features(clause)
    must_haves = find_must_haves(clause)
    if must_haves:
        names = [said.value for said in must_haves]
        yield Said("must_haves", names, must_haves[0].start, must_haves[-1].end)
    for said in (find_property_type(clause), find_financing(clause)):
        if said:
            yield said
    address = find_address(clause.text)
    if address and ("address" in asked or has(en.OWN_HOME, clause.text)):
        yield Said("address", *address)


def _without_names(clause: Clause, setting: Setting, listings: Sequence[Place]) -> Clause:
    """The clause with names blanked out: Mountain View is no view, Park Manor no park."""
    text = clause.text
    for place in [*listings, *find_areas(text, setting.areas)]:
        if place.sureness > 0.8:
            text = text[: place.start] + " " * (place.end - place.start) + text[place.end :]
    return replace(clause, text=text)


def _locations(
    clause: Clause, setting: Setting, asked: frozenset[str], listings: Sequence[Place]
) -> Iterator[Said]:
    if clause.mood == "question" and has(en.PLACE_QUESTION, clause.text):
        return
    email = find_email(clause.text)
    hidden = [(place.start, place.end) for place in [*listings, *([email] if email else [])]]
    areas = find_areas(clause.text, setting.areas, asked="locations" in asked, hidden=hidden)
    if clause.mood == "question":
        areas = [area for area in areas if area.sureness > 0.8]
    wished = _without_repeats([area.name for area in areas if area.wished])
    dropped = [_Dropped(area.name) for area in areas if not area.wished]
    if wished:
        sureness = min(area.sureness for area in areas)
        yield Said("locations", wished, areas[0].start, areas[-1].end, sureness)
    elif dropped:
        yield Said("locations", dropped, areas[0].start, areas[-1].end)


def _bare_answer(clause: Clause, asked: frozenset[str], said: set[str]) -> Iterator[Said]:
    """A short answer to the assistant's question: "3", "two please", "yes", "no pets"."""
    counts = [field for field in ("bedrooms", "bathrooms") if field in asked]
    if counts and not said and not has(en.NOT_MONEY_UNITS_EXCEPT_ROOMS, clause.text):
        value = bare_number(clause.text)
        if value is not None and value <= 12:
            yield Said(counts[0], value, 0, len(clause.text), 0.85)
    for field in FEATURES:
        if field in asked and len(asked) == 1 and not has(en.FEATURES[field], clause.text):
            if words_pattern(en.NO_MATTER).match(clause.text):
                continue
            if words_pattern(en.YES).match(clause.text):
                yield Said(field, True, 0, len(clause.text), 0.85)
            elif words_pattern(en.NO).match(clause.text):
                yield Said(field, False, 0, len(clause.text), 0.85)


def _budget(clause: Clause, setting: Setting, asked: frozenset[str]) -> Iterator[Said]:
    budget = find_budget(clause.text, asked="budget_max" in asked, home_currency=setting.currency)
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
) -> Iterator[Said]:
    """The time and place of a visit the customer asks for; None takes an earlier one back."""
    asks_to_visit = has(en.STRONG_VISIT, clause.text)
    if has(en.NOT_A_VISIT, clause.text) and not _asks_plainly(clause):
        return
    if not (asks_to_visit or about_visit or _is_only_a_time(clause, times)):
        return
    wanted = [when for when in times if when.wanted]
    value: dict[str, str] = {}
    if wanted:
        value = _as_viewing(wanted)
    place = listings[-1].name if listings else _chosen(clause.text, shown, times)
    if place and (value or asks_to_visit):
        value["listing"] = place
    if value:
        sureness = min((when.sureness for when in wanted), default=0.9)
        yield Said("viewing", value, 0, len(clause.text), sureness)
    elif times and not wanted and has(en.GIVING_UP_VISIT, clause.text):
        yield Said("viewing", None, 0, len(clause.text))


def _asks_plainly(clause: Clause) -> bool:
    """ "Schedule a visit, I move in May" is about a visit; "am I free to visit" is not."""
    return has(en.STRONG_VISIT, clause.text) and not has(en.OWN_DIARY, clause.text)


def _is_only_a_time(clause: Clause, times: Sequence[When]) -> bool:
    """ "Next Tuesday is good": a day and few other words, so what else would it be."""
    said = sum(when.end - when.start for when in times)
    return bool(times) and times[0].has_day and len(clause.text) - said <= 16


def _as_viewing(wanted: Sequence[When]) -> dict[str, str]:
    value = {}
    days = [when for when in wanted if when.has_day]
    hours = [when for when in wanted if when.exact]
    if days and days[-1].one_day:
        value["date"] = days[-1].one_day.isoformat()
    if hours and hours[-1].clock:
        value["time"] = hours[-1].clock.strftime("%H:%M")
    return value


def _chosen(text: str, shown: Sequence[str], times: Sequence[When]) -> str | None:
    """The listing behind "the second one" or "the last apartment"; "the 1st" may be a day."""
    match = pattern(en.CHOICE).search(text)
    if (
        match is None
        or not shown
        or any(w.start < match.end() and match.start() < w.end for w in times)
    ):
        return None
    word = match["ordinal"].lower()
    place = -1 if word == "last" else int(re.sub(r"\D", "", word) or en.ORDINALS.get(word, 0)) - 1
    if place == -1 and word != "last":
        return None
    return shown[place] if place < len(shown) else None
