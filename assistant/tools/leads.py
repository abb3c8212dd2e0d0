"""The tool that notes what the customer said about their wish."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.tools.calling import inward, tool
from inbox.models import Message
from leads import recording, stages
from leads.extraction import FoundFact

if TYPE_CHECKING:
    from assistant.turn import Turn

NUMBERS = {"bedrooms", "bathrooms", "budget_min", "budget_max", "area_m2_min", "timeline_days"}
# Sums are written in figures; "two bedrooms" and "in a month" are not.
IN_FIGURES = {"budget_min", "budget_max", "area_m2_min"}
YES_OR_NO = {"furnished", "pets", "parking", "laundry"}
LISTS = {"locations", "must_haves"}
ONE_OF = {"intent": {"buy", "rent", "sell", "let"}, "budget_period": {"total", "month"}}
LONGEST_VALUE = 120
MOST_VALUES = 10
LARGEST = 10**12
FIGURES = re.compile(r"\d(?:[\d.,\u00a0\u202f ]*\d)?")


@tool
def record_facts(turn: "Turn", facts: Sequence[FoundFact]) -> list[str]:
    """Note facts of the lead, each with the message that proves it; return the new fields.

    `fact.turn` is an index into `turn.messages`. They are stored when the reply is committed.
    """
    known = recording.known(turn.lead)
    changed = [fact.field for fact in facts if known.get(fact.field) != fact.value]

    def store() -> None:
        recording.record_facts(turn.lead, facts, turn.messages)
        stages.advance_by_facts(turn.lead)

    turn.effects.append(inward(store))
    return changed


def proves(message: Message, quote: str) -> bool:
    """Whether the customer wrote the quote in this message."""
    return recording.proves(message, quote)


def value_of(field: str, said: str, quote: str) -> Any:
    """Return a stated value in the type of its field, or nothing where it does not fit the quote.

    A sum has to have the figures of the quote ("400k" for 400000), an e-mail address or phone
    number has to stand in it.
    """
    said = " ".join(said.split())[:LONGEST_VALUE]
    if not said:
        return None
    if field in NUMBERS:
        return _number(field, said, quote)
    if field in YES_OR_NO:
        return {"true": True, "false": False}.get(said.lower())
    if field in LISTS:
        return [part.strip() for part in said.split(";") if part.strip()][:MOST_VALUES] or None
    if field in ONE_OF:
        return said.lower() if said.lower() in ONE_OF[field] else None
    if field == "currency":
        return said.upper() if re.fullmatch(r"[A-Za-z]{3}", said) else None
    if field == "email":
        return said if "@" in said and said.casefold() in quote.casefold() else None
    if field == "phone":
        digits = re.sub(r"\D", "", said)
        return said if digits and digits in re.sub(r"\D", "", quote) else None
    return said


def _number(field: str, said: str, quote: str) -> int | None:
    if not re.fullmatch(r"\d{1,12}", said):
        return None
    value = int(said)
    if field in IN_FIGURES and _telling(said) not in map(_telling, FIGURES.findall(quote)):
        return None
    return value if value < LARGEST else None


def _telling(figures: str) -> str:
    """The digits without separators and without the zeros that "k" and "million" stand for."""
    return re.sub(r"\D", "", figures).strip("0")
