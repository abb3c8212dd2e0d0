"""How well the assistant understands: recorded conversations against what is expected of them.

A line is one of `extract_leads` with `"expect": {"lead": {…}}`. Only fields that the file expects
somewhere are counted, so a file that labels no `intent` says nothing about `intent`. Each element
of a list and each part of `viewing` counts for itself.
"""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leads.extraction import extract_lead, read_line

Item = tuple[str, str]


@dataclass(frozen=True)
class Score:
    """How many values were found rightly, found wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        doubled = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / doubled if doubled else 1.0


@dataclass(frozen=True)
class Evaluation:
    """Scores by field, their sum, and the time it took; `seconds` covers all `turns`.

    The built-in backend uses no tokens and costs nothing, so both are 0 for it.
    """

    total: Score
    fields: Mapping[str, Score] = field(default_factory=dict)
    conversations: int = 0
    turns: int = 0
    seconds: float = 0.0
    tokens: int = 0
    cost_usd: float = 0.0


def evaluate_lines(lines: Iterable[str]) -> Evaluation:
    """Read every line, extract and compare. A bad line raises `ValueError` with its number."""
    pairs: list[tuple[set[Item], set[Item]]] = []
    turn_count, seconds = 0, 0.0
    for place, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            expected = row["expect"]["lead"]
            turns, setting = read_line(row)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"Line {place} has no conversation to compare: {error!r}") from error
        started = time.perf_counter()
        lead = extract_lead(turns, setting)
        seconds += time.perf_counter() - started
        turn_count += sum(turn.role == "customer" for turn in turns)
        pairs.append((set(_items(expected)), set(_items(lead))))
    fields = _scores(pairs)
    total = Score(
        sum(score.right for score in fields.values()),
        sum(score.wrong for score in fields.values()),
        sum(score.missed for score in fields.values()),
    )
    return Evaluation(total, fields, len(pairs), turn_count, seconds)


def report(evaluation: Evaluation) -> Iterator[str]:
    """The evaluation as lines of text."""
    yield f"{'field':<18}{'P':>7}{'R':>7}{'F1':>7}{'right':>8}{'wrong':>8}{'missed':>8}"
    for name, score in [*sorted(evaluation.fields.items()), ("all (micro)", evaluation.total)]:
        yield (
            f"{name:<18}{score.precision:>7.3f}{score.recall:>7.3f}{score.f1:>7.3f}"
            f"{score.right:>8}{score.wrong:>8}{score.missed:>8}"
        )
    latency = 1000 * evaluation.seconds / evaluation.turns if evaluation.turns else 0.0
    yield (
        f"{evaluation.conversations} conversations, {evaluation.turns} customer turns, "
        f"{latency:.2f} ms a turn, {evaluation.tokens} tokens, ${evaluation.cost_usd:.4f}"
    )


def _items(lead: Mapping[str, Any]) -> Iterator[Item]:
    for name, value in lead.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{part}", _comparable(v)) for part, v in value.items())
        elif isinstance(value, list):
            yield from ((name, _comparable(element)) for element in value)
        else:
            yield name, _comparable(value)


def _comparable(value: Any) -> str:
    return value.casefold().strip() if isinstance(value, str) else json.dumps(value)


def _scores(pairs: list[tuple[set[Item], set[Item]]]) -> dict[str, Score]:
    labelled = {name for expected, _found in pairs for name, _value in expected}
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for expected, found in pairs:
        right.update(name for name, _value in expected & found)
        wrong.update(name for name, _value in found - expected)
        missed.update(name for name, _value in expected - found)
    return {name: Score(right[name], wrong[name], missed[name]) for name in labelled}
