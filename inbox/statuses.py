"""Ticks: what Meta tells about a message after it took it. They only go forwards."""

import logging
from datetime import UTC, datetime

from inbox import contacts, events, handover
from inbox.models import Channel, Conversation, Message, MessageStatus, OutboundWork, Signal
from inbox.whatsapp import errors
from inbox.whatsapp.parsing import IncomingStatus
from organizations import correlation

logger = logging.getLogger(__name__)

Status = Message.Status
RANKS = {Status.SENT: 1, Status.DELIVERED: 2, Status.READ: 3}
CALLBACK_PREFIX = "msg:"


def callback_data(message_id: int) -> str:
    """Return what we send along, and Meta sends back with every status of the message."""
    return f"{CALLBACK_PREFIX}{message_id}"


def apply_status(channel: Channel, incoming: IncomingStatus) -> MessageStatus:
    """Store one status and move its message forwards. Runs inside `tenant()`.

    Found by the wamid, else by the callback data, because a status can be faster than the answer
    to our own call. One without a message is kept and applied when the wamid becomes known.
    """
    found = _find_message(channel, incoming)
    conversation = message = None
    if found is not None:
        # Conversation before message: the order in which everybody locks.
        conversation = found.conversation
        handover.lock(conversation)
        message = Message.objects.select_for_update(of=("self",)).get(pk=found.pk)
    row, is_new = MessageStatus.objects.get_or_create(
        organization_id=channel.organization_id,
        channel=channel,
        wamid=incoming.wamid,
        status=incoming.status,
        defaults={
            "message": message,
            "at": incoming.at,
            "error_code": incoming.error_code,
            "error_text": incoming.error_text,
            "callback_data": incoming.callback_data,
            "payload": incoming.payload,
        },
    )
    if message is None or (not is_new and row.message_id):
        return row
    if row.message_id is None:
        row.message = message
        row.save(update_fields=["message"])
    contacts.learn_user_id(conversation.contact, incoming.user_id)
    _apply(conversation, message, row)
    return row


def apply_waiting(conversation: Conversation, message: Message) -> None:
    """Apply the statuses that came before the message's wamid was known."""
    waiting = MessageStatus.objects.filter(
        channel_id=message.channel_id, wamid=message.wamid, message=None
    )
    for row in waiting.order_by("at", "pk"):
        row.message = message
        row.save(update_fields=["message"])
        _apply(conversation, message, row)


def note_opt_out(conversation: Conversation, code: int | None) -> None:
    """Remember that the customer wants no marketing, where an error says so."""
    contact = conversation.contact
    if code == errors.MARKETING_OPT_OUT and contact.marketing_opted_out_at is None:
        contact.marketing_opted_out_at = conversation.last_message_at
        contact.save(update_fields=["marketing_opted_out_at"])


def _find_message(channel: Channel, incoming: IncomingStatus) -> Message | None:
    messages = Message.objects.select_related("conversation").filter(
        channel=channel, direction=Message.Direction.OUTBOUND
    )
    by_wamid = messages.filter(wamid=incoming.wamid).first()
    if by_wamid is not None:
        return by_wamid
    number = incoming.callback_data.removeprefix(CALLBACK_PREFIX)
    is_ours = incoming.callback_data.startswith(CALLBACK_PREFIX)
    # At most 18 digits: more would not fit a bigint.
    if not (is_ours and number.isascii() and number.isdigit() and len(number) <= 18):
        return None
    return messages.filter(pk=int(number)).first()


def _apply(conversation: Conversation, message: Message, row: MessageStatus) -> None:
    _log(message, row)
    _note_pricing(message, row)
    _note_free_entry(conversation, row)
    if row.status == "failed":
        _fail(conversation, message, row)
        return
    wanted = Status.READ if row.status == "played" else row.status
    if wanted not in RANKS or not _may_advance(message, row):
        return
    is_first_word = message.wamid is None
    message.wamid = message.wamid or row.wamid
    if RANKS[wanted] > RANKS.get(message.status, 0):
        message.status = wanted
    if wanted in (Status.DELIVERED, Status.READ):
        message.delivered_at = message.delivered_at or row.at
    if wanted == Status.READ:
        message.read_at = message.read_at or row.at
    message.save(
        update_fields=[
            "wamid",
            "status",
            "delivered_at",
            "read_at",
            "pricing_category",
            "pricing_type",
        ],
    )
    _settle_work(message)
    if is_first_word:
        apply_waiting(conversation, message)
    _announce(conversation)


def _log(message: Message, row: MessageStatus) -> None:
    """Tell of the status under the id of its message: the delivery that brings it has another."""
    work = OutboundWork.objects.filter(pk=message.pk).only("correlation_id").first()
    with correlation.adopted(work and work.correlation_id):
        ids = {"conversation_id": message.conversation_id, "message_id": message.pk}
        logger.info("Status received.", extra={"kind": row.status, **ids})


def _may_advance(message: Message, row: MessageStatus) -> bool:
    """A failure is final, except that a copy sent later may still arrive."""
    if message.wamid in (None, row.wamid):
        has_failed = message.statuses.filter(wamid=row.wamid, status="failed").exists()
        return message.status != Status.FAILED and not has_failed
    return message.status != Status.FAILED or message.possibly_sent_twice


def _fail(conversation: Conversation, message: Message, row: MessageStatus) -> None:
    is_of_another_copy = message.wamid not in (None, row.wamid)
    if is_of_another_copy or message.status in (Status.DELIVERED, Status.READ, Status.FAILED):
        return
    message.wamid = row.wamid
    message.status = Status.FAILED
    message.failure_code = row.error_code
    message.failure_text = errors.plain_words(row.error_code, row.error_text)
    message.save(
        update_fields=[
            "wamid",
            "status",
            "failure_code",
            "failure_text",
            "pricing_category",
            "pricing_type",
        ]
    )
    _settle_work(message)
    note_opt_out(conversation, row.error_code)
    handover.hand_over(conversation, Conversation.HandOverReason.UNSENT)
    _announce(conversation)


def _note_pricing(message: Message, row: MessageStatus) -> None:
    pricing = row.payload.get("pricing")
    category = pricing.get("category") if isinstance(pricing, dict) else None
    if isinstance(category, str) and category:
        message.pricing_category = category[:40]
    kind = pricing.get("type") if isinstance(pricing, dict) else None
    if isinstance(kind, str) and kind:
        message.pricing_type = kind[:40]


def _note_free_entry(conversation: Conversation, row: MessageStatus) -> None:
    """Remember until when answers are free because an advertisement brought the customer."""
    talk = row.payload.get("conversation")
    talk = talk if isinstance(talk, dict) else {}
    origin = talk.get("origin")
    until = str(talk.get("expiration_timestamp", ""))
    is_free = isinstance(origin, dict) and origin.get("type") == "referral_conversion"
    if not (is_free and until.isascii() and until.isdigit() and len(until) <= 11):
        return
    ends = datetime.fromtimestamp(int(until), UTC)
    if conversation.free_entry_until is None or conversation.free_entry_until < ends:
        conversation.free_entry_until = ends
        conversation.save(update_fields=["free_entry_until"])


def _settle_work(message: Message) -> None:
    OutboundWork.objects.filter(pk=message.pk).exclude(state=OutboundWork.State.DONE).update(
        state=OutboundWork.State.DONE
    )


def _announce(conversation: Conversation) -> None:
    events.announce(conversation.organization_id, Signal.Kind.CONVERSATION, conversation.code)
