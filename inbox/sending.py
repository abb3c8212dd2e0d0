"""What we write to customers, from the first keystroke's row to Meta's id.

A message is posted once: a run claims its outbound work, commits `posting_at`, posts, and stores
the answer. Where the answer is lost nobody knows whether the customer has it; `reconcile` waits for
a status and decides then.
"""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.timezone import now
from django.utils.translation import gettext as _

from inbox import briefing, channel_states, events, handover, statuses, suggesting, work
from inbox.models import (
    Channel,
    Conversation,
    HandOver,
    Message,
    OutboundWork,
    Signal,
    WebhookEvent,
)
from inbox.whatsapp import client as whatsapp
from inbox.whatsapp import errors
from inbox.whatsapp.client import Address, Busy, Rejected, Unconfirmed, WhatsAppClient
from organizations import correlation
from organizations.models import Member
from organizations.queue import enqueue
from organizations.secrets import SecretUnreadable
from organizations.tenancy import tenant

logger = logging.getLogger(__name__)

DELIVER_TASK = "inbox.tasks.deliver"
RECONCILE_TASK = "inbox.tasks.reconcile"
MAX_ATTEMPTS = 8
LONGEST_BACKOFF = timedelta(minutes=15)
CLAIM_LIMIT = timedelta(seconds=60)
POST_LIMIT = timedelta(seconds=30)
STATUS_LIMIT = timedelta(seconds=120)
UNCERTAIN_LIMIT = timedelta(minutes=15)
# A webhook that arrived this short ago may still be in processing.
PROCESSING_TIME = timedelta(seconds=10)
CLOCK_SLACK = timedelta(milliseconds=250)
DOUBLE_PRESS = timedelta(seconds=3)
IN_ORDER_PAUSE = timedelta(seconds=1)
# Tells of an appointment that a member booked, and answers nothing.
BOOKING = "booking"
OPT_OUT_CONFIRMATION = "opt_out_confirmation"

State = OutboundWork.State
Status = Message.Status
Author = Message.Author


class CannotSend(Exception):
    """The message was not taken; the text tells the member why."""


class WindowClosed(CannotSend):
    """The customer's last message is more than 24 hours ago."""

    def __init__(self) -> None:
        super().__init__(_(errors.WINDOW_CLOSED_TEXT))


class NotConnected(CannotSend):
    """The number was disconnected: nothing can be sent from it."""

    def __init__(self) -> None:
        super().__init__(_("This number was disconnected. Connect it again in the settings."))


class OptedOut(CannotSend):
    """The customer asked for no more messages and has not written since."""

    def __init__(self) -> None:
        super().__init__(_(errors.OPTED_OUT_TEXT))


class NumberStopped(CannotSend):
    """WhatsApp lets nobody write from this number."""

    def __init__(self) -> None:
        super().__init__(_(errors.ACCOUNT_TEXT))


class AssistantInCharge(CannotSend):
    """A member has to take over first."""

    def __init__(self) -> None:
        super().__init__(_("The assistant is answering. Take over first."))


class TooLong(CannotSend):
    """WhatsApp takes 4096 characters, and 1024 with buttons."""

    def __init__(self, limit: int) -> None:
        super().__init__(_("WhatsApp takes at most %(limit)s characters.") % {"limit": limit})


class NotRepeatable(CannotSend):
    """Only a message that failed, or that WhatsApp never confirmed, can be sent again."""

    def __init__(self) -> None:
        super().__init__(_("This message is on its way or was sent already."))


# In English, to be translated where they are shown.
REFUSAL_TEXTS = {
    WindowClosed: errors.WINDOW_CLOSED_TEXT,
    OptedOut: errors.OPTED_OUT_TEXT,
    NumberStopped: errors.ACCOUNT_TEXT,
}


def send_reply(conversation: Conversation, body: str, *, author: Member) -> Message:
    """Queue a member's reply. Runs inside `tenant()`.

    Raises `NotConnected`, `WindowClosed`, `OptedOut`, `AssistantInCharge` or `TooLong`.
    """
    handover.lock(conversation)
    if conversation.channel.status == Channel.Status.DISCONNECTED:
        raise NotConnected
    if conversation.in_charge == Conversation.InCharge.ASSISTANT:
        raise AssistantInCharge
    if repeated := _just_sent(conversation, body, author):
        return repeated
    message = queue_message(
        conversation,
        body,
        author_kind=Author.MEMBER,
        author=author,
        buttons=suggesting.buttons_with(conversation, body),
    )
    suggesting.note_sent(conversation, message, author)
    # What the assistant is writing at this moment, for a person to send, would answer it twice.
    work.rest(conversation)
    return message


