"""The three dots on the customer's phone, with both twins."""

import time
from decimal import Decimal

import pytest

from assistant.models import AssistantSettings
from assistant.tests.talk import agency
from assistant.tests.test_tasks import answer, customer_writes, replies
from inbox import handover, typing_dots
from inbox.models import Conversation
from inbox.tests.conftest import NOWHERE, NUMBER
from inbox.tests.factories import ChannelFactory
from organizations.tenancy import tenant
from twins.anthropic import text
from twins.meta import MetaTwin, graph_api
from twins.meta.faults import Fault
from twins.meta.sending import Delays
from twins.meta.state import Number


@pytest.fixture
def twin(monkeypatch):
    """The twin of Meta, which also notes what it was told to show as read."""
    read = graph_api._read

    def note(twin, number, payload):
        twin.reads.append(payload)
        return read(twin, number, payload)

    monkeypatch.setattr(graph_api, "_read", note)
    numbers, delays = [Number(**vars(NUMBER))], Delays(0, 0, None)
    with MetaTwin(NOWHERE, "app-secret", numbers=numbers, delays=delays, retry_for=0) as twin:
        twin.reads = []
        yield twin


@pytest.fixture
def eleni(twin):
    eleni = twin.customer("35799123456", user_id="CY.48210937716650291")
    eleni.send_text("Hello")
    return eleni


def channel_with_claude(twin):
    channel = ChannelFactory(
        organization=agency(), phone_number_id=NUMBER.phone_number_id, graph_url=twin.url
    )
    with tenant(channel.organization):
        AssistantSettings.objects.create(
            organization=channel.organization, claude_enabled=True, monthly_cap_usd=Decimal(50)
        )
    return channel


@pytest.fixture
def channel(db, twin, claude_twin):
    return channel_with_claude(twin)


def posts(twin) -> list[dict]:
    return list(twin.reads)


def wait_for_posts(twin, count: int) -> list[dict]:
    deadline = time.monotonic() + 10
    while len(posts(twin)) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    return posts(twin)


def test_the_phone_shows_typing_while_claude_thinks(channel, twin, eleni, claude_twin):
    wamid = eleni.messages()[0].wamid
    seen = []

    def thinks(body):
        wait_for_posts(twin, 1)
        seen.append(twin.state.is_typing(NUMBER.phone_number_id, eleni.id))
        return text("What are you looking for?")

    claude_twin.script(thinks)

    answer(channel, customer_writes(channel, "Hello", wamid=wamid))

    assert seen == [True]
    assert posts(twin) == [
        {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": wamid,
            "typing_indicator": {"type": "text"},
        }
    ]
    assert twin.state.messages[wamid].status == "read"


def test_a_built_in_answer_that_is_ready_at_once_comes_without_dots(channel, twin, eleni):
    with tenant(channel.organization):
        AssistantSettings.objects.update(claude_enabled=False)
    wamid = eleni.messages()[0].wamid

    written = answer(channel, customer_writes(channel, "Hello", wamid=wamid))
    time.sleep(0.3)

    assert len(written) == 1
    assert posts(twin) == []


def test_a_built_in_answer_that_takes_its_time_has_dots(channel, twin, eleni, monkeypatch):
    from assistant import tasks

    with tenant(channel.organization):
        AssistantSettings.objects.update(claude_enabled=False)
    monkeypatch.setattr(typing_dots, "QUICK", 0.05)
    respond = tasks.respond
    monkeypatch.setattr(tasks, "respond", lambda turn: wait_for_posts(twin, 1) and respond(turn))

    answer(channel, customer_writes(channel, "Hello", wamid=eleni.messages()[0].wamid))

    assert len(posts(twin)) == 1


def test_dots_are_renewed_while_thinking_lasts_and_end_with_a_takeover(
    transactional_db, twin, eleni, claude_twin, monkeypatch
):
    channel = channel_with_claude(twin)
    monkeypatch.setattr(typing_dots, "RENEWED_AFTER", 0.3)
    conversation = customer_writes(channel, "Hello", wamid=eleni.messages()[0].wamid)
    counts = []

    def takes_long(body):
        counts.append(len(wait_for_posts(twin, 3)))
        with tenant(channel.organization) as organization:
            handover.take_over(Conversation.objects.get(pk=conversation.pk), organization.owner)
        time.sleep(0.5)
        counts.append(len(posts(twin)))
        time.sleep(0.8)
        counts.append(len(posts(twin)))
        return text("What are you looking for?")

    claude_twin.script(takes_long)

    answer(channel, conversation)

    assert counts[0] >= 3
    assert counts[2] == counts[1]
    assert replies(channel) == []


@pytest.mark.parametrize("why", ["person", "opted_out", "stale"])
def test_nobody_is_shown_dots_whom_the_assistant_does_not_answer(
    channel, twin, eleni, claude_twin, why
):
    from datetime import timedelta

    from django.utils.timezone import now

    wamid = eleni.messages()[0].wamid
    sent_at = now() - timedelta(minutes=20 if why == "stale" else 0)
    conversation = customer_writes(channel, "Hello", wamid=wamid, sent_at=sent_at)
    with tenant(channel.organization) as organization:
        conversation.refresh_from_db()
        if why == "person":
            handover.take_over(conversation, organization.owner)
        if why == "opted_out":
            conversation.contact.opted_out_at = now()
            conversation.contact.save(update_fields=["opted_out_at"])

    written = answer(channel, conversation)
    time.sleep(0.2)

    assert (written, posts(twin), claude_twin.requests) == ([], [], [])


@pytest.mark.parametrize("fault", ["refuse", "nowhere"])
def test_dots_that_fail_change_nothing_of_the_answer(channel, twin, eleni, claude_twin, fault):
    if fault == "refuse":
        twin.faults.script(Fault("500", times=9, on="read"))
    else:
        with tenant(channel.organization):
            channel.graph_url = "http://127.0.0.1:9"
            channel.save(update_fields=["graph_url"])
    claude_twin.script(text("What are you looking for?"))

    written = answer(channel, customer_writes(channel, "Hello", wamid=eleni.messages()[0].wamid))

    assert written[0].endswith("What are you looking for?")
