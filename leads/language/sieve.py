"""Patterns that are looked up only in texts that hold one of their possible beginnings.

A message is asked for some hundred things of which it says three. The first letters that each
pattern can begin with are read off its parsed form once, and the first letters of the words of a
text once for all patterns; where they have none in common, there is no match. The answer is always
that of the pattern itself: beginnings are only ever judged too generously.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

try:
    from re import _parser
except ImportError:  # an implementation detail of CPython: without it each pattern is simply tried
    _parser = None  # type: ignore[assignment]

DEPTH = 3  # letters of a beginning
MOST_BEGINNINGS = 600
WIDEST_CLASS = 60  # characters; a wider class stands for any
DIGIT, SPACE = "0", " "
WORD_BEGINS_HERE = re.compile(rf"(?<!\w)(?=(.{{1,{DEPTH}}}))", re.DOTALL)

_ONE_OF_A_KIND = str.maketrans("123456789\t\n\r\f\v\x1c\x1d\x1e\x1f", DIGIT * 9 + SPACE * 9)

# What a piece of a pattern can begin with, and whether what follows the piece goes on from there.
_Begun = set[tuple[str, bool]]
ANYTHING: _Begun = {("", False)}
NOTHING: _Begun = {("", True)}


class Sieved:
    """A compiled pattern whose `search` and `finditer` first look at how the text's words begin."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.at_words, self.beginnings = _beginnings_of(pattern)

    def search(self, text: str) -> re.Match[str] | None:
        beginnings = self.beginnings
        if beginnings is not None and beginnings.isdisjoint(_begins(text, self.at_words)):
            return None
        return self.pattern.search(text)

    def finditer(self, text: str) -> Iterable[re.Match[str]]:
        return self.pattern.finditer(text) if self.may_match(text) else ()

    def sub(self, replaced: Callable[[re.Match[str]], str], text: str) -> str:
        return self.pattern.sub(replaced, text) if self.may_match(text) else text

    def may_match(self, text: str) -> bool:
        beginnings = self.beginnings
        return beginnings is None or not beginnings.isdisjoint(_begins(text, self.at_words))


def forget_texts() -> None:
    """Drop the texts at hand, which are messages of customers."""
    _begins.cache_clear()


@lru_cache(maxsize=256)  # the few texts at hand; each is asked for everything
def _begins(text: str, at_words: bool) -> frozenset[str]:
    """Every run of up to `DEPTH` characters in the text, or those at the beginning of a word."""
    text = _simplified(text)
    if at_words:
        runs = set(WORD_BEGINS_HERE.findall(text))
    else:
        runs = {text[at : at + DEPTH] for at in range(len(text))}
    return frozenset(runs.union(*({run[:size] for run in runs} for size in range(1, DEPTH))))


def _simplified(text: str) -> str:
    """Letter for letter: small, each digit as 0, each space as a plain one."""
    if text.isascii():
        return text.lower().translate(_ONE_OF_A_KIND)
    folded = "".join(letter.casefold()[0] for letter in text)
    return re.sub(r"\s", SPACE, re.sub(r"\d", DIGIT, folded))


def _beginnings_of(pattern: re.Pattern[str]) -> tuple[bool, frozenset[str] | None]:
    """Whether a match begins at a word, and with what; None where that cannot be told."""
    if _parser is None:
        return False, None
    parsed = list(_parser.parse(pattern.pattern, pattern.flags))
    begun = _sequence(parsed)
    beginnings = {text for text, _ in begun}
    if "" in beginnings or len(beginnings) > MOST_BEGINNINGS:
        return False, None
    return bool(parsed) and _is_no_word_before(parsed[0]), frozenset(beginnings)


def _is_no_word_before(node: tuple[Any, Any]) -> bool:
    r"""Whether this is `(?<!…)` over a class that holds `\w`."""
    operation, value = node
    if str(operation) != "ASSERT_NOT" or value[0] != -1 or len(value[1]) != 1:
        return False
    kind, members = value[1][0]
    if str(kind) != "IN":
        return False
    return any(str(k) == "CATEGORY" and str(v) == "CATEGORY_WORD" for k, v in members)


def _sequence(nodes: Iterable[tuple[Any, Any]]) -> _Begun:
    begun: _Begun = {("", True)}
    for node in nodes:
        if not any(goes_on for _, goes_on in begun) or len(begun) > MOST_BEGINNINGS:
            break
        begun = set(_joined(begun, _piece(*node)))
    return begun


def _joined(begun: _Begun, piece: _Begun) -> Iterator[tuple[str, bool]]:
    for before, goes_on in begun:
        if not goes_on:
            yield before, False
            continue
        for more, goes_further in piece:
            text = (before + more)[:DEPTH]
            yield text, goes_further and len(before) + len(more) < DEPTH


def _piece(operation: Any, value: Any) -> _Begun:
    name = str(operation)
    if name == "LITERAL":
        return {(_simplified(chr(value)), True)}
    if name == "IN":
        return _class(value)
    if name == "FAILURE":
        return set()
    if name in ("ASSERT", "ASSERT_NOT", "AT"):
        return NOTHING
    if name == "SUBPATTERN":
        return _sequence(value[3])
    if name == "ATOMIC_GROUP":
        return _sequence(value)
    if name == "BRANCH":
        return {begun for branch in value[1] for begun in _sequence(branch)}
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, repeated = value
        begun = _sequence(repeated)
        if most != 1:
            begun = {(text, False) for text, _ in begun}  # it may come again
        return begun | NOTHING if least == 0 else begun
    return ANYTHING


def _class(members: Iterable[tuple[Any, Any]]) -> _Begun:
    letters: set[str] = set()
    for operation, value in members:
        name = str(operation)
        if name == "LITERAL":
            letters.add(chr(value))
        elif name == "RANGE" and value[1] - value[0] < WIDEST_CLASS:
            letters.update(map(chr, range(value[0], value[1] + 1)))
        elif name == "CATEGORY" and str(value) == "CATEGORY_DIGIT":
            letters.add(DIGIT)
        elif name == "CATEGORY" and str(value) == "CATEGORY_SPACE":
            letters.add(SPACE)
        else:
            return ANYTHING
    return {(_simplified(letter), True) for letter in letters}
