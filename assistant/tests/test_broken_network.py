"""One whole booking talk, with each thing that can go wrong with Claude at each of its calls.

What the customer gets is the same each time: one reply to each of their messages, and in the end
one appointment, at the time they chose of those they were shown.
"""

from decimal import Decimal

import pytest
import time_machine

from assistant.models import AssistantSettings
from assistant.tests.talk import agency
from assistant.tests.test_tasks import answer, customer_writes
from inbox.models import Message
from inbox.tests.factories import ChannelFactory
from organizations.tenancy import tenant

NOW = "2026-11-23T10:00:00+02:00"  # a Monday
FAULTS = (
    "529", "500", "429", "hang", "drop", "drop_after_headers", "cut_stream", "invalid_json",
    "garbage", "no_stop_reason", "unknown_tool", "wrong_arguments", "input_not_object",
)  # fmt: skip
SAID = (
    "I am looking for a flat to buy in Kolonaki up to €400k",
    "Can I view Skoufa 28 (L-1042)?",
    "the second one",
)
CALLS = 6  # two rounds a turn where nothing goes wrong


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def channel(db, claude_twin, settings):
    settings.ANTHROPIC_TIMEOUT = 2.5
    channel = ChannelFactory(organization=agency())
    with tenant(channel.organization):
        AssistantSettings.objects.create(
            organization=channel.organization, claude_enabled=True, monthly_cap_usd=Decimal(50)
        )
    return channel


def play(channel):
    """Play the talk, and return what the customer had of it."""
    counts, shown = [], []
    for number, words in enumerate(SAID):
        conversation = customer_writes(channel, words, wamid=f"wamid.{number}")
        replies = answer(channel, conversation)
        answer(channel, conversation)  # a task that runs twice
        counts.append(len(replies))
        if number == 1:
            with tenant(channel.organization):
                sent = Message.objects.filter(author_kind="assistant").latest("pk")
                shown = [b["id"].removeprefix("slot:") for b in sent.payload.get("buttons", [])]
    with tenant(channel.organization):
        appointments = channel.organization.appointments.exclude(status="expired")
        standing = [
            (str(row.offer.code), row.status, row.listing.reference)
            for row in appointments.select_related("offer", "listing")
        ]
        answered = list(
            Message.objects.filter(author_kind="assistant").values_list("answers_seq", flat=True)
        )
    return counts, shown, standing, answered


def expect_one_booking(outcome):
    counts, shown, standing, answered = outcome
    assert counts == [1, 2, 3]
    assert len(shown) == 3
    assert standing == [(shown[1], "booked", "L-1042")]
    assert len(set(answered)) == 3


def test_without_a_fault_the_talk_takes_six_calls(channel, claude_twin):
    expect_one_booking(play(channel))

    assert len(claude_twin.requests) == CALLS


@pytest.mark.parametrize("call", range(CALLS))
@pytest.mark.parametrize("fault", FAULTS)
def test_the_customer_gets_the_same_whatever_fails_and_when(channel, claude_twin, fault, call):
    claude_twin.fault(fault, times=1, after=call)

    expect_one_booking(play(channel))

    assert [exchange.fault for exchange in claude_twin.exchanges if exchange.fault] == [fault]


@pytest.mark.parametrize("call", range(CALLS))
def test_a_connection_that_stays_dead_from_one_moment_on_changes_nothing(
    channel, claude_twin, call
):
    claude_twin.fault("drop", times=0, after=call)

    expect_one_booking(play(channel))
