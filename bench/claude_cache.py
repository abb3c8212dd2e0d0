"""How much of what Claude reads comes from its cache, and what a reply costs.

    python bench/claude_cache.py [--conversations 24] [--model claude-sonnet-5-5]

Customers hold conversations of seven and eight messages with the demonstration agency; Claude is
the twin, whose cache works as documented and which uses the tools as a simple assistant would. Its
tokens are an estimate and its words are few, so the share is measured and the cost is a computation
with the dated price table. Done twice: with 45 seconds between two messages, and with ten minutes,
when only the part kept for an hour is still there. Exit 0 if, with 45 seconds, at least 90 % of the
input tokens from the second turn on are cache reads.
"""

import argparse
import logging
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.measuring import new_site
from organizations.site import catch_signals, say, seed

LEAST_SHARE = 0.9
TALKS = (
    (
        "Hello",
        "I am looking for a flat to buy with 2 bedrooms up to €400k",
        "Is there an elevator at Skoufa 28?",
        "How long does a purchase take?",
        "Can I view L-1042?",
        "The second one please",
        "Which documents do I need for the purchase?",
        "Thank you, goodbye",
    ),
    (
        "Hi, is Skoufa 28 still available?",
        "What do buyers pay on top of the price?",
        "I would like to see it, can I visit?",
        "The first works",
        "Can we move it to another time?",
        "the third one please",
        "Is there parking nearby?",
    ),
    (
        "Good morning",
        "I want to rent a 2 bedroom apartment up to 1300 a month",
        "Are pets allowed?",
        "How much is the deposit?",
        "Can I view it tomorrow?",
        "the first one",
        "Please cancel it",
        "What are your opening hours?",
    ),
)


@dataclass
class Turn:
    """What the calls of one turn used."""

    read: int = 0
    total: int = 0
    output: int = 0
    calls: int = 0
    cost: Decimal = Decimal(0)
    fallback: str = ""


@dataclass
class Clock:
    """The twin's seconds, which pass only between messages."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Agency:
    """The demonstration agency with Claude switched on, and the twin that is Claude."""

    channel: Any
    twin: Any
    clock: Clock
    model: str
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 1_000_000)))

    def converse(self, says: tuple[str, ...], pause: float) -> list[Turn]:
        """One customer's conversation from its beginning, `pause` seconds between two messages."""
        from inbox.whatsapp.parsing import Sender

        sender = Sender(user_id="", phone=f"3579{next(self.numbers):07}", name="Eleni")
        turns = []
        for text in says:
            turns.append(self._answer(sender, text))
            self.clock.now += pause
        return turns

    def _answer(self, sender: Any, text: str) -> Turn:
        from django.utils.timezone import now

        from assistant import tasks
        from assistant.models import ClaudeCall, Run
        from inbox.models import ConversationWork, Message
        from inbox.receiving import receive
        from organizations.tenancy import tenant

        organization = self.channel.organization
        with tenant(organization):
            message = receive(self.channel, _incoming(sender, text, next(self.numbers)))
            conversation = message.conversation
            ConversationWork.objects.filter(pk=conversation.pk).update(
                due_at=now() - timedelta(seconds=1)
            )
        tasks.reply(organization.pk, conversation.pk)
        with tenant(organization):
            run = Run.objects.filter(conversation=conversation).latest("pk")
            calls = list(ClaudeCall.objects.filter(run=run))
            # Half a minute passes, so that no two messages share a second.
            for row in Message.objects.filter(conversation=conversation):
                Message.objects.filter(pk=row.pk).update(
                    sent_at=row.sent_at - timedelta(seconds=30)
                )
        turn = Turn(fallback=run.fallback_reason, calls=len(calls))
        for call in calls:
            written = call.cache_write_5m_tokens + call.cache_write_1h_tokens
            turn.read += call.cache_read_tokens
            turn.total += call.input_tokens + written + call.cache_read_tokens
            turn.output += call.output_tokens
            turn.cost += call.cost_usd
        return turn


def _incoming(sender: Any, text: str, number: int) -> Any:
    from django.utils.timezone import now

    from inbox.models import Message
    from inbox.whatsapp.parsing import IncomingMessage

    return IncomingMessage(
        wamid=f"wamid.BENCH{number}",
        type="text",
        kind=Message.Kind.TEXT,
        body=text,
        sent_at=now(),
        sender=sender,
        payload={"type": "text"},
    )


def switch_on(model: str, twin: Any, clock: Clock, key: str) -> Agency:
    from django.conf import settings

    from assistant.models import AssistantSettings
    from inbox.models import ChannelRoute
    from organizations.models import Organization
    from organizations.tenancy import tenant

    settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = twin.url, key
    settings.ANTHROPIC_MODEL = model
    organization = Organization.objects.order_by("pk").first()
    with tenant(organization):
        AssistantSettings.objects.update_or_create(
            organization=organization, defaults={"claude_enabled": True}
        )
        channel = ChannelRoute.objects.filter(organization=organization).first().channel
        channel.organization = organization
    return Agency(channel, twin, clock, model)


def tell(what: str, conversations: list[list[Turn]]) -> float:
    """Print the share of each turn, and return that from the second turn on."""
    by_turn: dict[int, list[Turn]] = defaultdict(list)
    for turns in conversations:
        for number, turn in enumerate(turns, start=1):
            by_turn[number].append(turn)
    say(f"{what}: {len(conversations)} conversations")
    for number, turns in by_turn.items():
        read, total = sum(t.read for t in turns), sum(t.total for t in turns)
        calls = sum(t.calls for t in turns)
        say(
            f"  turn {number}: {read / total if total else 0:6.1%} of {total:,} input tokens read "
            f"from the cache, {calls / len(turns):.1f} calls, "
            f"{sum(t.cost for t in turns) / len(turns):.4f} USD a reply"
        )
    later = [turn for number, turns in by_turn.items() if number > 1 for turn in turns]
    every = [turn for turns in by_turn.values() for turn in turns]
    share = sum(t.read for t in later) / sum(t.total for t in later)
    fallbacks = [turn.fallback for turn in every if turn.fallback]
    say(
        f"  from the second turn on: {share:.1%}; a reply costs "
        f"{sum(t.cost for t in every) / len(every):.4f} USD and a conversation "
        f"{sum(t.cost for t in every) / len(conversations):.4f}; "
        f"the built-in assistant answered {len(fallbacks)} of {len(every)} "
        f"{sorted(set(fallbacks))}"
    )
    return share


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--conversations", type=int, default=24)
    parser.add_argument("--model", default="claude-sonnet-5-5")
    options = parser.parse_args()
    catch_signals()
    with new_site(KATIKN_DEMO="1") as site:
        seed(site)
        logging.disable(logging.INFO)
        from twins.anthropic import KEY, AnthropicTwin

        clock = Clock()
        with AnthropicTwin(clock=clock) as twin:
            agency = switch_on(options.model, twin, clock, KEY)
            shares = []
            for what, pause in (("45 seconds apart", 45.0), ("Ten minutes apart", 600.0)):
                twin.cache.clear()
                talks = [TALKS[n % len(TALKS)] for n in range(options.conversations)]
                shares.append(tell(what, [agency.converse(says, pause) for says in talks]))
            refused = [it.answer for it in twin.exchanges if it.status != 200]
    if refused:
        say(f"{len(refused)} requests were refused, the first: {refused[0]}")
    return 0 if shares[0] >= LEAST_SHARE and not refused else 1


if __name__ == "__main__":
    sys.exit(main())
