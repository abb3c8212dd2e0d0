"""A worker is killed while it answers; the next one goes on, and Claude is not paid twice."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as configured
from django.db import connection
from django.utils.timezone import now

from assistant import tasks
from assistant.models import AssistantSettings, ClaudeCall, Completion, Dialogue
from assistant.tests.claude_script import offering
from assistant.tests.talk import agency
from assistant.tests.test_tasks import answer, customer_writes, last_run, replies
from inbox.models import Conversation, ConversationWork, Message
from inbox.tests.factories import ChannelFactory
from knowledge.models import Listing
from organizations.tenancy import tenant
from twins.anthropic import text, tool_use

ASKS = "Can I see Skoufa 28?"
WHICH = "Which of these times suits you?"
WORKER = """
import sys
import django
django.setup()
from assistant.tasks import reply
reply(int(sys.argv[1]), int(sys.argv[2]))
"""


class Killed(BaseException):
    """Ends a turn as SIGKILL does: nothing is caught and nothing tidied up."""


def channel_with_claude():
    channel = ChannelFactory(organization=agency())
    with tenant(channel.organization):
        AssistantSettings.objects.create(
            organization=channel.organization, claude_enabled=True, monthly_cap_usd=Decimal(50)
        )
    return channel


@pytest.fixture
def channel(db, claude_twin):
    return channel_with_claude()


def let_the_lease_run_out(conversation):
    ConversationWork.objects.filter(pk=conversation.pk).update(
        lease_until=now() - timedelta(seconds=1), due_at=now() - timedelta(seconds=1)
    )


def die_at_the_commit(channel, conversation, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "_commit", lambda *given: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            answer(channel, conversation)
    let_the_lease_run_out(conversation)


@contextmanager
def worker(channel, conversation):
    """A process of its own that answers the conversation in the database of the test."""
    name = connection.settings_dict["NAME"]
    addresses = {
        each: urlunsplit(urlsplit(os.environ[each])._replace(path=f"/{name}"))
        for each in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SUPPORT_URL")
    }
    environment = (
        os.environ
        | addresses
        | {
            "DJANGO_SETTINGS_MODULE": "katikn.settings",
            "SECRET_KEY": configured.SECRET_KEY,
            "ANTHROPIC_BASE_URL": configured.ANTHROPIC_BASE_URL,
            "ANTHROPIC_API_KEY": configured.ANTHROPIC_API_KEY,
            "KATIKN_PROCESS": "worker",
        }
    )
    arguments = [str(channel.organization.pk), str(conversation.pk)]
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, *arguments], env=environment, cwd=configured.BASE_DIR
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def wait_until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "It never came to that."
        time.sleep(0.05)


def make_due(conversation):
    ConversationWork.objects.filter(pk=conversation.pk).update(due_at=now() - timedelta(seconds=1))


def test_killed_between_the_last_completion_and_the_commit_nothing_is_paid_twice(
    transactional_db, claude_twin
):
    channel = channel_with_claude()
    conversation = customer_writes(channel, ASKS)
    make_due(conversation)
    claude_twin.script([tool_use(offering()[0], **offering(reference="L-1042")[1])], text(WHICH))
    claude_twin.fault("slow", times=2, seconds=1.5)

    with worker(channel, conversation) as process:
        assert claude_twin.wait_for_requests(2, timeout=60)
        with tenant(channel.organization):
            # The worker may go on thinking, but its commit waits for this row.
            Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
            wait_until(lambda: Completion.objects.count() == 2)
            process.send_signal(signal.SIGKILL)
            process.wait()
    let_the_lease_run_out(conversation)
    before = len(claude_twin.requests)
    written = answer(channel, conversation)

    run = last_run(channel)
    assert (before, len(claude_twin.requests)) == (2, 2)
    assert process.returncode == -signal.SIGKILL
    assert len(written) == 1
    assert written[0].endswith(WHICH)
    assert (run.backend, run.fallback_reason) == ("claude", "")
    with tenant(channel.organization):
        calls = list(ClaudeCall.objects.all())
        buttons = Message.objects.get(author_kind="assistant").payload["buttons"]
        offers = conversation.offers.order_by("position")
        assert [(o.state, f"slot:{o.code}") for o in offers] == [("open", b["id"]) for b in buttons]
        assert {(call.state, call.run_id) for call in calls} == {("done", run.pk)}
        assert run.cost_usd == sum(call.cost_usd for call in calls)
        assert Completion.objects.count() == 0


def test_killed_while_a_second_call_hangs_only_that_one_is_made_again(
    transactional_db, claude_twin
):
    channel = channel_with_claude()
    conversation = customer_writes(channel, ASKS)
    make_due(conversation)
    claude_twin.script([tool_use(offering()[0], **offering(reference="L-1042")[1])])
    with worker(channel, conversation) as process:
        assert claude_twin.wait_for_requests(1, timeout=60)
        claude_twin.fault("hang", times=1)
        assert claude_twin.wait_for_requests(2, timeout=60)
        process.send_signal(signal.SIGKILL)
        process.wait()
    let_the_lease_run_out(conversation)
    claude_twin.script(text(WHICH))

    written = answer(channel, conversation)

    first, hung, again = claude_twin.requests
    assert hung == again
    assert first != again
    assert [one.endswith(WHICH) for one in written] == [True]
    with tenant(channel.organization):
        assert sorted(ClaudeCall.objects.values_list("state", flat=True)) == [
            "done", "done", "reserved",
        ]  # fmt: skip


def test_a_message_that_came_meanwhile_is_answered_by_a_new_call(channel, claude_twin, monkeypatch):
    conversation = customer_writes(channel, "Hello there", wamid="wamid.1")
    claude_twin.script(text("What are you looking for?"))
    die_at_the_commit(channel, conversation, monkeypatch)
    customer_writes(channel, "A flat in Kolonaki", wamid="wamid.2")
    claude_twin.script(text("Up to what price?"))

    written = answer(channel, conversation)

    assert len(claude_twin.requests) == 2
    assert [one.endswith("Up to what price?") for one in written] == [True]


def test_a_record_that_changed_meanwhile_is_read_anew(channel, claude_twin, monkeypatch):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    reads = tool_use("describe_listing", reference="L-1042")
    claude_twin.script(reads, text("Skoufa 28 costs €385,000."))
    die_at_the_commit(channel, conversation, monkeypatch)
    with tenant(channel.organization):
        Listing.objects.filter(reference="L-1042").update(price=Decimal(370000))
    claude_twin.script(text("Skoufa 28 costs €370,000."))

    written = answer(channel, conversation)

    assert len(claude_twin.requests) == 3  # the first round stands, the second is new
    assert written[0].endswith("Skoufa 28 costs €370,000.")


def test_an_answer_kept_is_used_while_claude_rests_and_when_the_cap_is_reached(
    channel, claude_twin, monkeypatch
):
    from assistant import breaker

    conversation = customer_writes(channel, "Hello there")
    claude_twin.script(text("What are you looking for?"))
    die_at_the_commit(channel, conversation, monkeypatch)
    breaker.open_for("overloaded")
    with tenant(channel.organization):
        AssistantSettings.objects.update(monthly_cap_usd=Decimal("0.01"))

    written = answer(channel, conversation)

    assert written[0].endswith("What are you looking for?")
    assert len(claude_twin.requests) == 1
    assert last_run(channel).cost_usd > 0


def test_a_booking_is_made_once_by_the_worker_that_takes_the_turn_up(
    channel, claude_twin, monkeypatch
):
    conversation = customer_writes(channel, ASKS, wamid="wamid.1")
    claude_twin.script([tool_use(offering()[0], **offering(reference="L-1042")[1])], text(WHICH))
    answer(channel, conversation)
    with tenant(channel.organization):
        offer = conversation.offers.filter(state="open").order_by("position").first()
    customer_writes(channel, "The first one", wamid="wamid.2")
    claude_twin.script(tool_use("book_slot", slot=offer.code.hex[:8]), text("It is booked."))
    die_at_the_commit(channel, conversation, monkeypatch)

    written = answer(channel, conversation)

    assert len(claude_twin.requests) == 4
    assert written[-1].startswith("It is booked.")
    with tenant(channel.organization):
        standing = channel.organization.appointments.values_list("offer_id", "status")
        assert list(standing) == [(offer.pk, "booked")]


def test_offers_of_a_killed_attempt_do_not_replace_those_the_customer_saw(
    channel, claude_twin, monkeypatch
):
    conversation = customer_writes(channel, ASKS, wamid="wamid.1")
    offers = tool_use(offering()[0], **offering(reference="L-1042")[1])
    claude_twin.script([offers], text(WHICH))
    answer(channel, conversation)
    with tenant(channel.organization):
        shown = list(conversation.offers.filter(state="open").order_by("position"))
    customer_writes(channel, "the second one", wamid="wamid.2")
    later = tool_use(
        offering()[0], **offering(first_day=f"{now() + timedelta(days=20):%Y-%m-%d}")[1]
    )
    claude_twin.script([later], text("Or one of these?"))
    die_at_the_commit(channel, conversation, monkeypatch)
    with tenant(channel.organization):
        AssistantSettings.objects.update(claude_enabled=False)

    answer(channel, conversation)

    with tenant(channel.organization):
        booked = channel.organization.appointments.get(status="booked")
    assert booked.offer_id == shown[1].pk


def test_offers_of_a_dropped_draft_do_not_replace_those_the_customer_saw(
    channel, claude_twin, monkeypatch
):
    conversation = customer_writes(channel, ASKS, wamid="wamid.1")
    offers = tool_use(offering()[0], **offering(reference="L-1042")[1])
    claude_twin.script([offers], text(WHICH))
    answer(channel, conversation)
    with tenant(channel.organization):
        shown = list(conversation.offers.filter(state="open").order_by("position"))
    customer_writes(channel, "Hm, let me see", wamid="wamid.2")
    later = tool_use(
        offering()[0], **offering(first_day=f"{now() + timedelta(days=20):%Y-%m-%d}")[1]
    )
    claude_twin.script([later], text("Or one of these?"))
    die_at_the_commit(channel, conversation, monkeypatch)
    customer_writes(channel, "the second one", wamid="wamid.3")
    claude_twin.script(
        tool_use("book_slot", slot=shown[1].code.hex[:8]), text("Your viewing is booked.")
    )

    answer(channel, conversation)

    with tenant(channel.organization):
        booked = channel.organization.appointments.get(status="booked")
    assert booked.offer_id == shown[1].pk


def test_a_turn_left_long_ago_begins_anew(channel, claude_twin, monkeypatch):
    conversation = customer_writes(channel, "Hello there")
    claude_twin.script(text("What are you looking for?"))
    die_at_the_commit(channel, conversation, monkeypatch)
    claude_twin.script(text("How can I help?"))
    with tenant(channel.organization):
        Dialogue.objects.update(turn_began_at=now() - timedelta(minutes=11))

    answer(channel, conversation)

    assert len(claude_twin.requests) == 2
    assert replies(channel)[0].endswith("How can I help?")
