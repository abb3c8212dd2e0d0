"""What the other readers share: patterns, clauses and their mood, numbers, accents."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from types import ModuleType
from typing import Literal

from leads.language import en
from leads.language.sieve import Sieved

Mood = Literal["wish", "question", "statement"]


@dataclass(frozen=True)
class Clause:
    """A piece of a message that says one thing; `start` and `end` are offsets in the message."""

    text: str
    start: int
    end: int
    mood: Mood


@lru_cache(maxsize=2048)
def words_pattern(fragment: str) -> re.Pattern[str]:
    """The fragment as whole words, ignoring case."""
    return re.compile(rf"(?<!\w)(?:{fragment})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=2048)
def pattern(fragment: str) -> re.Pattern[str]:
    return re.compile(fragment, re.IGNORECASE)


@lru_cache(maxsize=2048)
def find_words(fragment: str) -> Sieved:
    """`words_pattern` for whole messages and clauses, most of which hold nothing of it."""
    return Sieved(words_pattern(fragment))


@lru_cache(maxsize=512)
def find(fragment: str) -> Sieved:
    """`pattern`, likewise."""
    return Sieved(pattern(fragment))


def has(fragment: str, text: str) -> bool:
    return find_words(fragment).search(text) is not None


def is_declined(before: str, words: ModuleType) -> bool:
    """Whether what comes after `before` is not wanted: after a "no" and after "no garage or"."""
    if pattern(rf"(?<!\w){words.NEGATION_BEFORE}$").search(before):
        return True
    if not find_words(words.OR).search(before):
        return False
    first = r"(?:[^\W\d][\w-]* ){1,3}"
    over_an_or = rf"(?<!\w){words.NEGATION_BEFORE}{first}(?:{words.OR}) (?:{words.A_SPAN} )?$"
    return pattern(over_an_or).search(before) is not None


def tidy(text: str) -> str:
    """Typographic quotes and odd spaces as plain ones; the length, and so every offset, stays."""
    return text.translate(_PLAIN)


_PLAIN = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "\xa0": " "})


@lru_cache(maxsize=4096)
def _base(letter: str) -> str:
    if letter in _ARABIC:
        return _ARABIC[letter]
    first = unicodedata.normalize("NFKD", letter)[:1]
    return first if first and first != letter and letter.isalpha() else letter


# Spellings of one Arabic letter that people use for each other.
_ARABIC = {
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ٱ": "ا",
    "ة": "ه",
    "ى": "ي",
    "ؤ": "و",
    "ئ": "ي",
    "؟": "?",
    "،": ",",
}
_ARABIC |= {chr(0x660 + n): str(n) for n in range(10)}


def without_accents(text: str) -> str:
    """Each letter without its accent, so that the length, and every offset, stays."""
    if text.isascii():
        return text
    return "".join(letter if letter.isascii() else _base(letter) for letter in text)


def fold(text: str) -> str:
    """Lower case without accents: for comparing names, not for offsets."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def clauses(text: str, words: ModuleType = en) -> list[Clause]:
    """The message cut where a new sentence, a "but" or a new question begins."""
    pieces, start, goes_on = [], 0, False
    for gap in pattern(words.CLAUSE_BREAK).finditer(text):
        ends = "?" in gap.group() or gap.group()[:1] in ".!;\n"
        pieces.append((start, gap.end() if ends else gap.start(), goes_on))
        start, goes_on = gap.end(), not ends
    pieces.append((start, len(text), goes_on))
    found: list[Clause] = []
    for start, end, goes_on in pieces:
        if text[start:end].strip():
            clause = _clause(text, start, end, words)
            if goes_on and found and found[-1].mood == "wish" and _only_ends_asking(clause, words):
                clause = replace(clause, mood="wish")
            found.append(clause)
    return found


def _only_ends_asking(clause: Clause, words: ModuleType) -> bool:
    """The mark of "could you find a flat with a lift but no garage?" is that of its beginning."""
    asked = clause.mood == "question" and not find(words.ABOUT_ONE_HOME).search(clause.text)
    return asked and not pattern(words.QUESTION_START).match(clause.text)


def number(word: str, words: ModuleType = en) -> int | None:
    """The whole number behind "3", "three" or "third"; None for any other word."""
    word = word.casefold().strip()
    digits = re.fullmatch(rf"(\d{{1,9}}){words.ORDINAL_SUFFIX}?", word)
    if digits:
        return int(digits.group(1))
    return words.NUMBERS.get(word, words.ORDINALS.get(word))


@lru_cache(maxsize=16)
def number_fragment(words: ModuleType = en) -> str:
    """Digits or a number word, as a fragment without a group."""
    return r"(?:\d{1,3}|" + "|".join(w for w in words.NUMBERS if w not in words.ARTICLES) + ")"


def _clause(text: str, start: int, end: int, words: ModuleType) -> Clause:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    piece = piece.strip()
    return Clause(piece, start, start + len(piece), _mood(piece, words))


def _mood(piece: str, words: ModuleType) -> Mood:
    inside = find(rf"\b(?:{words.QUESTION_INSIDE})").search(piece)
    asks = piece.rstrip(" .!").endswith(words.QUESTION_MARKS) or bool(
        pattern(words.QUESTION_START).match(piece)
    )
    searches = has(words.SEARCH, piece)
    if inside and not has(words.INDEFINITE_HOME, piece):
        return "question"
    about_one = find(words.ABOUT_ONE_HOME).search(piece)
    if about_one and (asks or not searches) and not has(words.INDEFINITE_HOME, piece):
        return "question"
    if searches:
        return "wish"
    return "question" if asks else "statement"
