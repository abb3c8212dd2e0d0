"""Which conversation is due for an answer, and who is making it.

A conversation never has two answers in the making: whoever makes one holds a lease with a random
token, and `settle` compares it under the row lock. Locks are taken in one order everywhere:
contact, conversation, its work row, messages, outbound work.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, models
from django.db.models.functions import Now
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from inbox.models import Channel, Conversation, ConversationWork
from inbox.whatsapp.webhook import LONG_BODY
from organizations import correlation
from organizations.queue import enqueue
from organizations.tenancy import tenant

logger = logging.getLogger(__name__)

QUIET = timedelta(seconds=3)
LONGEST_WAIT = timedelta(seconds=12)
LEASE = timedelta(seconds=90)
MAX_ATTEMPTS = 5
# A nudge may wake a machine whose clock is a little behind the one that set the time.
CLOCK_SLACK = timedelta(milliseconds=250)
REPLY_TASK = "assistant.tasks.reply"

CLAIM = """
UPDATE inbox_conversationwork
SET lease_token = %(token)s, lease_until = clock_timestamp() + %(lease)s, attempts = attempts + 1
WHERE conversation_id = (
    SELECT conversation_id FROM inbox_conversationwork
    WHERE conversation_id = %(conversation)s AND organization_id = %(organization)s
      AND state = 'due' AND due_at <= clock_timestamp() + %(slack)s
      AND (lease_until IS NULL OR lease_until <= clock_timestamp())
    FOR UPDATE SKIP LOCKED
)
RETURNING seq_in, attempts, correlation_id
"""


# After a crash the rest of a burst may wait unread while its first part is due. Not for long, and
# not for a delivery that fails again and again: one of those must not keep everybody waiting.
UNREAD = """
SELECT EXISTS (
    SELECT 1 FROM inbox_webhookevent
    WHERE state = 'received' AND attempts <= 1 AND octet_length(body) <= %(long)s
      AND received_at BETWEEN clock_timestamp() - %(longest)s AND clock_timestamp() - %(normal)s
) AND EXISTS (
    SELECT 1 FROM inbox_conversationwork
    WHERE conversation_id = %(conversation)s AND state = 'due'
      AND first_unanswered_at > clock_timestamp() - %(longest)s
)
"""
READING_TIME = timedelta(milliseconds=300)
READING_PAUSE = timedelta(seconds=1)
LONGEST_READING = timedelta(seconds=30)


@dataclass(frozen=True)
class Lease:
    """The right to answer one conversation until `LEASE` is over; `seq` is the burst it answers."""

    organization_id: int
    conversation_id: int
    token: UUID
    seq: int
    takeover_seq: int
    attempts: int


class DraftDropped(Exception):
    """The answer being made must not be sent; `reason` is a code of `assistant.Run.DropReason`."""

    reason = ""


class LeaseLost(DraftDropped):
    """The lease ended, or another worker holds it now."""

    reason = "lease_lost"


class NewerMessage(DraftDropped):
    """The customer wrote again after what was read."""

    reason = "newer_message"


class TakenOver(DraftDropped):
    """A person is in charge now."""

    reason = "taken_over"


class AssistantPaused(DraftDropped):
    """The assistant was paused or switched off meanwhile."""

    reason = "paused"


class OptedOut(DraftDropped):
    """The customer asked for no more messages."""

    reason = "opted_out"


class Silence(models.TextChoices):
    """Why the assistant does not answer in a conversation, as sentences for members."""

    NONE = "", ""
    OPTED_OUT = "opted_out", _("The customer asked for no more messages.")
    PERSON = "person", _("A person is in charge of the conversation.")
    PAUSED = "paused", _("The assistant is paused for the whole organization.")
    OFF = "off", _("The assistant is switched off here, or at this hour.")
    ACCOUNT = "account", _("WhatsApp has stopped this number.")
    META_AGENT = "meta_agent", _("Meta's own agent answers this customer.")
    SUGGEST = "suggest", _("The assistant suggests replies, which people send.")


def why_silent(conversation: Conversation) -> str:
    """Say why the assistant does not answer here, as a value of `Silence`; empty if it does."""
    if conversation.contact.opted_out_at:
        return Silence.OPTED_OUT.value
    if conversation.in_charge == Conversation.InCharge.PERSON:
        return Silence.PERSON.value
    return _why_not_by_itself(conversation)


def why_idle(conversation: Conversation) -> str:
    """Say why no reply is even made, or nothing where one is: to be sent, or as a suggestion.

    Who waits with a suggestion is with a person, and gets a newer one after each message.
    """
    if conversation.contact.opted_out_at:
        return Silence.OPTED_OUT.value
    silent = _why_not_by_itself(conversation)
    if conversation.in_charge == Conversation.InCharge.PERSON:
        waits = conversation.hand_over_reason == Conversation.HandOverReason.SUGGESTED
        return "" if waits and silent == Silence.SUGGEST else Silence.PERSON.value
    return "" if silent == Silence.SUGGEST else silent


def _why_not_by_itself(conversation: Conversation) -> str:
    if conversation.organization.assistant_paused:
        return Silence.PAUSED.value
    if conversation.channel.assistant_mode == Channel.AssistantMode.OFF:
        return Silence.OFF.value
    if conversation.channel.is_stopped:
        return Silence.ACCOUNT.value
    if conversation.meta_agent_since:
        return Silence.META_AGENT.value
    return next(filter(None, (ask(conversation) for ask in _others)), "")


def also_silent(ask: Callable[[Conversation], str]) -> None:
    """Let an app above say when the assistant keeps silent: a value of `Silence`, or nothing."""
    if ask not in _others:
        _others.append(ask)


_others: list[Callable[[Conversation], str]] = []


def mark_due(conversation: Conversation, received_at: datetime, quiet: timedelta = QUIET) -> bool:
    """Count one more unanswered message, and make the conversation due if the assistant answers.

    Runs inside `tenant()` with the conversation row locked. Due `quiet` after this message, but at
    most `LONGEST_WAIT` after the first unanswered one. Returns whether it is due.
    """
    work = count(conversation)
    if why_idle(conversation):
        return False
    work.state = ConversationWork.State.DUE
    work.first_unanswered_at = work.first_unanswered_at or received_at
    work.due_at = min(received_at + quiet, work.first_unanswered_at + LONGEST_WAIT)
    work.nudged_at = None
    work.correlation_id = correlation.current()
    work.save(
        update_fields=["state", "first_unanswered_at", "due_at", "nudged_at", "correlation_id"]
    )
    _nudge(work)
    return True


def count(conversation: Conversation) -> ConversationWork:
    """Count one more message, so that a draft that has not read it is dropped."""
    work = ConversationWork.objects.select_for_update().get(pk=conversation.pk)
    work.seq_in += 1
    work.attempts = 0
    work.save(update_fields=["seq_in", "attempts"])
    return work


def rest(conversation: Conversation) -> None:
    """Make nothing due any more, and take back the lease of a draft in the making."""
    ConversationWork.objects.filter(pk=conversation.pk).update(
        state=ConversationWork.State.IDLE,
        due_at=None,
        first_unanswered_at=None,
        lease_token=None,
        lease_until=None,
        attempts=0,
    )


def claim(organization_id: int, conversation_id: int) -> Lease | None:
    """Take the right to answer, or return None: not due, somebody else has it, or not wanted.

    Commits by itself, so that a turn that kills its worker is counted. After `MAX_ATTEMPTS` the
    work is dead and a person is asked.
    """
    if _has_unread_webhooks(conversation_id):
        enqueue(
            REPLY_TASK, organization_id, conversation_id, cluster="assistant", delay=READING_PAUSE
        )
        return None
    token = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            {
                "token": token,
                "lease": LEASE,
                "slack": CLOCK_SLACK,
                "conversation": conversation_id,
                "organization": organization_id,
            },
        )
        row = cursor.fetchone()
    if row is None:
        return None
    seq, attempts, correlation_id = row
    correlation.adopt(correlation_id)
    with tenant(organization_id):
        conversation = _locked_conversation(conversation_id)
        if silent := why_idle(conversation):
            _leave(conversation, silent)
            return None
        if attempts > MAX_ATTEMPTS:
            _give_up(conversation)
            return None
        return Lease(
            organization_id, conversation_id, token, seq, conversation.takeover_seq, attempts
        )


@contextmanager
def settle(lease: Lease) -> Iterator[Conversation]:
    """Lock the conversation for committing an answer, and mark its burst as answered on leaving.

    Runs inside `tenant()`. Raises a `DraftDropped` when the draft must be dropped; the caller lets
    it roll back everything and then calls `release(lease)` outside.
    """
    conversation = _locked_conversation(lease.conversation_id)
    work = ConversationWork.objects.select_for_update().get(pk=lease.conversation_id)
    _check(lease, conversation, work)
    yield conversation
    ConversationWork.objects.filter(pk=work.pk).update(
        state=ConversationWork.State.IDLE,
        seq_done=lease.seq,
        due_at=None,
        first_unanswered_at=None,
        lease_token=None,
        lease_until=None,
        attempts=0,
    )


def release(lease: Lease, failed: bool = False) -> None:
    """Give the lease back. What is still unanswered becomes due again, later each time it failed.

    Enters `tenant()` itself. A lease that somebody else holds by now is left alone.
    """
    with tenant(lease.organization_id):
        try:
            conversation = _locked_conversation(lease.conversation_id)
        except LeaseLost:
            return
        work = ConversationWork.objects.select_for_update().get(pk=lease.conversation_id)
        if work.lease_token != lease.token:
            return
        silent = why_idle(conversation)
        if silent or work.seq_in <= work.seq_done:
            _leave(conversation, silent)
            return
        pause = timedelta(seconds=2**work.attempts) if failed else timedelta()
        work.lease_token = work.lease_until = work.nudged_at = None
        work.due_at = max(work.due_at or now(), now() + pause)
        work.save(update_fields=["lease_token", "lease_until", "nudged_at", "due_at"])
        _nudge(work)


def nudge_overdue(limit: int, patience: timedelta, again: timedelta) -> int:
    """Queue the reply task for work that is due, unleased, and was not nudged lately.

    For the sweep: reads only the routing table and needs no organization.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_conversationwork SET nudged_at = clock_timestamp() "
            "WHERE conversation_id IN (SELECT conversation_id FROM inbox_conversationwork "
            "WHERE state = 'due' AND due_at < clock_timestamp() - %(patience)s "
            "AND (lease_until IS NULL OR lease_until < clock_timestamp()) "
            "AND (nudged_at IS NULL OR nudged_at < clock_timestamp() - %(again)s) "
            "ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) "
            "RETURNING organization_id, conversation_id",
            {"patience": patience, "again": again, "limit": limit},
        )
        rows = cursor.fetchall()
    for organization_id, conversation_id in rows:
        enqueue(REPLY_TASK, organization_id, conversation_id, cluster="assistant")
    return len(rows)