def _just_sent(conversation: Conversation, body: str, author: Member) -> Message | None:
    """The same words of the same member a moment ago: a button pressed twice, not said twice."""
    same = conversation.messages.filter(
        direction=Message.Direction.OUTBOUND,
        author=author,
        body=body,
        created_at__gte=now() - DOUBLE_PRESS,
    )
    return same.order_by("-pk").first()


def queue_message(
    conversation: Conversation,
    body: str,
    *,
    author_kind: str,
    author: Member | None = None,
    buttons: Sequence[tuple[str, str]] = (),
    answers_seq: int | None = None,
    purpose: str = "",
) -> Message:
    """Store a message for the customer and queue its delivery. Runs inside `tenant()`.

    `buttons` are at most three pairs of id (256 characters) and title (20, all different).
    `answers_seq` names the burst it answers: a burst is answered once, a second call returns the
    first message. Raises `WindowClosed`, `OptedOut` or `TooLong`, and `ValueError` for buttons that
    WhatsApp does not take.
    """
    handover.lock(conversation)
    _check_size(body, buttons)
    if refusal := _refusal(conversation, author_kind, purpose):
        raise refusal
    shown = [{"id": button_id, "title": title} for button_id, title in buttons]
    fields = {
        "channel_id": conversation.channel_id,
        "direction": Message.Direction.OUTBOUND,
        "author_kind": author_kind,
        "author": author,
        "kind": Message.Kind.INTERACTIVE if shown else Message.Kind.TEXT,
        "body": body,
        "payload": {
            **({"buttons": shown} if shown else {}),
            **({"purpose": purpose} if purpose else {}),
        },
        "status": Status.QUEUED,
    }
    message, is_new = _store(conversation, answers_seq, fields)
    if not is_new:
        return message
    OutboundWork.objects.create(message=message, organization_id=conversation.organization_id)
    enqueue(DELIVER_TASK, conversation.organization_id, message.pk)
    is_farewell = (
        author_kind == Author.ASSISTANT and conversation.in_charge == Conversation.InCharge.PERSON
    )
    if author_kind == Author.MEMBER and purpose != BOOKING:
        briefing.resolve(conversation, HandOver.Resolution.ANSWERED, author)
    if not is_farewell and purpose != BOOKING:
        # After the assistant's last words the customer still waits, for the person it named.
        conversation.waiting_since = None
    conversation.last_message_at = message.sent_at
    conversation.preview, conversation.preview_author = preview_of(message), author_kind
    conversation.save(
        update_fields=["waiting_since", "last_message_at", "preview", "preview_author"]
    )
    _announce(conversation)
    return message


def retry(message: Message, member: Member) -> Message:
    """Send a failed or unconfirmed message once more, because a member says so.

    Runs inside `tenant()`. Raises `NotRepeatable`, `WindowClosed` or `OptedOut`.
    """
    conversation, message, work = _lock(message.pk)
    is_over = work is None or work.state == State.DONE
    if message.status not in (Status.FAILED, Status.UNCERTAIN) or not is_over:
        raise NotRepeatable
    if refusal := _refusal(conversation, Author.MEMBER, ""):
        raise refusal
    message.possibly_sent_twice |= message.status == Status.UNCERTAIN
    message.status, message.wamid = Status.QUEUED, None
    message.failure_code, message.failure_text = None, ""
    message.payload = {**message.payload, "retried_by": member.pk}
    message.save(
        update_fields=[
            "possibly_sent_twice",
            "status",
            "wamid",
            "failure_code",
            "failure_text",
            "payload",
        ]
    )
    OutboundWork.objects.filter(pk=message.pk).delete()
    OutboundWork.objects.create(message=message, organization_id=message.organization_id)
    enqueue(DELIVER_TASK, message.organization_id, message.pk)
    _announce(conversation)
    return message


