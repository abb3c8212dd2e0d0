"""How the reading of text grows with its length: hostile texts, once and twice as long.

    python bench/hostile_text.py

A pattern that tries again from each letter makes twice the text four times the work, and a customer
with one message could keep a worker busy. Each reader gets each text at two lengths; where the
longer one takes more than 100 ms, it may take at most 2.5 times as long as the shorter one, and no
text may take more than 5 seconds. What we receive is read at the length at which WhatsApp's limits
and ours leave it, what a model writes at the length of its longest answer. Needs no database and no
network. Exit 1 beyond a bound.
"""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

RECEIVED = (50_000, 100_000)
WRITTEN = (8_000, 16_000)  # characters; 2000 tokens are seldom more than 8,000
MOST_TIMES = 2.5
NOTICEABLE, LONGEST = 0.1, 5.0  # seconds
RUNS = 3

TEXTS: dict[str, Callable[[int], str]] = {
    "digits": lambda n: "9" * n,
    "words with hyphens": lambda n: ("a-" * n)[:n],
    "digits with hyphens": lambda n: ("9-" * n)[:n],
    "dotted": lambda n: ("a." * n)[:n],
    "dotted digits": lambda n: ("9." * n)[:n],
    "spaced digits": lambda n: ("9 " * n)[:n],
    "one word": lambda n: "a" * n,
    "nested quotes": lambda n: "“\"'" * (n // 6) + "'\"”" * (n // 6),
    "brackets": lambda n: "[(" * (n // 4) + ")]" * (n // 4),
    "spaces": lambda n: "a" + " " * n + "b",
    "lines": lambda n: "\n" * n,
    "direction marks": lambda n: "\u202e\u200f\u2067" * (n // 3),
    "emoji": lambda n: "👨\u200d👩\u200d👧" * (n // 5),
    "accents": lambda n: "a" + "\u0301" * n,
    "dots in disguise": lambda n: ("a [dot] " * n)[:n],
    "prices": lambda n: ("€385.000 " * n)[:n],
    "days": lambda n: ("on monday at 3 " * n)[:n],
    "wishes": lambda n: ("i want 2 bedrooms up to 300k in kolonaki " * n)[:n],
    "mail": lambda n: ("a@" * n)[:n],
    "money without end": lambda n: ("€1" + "000 " * n)[:n],
}


def main() -> int:
    _set_up()
    failures, slowest = 0, []
    for name, read, lengths in _readers():
        worst, worst_text, most = 0.0, "", 0.0
        for kind, make in TEXTS.items():
            short, long = (_seconds(read, make(length)) for length in lengths)
            times = long / short if long > NOTICEABLE else 1.0
            most = max(most, long)
            if times > worst:
                worst, worst_text = times, kind
            if times > MOST_TIMES or long > LONGEST:
                failures += 1
                print(f"  too much: {name}, {kind}: {short:.3f} s, twice the text {long:.3f} s")
        slowest.append(most)
        grows = f"{worst:.2f} times ({worst_text})" if worst > 1 else "not noticeable"
        print(f"{name:34} {lengths[1]:7} characters: {most:6.3f} s at most, twice the text {grows}")
    print(f"slowest: {max(slowest):.3f} s; beyond a bound: {failures}")
    return 1 if failures else 0


def _seconds(read: Callable[[str], Any], text: str) -> float:
    """The least of some runs: the others had to wait for something else."""
    taken = []
    for _run in range(RUNS):
        started = perf_counter()
        read(text)
        taken.append(perf_counter() - started)
        if taken[-1] > LONGEST:
            break
    return min(taken)


def _readers() -> list[tuple[str, Callable[[str], Any], tuple[int, int]]]:
    from assistant import figures, guardrails, language, leaks, links, prompts, sensitive
    from assistant.builtin.commands import Context, ListingName, understand
    from assistant.tools import typed
    from inbox import opting_out
    from inbox.whatsapp.parsing import split_event
    from knowledge import retrieval
    from leads.extraction import Setting, Turn, extract_facts, extract_from_message

    now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    zone, areas = "Asia/Nicosia", ("Kolonaki", "Agia Fyla")
    setting = Setting(now, zone, areas, ("Skoufa 28",))
    context = Context(
        now, zone, areas, (ListingName(1, "Skoufa 28", "L-1042"),), "viewing_time", shown=(1,)
    )
    own_words = {"law": ["building permit", "title deed"]}
    patterns = [
        *(guardrails.ACCOUNT, guardrails.BOOKING_CLAIM, guardrails.MEETING_CLAIM),
        *(guardrails.CANCEL_CLAIM, guardrails.STEERING, figures.IN_WORDS, figures.BUDGET),
        *(figures.CLOCK, figures.SENTENCE_END, links.EMAIL),
    ]

    def delivery(text: str) -> Any:
        message = {"id": "wamid.1", "from": "35799123456", "timestamp": "1795420800"}
        message |= {"type": "text", "text": {"body": text}}
        value = {"messaging_product": "whatsapp", "messages": [message]}
        value["metadata"] = {"phone_number_id": "1", "display_phone_number": "1"}
        change = {"field": "messages", "value": value}
        import json

        body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
        return list(split_event(json.dumps(body).encode()))

    return [
        ("webhook: parsing", delivery, RECEIVED),
        ("stop and start", lambda t: (opting_out.asks_to_stop(t), opting_out.asks_to_start(t)),
         RECEIVED),
        ("subjects", lambda t: sensitive.find_subject(t, own_words), RECEIVED),
        ("facts of a message", lambda t: extract_from_message(t, setting), RECEIVED),
        ("facts of a talk", lambda t: extract_facts(
            [Turn("customer", t), Turn("assistant", "How many?"), Turn("customer", t)], setting),
         RECEIVED),
        ("commands", lambda t: understand(t, context), RECEIVED),
        ("words of a question", retrieval.question_words, RECEIVED),
        ("language", language.language_of, RECEIVED),
        ("numbers that were given", figures.numbers_in, RECEIVED),
        ("prompt: marks", lambda t: (typed.without_marks(t), typed.plain_line(t)), RECEIVED),
        ("reply: links", links.links_in, WRITTEN),
        ("reply: without links", links.without_links, WRITTEN),
        ("reply: sentences apart", links.sentences_apart, WRITTEN),
        ("reply: phones", links.phones_in, WRITTEN),
        ("reply: sums", lambda t: [*figures._sums(t)], WRITTEN),
        ("reply: claims", lambda t: [[*each.finditer(t)] for each in patterns], WRITTEN),
        ("reply: leaks", lambda t: (leaks.gives_away(t, prompts.RULES), leaks.is_coded(t)),
         WRITTEN),
    ]  # fmt: skip


def _set_up() -> None:
    for name, value in {
        "SECRET_KEY": "0123456789" * 6,
        "ENCRYPTION_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "DATABASE_URL": "postgres://app:x@127.0.0.1/none",
        "DATABASE_OWNER_URL": "postgres://owner:x@127.0.0.1/none",
        "DATABASE_SUPPORT_URL": "postgres://support:x@127.0.0.1/none",
        "DJANGO_SETTINGS_MODULE": "katikn.settings",
    }.items():
        os.environ.setdefault(name, value)
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
