"""What a customer wishes for in a home and wants to do: features, type, intent, timing."""

import re
from dataclasses import dataclass
from datetime import date
from types import ModuleType

from leads.language import en
from leads.language.dates import When
from leads.language.text import (
    Clause,
    find,
    find_words,
    has,
    is_declined,
    number,
    number_fragment,
    pattern,
)


@dataclass(frozen=True)
class Said:
    """A field of the lead with its value; offsets are in the clause's own text."""

    field: str
    value: object
    start: int
    end: int
    sureness: float = 0.9


def find_features(clause: Clause, words: ModuleType = en) -> list[Said]:
    """Pets, furniture, parking and laundry as wishes (true) or refusals (false).

    A question about a home ("are pets allowed?") states no wish; owning a pet does.
    """
    found = []
    if clause.mood == "question":
        return found
    for field, fragment in words.FEATURES.items():
        noise = words.FEATURE_NOISE[field]
        text = (
            find(noise).sub(lambda m: " " * len(m.group()), clause.text) if noise else clause.text
        )
        match = find_words(fragment).search(text)
        if match is None or _indifferent(text, match, words):
            continue
        own = find_words(words.OWN_PET).search(text) if field == "pets" else None
        owned = bool(own) and not _declined(text, own, words)
        found.append(Said(field, _is_wished(field, text, match, words) or owned, *match.span()))
    return found


def find_must_haves(clause: Clause, words: ModuleType = en) -> list[Said]:
    if clause.mood == "question":
        return []
    found: list[Said] = []
    for name, fragment in words.MUST_HAVES.items():
        match = find_words(fragment).search(clause.text)
        if match is None or any(match.start() < f.end and f.start < match.end() for f in found):
            continue
        if not _declined(clause.text, match, words) and not _indifferent(clause.text, match, words):
            found.append(Said("must_haves", name, *match.span()))
    return sorted(found, key=lambda said: said.start)


def find_property_type(clause: Clause, words: ModuleType = en) -> Said | None:
    """The last kind of home the clause wishes for; "the apartment" is one already on the table."""
    if clause.mood == "question":
        return None
    found = None
    for name, fragment in words.PROPERTY_TYPES.items():
        for match in find_words(fragment).finditer(clause.text):
            definite = pattern(rf"(?<!\w){words.DEFINITE}$").search(clause.text[: match.start()])
            if definite or _declined(clause.text, match, words):
                continue
            if found is None or match.start() < found.start:
                found = Said("property_type", name, *match.span())
    return found


def find_intent(clause: Clause, words: ModuleType = en) -> Said | None:
    """buy, rent, sell or let; a question about the price of a home is none of them."""
    text = find(words.INTENT_NOISE).sub(lambda m: " " * len(m.group()), clause.text)
    for intent, fragment in words.INTENTS.items():
        match = find_words(fragment).search(text)
        if match and not _declined(text, match, words):
            return Said("intent", intent, *match.span())
    return None


def find_financing(clause: Clause, words: ModuleType = en) -> Said | None:
    """cash, mortgage or mortgage_approved."""
    if clause.mood == "question":
        return None
    for name, fragment in words.FINANCING.items():
        match = find_words(fragment).search(clause.text)
        refused = match and name != "cash" and _declined(clause.text, match, words)
        if match and not refused:
            value = (
                "mortgage"
                if name == "mortgage_approved" and _declined(clause.text, match, words)
                else name
            )
            return Said("financing", value, *match.span())
    return None


def find_timeline(
    clause: Clause, times: list[When], today: date, *, asked: bool = False, words: ModuleType = en
) -> Said | None:
    """Days from `today` until they want to move, buy or sell."""
    if clause.mood == "question" or not (asked or has(words.MOVING, clause.text)):
        return None
    at_once = find_words(words.AT_ONCE).search(clause.text)
    if at_once and (asked or has(words.MOVING, clause.text)):
        return Said("timeline_days", 0, *at_once.span())
    span = _span_of_days(clause.text, words)
    if span:
        return span
    for when in times:
        day = when.one_day
        if when.wanted and day and day >= today:
            return Said("timeline_days", (day - today).days, when.start, when.end, 0.8)
    return None


def find_language(clause: Clause, words: ModuleType = en) -> Said | None:
    """The language they ask to be answered in, as its two-letter code."""
    names = "|".join(words.LANGUAGE_NAMES.values())
    match = find_words(words.LANGUAGE_CUE.format(names=names)).search(clause.text)
    if match is None:
        return None
    spoken = next(group for group in match.groups() if group)
    code = next(c for c, f in words.LANGUAGE_NAMES.items() if pattern(f).fullmatch(spoken))
    return Said("language", code, *match.span())


def _is_wished(field: str, text: str, match: re.Match[str], words: ModuleType) -> bool:
    reversed_words = words.FEATURE_REVERSED.get(field)
    if reversed_words and has(reversed_words, text):
        return False
    return not _declined(text, match, words)


def _declined(text: str, match: re.Match[str], words: ModuleType) -> bool:
    if is_declined(text[: match.start()], words):
        return True
    return bool(pattern(rf"(?:{words.NEGATION_AFTER})").match(text[match.end() :]))


def _indifferent(text: str, match: re.Match[str], words: ModuleType) -> bool:
    """ "I don't mind whether it's furnished" wishes nothing."""
    before = text[max(0, match.start() - 40) : match.start()]
    after = re.split(r"[,;]", text[match.end() : match.end() + 45])[0]
    return has(words.INDIFFERENT, f"{before}{match.group()}{after}")


def _span_of_days(text: str, words: ModuleType) -> Said | None:
    units = "|".join(words.SPAN_UNITS)
    amount = rf"(?P<count>{number_fragment(words)}|{words.HALF_A}|{words.A_SPAN})"
    more = rf"(?:\s*(?:-|–|{words.TO}|{words.OR})\s*(?P<upper>{number_fragment(words)}))?"
    match = find_words(
        rf"(?:{words.IN_SPAN}|{words.ABOUT}|~)?\s*{amount}{more}\s*(?P<unit>{units})"
    ).search(text)
    if match is None:
        return None
    days = next(d for u, d in words.SPAN_UNITS.items() if pattern(u).fullmatch(match["unit"]))
    written = (match["upper"] or match["count"]).lower()
    is_half = pattern(words.HALF_A).fullmatch(written)
    count = 0.5 if is_half else number(written, words) or 1
    return Said("timeline_days", round(count * days), *match.span())
