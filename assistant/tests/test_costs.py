"""What a month and a conversation cost, and the notice when most of the cap is used."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from assistant import costs, spending
from assistant.models import AssistantSettings, ClaudeCall, Run
from assistant.prices import Tokens
from inbox.tests.factories import ConversationFactory
from organizations.tenancy import tenant

SONNET, HAIKU = "claude-sonnet-5-5", "claude-haiku-5-5"


@pytest.fixture
def conversation(db):
    conversation = ConversationFactory()
    with tenant(conversation.organization):
        AssistantSettings.objects.create(
            organization=conversation.organization, monthly_cap_usd=Decimal(10)
        )
    return conversation


def spend(conversation, at, cost, model=SONNET, **fields):
    values = {"state": "done", "cost_usd": Decimal(cost), "input_tokens": 100, "output_tokens": 10}
    return ClaudeCall.objects.create(
        organization=conversation.organization,
        conversation=conversation,
        at=datetime.fromisoformat(at).replace(tzinfo=UTC),
        model=model,
        **values | fields,
    )


def turn(conversation, seconds, backend="claude", at="2026-11-05T10:00", **fields):
    return Run.objects.create(
        organization=conversation.organization,
        conversation=conversation,
        seq=1,
        backend=backend,
        seconds=seconds,
        started_at=datetime.fromisoformat(at).replace(tzinfo=UTC),
        **fields,
    )


def test_a_month_is_told_by_day_by_model_and_by_who_answered(conversation):
    with tenant(conversation.organization) as organization:
        spend(conversation, "2026-10-31T23:59:59", "5")
        spend(conversation, "2026-11-01T00:00:00", "0.50")
        spend(conversation, "2026-11-01T12:00:00", "0.50", HAIKU)
        spend(conversation, "2026-11-30T23:59:59", "2", state="failed")
        spend(conversation, "2026-11-30T12:00:00", "0", state="reserved", reserved_usd=Decimal(1))
        for seconds in range(1, 21):
            turn(conversation, seconds)
        turn(conversation, 0.2, "builtin", fallback_reason="timeout")
        turn(conversation, 99, outcome="dropped")

        month = costs.of_month(organization, datetime(2026, 11, 15, tzinfo=UTC))

    assert (month.month.spent, month.month.cap, month.reserved) == (4, 10, 1)
    assert [(bar.day.day, bar.cost, bar.height) for bar in month.bars if bar.cost] == [
        (1, Decimal(1), 40),
        (30, Decimal(3), 120),
    ]
    assert len(month.bars) == 30
    assert [(row["model"], row["count"], row["cost"]) for row in month.models] == [
        (SONNET, 3, Decimal("3.5")),
        (HAIKU, 1, Decimal("0.5")),
    ]
    assert [
        (r["backend"], r["turns"], r["instead"], r["p50"], r["p95"]) for r in month.backends
    ] == [
        ("claude", 20, 0, 10.5, pytest.approx(19.05)),
        ("builtin", 1, 1, 0.2, 0.2),
    ]
    assert (month.unanswered, month.conversations, month.per_conversation) == (1, 1, 4)


def test_a_conversation_tells_its_turns_tokens_cost_and_time(conversation):
    with tenant(conversation.organization):
        spend(conversation, "2026-11-01T00:00:00", "0.25", cache_read_tokens=900)
        turn(conversation, 2)
        turn(conversation, 4, "builtin")

        found = costs.of_conversation(conversation)

    assert found == {
        "turns": 2, "by_claude": 1, "seconds": 3.0, "read": 1000, "written": 10,
        "cost": Decimal("0.25"),
    }  # fmt: skip


def test_the_page_shows_any_month_and_takes_nonsense_for_this_one(conversation, client):
    organization = conversation.organization
    with tenant(organization):
        spend(conversation, "2026-11-03T00:00:00", "1.25")
        user = organization.members.select_related("user").get(role="owner").user
    client.force_login(user)
    url = reverse("assistant:costs", args=[organization.slug])

    with time_machine.travel("2026-12-02T08:00:00Z", tick=False):
        client.force_login(user)
        pages = {
            asked: client.get(url, {"month": asked}).content.decode()
            for asked in ("2026-11", "", "2027-01", "x", "0001-01")
        }

    assert "November 2026" in pages["2026-11"]
    assert "$1.2500" in pages["2026-11"]
    assert [asked for asked in pages if "Nothing in this month" in pages[asked]] == [
        "", "2027-01", "x", "0001-01",
    ]  # fmt: skip


def test_owners_are_told_once_a_month_when_four_fifths_are_used(conversation, run_queue):
    organization = conversation.organization
    told = []
    for when, tokens in (
        ("2026-11-10", 400_000), ("2026-11-11", 400_000), ("2026-11-12", 50_000),
        ("2026-12-01", 790_000), ("2026-12-02", 10_000), ("2026-12-03", 10_000),
    ):  # fmt: skip
        with time_machine.travel(f"{when}T10:00:00Z"), tenant(organization):
            call = spending.reserve(
                conversation.organization, conversation, SONNET, Tokens(output=tokens)
            )
            spending.settle(call, Tokens(output=tokens), request_id="r", seconds=1)
            told.append(AssistantSettings.objects.get().warned_in)

    with time_machine.travel("2026-12-03T10:00:00Z"):
        ran = run_queue()

    november, december = date(2026, 11, 1), date(2026, 12, 1)
    assert told == [None, november, november, november, december, december]
    assert ran == ["assistant.tasks.warn_of_cap"] * 2
    with tenant(organization):
        owner = organization.members.select_related("user").get(role="owner").user
    assert [letter.to for letter in mail.outbox] == [[owner.email]] * 2
    assert mail.outbox[0].subject == (
        f"{organization.name}: Claude has used 81 % of this month’s cap"
    )
    assert "$8.10 of the $10.00" in mail.outbox[0].body
    assert f"/{organization.slug}/assistant/costs/" in mail.outbox[0].body


def test_owners_are_told_also_when_a_call_did_not_fit_the_cap(conversation):
    with tenant(conversation.organization) as organization:
        call = spending.reserve(
            conversation.organization, conversation, SONNET, Tokens(output=700_000)
        )
        spending.settle(call, Tokens(output=700_000), request_id="r", seconds=1)
        with pytest.raises(spending.CapReached):
            spending.reserve(
                conversation.organization, conversation, SONNET, Tokens(output=400_000)
            )

        assert spending.warn_once(organization, is_reached=True) is True
        assert spending.warn_once(organization, is_reached=True) is False


def test_the_panel_beside_a_conversation_tells_its_cost(conversation, client):
    organization = conversation.organization
    with tenant(organization):
        spend(conversation, "2026-11-01T00:00:00", "0.25")
        turn(conversation, 2.5)
        user = organization.members.select_related("user").get(role="owner").user
    client.force_login(user)

    page = client.get(reverse("assistant:panel", args=[organization.slug, conversation.code]))

    said = page.content.decode()
    assert "1 turn of the assistant · 2.5 s" in said
    assert "$0.2500" in said
    assert "100 tokens read, 10 written" in said