def deliver(organization_id: int, message_id: int) -> None:
    """Post one queued message. Of any number of runs, only the one that claims the row posts it."""
    token = _claim(organization_id, message_id)
    if token is None:
        return
    with tenant(organization_id):
        post = _prepare(message_id, token)
    if post is None:
        return
    try:
        wamid = post.send()
    except Rejected as error:
        with tenant(organization_id):
            _note_rejected(post, error)
    except Busy as error:
        with tenant(organization_id):
            _note_busy(post, error)
    except Unconfirmed:
        logger.warning("Message %s may have been sent: the answer was lost", message_id)
        with tenant(organization_id):
            _note_unconfirmed(post)
    else:
        with tenant(organization_id):
            _note_sent(post, wamid)


def reconcile(organization_id: int, message_id: int) -> None:
    """Decide about a message whose delivery did not come to its end.

    Claimed but not posted: queued again. Posted without an answer: uncertain. Uncertain without a
    status for two minutes: free text goes once more, anything else is left to a person.
    """
    with tenant(organization_id):
        found = _lock(message_id, missing_ok=True)
        if found is None:
            return
        conversation, message, work = found
        correlation.adopt(work.correlation_id)
        if work.state == State.SENDING and work.posting_at is None:
            if work.claimed_at < now() - CLAIM_LIMIT:
                _queue_again(message, work)
        elif work.state == State.SENDING:
            if work.posting_at < now() - POST_LIMIT:
                _make_uncertain(conversation, message, work)
        elif work.state == State.UNCERTAIN and work.uncertain_since < now() - STATUS_LIMIT:
            _settle_uncertain(conversation, message, work)


def leave_in_doubt(message_id: int) -> None:
    """Leave a message on its way to a person: nobody knows whether the customer has it.

    Runs inside `tenant()`.
    """
    conversation, message, work = _lock(message_id)
    if work is None or work.state == State.DONE:
        return
    message.status = Status.UNCERTAIN
    message.save(update_fields=["status"])
    _leave_to_person(conversation, message)


