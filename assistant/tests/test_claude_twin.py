"""Claude's turns over a real socket, against the twin of Anthropic's API."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from assistant import breaker, claude
from assistant.models import AssistantSettings, Run
from assistant.tests.claude_script import offering
from assistant.tests.talk import agency
from assistant.tests.test_tasks import answer, customer_writes, last_run
from inbox.tests.factories import ChannelFactory
from organizations.tenancy import tenant
from scheduling.tests.factories import make_appointment
from twins.anthropic import text, tool_use

NOW = "2026-11-23T10:00:00+02:00"  # a Monday


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def channel(db, claude_twin):
    found = ChannelFactory(organization=agency())
    with tenant(found.organization):
        AssistantSettings.objects.create(
            organization=found.organization, claude_enabled=True, monthly_cap_usd=Decimal(50)
        )
    return found


def test_every_request_of_a_conversation_fits_the_contract(channel, claude_twin):
    conversation = customer_writes(channel, "Can I see Skoufa 28? How much is it?")
    claude_twin.script(
        [
            tool_use("describe_listing", reference="L-1042"),
            tool_use(offering()[0], **offering()[1]),
        ],
        text("Skoufa 28 costs €385,000. Which of these times suits you?"),
    )
    answer(channel, conversation)
    customer_writes(channel, "and the floor?", wamid="wamid.2")
    claude_twin.script(tool_use("describe_listing", reference="L-1042"), text("It is on floor 3."))

    written = answer(channel, conversation)

    assert written[-1] == "It is on floor 3."
    assert {item.status for item in claude_twin.exchanges} == {200}
    assert last_run(channel).backend == "claude"


FAULTS = {
    "401": "unauthorized", "402": "payment", "403": "unauthorized", "404": "bad_request",
    "413": "bad_request", "429": "rate_limited", "spend_cap": "spend_limit",
    "500": "unavailable", "504": "unavailable", "529": "overloaded", "drop": "connection",
    "drop_after_headers": "connection", "refusal": "refusal", "max_tokens": "cut_short",
    "context_exceeded": "cut_short", "no_stop_reason": "no_end", "pause_turn": "no_end",
    "empty": "no_end",
}  # fmt: skip


@pytest.mark.parametrize("kind", [*FAULTS, "garbage", "400"])
def test_whatever_goes_wrong_on_the_wire_the_customer_is_answered(channel, claude_twin, kind):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    claude_twin.fault(kind, times=0)

    written = answer(channel, conversation)

    run = last_run(channel)
    expected = FAULTS.get(kind, {"garbage": "unavailable", "400": "bad_request"}.get(kind))
    assert len(written) == 1
    assert "€385,000" in written[0]
    assert (run.backend, run.fallback_reason) == ("builtin", expected)


@pytest.mark.parametrize("kind", ["unknown_tool", "wrong_arguments", "input_not_object"])
def test_calls_that_stay_malformed_end_with_the_built_in_assistant(channel, claude_twin, kind):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    claude_twin.fault(kind, times=0)

    written = answer(channel, conversation)

    assert "€385,000" in written[0]
    assert last_run(channel).fallback_reason == "malformed"


def test_a_claude_that_hangs_costs_one_timeout_and_then_nobody_waits_again(
    channel, claude_twin, settings
):
    settings.ANTHROPIC_TIMEOUT = 2.0
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    claude_twin.fault("hang", times=0)
    answer(channel, conversation)
    first = last_run(channel)
    customer_writes(channel, "and the floor?", wamid="wamid.2")
    started = time.monotonic()

    answer(channel, conversation)

    assert (first.fallback_reason, last_run(channel).fallback_reason) == ("timeout", "resting")
    assert len(claude_twin.requests) == 1
    assert time.monotonic() - started < 2
    assert breaker.resting().reason == "timeout"


@pytest.mark.parametrize("kind", ["drip", "drip_headers"])
def test_an_answer_that_drips_costs_one_timeout_like_one_that_hangs(
    channel, claude_twin, settings, kind
):
    """The client's own timeout begins anew with each byte; this answer would take a minute."""
    settings.ANTHROPIC_TIMEOUT = 2.0
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    claude_twin.script(text("x" * 600))
    claude_twin.fault(kind, times=0, seconds=0.1)
    started = time.monotonic()

    written = answer(channel, conversation)

    assert time.monotonic() - started < 8
    assert [("€385,000" in each) for each in written] == [True]
    assert last_run(channel).fallback_reason == "timeout"
    assert breaker.resting().reason == "timeout"


def test_a_retry_after_of_an_hour_is_not_slept(channel, claude_twin):
    conversation = customer_writes(channel, "How much is Skoufa 28?")
    claude_twin.fault("429", times=0, retry_after=3600)
    started = time.monotonic()

    answer(channel, conversation)

    assert time.monotonic() - started < 10
    assert len(claude_twin.requests) == 1


