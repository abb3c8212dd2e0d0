"""How well the built-in reader understands dialogues it is given, and how fast.

    python bench/extraction.py FILE.jsonl [--folds 5] [--part 1] [--wrong]

The file holds lines of `extract_leads` with `"expect"`. The dialogues are split by the hash of
their id, so that everybody gets the same parts; each part is scored for itself, which shows how
much a figure depends on the dialogues it was taken from. The reader is made of rules and learns
nothing while this runs. `--part` looks at one part alone, and `--wrong` prints its mistakes:
mend rules by those of one part, and judge them by another that nobody has looked at.

A turn is timed as the assistant works: the whole conversation up to it is gone through. Once by a
process that read the earlier messages at the turns before and remembers them, and once by one that
remembers nothing, as after a restart. The time of the processor is told beside that of the clock,
which other work on the machine lengthens; the count of patterns tried depends on neither.
"""

import argparse
import hashlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from assistant.evaluation import Evaluation, evaluate_lines
from bench.measuring import percentile
from leads.extraction import extract_lead, forget_messages, read_line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--part", type=int, help="only this one, from 1")
    parser.add_argument("--wrong", action="store_true", help="print what was read wrongly")
    options = parser.parse_args()
    lines = [line for line in options.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    if options.part:
        lines = [line for line in lines if part_of(line, options.folds) == options.part - 1]
    if options.wrong:
        tell_wrong(lines)
    for part in range(0 if options.part or options.folds < 2 else options.folds):
        chosen = [line for line in lines if part_of(line, options.folds) == part]
        tell(f"part {part + 1} of {options.folds}", evaluate_lines(chosen), chosen)
    whole = evaluate_lines(lines)
    tell(f"part {options.part}" if options.part else "all", whole, lines)
    for name, score in sorted(whole.fields.items()):
        print(
            f"  {name:<16} P {score.precision:.3f}  R {score.recall:.3f}  F1 {score.f1:.3f}"
            f"  of {score.right + score.missed}"
        )
    tell_times("the new message read", turn_times(lines, before_a_turn=lambda: None))
    tell_times("all read again", turn_times(lines, before_a_turn=forget_messages))
    tried, turns = patterns_tried(lines)
    print(f"{tried / turns:.0f} patterns tried a turn, each dialogue read once, {turns} turns")


def part_of(line: str, parts: int) -> int:
    identity = str(json.loads(line)["id"]).encode()
    return int(hashlib.sha256(identity).hexdigest(), 16) % parts


def tell(name: str, evaluation: Evaluation, lines: list[str]) -> None:
    visits = Counter(visit_is_right(json.loads(line)) for line in lines)
    asked = visits[True] + visits[False]
    share = visits[True] / asked if asked else 1.0
    print(
        f"{name:<12} {evaluation.conversations:>4} dialogues  micro F1 {evaluation.total.f1:.3f}  "
        f"viewing date right {share:.3f} of {asked}"
    )


def tell_wrong(lines: list[str]) -> None:
    for row in map(json.loads, lines):
        expected, found = row["expect"]["lead"], extract_lead(*read_line(row))
        differing = [n for n in {*expected, *found} if expected.get(n) != found.get(n)]
        if differing:
            print(f"\n{row['id']}")
            for turn in row["turns"]:
                print(f"  {turn['role'][0]}: {turn['text']}")
        for name in sorted(differing):
            print(f"    {name}: {found.get(name)!r} instead of {expected.get(name)!r}")


def visit_is_right(row: dict[str, Any]) -> bool | None:
    """Whether the day of the visit is found; None where the customer asked for none."""
    day = row["expect"]["lead"].get("viewing", {}).get("date")
    found = extract_lead(*read_line(row)).get("viewing", {}).get("date")
    return None if day is None else day == found


def turn_times(
    lines: list[str], before_a_turn: Callable[[], None]
) -> tuple[list[float], list[float]]:
    """Seconds of the clock and of the processor for each customer turn."""
    clock, processor = [], []
    for line in lines:
        turns, setting = read_line(json.loads(line))
        forget_messages()
        for place, turn in enumerate(turns, 1):
            if turn.role == "customer":
                before_a_turn()
                started, worked = time.perf_counter(), time.process_time()
                extract_lead(turns[:place], setting)
                clock.append(time.perf_counter() - started)
                processor.append(time.process_time() - worked)
    return clock, processor


def tell_times(name: str, times: tuple[list[float], list[float]]) -> None:
    parts = []
    for kind, seconds in zip(("clock", "processor"), times, strict=True):
        half, most, worst = (1000 * percentile(seconds, share) for share in (0.5, 0.95, 1))
        parts.append(f"{kind} p50 {half:.1f}, p95 {most:.1f}, most {worst:.1f} ms")
    print(f"a turn, {name}: {'; '.join(parts)}")


def patterns_tried(lines: list[str]) -> tuple[int, int]:
    """How often a regular expression was run on a text, and the customer turns read."""
    tried = 0

    def count(_frame: FrameType, event: str, function: Any) -> None:
        nonlocal tried
        if event == "c_call" and isinstance(getattr(function, "__self__", None), re.Pattern):
            tried += 1

    dialogues = [read_line(json.loads(line)) for line in lines]
    for turns, setting in dialogues:
        forget_messages()
        sys.setprofile(count)
        try:
            extract_lead(turns, setting)
        finally:
            sys.setprofile(None)
    return tried, sum(turn.role == "customer" for turns, _ in dialogues for turn in turns)


if __name__ == "__main__":
    main()