def nudge_overdue(limit: int, patience: timedelta, again: timedelta) -> int:
    """Queue tasks for outbound work that came to a stop. For the sweep: reads routing rows only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_outboundwork SET nudged_at = clock_timestamp() "
            "WHERE message_id IN (SELECT message_id FROM inbox_outboundwork WHERE ("
            "(state = 'queued' AND next_attempt_at < clock_timestamp() - %(patience)s) OR "
            "(state = 'sending' AND claimed_at < clock_timestamp() - %(post)s) OR "
            "(state = 'uncertain' AND uncertain_since < clock_timestamp() - %(status)s)) "
            "AND (nudged_at IS NULL OR nudged_at < clock_timestamp() - %(again)s) "
            "ORDER BY next_attempt_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) "
            "RETURNING organization_id, message_id, state",
            {
                "patience": patience,
                "post": POST_LIMIT,
                "status": STATUS_LIMIT,
                "again": again,
                "limit": limit,
            },
        )
        rows = cursor.fetchall()
    for organization_id, message_id, state in rows:
        task = DELIVER_TASK if state == State.QUEUED else RECONCILE_TASK
        enqueue(task, organization_id, message_id)
    return len(rows)


def preview_of(message: Message) -> str:
    """Return one line for the list, without control characters, at most 160 characters."""
    return " ".join(
        "".join(letter if letter.isprintable() else " " for letter in message.text).split()
    )[:160]


@dataclass(frozen=True)
class Post:
    """One message on its way out, with everything that posting it needs."""

    message_id: int
    token: UUID
    send: Callable[[], str]


def _check_size(body: str, buttons: Sequence[tuple[str, str]]) -> None:
    limit = whatsapp.LONGEST_TEXT_WITH_BUTTONS if buttons else whatsapp.LONGEST_TEXT
    if len(body) > limit:
        raise TooLong(limit)
    titles = [title for _id, title in buttons]
    if (
        len(buttons) > whatsapp.MAX_BUTTONS
        or len(set(titles)) < len(titles)
        or any(not 0 < len(title) <= whatsapp.LONGEST_BUTTON_TITLE for title in titles)
        or any(not 0 < len(each) <= whatsapp.LONGEST_BUTTON_ID for each, _title in buttons)
    ):
        raise ValueError("At most three buttons with different titles of 20 characters.")


def _refusal(conversation: Conversation, author_kind: str, purpose: str) -> CannotSend | None:
    """Why nothing may be written here now: the opt-out comes first, then the window."""
    stopped = conversation.contact.opted_out_at
    if stopped and purpose != OPT_OUT_CONFIRMATION:
        last = conversation.last_customer_message_at
        wrote_since = last is not None and last > stopped
        if author_kind != Author.MEMBER or not wrote_since:
            return OptedOut()
    if conversation.channel.is_stopped:
        return NumberStopped()
    return None if conversation.window_is_open else WindowClosed()


def _store(
    conversation: Conversation, answers_seq: int | None, fields: dict[str, object]
) -> tuple[Message, bool]:
    common = {"organization_id": conversation.organization_id, "conversation": conversation}
    if answers_seq is None:
        return Message.objects.create(**common, **fields), True
    return Message.objects.get_or_create(**common, answers_seq=answers_seq, defaults=fields)


def _claim(organization_id: int, message_id: int) -> UUID | None:
    token = uuid4()
    claimed = OutboundWork.objects.filter(
        pk=message_id,
        organization_id=organization_id,
        state=State.QUEUED,
        next_attempt_at__lte=Now() + CLOCK_SLACK,
    ).update(
        state=State.SENDING,
        claim_token=token,
        claimed_at=Now(),
        posting_at=None,
        attempts=F("attempts") + 1,
        nudged_at=None,
    )
    return token if claimed else None


def _prepare(message_id: int, token: UUID) -> Post | None:
    """Check again what may have changed since it was queued, and commit that posting begins."""
    conversation, message, work = _lock(message_id)
    correlation.adopt(work.correlation_id)
    if work.claim_token != token or work.state != State.SENDING:
        return None
    if message.wamid or message.status in (Status.CANCELLED, Status.FAILED):
        # A status came first, or somebody took over.
        _finish(message)
        return None
    if _is_not_first(conversation, message):
        _queue_again(message, work, IN_ORDER_PAUSE, counts=False)
        return None
    purpose = message.payload.get("purpose", "")
    by_member = message.author_kind == Author.MEMBER or "retried_by" in message.payload
    if not by_member and _is_unwanted(conversation, message):
        _cancel(conversation, message)
        return None
    author_kind = Author.MEMBER if by_member else message.author_kind
    if refusal := _refusal(conversation, author_kind, purpose):
        closed = isinstance(refusal, WindowClosed)
        _fail(
            conversation,
            message,
            errors.WINDOW_CLOSED if closed else None,
            REFUSAL_TEXTS[type(refusal)],
        )
        return None
    send = _sender(conversation, message)
    if send is None:
        return None
    OutboundWork.objects.filter(pk=message_id).update(posting_at=Now())
    message.status = Status.SENDING
    message.save(update_fields=["status"])
    return Post(message_id, token, send)


def _is_not_first(conversation: Conversation, message: Message) -> bool:
    return conversation.messages.filter(
        pk__lt=message.pk,
        direction=Message.Direction.OUTBOUND,
        status__in=(Status.QUEUED, Status.SENDING),
    ).exists()


def _is_unwanted(conversation: Conversation, message: Message) -> bool:
    """Whether the assistant's message must not go out because people decided otherwise."""
    if message.author_kind != Author.ASSISTANT:
        return False
    if conversation.organization.assistant_paused:
        return True
    return (
        conversation.in_charge == Conversation.InCharge.PERSON
        and conversation.hand_over_reason not in handover.BY_THE_ASSISTANT
    )


def _sender(conversation: Conversation, message: Message) -> Callable[[], str] | None:
    """Return the call that posts the message, or fail the message if there can be none."""
    channel, to = conversation.channel, Address.of(conversation.contact)
    if channel.status != Channel.Status.CONNECTED:
        _fail(conversation, message, None, errors.NOT_CONNECTED_TEXT)
        return None
    if not to:
        _fail(conversation, message, None, errors.NO_ADDRESS_TEXT)
        return None
    try:
        client = WhatsAppClient(channel)
    except SecretUnreadable:
        channel_states.mark_broken(channel)
        _fail(conversation, message, None, errors.NOT_CONNECTED_TEXT)
        return None
    data = statuses.callback_data(message.pk)
    pairs = [(each["id"], each["title"]) for each in message.payload.get("buttons", [])]
    if pairs:
        return lambda: client.send_buttons(to, message.body, pairs, callback_data=data)
    return lambda: client.send_text(to, message.body, callback_data=data)


