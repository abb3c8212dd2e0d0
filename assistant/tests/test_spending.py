"""The monthly cap: reserved before a call, settled after it, also by several workers at once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import time_machine
from django.db import connections

from assistant import spending
from assistant.models import AssistantSettings, ClaudeCall
from assistant.prices import Tokens
from inbox.tests.factories import ConversationFactory
from organizations.tenancy import tenant

SONNET = "claude-sonnet-5-5"
# 100,000 tokens of output at 10 USD a million.
ONE_DOLLAR = Tokens(output=100_000)


def conversation_with_cap(dollars: int):
    conversation = ConversationFactory()
    with tenant(conversation.organization):
        AssistantSettings.objects.create(
            organization=conversation.organization, monthly_cap_usd=Decimal(dollars)
        )
    return conversation


def test_workers_that_reserve_at_once_never_overrun_the_cap(transactional_db):
    conversation = conversation_with_cap(5)

    def reserve(_number: int) -> bool:
        try:
            with tenant(conversation.organization_id):
                spending.reserve(conversation.organization, conversation, SONNET, ONE_DOLLAR)
        except spending.CapReached:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(12) as pool:
        taken = list(pool.map(reserve, range(12)))

    with tenant(conversation.organization):
        assert spending.this_month(conversation.organization).spent == Decimal(5)
    assert sum(taken) == 5


def test_what_was_not_used_is_given_back(db):
    conversation = conversation_with_cap(1)
    with tenant(conversation.organization):
        call = spending.reserve(conversation.organization, conversation, SONNET, ONE_DOLLAR)
        with pytest.raises(spending.CapReached):
            spending.reserve(conversation.organization, conversation, SONNET, ONE_DOLLAR)

        cost = spending.settle(call, Tokens(output=1000), request_id="req_1", seconds=1)

        assert cost == Decimal("0.01")
        assert spending.this_month(conversation.organization).spent == Decimal("0.01")


def test_a_call_whose_worker_died_keeps_its_reservation(db):
    conversation = conversation_with_cap(1)
    with tenant(conversation.organization):
        spending.reserve(conversation.organization, conversation, SONNET, ONE_DOLLAR)

        month = spending.this_month(conversation.organization)

    assert (month.is_spent, month.percent) == (True, 100)


def test_a_new_month_begins_at_nothing(db):
    conversation = conversation_with_cap(1)
    with tenant(conversation.organization):
        with time_machine.travel("2026-11-30T23:59:00Z"):
            spending.reserve(conversation.organization, conversation, SONNET, ONE_DOLLAR)
        with time_machine.travel("2026-12-01T00:00:01Z"):
            month = spending.this_month(conversation.organization)
            spending.reserve(conversation.organization, conversation, SONNET, ONE_DOLLAR)

    assert month.spent == 0


def test_it_warns_from_eighty_percent(db):
    conversation = conversation_with_cap(10)
    warned = []
    with tenant(conversation.organization):
        for cents in (799, 1):
            ClaudeCall.objects.create(
                organization=conversation.organization,
                model=SONNET,
                state="done",
                cost_usd=Decimal(cents) / 100,
            )
            warned.append(spending.this_month(conversation.organization).is_nearly_spent)

    assert warned == [False, True]
