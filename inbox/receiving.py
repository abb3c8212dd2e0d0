"""What arrives from WhatsApp becomes rows. Everything here runs inside `tenant()`, and may run
again for the same item: what is stored already stays as it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import now

from inbox import contacts, events, handover, opting_out, sending, statuses, work
from inbox.models import Channel, Contact, Conversation, ConversationWork, Message, Reaction, Signal
from inbox.whatsapp.parsing import (
    IncomingChange,
    IncomingMessage,
    IncomingStatus,
    Sender,
    as_phone,
    is_user_id,
)
from organizations.queue import enqueue

apply_status = statuses.apply_status

STALE_AFTER = timedelta(minutes=15)
LEAD_TASK = "leads.tasks.make_lead"
Kind = Message.Kind
HandOver = Conversation.HandOverReason


def receive(
    channel: Channel, incoming: IncomingMessage | IncomingStatus | IncomingChange
) -> Message | None:
    """Store one item of a webhook and return the message it made or changed, if any."""
    if isinstance(incoming, IncomingStatus):
        return apply_status(channel, incoming).message
    if isinstance(incoming, IncomingChange):
        _receive_change(channel, incoming)
        return None
    if incoming.reaction is not None:
        return receive_reaction(channel, incoming)
    if incoming.original_wamid:
        return receive_correction(channel, incoming)
    return receive_message(channel, incoming)


def receive_message(channel: Channel, incoming: IncomingMessage) -> Message:
    """Store one message and make the conversation due for an answer.

    A webhook is delivered at least once: a wamid seen before returns the stored row and changes
    nothing. What arrives more than `STALE_AFTER` late is left to a person, history and what Meta's
    own agent handles is only stored, an echo of the business phone pauses the assistant.
    """
    contact = contacts.find_contact(channel.organization, incoming.sender)
    if incoming.new_sender is not None:
        contact = contacts.change_identity(contact, incoming.new_sender)
    conversation = contacts.open_conversation(channel, contact)
    message, is_new = _store(conversation, incoming)
    if not is_new:
        return message
    if _was_revoked(conversation, message):
        _announce(conversation)
        return message
    if incoming.is_echo:
        _take_echo(conversation, message, incoming)
    elif incoming.kind == Kind.SYSTEM:
        _show_in_list(conversation, message)
    else:
        _take_message(conversation, message, incoming)
    _announce(conversation)
    return message


def receive_reaction(channel: Channel, incoming: IncomingMessage) -> Message | None:
    """Put an emoji on a message or take it off; a later one wins, in whatever order they come.

    A thumbs-up can accept a time, so one on the assistant's message makes the conversation due. One
    on a message that we never stored is shown as a message of its own.
    """
    contact = contacts.find_contact(channel.organization, incoming.sender)
    conversation = contacts.open_conversation(channel, contact)
    target = conversation.messages.filter(wamid=incoming.reaction.wamid).first()
    if target is None:
        if not incoming.reaction.emoji:
            return None
        shown = {"body": incoming.reaction.emoji, "kind": Kind.TEXT}
        message, is_new = _store(conversation, incoming.model_copy(update=shown))
        if is_new:
            _show_in_list(conversation, message)
            _announce(conversation)
        return message
    if not _put_reaction(target, incoming):
        return target
    if _asks_for_answer(conversation, target, incoming):
        work.mark_due(conversation, now())
    _announce(conversation)
    return target


def receive_correction(channel: Channel, incoming: IncomingMessage) -> Message:
    """Change or withdraw a message as its author did. Unknown, it is stored as a message."""
    contact = contacts.find_contact(channel.organization, incoming.sender)
    conversation = contacts.open_conversation(channel, contact)
    target = (
        conversation.messages.select_for_update(of=("self",))
        .filter(wamid=incoming.original_wamid, direction=_direction(incoming))
        .first()
    )
    if target is None:
        if incoming.type == "edit":
            return receive_message(channel, incoming.model_copy(update={"original_wamid": ""}))
        message, is_new = _store(conversation, incoming)
        if is_new:
            Message.objects.filter(pk=message.pk).update(revoked_at=incoming.sent_at)
        return message
    if incoming.type == "edit":
        _edit(conversation, target, incoming)
    elif target.revoked_at is None:
        target.revoked_at = incoming.sent_at
        target.save(update_fields=["revoked_at"])
        if target.sent_at >= conversation.last_message_at:
            conversation.preview = ""
            conversation.save(update_fields=["preview"])
    _announce(conversation)
    return target


def _store(conversation: Conversation, incoming: IncomingMessage) -> tuple[Message, bool]:
    fields = {
        "conversation": conversation,
        "direction": _direction(incoming),
        "author_kind": Message.Author.PHONE if incoming.is_echo else Message.Author.CUSTOMER,
        "kind": incoming.kind,
        "body": incoming.body,
        "payload": incoming.payload,
        "sent_at": incoming.sent_at,
        "reply_to": _quoted(conversation, incoming.reply_to_wamid),
        "status": Message.Status.SENT if incoming.is_echo else Message.Status.NONE,
        "is_stale": _is_stale(incoming),
    }
    message, is_new = conversation.organization.messages.get_or_create(
        channel_id=conversation.channel_id, wamid=incoming.wamid, defaults=fields
    )
    if not is_new and message.payload.get("type") == "media_placeholder":
        # History names a picture first and brings it later.
        message.kind, message.body = incoming.kind, incoming.body
        message.payload = incoming.payload
        message.save(update_fields=["kind", "body", "payload"])
    return message, is_new


def _was_revoked(conversation: Conversation, message: Message) -> bool:
    """Whether the withdrawal came before the message. The line that stood for it then goes."""
    withdrawal = conversation.messages.filter(
        revoked_at__isnull=False, payload__revoke__original_message_id=message.wamid
    ).first()
    if withdrawal is None:
        return False
    message.revoked_at = withdrawal.revoked_at
    message.save(update_fields=["revoked_at"])
    withdrawal.delete()
    return True


def _take_message(conversation: Conversation, message: Message, incoming: IncomingMessage) -> None:
    if incoming.is_history:
        _show_in_list(conversation, message)
        return
    is_first = conversation.last_customer_message_at is None
    if is_first:
        enqueue(LEAD_TASK, conversation.organization_id, conversation.contact_id)
    conversation.last_customer_message_at = max(
        conversation.last_customer_message_at or message.sent_at, message.sent_at
    )
    conversation.unread_count += 1
    conversation.save(update_fields=["last_customer_message_at", "unread_count"])
    _show_in_list(conversation, message)
    handover.reopen(conversation)
    if incoming.is_standby:
        return
    if conversation.waiting_since is None:
        conversation.waiting_since = message.sent_at
        conversation.save(update_fields=["waiting_since"])
    _answer(conversation, message)


def _answer(conversation: Conversation, message: Message) -> None:
    """Decide who answers: the words for stopping first, then a person, then the assistant."""
    is_said = message.kind in (Kind.TEXT, Kind.BUTTON, Kind.INTERACTIVE)
    if is_said and opting_out.asks_to_stop(message.body):
        opting_out.stop(conversation, message)
        work.count(conversation)
        return
    if is_said and conversation.contact.opted_out_at and opting_out.asks_to_start(message.body):
        opting_out.start(conversation, message)
        work.count(conversation)
        return
    silent = work.why_silent(conversation)
    if silent in ("paused", "off"):
        handover.hand_over(conversation, HandOver.PAUSED)
    elif message.is_stale and not silent:
        handover.hand_over(conversation, HandOver.STALE)
    elif message.kind == Kind.UNSUPPORTED and not silent:
        handover.hand_over(conversation, HandOver.MEDIA)
    work.mark_due(conversation, now())


def _take_echo(conversation: Conversation, message: Message, incoming: IncomingMessage) -> None:
    """Somebody answered from the business phone: nobody waits, and the assistant keeps silent."""
    _show_in_list(conversation, message)
    statuses.apply_waiting(conversation, message)
    if incoming.is_history:
        return
    handover.take_over_from_phone(conversation)
    last = conversation.last_customer_message_at
    if last is None or message.sent_at >= last:
        conversation.waiting_since = None
        conversation.save(update_fields=["waiting_since"])


def _asks_for_answer(
    conversation: Conversation, target: Message, incoming: IncomingMessage
) -> bool:
    is_of_customer = not (incoming.is_echo or incoming.is_standby or _is_stale(incoming))
    return (
        target.author_kind == Message.Author.ASSISTANT
        and is_of_customer
        and bool(incoming.reaction.emoji)
        # A reaction does not open the window, so outside it nothing could be answered.
        and conversation.window_is_open
    )


def _put_reaction(target: Message, incoming: IncomingMessage) -> bool:
    """Write the reaction unless a later one is known. Returns whether something changed."""
    author_kind = Message.Author.PHONE if incoming.is_echo else Message.Author.CUSTOMER
    values = {
        "emoji": incoming.reaction.emoji,
        "wamid": incoming.wamid,
        "sent_at": incoming.sent_at,
    }
    row, is_new = Reaction.with_removed.get_or_create(
        organization_id=target.organization_id,
        message=target,
        author_kind=author_kind,
        defaults=values,
    )
    if is_new:
        return True
    if row.wamid == incoming.wamid or row.sent_at > incoming.sent_at:
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return True


def _edit(conversation: Conversation, target: Message, incoming: IncomingMessage) -> None:
    # WhatsApp's times are whole seconds: of two edits in one, the one that came later wins.
    earlier = target.payload.get("edits", [])
    if any(edit.get("wamid") == incoming.wamid for edit in earlier):
        return
    if target.edited_at is not None and target.edited_at > incoming.sent_at:
        return
    target.payload = {
        **target.payload,
        "edits": [
            *earlier,
            {
                "body": target.body,
                "until": incoming.sent_at.isoformat(),
                "wamid": incoming.wamid,
            },
        ],
    }
    target.body, target.edited_at = incoming.body, incoming.sent_at
    target.save(update_fields=["payload", "body", "edited_at"])
    if target.sent_at >= conversation.last_message_at:
        _show_in_list(conversation, target)
    is_unanswered = ConversationWork.objects.filter(
        pk=conversation.pk, state=ConversationWork.State.DUE
    ).exists()
    if is_unanswered and target.is_inbound:
        # What is being answered right now is the old text.
        work.mark_due(conversation, now())


def _receive_change(channel: Channel, change: IncomingChange) -> None:
    """Act on the fields that concern a contact; all others are only kept."""
    if change.field == "user_preferences":
        for item in _dicts(change.value, "user_preferences"):
            _take_preference(channel, item)
    elif change.field == "user_id_update":
        for item in _dicts(change.value, "user_id_update"):
            _take_new_user_id(channel, item)


def _take_preference(channel: Channel, item: dict[str, Any]) -> None:
    if item.get("category") != "marketing_messages" or item.get("value") not in ("stop", "resume"):
        return
    sender = _sender(item.get("user_id"), item.get("wa_id"))
    if not sender:
        return
    contact = contacts.find_contact(channel.organization, sender)
    stops = item["value"] == "stop"
    contact.marketing_opted_out_at = _time(item.get("timestamp")) if stops else None
    contact.save(update_fields=["marketing_opted_out_at"])


def _take_new_user_id(channel: Channel, item: dict[str, Any]) -> None:
    ids = item.get("user_id")
    if not isinstance(ids, dict):
        return
    old = _sender(ids.get("previous"), item.get("wa_id"))
    new = _sender(ids.get("current"), None)
    if not (old and new):
        return
    is_known = Contact.objects.filter(
        Q(identities__value=old.user_id) | Q(identities__value=old.phone)
    ).exists()
    if is_known:
        contacts.change_identity(contacts.find_contact(channel.organization, old), new)


def _sender(user_id: object, phone: object) -> Sender:
    return Sender(
        user_id=user_id if isinstance(user_id, str) and is_user_id(user_id) else "",
        phone=as_phone(phone) if isinstance(phone, str) else "",
    )


def _show_in_list(conversation: Conversation, message: Message) -> None:
    is_latest = not conversation.preview or message.sent_at >= conversation.last_message_at
    if not is_latest:
        return
    conversation.last_message_at = message.sent_at
    conversation.preview = sending.preview_of(message)
    conversation.preview_author = message.author_kind
    conversation.save(update_fields=["last_message_at", "preview", "preview_author"])


def _quoted(conversation: Conversation, wamid: str) -> Message | None:
    return conversation.messages.filter(wamid=wamid).first() if wamid else None


def _direction(incoming: IncomingMessage) -> str:
    return Message.Direction.OUTBOUND if incoming.is_echo else Message.Direction.INBOUND


def _is_stale(incoming: IncomingMessage) -> bool:
    if incoming.is_echo:
        return False
    return incoming.is_history or now() - incoming.sent_at > STALE_AFTER


def _dicts(value: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = value.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _time(seconds: object) -> datetime:
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit() and len(seconds) < 12:
        seconds = int(seconds)
    if isinstance(seconds, int) and 0 < seconds < 10**11:
        return min(datetime.fromtimestamp(seconds, UTC), now())
    return now()


def _announce(conversation: Conversation) -> None:
    events.announce(conversation.organization_id, Signal.Kind.CONVERSATION, conversation.code)
