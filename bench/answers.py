"""How long a customer waits for the built-in assistant, beyond the quiet period.

    python bench/answers.py [--runs 200] [--at-once 10 50]

Starts an installation of its own with the demonstration agency. Customers talk in conversations of
four messages; a run is the time from the message leaving the customer's phone until the twin has
accepted the reply, less the quiet period. One conversation at a time, warm, the p95 may be one
second at most; several at once are only reported. Exit 0 if it holds.
"""

import argparse
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.measuring import demonstration_twin, new_site, percentile
from organizations.site import catch_signals, say, seed

SAYS = (
    "Hi, is Skoufa 28 still available?",
    "Do you have a two bedroom flat to rent in Koukaki up to 1300?",
    "Are pets allowed, and is there parking?",
    "Can I see it tomorrow afternoon?",
)
WARM_UP = 3  # conversations
SLOWEST = 1.0  # seconds
LONGEST_WAIT = 120.0


def converse(phone: Any, quiet: float) -> list[float]:
    """Say one thing after the other, each after the reply; return the seconds of each."""
    seconds = []
    for count, text in enumerate(SAYS, start=1):
        begun = time.perf_counter()
        phone.send_text(text)
        phone.wait_for_replies(count, LONGEST_WAIT)
        seconds.append(time.perf_counter() - begun - quiet)
    return seconds


def at_once(phones: Sequence[Any], quiet: float) -> list[float]:
    """Let every phone hold its conversation at the same time."""
    seconds: list[float] = []
    threads = [
        threading.Thread(target=lambda phone=phone: seconds.extend(converse(phone, quiet)))
        for phone in phones
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds


def tell(what: str, seconds: list[float]) -> float:
    p50, p95 = percentile(seconds, 0.5), percentile(seconds, 0.95)
    say(
        f"{what}: {len(seconds)} replies, p50 {p50:.2f} s, p95 {p95:.2f} s, "
        f"longest {max(seconds):.2f} s beyond the quiet period"
    )
    return p95


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--at-once", type=int, nargs="*", default=[10, 50])
    options = parser.parse_args()
    catch_signals()
    with new_site() as site:
        seed(site)
        from inbox.work import QUIET

        quiet = QUIET.total_seconds()
        numbers = iter(range(1_000_000))
        with demonstration_twin(site) as twin:

            def phone() -> Any:
                return twin.customer(phone=f"3579{next(numbers):07}", name="Eleni")

            site.start(twin=False)
            site.wait_until_ready()
            for _ in range(WARM_UP):
                converse(phone(), quiet)
            single: list[float] = []
            while len(single) < options.runs:
                single += converse(phone(), quiet)
            p95 = tell("One conversation at a time", single)
            for count in options.at_once:
                tell(f"{count} at once", at_once([phone() for _ in range(count)], quiet))
    return 1 if p95 > SLOWEST else 0


if __name__ == "__main__":
    sys.exit(main())
