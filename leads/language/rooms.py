"""Bedrooms, bathrooms and floor area."""

import re
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType

from leads.language import en
from leads.language.sieve import Sieved
from leads.language.text import find, find_words, has, number, number_fragment, pattern

SQUARE_METRES_PER_SQUARE_FOOT = 0.09290304


@dataclass(frozen=True)
class Rooms:
    """`field` is bedrooms, bathrooms or area_m2_min; of a range the lower end is kept."""

    field: str
    value: int
    start: int
    end: int


def find_rooms(text: str, words: ModuleType = en) -> list[Rooms]:
    """Room counts and floor area in one clause; a declined number ("not 2 bedrooms") is dropped."""
    found = [*_both(text, words), *_counts(text, words), *_shared(text, words)]
    found += _studio(text, words)
    found += [*_dual(text, words), *_whole_rooms(text, found, words)]
    found += _area(text, words)
    return sorted(
        (room for room in found if not _declined(room, text, words)), key=lambda r: r.start
    )


def bare_number(text: str, words: ModuleType = en) -> int | None:
    """The one number of a short answer such as "3", "three please", "2 or 3", "just one"."""
    if len(text.split()) > 7:
        return _number_apart(text, words)
    spoken = re.search(
        rf"(?<![\w.,])(?<!\d ){number_fragment(words)}(?![.,  ]?\d)(?!\w)", text, re.IGNORECASE
    )
    return number(spoken.group(), words) if spoken else None


def _number_apart(text: str, words: ModuleType) -> int | None:
    """The 2 of "Scratch that, 2, my girlfriend is coming too": it stands between commas."""
    apart = (number(piece.strip(" .!"), words) for piece in text.split(",")[:3])
    return next((value for value in apart if value is not None), None)


def two_numbers(text: str, words: ModuleType = en) -> tuple[int, int] | None:
    """The "two and one" that answers two questions at once."""
    num = number_fragment(words)
    both = rf"\W*(?P<first>{num})\s*(?:,|/|&|\+|{words.AND})\s*(?P<second>{num})"
    match = pattern(rf"{both}(?:\W+(?:{words.YES}))?\W*").fullmatch(text)
    if match is None:
        return None
    first, second = number(match["first"], words), number(match["second"], words)
    return None if first is None or second is None else (first, second)


def leading_number(text: str, words: ModuleType = en) -> int | None:
    """The number that a clause begins with, before a comma or an "and"."""
    more = rf"(?:\+|(?:{words.OR_MORE}))?\s*"
    begins = rf"\W*(?P<number>{number_fragment(words)})\s*{more}(?:,|(?:{words.AND})\s)"
    match = pattern(begins).match(text)
    return number(match["number"], words) if match else None


def _counts(text: str, words: ModuleType) -> list[Rooms]:
    found = []
    for field, after, before in _count_patterns(words):
        spans = []
        for match in after.finditer(text):
            value = number(match["number"], words)
            if value is not None and value <= 20:
                spans.append(match.span())
                found.append(Rooms(field, value, *match.span()))
        for match in before.finditer(text):
            value = number(match["number"], words)
            inside = any(start < match.end() and match.start() < end for start, end in spans)
            if value is not None and value <= 20 and not inside:
                found.append(Rooms(field, value, *match.span()))
    return found


