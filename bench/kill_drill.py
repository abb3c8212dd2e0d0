"""The kill drill: customers write while processes die, and every burst is answered once.

    python bench/kill_drill.py [--kills 15] [--conversations 40] [--seed N]

Starts PostgreSQL (durable), web, worker and the Meta twin of its own. Each customer sends a burst
of three messages; each webhook arrives twice and out of order. Meanwhile random processes of the
worker get SIGKILL, the whole worker once, and PostgreSQL restarts once. Then the rows are compared
with what the twin saw. With the defaults it ends within six minutes; each further kill adds five
seconds. Exit 0 if nothing was lost, doubled or overlapping.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from organizations import postgres
from organizations.processes import children
from organizations.site import Site, catch_signals, free_ports, prepare, say

BURST = ("Hello!", "I am looking for a flat to rent.", "Two bedrooms, please.")
REST_SECONDS = 250  # after the last thing of the plan
NUMBER = {
    "phone_number_id": "305000000000077",
    "waba_id": "204000000000077",
    "display": "35725000077",
    "token": "drill-token",
}


@dataclass
class Plan:
    """What happens when: (seconds from the start, what it is called, what it does)."""

    events: list[tuple[float, str, Callable[[], None]]] = field(default_factory=list)

    def add(self, at: float, name: str, act: Callable[[], None]) -> None:
        self.events.append((at, name, act))

    def run(self, between: Callable[[], None]) -> None:
        begun = time.monotonic()
        for at, name, act in sorted(self.events, key=lambda event: event[:2]):
            while time.monotonic() - begun < at:
                between()
                time.sleep(0.05)
            act()
            if name:
                say(f"{time.monotonic() - begun:6.1f} s  {name}")


class Drill:
    """One run over `site`, with the twin in this process."""

    def __init__(self, site: Site, cluster: postgres.Cluster, options: argparse.Namespace) -> None:
        self.site = site
        self.cluster = cluster
        self.options = options
        self.random = random.Random(options.seed)
        self.sent: dict[str, list[str]] = {}
        self.killed: Counter[str] = Counter()

    def run(self, twin: Any) -> int:
        organization = _found_agency()
        twin.disturb_webhooks(duplicate=1, reorder=6, gather_seconds=0.3)
        # Slow answers, so that processes die while they wait for one too.
        twin.fault("slow", times=100_000, seconds=0.4)
        begun = time.monotonic()
        self._plan(twin).run(self.site.watch)
        rested = self._wait_for_rest(time.monotonic() + REST_SECONDS)
        seconds = time.monotonic() - begun
        twin.webhooks.wait_idle(10)
        return _report(Findings(organization, self.sent, twin), self.killed, rested, seconds)

    def _plan(self, twin: Any) -> Plan:
        """Bursts spread over the time in which processes die."""
        plan, count, kills = Plan(), self.options.conversations, self.options.kills
        span = max(count * 2.0, kills * 5.0)
        phones = [twin.customer(phone=f"357990{n:05}", name=f"Customer {n}") for n in range(count)]
        for n, phone in enumerate(phones):
            plan.add(n * span / count, "", lambda phone=phone: self._send_burst(phone))
        for n in range(kills):
            at = (n + self.random.random()) * span / kills
            plan.add(at, f"kill {n + 1} of {kills}", self._kill_one)
        plan.add(span * 0.4, "restart of PostgreSQL", self._restart_postgres)
        plan.add(span * 0.7, "kill of the whole worker", self._kill_worker)
        return plan

    def _send_burst(self, phone: Any) -> None:
        self.sent[phone.id] = [phone.send_text(text) for text in BURST]

    def _kill_one(self) -> None:
        """Kill any process below the supervisor: a first process, sentinel, worker or helper."""
        victims = self._descendants()
        while not victims:
            self.site.watch()
            time.sleep(0.2)
            victims = self._descendants()
        victim = self.random.choice(sorted(victims))
        self.killed[victims[victim]] += 1
        os.kill(victim, signal.SIGKILL)

    def _kill_worker(self) -> None:
        worker = self.site.service("worker")
        worker.signal(signal.SIGKILL)
        self.killed["supervisor"] += 1

    def _restart_postgres(self) -> None:
        postgres.stop(self.cluster)
        postgres.start(self.cluster)

    def _descendants(self) -> dict[int, str]:
        """Process ids below the supervisor, with their depth in words."""
        worker = self.site.service("worker")
        if not worker.is_running():
            return {}
        found: dict[int, str] = {}
        level = [worker.process.pid]
        for name in ("first process", "sentinel", "worker, pusher or monitor"):
            level = [child for parent in level for child in children(parent)]
            found |= dict.fromkeys(level, name)
        return found

    def _wait_for_rest(self, deadline: float) -> bool:
        """Wait until nothing is due, queued or under way any more; false at the deadline."""
        quiet = 0
        while quiet < 3:
            if time.monotonic() > deadline:
                return False
            self.site.watch()
            quiet = quiet + 1 if _is_at_rest() else 0
            time.sleep(1)
        return True


class Findings:
    """What the rows and the twin say at the end."""

    def __init__(self, organization: Any, sent: dict[str, list[str]], twin: Any) -> None:
        from django.db.models import Min

        from inbox.models import Message, WebhookEvent, WebhookItem
        from organizations.tenancy import tenant

        self.sent = {wamid for burst in sent.values() for wamid in burst}
        self.bursts = len(sent)
        self.events = Counter(WebhookEvent.objects.values_list("state", flat=True))
        counters = twin.counters()
        self.accepted = {customer: counters["accepted"].get(customer, 0) for customer in sent}
        self.repeated = counters["repeated"]
        with tenant(organization):
            messages = Message.objects.order_by("pk")
            self.inbound = list(messages.filter(direction="in").values_list("wamid", flat=True))
            self.replies = list(
                messages.filter(direction="out").values(
                    "conversation_id",
                    "answers_seq",
                    "status",
                    "wamid",
                    "possibly_sent_twice",
                    "created_at",
                )
            )
            received = dict(
                WebhookItem.objects.filter(message_id__isnull=False)
                .values_list("message_id")
                .annotate(first=Min("event__received_at"))
            )
            self.received = {}
            for pk, conversation_id in messages.filter(direction="in").values_list(
                "pk", "conversation_id"
            ):
                self.received.setdefault(conversation_id, []).append(received[pk])
            self.works = list(
                organization.conversations.values_list(
                    "work__state", "work__seq_in", "work__seq_done"
                )
            )
            self.runs = list(
                organization.runs.values_list("conversation_id", "started_at", "seconds", "outcome")
            )

    def lost(self) -> int:
        return len(self.sent - set(self.inbound))

    def stored_twice(self) -> int:
        return len(self.inbound) - len(set(self.inbound))

    def unprocessed_events(self) -> int:
        return sum(self.events.values()) - self.events["processed"]

    def unanswered(self) -> int:
        """Conversations without a reply that arrived, or with messages no reply has read."""
        answered = {r["conversation_id"] for r in self.replies if r["wamid"]}
        behind = sum(state != "idle" or seq_done < seq_in for state, seq_in, seq_done in self.works)
        return self.bursts - len(answered) + behind

    def split_bursts(self) -> int:
        """Replies to a part of a burst whose rest reached us only after them."""
        return sum(
            any(arrived > reply["created_at"] for arrived in self.received[conversation])
            for conversation, reply in ((r["conversation_id"], r) for r in self.replies)
        )

    def possibly_twice(self) -> int:
        return sum(reply["possibly_sent_twice"] for reply in self.replies)

    def answered_twice(self) -> int:
        """Replies beyond one for each burst, unless a part of it reached us after the first."""
        return max(0, len(self.replies) - self.bursts - self.split_bursts())

    def sent_twice_unmarked(self) -> int:
        """Sends that the twin accepted beyond the replies, and that no mark admits."""
        return max(0, sum(self.accepted.values()) - len(self.replies) - self.possibly_twice())

    def overlaps(self) -> int:
        """Pairs of turns of one conversation that both led to a reply and were made at once."""
        spans: dict[int, list[tuple[float, float]]] = {}
        for conversation, started, seconds, outcome in self.runs:
            if outcome == "replied":
                start = started.timestamp()
                spans.setdefault(conversation, []).append((start, start + seconds))
        return sum(
            later[0] < earlier[1]
            for ordered in map(sorted, spans.values())
            for earlier, later in pairwise(ordered)
        )


def _report(found: Findings, killed: Counter[str], rested: bool, seconds: float) -> int:
    failures = {
        "messages lost": found.lost(),
        "messages stored twice": found.stored_twice(),
        "webhook events not processed": found.unprocessed_events(),
        "bursts not answered": found.unanswered(),
        "bursts answered twice": found.answered_twice(),
        "sends repeated without a mark": found.sent_twice_unmarked(),
        "turns of one conversation at once": found.overlaps(),
        "did not come to rest": int(not rested),
    }
    figures = {
        "seconds": round(seconds),
        **{f"killed: {name}": count for name, count in sorted(killed.items())},
        "bursts": found.bursts,
        "messages sent by customers": len(found.sent),
        "webhook events": sum(found.events.values()),
        "replies": len(found.replies),
        "sends accepted by the twin": sum(found.accepted.values()),
        "replies marked possibly sent twice": found.possibly_twice(),
        "bursts split by an outage": found.split_bursts(),
        "turns recorded": len(found.runs),
    }
    say()
    for name, value in (figures | failures).items():
        mark = "" if name not in failures else "  ok" if not value else "  WRONG"
        say(f"{name:<38}{value:>6}{mark}")
    wrong = sum(bool(value) for value in failures.values())
    say(f"\nKill drill: {len(failures) - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


def _found_agency() -> Any:
    """Create an agency with one connected number; answers need no listings."""
    from inbox.models import Channel, ChannelRoute
    from organizations.founding import found_organization
    from organizations.models import User
    from organizations.tenancy import tenant

    owner = User.objects.create_user("drill@agency.example", name="Drill Owner")
    organization = found_organization(owner, "Drill", "+357 25 000077", 1)
    with tenant(organization):
        channel = Channel(
            organization=organization,
            name="Drill",
            phone_number_id=NUMBER["phone_number_id"],
            waba_id=NUMBER["waba_id"],
            display_phone_number=NUMBER["display"],
        )
        channel.set_access_token(NUMBER["token"])
        channel.save()
        ChannelRoute.objects.create(
            phone_number_id=channel.phone_number_id, organization=organization, channel=channel
        )
    return organization


def _is_at_rest() -> bool:
    from django.db import DatabaseError, connections

    from inbox.models import ConversationWork, OutboundWork, WebhookEvent

    try:
        return not (
            WebhookEvent.objects.filter(state="received").exists()
            or ConversationWork.objects.filter(state="due").exists()
            or OutboundWork.objects.exclude(state="done").exists()
        )
    except DatabaseError:
        connections["default"].close()
        return False


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=15)
    parser.add_argument("--conversations", type=int, default=40)
    parser.add_argument("--seed", type=int, default=None, help="repeats the same choices")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    return options


def main() -> int:
    options = _parse()
    catch_signals()
    say(f"Kill drill with --seed {options.seed}")
    with (
        postgres.temporary_cluster(durable=True) as cluster,
        tempfile.TemporaryDirectory(prefix="katikn-drill-") as folder,
    ):
        site = Site(Path(folder), cluster.environment(), *free_ports(), say=lambda text="": None)
        prepare(site, cluster.admin_url, Path(folder) / "prepared")
        os.environ.update(site.settings, DJANGO_SETTINGS_MODULE="katikn.settings")
        import django

        django.setup()
        from twins.meta import MetaTwin

        twin = MetaTwin(
            site.webhook_url,
            site.secrets["WHATSAPP_APP_SECRET"],
            site.secrets["WHATSAPP_VERIFY_TOKEN"],
            port=site.twin_port,
        )
        twin.add_number(**NUMBER)
        with twin:
            try:
                site.start(twin=False)
                site.wait_until_ready()
                code = Drill(site, cluster, options).run(twin)
                if code:
                    say(f"\nThe end of the worker's log:\n{site.service('worker').last_lines(60)}")
                return code
            finally:
                site.stop()


if __name__ == "__main__":
    sys.exit(main())
