"""Which listings a message names, by reference, title or street."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from knowledge.folding import fold
from knowledge.language import COMMON_IN_TITLES, COUNTED, STREET_WORDS
from knowledge.models import Listing
from organizations.models import Organization

MOST_NAMED = 5
LEAST_LIKENESS = 88
# A single word of a title names it only if it is long enough not to be met by accident.
LEAST_LETTERS = 5

COMPLETE, WITHOUT_NUMBER, ONE_WORD = 3, 2, 1


def find_named(organization: Organization, text: str) -> list[Listing]:
    """Return the listings that a message names, those on offer first, at most 5.

    A reference decides alone. Otherwise titles and streets are compared, with room for a typing
    error in the letters but none in the house number; "Amathountos 71" names one home,
    "the Amathountos flat" all on that street. Sold, let and reserved listings are returned too,
    so that one can say so: look at `status`. Withdrawn ones are not. Runs inside `tenant()`.
    """
    listings = list(
        organization.listings.exclude(status=Listing.Status.WITHDRAWN).select_related("agent__user")
    )
    by_reference = [listing for listing in listings if _has_reference(text, listing.reference)]
    if by_reference:
        return _in_order((listing, COMPLETE, 100.0) for listing in by_reference)
    places = {fold(place) for listing in listings for place in (listing.area, listing.city)}
    words = _words(text)
    found = [(listing, *_likeness(listing, words, places)) for listing in listings]
    best = max((level for _listing, level, _ratio in found), default=0)
    return _in_order(row for row in found if best and row[1] == best)


@dataclass(frozen=True)
class _Name:
    words: tuple[str, ...]
    number: str


def _in_order(found: Iterable[tuple[Listing, int, float]]) -> list[Listing]:
    ordered = sorted(
        found, key=lambda row: (row[0].status != Listing.Status.AVAILABLE, -row[2], row[0].pk)
    )
    return [listing for listing, _level, _ratio in ordered[:MOST_NAMED]]


def _has_reference(text: str, reference: str) -> bool:
    chunks = re.findall(r"[^\W\d_]+|\d+", fold(reference))
    if len("".join(chunks)) < 3 or (len(chunks) == 1 and len(chunks[0]) < 4):
        return False
    return bool(re.search(r"(?<!\w)" + r"[\s\-_/.]?".join(chunks) + r"(?!\w)", fold(text)))


def _likeness(listing: Listing, words: list[str], places: set[str]) -> tuple[int, float]:
    """How completely and how closely (0 to 100) the words name the listing; 0, 0 if not at all."""
    likenesses = (_name_likeness(name, words, places) for name in _names(listing))
    return max(likenesses, default=(0, 0.0))


def _names(listing: Listing) -> Iterator[_Name]:
    for text in (listing.title, listing.address.split(",")[0]):
        words = _words(text)
        letters = tuple(w for w in words if not w[0].isdigit() and w not in STREET_WORDS)
        if len("".join(letters)) >= 4:
            yield _Name(letters, next((word for word in words if word[0].isdigit()), ""))


def _name_likeness(name: _Name, words: list[str], places: set[str]) -> tuple[int, float]:
    best = (0, 0.0)
    length, wanted = len(name.words), " ".join(name.words)
    for start in range(len(words) - length + 1):
        said = " ".join(words[start : start + length])
        ratio = fuzz.ratio(said, wanted, score_cutoff=_cutoff(wanted))
        if ratio:
            level = _level(name, words, start, start + length, is_place=said in places)
            best = max(best, (level, ratio) if level else (0, 0.0))
    return best if best[0] else _by_one_word(name, words, places)


def _level(name: _Name, words: list[str], start: int, end: int, is_place: bool) -> int:
    numbers = list(_house_numbers(words, start, end))
    if not name.number:
        # "Linopetra" alone is the district; a title of that very name needs more to be meant.
        return 0 if is_place else COMPLETE
    if name.number in numbers:
        return COMPLETE
    return 0 if numbers or is_place else WITHOUT_NUMBER


def _house_numbers(words: list[str], start: int, end: int) -> Iterator[str]:
    """The numbers beside words[start:end] that can be a house number, past "street"."""
    after = end
    while after < len(words) and words[after] in STREET_WORDS:
        after += 1
    for place in (start - 1, after):
        if 0 <= place < len(words) and words[place][0].isdigit():
            following = words[place + 1] if place + 1 < len(words) else ""
            if following.rstrip("s") not in COUNTED:
                yield words[place]


def _by_one_word(name: _Name, words: list[str], places: set[str]) -> tuple[int, float]:
    parts_of_places = {word for place in places for word in place.split()}
    telling = [
        word
        for word in name.words
        if len(word) >= LEAST_LETTERS
        and word not in COMMON_IN_TITLES
        and word not in parts_of_places
    ]
    if len(name.words) < 2 or not telling:
        return 0, 0.0
    ratio = max(
        (
            fuzz.ratio(word, said, score_cutoff=_cutoff(word))
            for word in telling
            for said in words
            if said not in parts_of_places
        ),
        default=0.0,
    )
    return (ONE_WORD, ratio) if ratio else (0, 0.0)


def _cutoff(name: str) -> float:
    # In a short name one wrong letter makes another name.
    return LEAST_LIKENESS if len(name) > LEAST_LETTERS else 100


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))