def _note_sent(post: Post, wamid: str) -> None:
    conversation, message, _work = _lock(post.message_id)
    if message.wamid is None:
        message.wamid = wamid
        message.status = Status.SENT
        message.save(update_fields=["wamid", "status"])
        statuses.apply_waiting(conversation, message)
    if conversation.meta_agent_since:
        # WhatsApp gives the conversation to whoever writes.
        conversation.meta_agent_since = None
        conversation.save(update_fields=["meta_agent_since"])
    _finish(message)
    _announce(conversation)
    ids = {"conversation_id": conversation.pk, "message_id": message.pk}
    logger.info("Message sent.", extra=ids)


def _note_rejected(post: Post, error: Rejected) -> None:
    conversation, message, work = _lock(post.message_id)
    if message.wamid or work.claim_token != post.token:
        return
    logger.warning("Meta refused message %s: %s", message.pk, error.code)
    if error.code in errors.TOKEN:
        channel_states.mark_broken(conversation.channel)
    elif error.code in errors.ACCOUNT:
        channel_states.note_restriction(
            conversation.channel, errors.plain_words(error.code, error.text)
        )
    statuses.note_opt_out(conversation, error.code)
    _fail(conversation, message, error.code, errors.plain_words(error.code, error.text))


def _note_busy(post: Post, error: Busy) -> None:
    conversation, message, work = _lock(post.message_id)
    if message.wamid or work.claim_token != post.token:
        return
    if work.attempts >= MAX_ATTEMPTS:
        _fail(conversation, message, error.code, errors.TRIED_OFTEN_TEXT)
        return
    _queue_again(message, work, backoff(work.attempts, error))
    _announce(conversation)


def backoff(attempts: int, error: Busy) -> timedelta:
    """Meta's own time if it named one, else 2^n seconds, 4^n for too many to one customer."""
    base = 4 if error.code == errors.TOO_MANY_TO_ONE_CUSTOMER else 2
    seconds = error.retry_after or base ** min(attempts, 10)
    spread = random.uniform(1.0, 1.25)  # noqa: S311 (only spreads the load)
    return min(timedelta(seconds=seconds * spread), LONGEST_BACKOFF)


def _note_unconfirmed(post: Post) -> None:
    conversation, message, work = _lock(post.message_id)
    if message.wamid is None and work.claim_token == post.token:
        _make_uncertain(conversation, message, work)


def _queue_again(
    message: Message,
    work: OutboundWork,
    pause: timedelta = timedelta(),
    counts: bool = True,
) -> None:
    OutboundWork.objects.filter(pk=work.pk).update(
        state=State.QUEUED,
        next_attempt_at=Now() + pause,
        attempts=work.attempts if counts else work.attempts - 1,
        claim_token=None,
        claimed_at=None,
        posting_at=None,
        uncertain_since=None,
        nudged_at=None,
    )
    message.status = Status.QUEUED
    message.save(update_fields=["status"])
    enqueue(DELIVER_TASK, message.organization_id, message.pk, delay=pause)


def _make_uncertain(conversation: Conversation, message: Message, work: OutboundWork) -> None:
    OutboundWork.objects.filter(pk=work.pk).update(
        state=State.UNCERTAIN, uncertain_since=work.posting_at or Now(), nudged_at=None
    )
    message.status = Status.UNCERTAIN
    message.save(update_fields=["status"])
    _deliver_next(message)
    _announce(conversation)


def _settle_uncertain(conversation: Conversation, message: Message, work: OutboundWork) -> None:
    if message.wamid:
        _finish(message)
    elif _may_go_again(conversation, message, work):
        if not _webhooks_flow(work):
            if work.uncertain_since < now() - UNCERTAIN_LIMIT:
                _leave_to_person(conversation, message)
            return
        logger.warning("Message %s goes once more: no status came", message.pk)
        message.possibly_sent_twice = True
        message.save(update_fields=["possibly_sent_twice"])
        OutboundWork.objects.filter(pk=work.pk).update(resent_at=Now())
        _queue_again(message, work)
        _announce(conversation)
    else:
        _leave_to_person(conversation, message)


