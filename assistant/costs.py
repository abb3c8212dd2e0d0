"""What the assistant's turns cost and how long they took: for a month and for a conversation.

Money is USD, seconds are what a turn took to think. Months are calendar months in UTC, as those of
the cap; a call counts on the day it was made. Everything runs inside `tenant()`.
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.timezone import now

from assistant import spending
from assistant.models import ClaudeCall, Run
from inbox.models import Conversation
from organizations.models import Organization

ANSWERED = Q(outcome__in=(Run.Outcome.REPLIED, Run.Outcome.HANDED_OVER))
CHART_HEIGHT, CHART_STEP, BAR_WIDTH = 120, 24, 16
ZERO = Decimal(0)


class Percentile(Aggregate):
    """The value below which a share of the values lies."""

    name = "percentile"
    function = "percentile_cont"
    output_field = FloatField()

    def __init__(self, share: float, expression: str, **extra: Any) -> None:
        template = f"%(function)s({share:.2f}) WITHIN GROUP (ORDER BY %(expressions)s)"
        super().__init__(expression, template=template, **extra)


@dataclass(frozen=True)
class Bar:
    """One day in the chart: its cost, and where its bar stands, in the chart's own units."""

    day: date
    cost: Decimal
    left: int
    top: int
    height: int


@dataclass(frozen=True)
class MonthlyCosts:
    """`reserved` is set aside for calls under way or lost; `unanswered` are calls that failed."""

    first: date
    month: spending.Month
    bars: list[Bar]
    highest: Decimal
    models: list[dict[str, Any]]
    purposes: list[dict[str, Any]]
    backends: list[dict[str, Any]]
    reserved: Decimal
    unanswered: int
    conversations: int

    @property
    def chart_width(self) -> int:
        return len(self.bars) * CHART_STEP

    @property
    def per_conversation(self) -> Decimal:
        return self.month.spent / self.conversations if self.conversations else ZERO


def of_month(organization: Organization, at: datetime | None = None) -> MonthlyCosts:
    """Return the costs of the month in which `at` lies, now by default."""
    at = at or now()
    first = spending.month_start(at)
    following = first + timedelta(days=calendar.monthrange(first.year, first.month)[1])
    calls = organization.claude_calls.filter(at__gte=first, at__lt=following)
    runs = organization.runs.filter(started_at__gte=first, started_at__lt=following)
    bars, highest = _bars(calls, first.date(), following.date())
    reserved = calls.filter(state=ClaudeCall.State.RESERVED).aggregate(total=Sum("reserved_usd"))
    return MonthlyCosts(
        first=first.date(),
        month=spending.Month(spending.sum_of(calls), spending.cap_of(organization)),
        bars=bars,
        highest=highest,
        models=_by_model(calls),
        purposes=_by_purpose(calls),
        backends=_by_backend(runs),
        reserved=reserved["total"] or ZERO,
        unanswered=calls.filter(state=ClaudeCall.State.FAILED).count(),
        conversations=calls.values("conversation").distinct().count(),
    )


def of_conversation(conversation: Conversation) -> dict[str, Any]:
    """Return turns, tokens, cost and median seconds of one conversation."""
    runs = conversation.runs.filter(ANSWERED)
    found = runs.aggregate(
        turns=Count("pk"),
        by_claude=Count("pk", filter=Q(backend="claude")),
        seconds=Percentile(0.5, "seconds"),
    )
    calls = ClaudeCall.objects.filter(
        organization=conversation.organization_id, conversation=conversation
    )
    tokens = calls.aggregate(
        read=Sum(
            F("input_tokens")
            + F("cache_write_5m_tokens")
            + F("cache_write_1h_tokens")
            + F("cache_read_tokens")
        ),
        written=Sum("output_tokens"),
    )
    return {
        **found,
        "read": tokens["read"] or 0,
        "written": tokens["written"] or 0,
        "cost": spending.sum_of(calls),
    }


def _bars(calls: QuerySet[ClaudeCall], first: date, following: date) -> tuple[list[Bar], Decimal]:
    by_day = dict(
        calls.annotate(day=TruncDate("at", tzinfo=now().tzinfo))
        .values_list("day")
        .annotate(total=Sum(spending.AMOUNT))
        .order_by("day")
    )
    highest = max(by_day.values(), default=ZERO)
    bars = []
    for number in range((following - first).days):
        day = first + timedelta(days=number)
        cost = by_day.get(day, ZERO)
        # A day with any cost at all has something to see.
        height = max(2, round(CHART_HEIGHT * cost / highest)) if cost else 0
        left = number * CHART_STEP + (CHART_STEP - BAR_WIDTH) // 2
        bars.append(Bar(day, cost, left, CHART_HEIGHT - height, height))
    return bars, highest


def _by_model(calls: QuerySet[ClaudeCall]) -> list[dict[str, Any]]:
    return list(
        calls.values("model")
        .annotate(
            count=Count("pk"),
            cost=Sum(spending.AMOUNT),
            input=Sum("input_tokens"),
            written=Sum(F("cache_write_5m_tokens") + F("cache_write_1h_tokens")),
            read=Sum("cache_read_tokens"),
            output=Sum("output_tokens"),
        )
        .order_by("-cost", "model")
    )


def _by_purpose(calls: QuerySet[ClaudeCall]) -> list[dict[str, Any]]:
    rows = calls.values("purpose").annotate(count=Count("pk"), cost=Sum(spending.AMOUNT))
    return [
        row | {"label": ClaudeCall.Purpose(row["purpose"]).label}
        for row in rows.order_by("-cost", "purpose")
    ]


def _by_backend(runs: QuerySet[Run]) -> list[dict[str, Any]]:
    return list(
        runs.filter(ANSWERED)
        .values("backend")
        .annotate(
            turns=Count("pk"),
            instead=Count("pk", filter=~Q(fallback_reason="")),
            cost=Sum("cost_usd"),
            p50=Percentile(0.5, "seconds"),
            p95=Percentile(0.95, "seconds"),
        )
        .order_by("-turns", "backend")
    )
