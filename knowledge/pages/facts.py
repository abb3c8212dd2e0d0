"""A fact that a page tells, and how much of a page is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from knowledge.cleaning import one_line, plain_text
from knowledge.models import Listing
from knowledge.values import (
    LONGEST_DESCRIPTION,
    NotReadable,
    read_value,
)

SOURCES = ("json-ld", "state", "text", "og", "url")
LONGEST_SNIPPET = 160
MOST_NODES = 20_000
# A page is read by the one worker for long work, so none may keep it busy: pages of homes have a
# tenth of these, and what is beyond is not looked at.
MOST_TAGS, MOST_LEVELS = 40_000, 200
MOST_LINES, LONGEST_LINE, LONGEST_TEXT = 3_000, 1_000, 200_000
MOST_ITEMS = 1_000
MOST_STATES = 20
MOST_INSIDE = 12
SQUARE_FOOT = Decimal("0.09290304")


@dataclass(frozen=True)
class Fact:
    """One value of a field as `read_value` gives it, who said so, and in which words."""

    field: str
    value: Any
    source: str
    snippet: str


def as_facts(field: str, value: Any, source: str, snippet: str) -> Iterator[Fact]:
    """The fact, if its value can be read."""
    text = plain_text(str(value)[: LONGEST_DESCRIPTION if field == "description" else LONGEST_LINE])
    snippet = snippet[:LONGEST_LINE]
    if field == "title":
        text = one_line(text, Listing._meta.get_field("title").max_length)
    elif field == "description":
        text = text[:LONGEST_DESCRIPTION]
    try:
        read = read_value(field, text)
    except NotReadable:
        return
    if read is not None:
        yield Fact(field, read, source, one_line(snippet, LONGEST_SNIPPET))