@lru_cache(maxsize=16)
def _count_patterns(words: ModuleType) -> list[tuple[str, Sieved, Sieved]]:
    """Per field: "3 or 4 bedrooms", "3 bed / 2 bath"; and "bedrooms: 3", "number of baths is 2"."""
    num = number_fragment(words)
    more = rf"(?:\s*(?:-|–|{words.TO}|{words.OR}|{words.AND}|/)\s*{num})?"
    kinds = rf"(?:{words.BEDROOM}|{words.BATHROOM})"
    built = []
    for field, noun in (("bedrooms", words.BEDROOM), ("bathrooms", words.BATHROOM)):
        article = rf"|(?:{words.ONE_ROOM[field]})(?=\s+(?:{noun})(?!\w))"
        after = (
            rf"(?<![\w.,])(?P<number>{num}{article})(?:[.,]5)?{more}\s*(?:\+|{words.OR_MORE})?(?:\s+(?:{words.OF}))?\s*-?\s*"
            rf"(?:(?:{words.ROOM_ADJECTIVES})\s+){{0,2}}"
            rf"(?:{noun})(?!\w)"
        )
        before = (
            rf"(?<!\w)(?:{noun})\s*(?:count|number)?\s*(?:[:=]|{words.IS_A_COUNT})"
            rf"\s*(?:{words.ABOUT_NUMBER})?\s*(?P<number>{num})(?![\w.,]*\s*(?:{kinds}))"
        )
        built.append((field, find(after), find(before)))
    return built


def _both(text: str, words: ModuleType) -> list[Rooms]:
    """The rooms of "a 2/2 apartment" and of "2b2b"."""
    match = find_words(words.BEDS_AND_BATHS).search(text)
    if match is None:
        return []
    beds, baths = match["beds"] or match["two"], match["baths"] or match["one"]
    return [
        Rooms("bedrooms", int(beds), *match.span()),
        Rooms("bathrooms", int(baths), *match.span()),
    ]


def _shared(text: str, words: ModuleType) -> list[Rooms]:
    """ "One bed and bath": one number for both."""
    match = find_words(
        rf"(?P<number>{number_fragment(words)})\s*(?:{words.BEDROOM})\s*(?:{words.AND}|/|&|\+)\s*"
        rf"(?:{words.BATHROOM})"
    ).search(text)
    value = number(match["number"], words) if match else None
    return [Rooms("bathrooms", value, *match.span())] if match and value is not None else []


def _dual(text: str, words: ModuleType) -> list[Rooms]:
    """Arabic has a form of the noun for two of a thing."""
    return [
        Rooms(field, 2, *match.span())
        for field, fragment in words.DUAL.items()
        for match in find_words(fragment).finditer(text)
    ]


def _whole_rooms(text: str, found: list[Rooms], words: ModuleType) -> list[Rooms]:
    """Where homes are counted by all their rooms, one of them is the living room."""
    match = find_words(words.WHOLE_ROOMS).search(text)
    if match is None or any(room.field == "bedrooms" for room in found):
        return []
    said = {name: value for name, value in match.groupdict().items() if value}
    spelled = {"two": 2, "three": 3, "four": 4}
    count = next((spelled.get(name) or int(value) for name, value in said.items()), 0)
    return [Rooms("bedrooms", count - 1, *match.span())] if count > 0 else []


def _studio(text: str, words: ModuleType) -> list[Rooms]:
    match = find_words(words.STUDIO).search(text)
    if match is None or has(words.BEDROOM, text):
        return []
    return [Rooms("bedrooms", 0, *match.span())]


def _area(text: str, words: ModuleType) -> list[Rooms]:
    found = []
    digits = r"(?<![\w.,])(?P<number>\d{1,3}(?:[.,]\d{3})+|\d{2,6})"
    amount = rf"{digits}(?:\s*(?:-|{words.TO}|{words.AND}|{words.OR})\s*\d+)?\s*\+?\s*"
    for unit, factor in (
        (words.SQUARE_METRES, 1.0),
        (words.SQUARE_FEET, SQUARE_METRES_PER_SQUARE_FOOT),
    ):
        for match in find(rf"{amount}(?:{unit})").finditer(text):
            value = round(int(re.sub(r"[.,]", "", match["number"])) * factor)
            found.append(Rooms("area_m2_min", value, *match.span()))
    return found


def _declined(room: Rooms, text: str, words: ModuleType) -> bool:
    before = text[: room.start]
    return bool(pattern(rf"(?<!\w)(?:{words.NOT_ROOMS})\s+(?:{words.A_SPAN}\s+)?$").search(before))
