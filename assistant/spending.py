"""Keeps an agency's calls to Claude below its monthly cap: reserved before, settled after.

Months are calendar months in UTC. Two workers reserve one after the other, because each locks the
agency's settings first.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Case, F, Q, QuerySet, Sum, When
from django.utils.timezone import now

from assistant import prices
from assistant.models import AssistantSettings, ClaudeCall
from assistant.prices import Tokens
from inbox import events
from inbox.models import Conversation, Signal
from organizations.models import Organization
from organizations.queue import enqueue

WARNING_SHARE = Decimal("0.8")
WARNING_TASK = "assistant.tasks.warn_of_cap"
AMOUNT = Case(When(state=ClaudeCall.State.RESERVED, then=F("reserved_usd")), default="cost_usd")


class CapReached(Exception):
    """The next call could cost more than is left of the month's cap."""


@dataclass(frozen=True)
class Month:
    """What was spent this month of the cap, in USD, with what is reserved for calls under way."""

    spent: Decimal
    cap: Decimal

    @property
    def percent(self) -> int:
        return int(100 * self.spent / self.cap) if self.cap else 100

    @property
    def bar(self) -> int:
        """The part of a bar that is full, 0 to 100."""
        return min(self.percent, 100)

    @property
    def is_nearly_spent(self) -> bool:
        return self.spent >= WARNING_SHARE * self.cap

    @property
    def is_spent(self) -> bool:
        return self.spent >= self.cap


def reserve(
    organization: Organization,
    conversation: Conversation | None,
    model: str,
    at_most: Tokens,
    purpose: str = ClaudeCall.Purpose.TURN,
) -> ClaudeCall:
    """Set aside what a call may cost. Runs inside `tenant()`, and commits before the call.

    `conversation` is none where a member tries the assistant out. Raises `CapReached`, or
    `prices.UnknownPrice`.
    """
    amount = prices.cost(model, at_most, now().date())
    stored = AssistantSettings.objects.select_for_update().get(organization=organization)
    if spent_since(organization, month_start(now())) + amount > stored.monthly_cap_usd:
        raise CapReached
    return ClaudeCall.objects.create(
        organization=organization,
        conversation=conversation,
        purpose=purpose,
        model=model,
        reserved_usd=amount,
    )


def settle(call: ClaudeCall, tokens: Tokens, *, request_id: str, seconds: float) -> Decimal:
    """Replace the reservation by what was used, and return its cost. Runs inside `tenant()`."""
    _finish(
        call,
        state=ClaudeCall.State.DONE,
        cost_usd=prices.cost(call.model, tokens, call.at.date()),
        input_tokens=tokens.input,
        cache_write_5m_tokens=tokens.write_5m,
        cache_write_1h_tokens=tokens.write_1h,
        cache_read_tokens=tokens.read,
        output_tokens=tokens.output,
        request_id=request_id[:80],
        seconds=seconds,
    )
    warn_once(call.organization)
    return call.cost_usd


def settle_failed(
    call: ClaudeCall, failure: str, *, charged: bool, request_id: str = "", seconds: float = 0
) -> None:
    """Note that a call failed. Where its answer was lost, it may be `charged`: then it counts."""
    _finish(
        call,
        state=ClaudeCall.State.FAILED,
        cost_usd=call.reserved_usd if charged else Decimal(0),
        failure=failure,
        request_id=request_id[:80],
        seconds=seconds,
    )


def tokens_of(call: ClaudeCall) -> Tokens:
    """Return what a settled call used."""
    return Tokens(
        input=call.input_tokens,
        write_5m=call.cache_write_5m_tokens,
        write_1h=call.cache_write_1h_tokens,
        read=call.cache_read_tokens,
        output=call.output_tokens,
    )


def this_month(organization: Organization) -> Month:
    """Runs inside `tenant()`."""
    return Month(spent_since(organization, month_start(now())), cap_of(organization))


def cap_of(organization: Organization) -> Decimal:
    return AssistantSettings.of(organization).monthly_cap_usd


def warn_once(organization: Organization, *, is_reached: bool = False) -> bool:
    """Have the owners told when most of the cap is used, once a month. Runs inside `tenant()`.

    `is_reached`: a call did not fit any more, though less may be spent.
    """
    this = month_start(now()).date()
    unwarned = AssistantSettings.objects.filter(organization=organization).filter(
        Q(warned_in=None) | Q(warned_in__lt=this)
    )
    if not unwarned.exists():
        return False
    if not is_reached and not this_month(organization).is_nearly_spent:
        return False
    if not unwarned.update(warned_in=this):
        return False
    enqueue(WARNING_TASK, organization.pk, cluster="bulk")
    events.announce(organization, Signal.Kind.ORGANIZATION)
    return True


def spent_since(organization: Organization, since: datetime) -> Decimal:
    return sum_of(organization.claude_calls.filter(at__gte=since))


def sum_of(calls: QuerySet[ClaudeCall]) -> Decimal:
    """What calls cost, and what is reserved for those without an end."""
    return calls.aggregate(total=Sum(AMOUNT))["total"] or Decimal(0)


def month_start(at: datetime) -> datetime:
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _finish(call: ClaudeCall, **fields: object) -> None:
    for name, value in fields.items():
        setattr(call, name, value)
    call.save(update_fields=list(fields))
