"""What Claude's tokens cost, from the dated table `prices.json`.

Prices are USD per million tokens. A model has a row for each day its price changed, and a second
one with `above` where a prompt of more tokens than that costs more as a whole.
"""

import json
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

MILLION = Decimal(1_000_000)
SMALLEST = Decimal("0.000001")


class UnknownPrice(LookupError):
    """The table has no price of this model, so that no cap could be kept."""


@dataclass(frozen=True)
class Tokens:
    """What one call used. `input` is neither read from the cache nor written to it."""

    input: int = 0
    write_5m: int = 0
    write_1h: int = 0
    read: int = 0
    output: int = 0

    @property
    def prompt(self) -> int:
        return self.input + self.write_5m + self.write_1h + self.read

    @property
    def write(self) -> int:
        return self.write_5m + self.write_1h


@dataclass(frozen=True)
class Price:
    """One row of the table; `above` is the size of the prompt beyond which it holds."""

    model: str
    since: date
    above: int
    input: Decimal
    write_5m: Decimal
    write_1h: Decimal
    read: Decimal
    output: Decimal


def cost(model: str, tokens: Tokens, on: date) -> Decimal:
    """Return the cost in USD on a day, rounded up to a millionth. Raises `UnknownPrice`."""
    price = price_of(model, on, tokens.prompt)
    total = (
        tokens.input * price.input
        + tokens.write_5m * price.write_5m
        + tokens.write_1h * price.write_1h
        + tokens.read * price.read
        + tokens.output * price.output
    )
    return (total / MILLION).quantize(SMALLEST, ROUND_UP)


def price_of(model: str, on: date, prompt: int = 0) -> Price:
    """Return the row that holds on a day for a prompt of so many tokens.

    Before the first day in the table its first price holds. Raises `UnknownPrice`.
    """
    rows = [row for row in table() if row.model == model and row.above <= max(prompt - 1, 0)]
    if not rows:
        raise UnknownPrice(model)
    in_force = [row for row in rows if row.since <= on]
    since = max(row.since for row in in_force) if in_force else min(row.since for row in rows)
    return max((row for row in rows if row.since == since), key=lambda row: row.above)


def known_models() -> list[str]:
    return list(dict.fromkeys(row.model for row in table()))


@cache
def table() -> tuple[Price, ...]:
    rows = json.loads((Path(__file__).parent / "prices.json").read_text())["prices"]
    return tuple(map(_price, rows))


def _price(row: dict[str, Any]) -> Price:
    amounts = {
        name: Decimal(row[name]) for name in ("input", "write_5m", "write_1h", "read", "output")
    }
    since = date.fromisoformat(row["from"])
    return Price(row["model"], since, row.get("above", 0), **amounts)