def _check(lease: Lease, conversation: Conversation, work: ConversationWork) -> None:
    silent = why_idle(conversation)
    if silent == "opted_out":
        raise OptedOut
    if silent == "person" or conversation.takeover_seq != lease.takeover_seq:
        raise TakenOver
    if silent:
        raise AssistantPaused
    is_live = ConversationWork.objects.filter(pk=work.pk, lease_until__gt=Now()).exists()
    if work.lease_token != lease.token or not is_live:
        raise LeaseLost
    if work.seq_in != lease.seq:
        raise NewerMessage


def _has_unread_webhooks(conversation_id: int) -> bool:
    """Whether something received is not read yet, which may belong to the burst to be answered."""
    values = {
        "conversation": conversation_id,
        "longest": LONGEST_READING,
        "normal": READING_TIME,
        "long": LONG_BODY,
    }
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, values)
        return cursor.fetchone()[0]


def _leave(conversation: Conversation, silent: str) -> None:
    """Make nothing due any more. What the switched-off assistant leaves waits for a person."""
    if silent in ("paused", "off", "account"):
        from inbox import handover

        handover.hand_over(conversation, Conversation.HandOverReason.PAUSED)
    rest(conversation)


def _give_up(conversation: Conversation) -> None:
    from inbox import handover

    logger.error("Conversation %s has no answer after %s attempts", conversation.pk, MAX_ATTEMPTS)
    handover.hand_over(conversation, Conversation.HandOverReason.FAILED)
    ConversationWork.objects.filter(pk=conversation.pk).update(
        state=ConversationWork.State.DEAD, lease_token=None, lease_until=None
    )


def _locked_conversation(conversation_id: int) -> Conversation:
    try:
        return Conversation.objects.locked(conversation_id)
    except Conversation.DoesNotExist:
        # Two contacts were one person: this conversation lives on in the older one.
        raise LeaseLost from None


def _nudge(work: ConversationWork) -> None:
    enqueue(
        REPLY_TASK,
        work.organization_id,
        work.conversation_id,
        cluster="assistant",
        delay=max(work.due_at - now(), timedelta()),
    )