TURNS = (
    ("Hi, I want to buy a flat in Kolonaki", "record_facts", "Up to what price, roughly?"),
    ("Is Skoufa 28 still available?", "describe_listing", "Yes. Would you like to see it?"),
    ("How does it work with the deposit?", "search_knowledge", "I have looked that up."),
    ("Can I see it on Thursday?", "offer_slots", "Which of these times suits you?"),
    ("Thank you!", "", "You're welcome!"),
)
ARGUMENTS = {
    "record_facts": {"facts": [{"field": "intent", "value": "buy", "quote": "want to buy"}]},
    "describe_listing": {"reference": "L-1042"},
    "search_knowledge": {"query": "deposit"},
    "offer_slots": offering(reference="L-1042")[1],
}


def test_from_the_second_turn_nine_tenths_of_the_prompt_come_from_the_cache(channel, claude_twin):
    shares = []
    for number, (said, tool, reply) in enumerate(TURNS):
        conversation = customer_writes(channel, said, wamid=f"wamid.{number}")
        claude_twin.script(*([tool_use(tool, **ARGUMENTS[tool])] if tool else []), text(reply))
        answer(channel, conversation)
        run = last_run(channel)
        assert run.backend == "claude"
        prompt = run.input_tokens + run.cache_write_tokens + run.cache_read_tokens
        shares.append(round(run.cache_read_tokens / prompt, 3))

    assert [share >= 0.9 for share in shares[1:]] == [True] * 4, shares


def test_tools_and_rules_are_the_same_bytes_for_every_agency(channel, claude_twin):
    other = ChannelFactory(organization=agency(), phone_number_id="222")
    with tenant(other.organization):
        AssistantSettings.objects.create(organization=other.organization, claude_enabled=True)
    for each, wamid in ((channel, "wamid.a"), (other, "wamid.b")):
        claude_twin.script(text("What are you looking for?"))
        answer(each, customer_writes(each, "Hello there", wamid=wamid))

    first, second = claude_twin.requests

    assert first["tools"] == second["tools"]
    assert first["system"][0] == second["system"][0]
    assert claude_twin.usages[1]["cache_read_input_tokens"] > 1000


def test_the_client_is_made_once_and_never_follows_elsewhere(channel, claude_twin):
    for number in (1, 2):
        claude_twin.script(text("What are you looking for?"))
        answer(channel, customer_writes(channel, f"Hello {number}", wamid=f"wamid.{number}"))

    client = claude._client()

    assert client.max_retries == 0
    assert client._client.follow_redirects is False
    with tenant(channel.organization):
        assert Run.objects.filter(backend="claude").count() == 2


def test_claude_offers_times_for_moving_an_appointment_and_moves_it_to_the_chosen_one(
    channel, claude_twin
):
    conversation = customer_writes(channel, "Can I come later on Saturday?")
    member = channel.organization.member
    starts_at = datetime(2026, 11, 28, 9, tzinfo=UTC)
    with tenant(channel.organization):
        home = channel.organization.listings.get(reference="L-1042")
    booked = make_appointment(
        member, starts_at, starts_at + timedelta(minutes=45), conversation=conversation,
        listing=home, status="booked",
    )  # fmt: skip
    claude_twin.script(
        tool_use(
            "offer_slots",
            **offering(
                kind="call", moving=booked.code.hex[:8], first_day="2026-11-28", exact_time="11:30"
            )[1],
        ),
        text("On Saturday 28 November 11:30 is free. Shall I move your viewing to then?"),
    )
    answer(channel, conversation)
    with tenant(channel.organization):
        offers = list(conversation.offers.all())
    customer_writes(channel, "yes please", wamid="wamid.2")
    claude_twin.script(
        tool_use("move_appointment", appointment=booked.code.hex[:8], slot=offers[0].code.hex[:8]),
        text("Done: your viewing is moved to Saturday 28 November at 11:30."),
    )

    answer(channel, conversation)

    # It overlaps the time it has, which it could not without being known as the one that moves.
    assert [(it.kind, it.listing_id, it.starts_at) for it in offers] == [
        ("viewing", home.pk, datetime(2026, 11, 28, 9, 30, tzinfo=UTC))
    ]
    with tenant(channel.organization):
        rows = list(conversation.appointments.filter(status="booked"))
    assert [(row.pk, row.starts_at) for row in rows] == [(booked.pk, offers[0].starts_at)]
    assert last_run(channel).backend == "claude"


def test_times_for_an_appointment_of_nobody_are_not_offered(channel, claude_twin):
    conversation = customer_writes(channel, "Can I come later?")
    claude_twin.script(
        tool_use(offering()[0], **offering(reference="L-1042", moving="0badc0de")[1]),
        text("Which appointment do you mean?"),
    )

    written = answer(channel, conversation)

    assert written[-1].endswith("Which appointment do you mean?")
    with tenant(channel.organization):
        assert conversation.offers.count() == 0
    assert "no such appointment" in str(claude_twin.requests[-1]["messages"])


def test_claude_reads_sums_as_people_write_them(channel, claude_twin):
    conversation = customer_writes(channel, "What does Griva Digeni 5 cost?")
    claude_twin.script(
        tool_use("describe_listing", reference="L-1020"),
        text("The rent of Griva Digeni 5 is €1,450 per month."),
    )

    answer(channel, conversation)

    read = str(claude_twin.requests[-1]["messages"])
    assert "price: €1,450 per month" in read
    assert "1450" not in read
    assert last_run(channel).backend == "claude"
