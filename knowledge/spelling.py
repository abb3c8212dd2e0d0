"""One spelling of a text for patterns to look at, and the way back to the words as written.

Lower case without accents in every script, one form of quotes, digits and spaces, nothing
invisible, so that no word hides behind another spelling. Patterns are written in that form.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from knowledge.folding import fold

READ_AT_MOST = 6000
QUOTES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"'})
TATWEEL = "\u0640"
# An Arabic word may carry "and", "so", "in", "for", "like" and the article at its beginning.
ARABIC_BEGINNING = r"(?:[وف]?(?:[بكل]?ال|لل|[بكل])?)"


@dataclass(frozen=True)
class Spelled:
    """A text in the plain spelling; `said(start, end)` gives the words as they were written."""

    written: str
    plain: str
    places: tuple[int, ...]

    def said(self, start: int, end: int) -> str:
        if start >= end:
            return ""
        return self.written[self.places[start] : self.places[end - 1] + 1]


def spelled(text: str) -> Spelled:
    """Return the text in the plain spelling, at most its first 6,000 characters."""
    written = unicodedata.normalize("NFKC", text[:READ_AT_MOST]).translate(QUOTES)
    plain: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(written):
        for folded in _plain_letter(letter):
            if folded == " " and plain and plain[-1] == " ":
                continue
            plain.append(folded)
            places.append(place)
    return Spelled(written, "".join(plain), tuple(places))


def _plain_letter(letter: str) -> str:
    if letter.isspace():
        return " "
    if letter == TATWEEL or unicodedata.category(letter) == "Cf":
        return ""
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    return fold(letter)


@dataclass(frozen=True)
class Lexicon:
    """Phrases to find, each a fragment of a pattern in the plain spelling.

    A phrase counts as whole words. `unless` are phrases that only look like it: they are blanked
    first, so that the rest of the text speaks for itself.
    """

    found: tuple[str, ...]
    unless: tuple[str, ...] = ()
    is_arabic: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.found, str) or isinstance(self.unless, str):
            raise TypeError("A lexicon takes phrases, not letters.")

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return _compiled(self.found, self.is_arabic)

    @cached_property
    def exceptions(self) -> re.Pattern[str] | None:
        return _compiled(self.unless, self.is_arabic) if self.unless else None

    def find(self, plain: str) -> re.Match[str] | None:
        heard = self.exceptions.sub(blank, plain) if self.exceptions else plain
        return self.pattern.search(heard)

    def find_all(self, plain: str) -> Iterable[re.Match[str]]:
        heard = self.exceptions.sub(blank, plain) if self.exceptions else plain
        return self.pattern.finditer(heard)


def blank(match: re.Match[str]) -> str:
    return "~" * len(match.group())


def _compiled(fragments: Iterable[str], is_arabic: bool) -> re.Pattern[str]:
    beginning = ARABIC_BEGINNING if is_arabic else ""
    return re.compile(rf"(?<!\w){beginning}(?:{'|'.join(fragments)})(?!\w)")
