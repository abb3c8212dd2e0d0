"""Whole conversations with Claude as the twin plays it: well, slow, and not at all."""

import re
from time import monotonic

import pytest

from assistant.models import AssistantSettings, ClaudeBreaker
from assistant.tests.talk import Talk
from organizations.tenancy import tenant


@pytest.fixture
def talk(db, claude_twin) -> Talk:
    talk = Talk()
    with tenant(talk.organization):
        AssistantSettings.objects.create(organization=talk.organization, claude_enabled=True)
    return talk


def test_a_viewing_is_found_offered_booked_and_called_off(talk, claude_twin):
    said = [
        talk.say("I am looking for a flat to buy in Kolonaki up to €400k"),
        talk.say("Can I view L-1042?"),
    ]
    booked = talk.press(talk.buttons[1][1])
    standing = [appointment.listing_id for appointment in talk.appointments()]
    off = talk.say("Please cancel it")

    assert "Skoufa 28, €385,000" in said[0]
    assert said[1].startswith("I can offer ")
    assert booked.startswith("You are booked for ")
    assert re.search(r"\n\nhttp\S+/calendar/\S+\.ics$", booked)
    assert len(standing) == 1
    assert off == "Your appointment is cancelled."
    assert talk.appointments() == []
    assert talk.lead()["budget_max"] == 400000
    assert [exchange.status for exchange in claude_twin.exchanges if exchange.status != 200] == []


def test_while_claude_hangs_the_built_in_assistant_answers_each_turn_in_time(
    talk, claude_twin, settings, monkeypatch
):
    settings.ANTHROPIC_TIMEOUT = 2.5
    claude_twin.fault("hang", times=0)
    seconds, answers = [], []
    for words in ("How much is Skoufa 28?", "Can I see it?", "Is there an elevator?"):
        with tenant(talk.organization):
            ClaudeBreaker.objects.all().delete()  # as if Claude had been tried anew each time
        began = monotonic()
        answers.append(talk.say(words))
        seconds.append(monotonic() - began)

    assert [exchange.fault for exchange in claude_twin.exchanges] == ["hang"] * 3
    assert "€385,000" in answers[0]
    assert all(answers)
    assert talk.turn.fallback == "timeout"
    assert max(seconds) < 20


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("401", "unauthorized"), ("402", "payment"), ("429", "rate_limited"),
        ("spend_cap", "spend_limit"), ("500", "unavailable"), ("529", "overloaded"),
        ("drop", "connection"), ("drop_after_headers", "connection"), ("garbage", "unavailable"),
        ("invalid_json", "unavailable"), ("refusal", "refusal"), ("max_tokens", "cut_short"),
        ("no_stop_reason", "no_end"), ("empty", "no_end"), ("context_exceeded", "cut_short"),
        ("pause_turn", "no_end"), ("unknown_tool", "malformed"), ("wrong_arguments", "malformed"),
        ("input_not_object", "malformed"),
    ],
)  # fmt: skip
def test_whatever_fails_the_customer_is_answered_in_the_same_turn(talk, claude_twin, fault, reason):
    claude_twin.fault(fault, times=0)

    answer = talk.say("How much is Skoufa 28?")

    assert "€385,000" in answer
    assert talk.turn.fallback == reason


def test_an_overload_that_passes_is_forgotten(talk, claude_twin):
    claude_twin.fault("529")
    talk.say("How much is Skoufa 28?")
    talk.say("Is there an elevator at Skoufa 28?")
    while_resting = talk.turn.fallback
    with tenant(talk.organization):
        ClaudeBreaker.objects.all().delete()
    after = talk.say("Can I view L-1042?")

    assert while_resting == "resting"
    assert talk.turn.fallback == ""
    assert after.startswith("I can offer ")
