"""Writing to a customer again later, because they asked for it.

A follow-up goes the way of every message: the 24-hour window, the opt-out and who is in charge are
looked at when its time has come. Where it may not be sent, a member is told instead.
"""

from datetime import datetime, timedelta

from django.utils.timezone import now

from inbox import handover, sending, thread, work
from inbox.models import Conversation, Message
from leads.models import FollowUp
from organizations.models import Organization
from organizations.queue import enqueue

SEND_TASK = "leads.tasks.send_follow_up"
PURPOSE = "follow_up"
WINDOW = timedelta(hours=24)  # after the customer's last message
SOONEST, LATEST = timedelta(minutes=5), timedelta(days=60)
State, Reason = FollowUp.State, FollowUp.Reason


class OutOfRange(ValueError):
    """A follow-up is planned for five minutes to sixty days from now."""


def plan(conversation: Conversation, due_at: datetime, text: str, about: str) -> FollowUp:
    """Plan one follow-up, in place of an earlier one. Runs inside `tenant()`.

    `due_at` is aware. Raises `OutOfRange`.
    """
    check_range(due_at, now())
    handover.lock(conversation)
    standing = conversation.follow_ups.filter(state=State.PLANNED)
    standing.update(state=State.DROPPED, reason=Reason.REPLACED, ended_at=now())
    planned = FollowUp.objects.create(
        organization_id=conversation.organization_id,
        conversation=conversation,
        due_at=due_at,
        text=text[:600],
        about=about[:200],
    )
    enqueue(SEND_TASK, conversation.organization_id, planned.pk, delay=due_at - now())
    thread.add_event(
        conversation, "follow_up_planned", text=planned.about, until=due_at.isoformat()
    )
    return planned


def check_range(due_at: datetime, at: datetime) -> None:
    if not at + SOONEST <= due_at <= at + LATEST:
        raise OutOfRange


def due(organization: Organization) -> list[int]:
    """Return the ids of those whose time has come. Runs inside `tenant()`."""
    rows = organization.follow_ups.filter(state=State.PLANNED, due_at__lte=now())
    return list(rows.order_by("due_at", "pk").values_list("pk", flat=True))


def send(organization: Organization, follow_up_id: int) -> None:
    """Send it, or drop it, or tell a member. Runs inside `tenant()`; a second run does nothing."""
    found = organization.follow_ups.select_related("conversation").filter(pk=follow_up_id).first()
    if found is None:
        return
    conversation = found.conversation
    handover.lock(conversation)
    found = FollowUp.objects.select_for_update().get(pk=found.pk)
    if found.state != State.PLANNED or found.due_at > now():
        return
    if _wrote_since(conversation, found):
        _end(found, State.DROPPED, Reason.WROTE_SINCE)
        return
    if silent := work.why_silent(conversation):
        if silent == "opted_out":
            _end(found, State.DROPPED, Reason.OPTED_OUT)
        else:
            _leave_to_person(conversation, found, Reason(silent))
        return
    try:
        sending.queue_message(
            conversation, found.text, author_kind=Message.Author.ASSISTANT, purpose=PURPOSE
        )
    except sending.WindowClosed:
        _leave_to_person(conversation, found, Reason.WINDOW)
    else:
        _end(found, State.SENT)


def _wrote_since(conversation: Conversation, found: FollowUp) -> bool:
    said = conversation.messages.filter(direction=Message.Direction.INBOUND)
    return said.filter(created_at__gt=found.created_at).exists()


def _leave_to_person(conversation: Conversation, found: FollowUp, reason: str) -> None:
    _end(found, State.LEFT, reason)
    thread.add_event(conversation, "follow_up_due", text=found.about)
    if conversation.in_charge == Conversation.InCharge.PERSON:
        # It waits among those that wait for a person, under the reason that it has.
        handover.hand_over(conversation, conversation.hand_over_reason)
    else:
        handover.ask_colleague(conversation, found.about)


def _end(found: FollowUp, state: str, reason: str = Reason.NONE) -> None:
    found.state, found.reason, found.ended_at = state, reason, now()
    found.save(update_fields=["state", "reason", "ended_at"])