def _may_go_again(conversation: Conversation, message: Message, work: OutboundWork) -> bool:
    """Only free text, only once, and only while it still makes sense to the customer."""
    if work.resent_at or message.kind not in (Message.Kind.TEXT, Message.Kind.INTERACTIVE):
        return False
    by_member = message.author_kind == Author.MEMBER or "retried_by" in message.payload
    author_kind = Author.MEMBER if by_member else message.author_kind
    if _refusal(conversation, author_kind, message.payload.get("purpose", "")):
        return False
    if not by_member and _is_unwanted(conversation, message):
        return False
    return not conversation.messages.filter(
        direction=Message.Direction.OUTBOUND, pk__gt=message.pk
    ).exists()


def _webhooks_flow(work: OutboundWork) -> bool:
    """Whether a status would have reached us by now: others did, and none waits to be read."""
    arrived = WebhookEvent.objects.filter(received_at__gt=work.uncertain_since)
    unread = WebhookEvent.objects.filter(
        state=WebhookEvent.State.RECEIVED,
        received_at__gt=work.uncertain_since,
        received_at__lt=now() - PROCESSING_TIME,
    )
    return arrived.exists() and not unread.exists()


def _leave_to_person(conversation: Conversation, message: Message) -> None:
    """Nobody knows whether the customer has it: a person decides."""
    _finish(message)
    handover.hand_over(conversation, Conversation.HandOverReason.UNSENT)
    _announce(conversation)


def _fail(conversation: Conversation, message: Message, code: int | None, text: str) -> None:
    message.status = Status.FAILED
    message.failure_code, message.failure_text = code, text[:300]
    message.save(update_fields=["status", "failure_code", "failure_text"])
    _finish(message)
    handover.hand_over(conversation, Conversation.HandOverReason.UNSENT)
    _announce(conversation)


def _cancel(conversation: Conversation, message: Message) -> None:
    is_paused = conversation.organization.assistant_paused
    message.status = Status.CANCELLED
    message.failure_text = errors.PAUSED_TEXT if is_paused else errors.TAKEN_OVER_TEXT
    message.save(update_fields=["status", "failure_text"])
    _finish(message)
    if is_paused:
        handover.hand_over(conversation, Conversation.HandOverReason.PAUSED)
    if conversation.waiting_since is None:
        conversation.waiting_since = conversation.last_customer_message_at
        conversation.save(update_fields=["waiting_since"])
    _announce(conversation)


def _finish(message: Message) -> None:
    OutboundWork.objects.filter(pk=message.pk).update(state=State.DONE)
    _deliver_next(message)


def _deliver_next(message: Message) -> None:
    """Wake the next message of the conversation, which waits for its turn."""
    following = OutboundWork.objects.filter(
        ~Q(pk=message.pk),
        message__conversation_id=message.conversation_id,
        state=State.QUEUED,
    )
    first = following.order_by("pk").first()
    # One that was tried already waits for its own time.
    if first and first.attempts == 0:
        OutboundWork.objects.filter(pk=first.pk).update(next_attempt_at=Now())
        enqueue(DELIVER_TASK, message.organization_id, first.pk)


def _lock(
    message_id: int, missing_ok: bool = False
) -> tuple[Conversation, Message, OutboundWork] | None:
    """Lock conversation, message and outbound work, in this order."""
    found = Message.objects.select_related("conversation").filter(pk=message_id).first()
    if found is None:
        if missing_ok:
            return None
        raise Message.DoesNotExist(message_id)
    conversation = found.conversation
    handover.lock(conversation)
    message = Message.objects.select_for_update(of=("self",)).get(pk=message_id)
    work = OutboundWork.objects.select_for_update().filter(pk=message_id).first()
    if work is None and missing_ok:
        return None
    message.conversation = conversation
    return conversation, message, work


def _announce(conversation: Conversation) -> None:
    events.announce(conversation.organization_id, Signal.Kind.CONVERSATION, conversation.code)
