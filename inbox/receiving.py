"""What arrives from WhatsApp becomes rows. Everything here runs inside `tenant()`, and may run
again for the same item: what is stored already stays as it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import now

from inbox import (
    contacts,
    events,
    fetching,
    handover,
    noticing,
    opting_out,
    sending,
    statuses,
    thread,
    work,
)
from inbox.models import Channel, Contact, Conversation, ConversationWork, Message, Reaction, Signal
from inbox.own_words import own_words
from inbox.whatsapp import errors
from inbox.whatsapp.parsing import (
    SELF_TEST,
    Content,
    IncomingCall,
    IncomingChange,
    IncomingMessage,
    IncomingStatus,
    Sender,
    as_phone,
    clean_name,
    is_user_id,
)
from organizations.models import Organization
from organizations.queue import enqueue

apply_status = statuses.apply_status

STALE_AFTER = timedelta(minutes=15)
LEAD_TASK = "leads.tasks.make_lead"
LISTEN_TASK = "assistant.tasks.listen"
# What `work.why_silent` says where the assistant sends or suggests a reply.
ANSWERS = ("", "suggest")
Kind = Message.Kind
HandOver = Conversation.HandOverReason


def receive(channel: Channel, incoming: Content) -> Message | None:
    """Store one item of a webhook and return the message it made or changed, if any."""
    if isinstance(incoming, IncomingStatus):
        return apply_status(channel, incoming).message
    if isinstance(incoming, IncomingCall):
        return receive_call(channel, incoming)
    if isinstance(incoming, IncomingChange):
        return receive_change(channel.organization, [channel], incoming)
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
    if incoming.shared_phone:
        contact = contacts.learn_phone(contact, incoming.shared_phone)
    conversation = contacts.open_conversation(channel, contact)
    if incoming.kind == Kind.SYSTEM and not incoming.is_echo:
        return _note_system(conversation, incoming)
    message, is_new = _store(conversation, incoming)
    if not is_new:
        return message
    answer_waiting_quotes(conversation, message)
    if incoming.is_standby:
        _note_meta_agent(conversation, incoming.sent_at)
    if withdraw_early(conversation, [message]):
        _announce(conversation)
        return message
    if incoming.is_echo:
        _take_echo(conversation, message, incoming)
    else:
        _take_message(conversation, message, incoming)
    if not incoming.is_history:
        # Thousands of old messages would wake every browser thousands of times.
        _announce(conversation)
    return message


def receive_call(channel: Channel, incoming: IncomingCall) -> Message:
    """Show a call in the thread, one line for all its steps. A customer's call opens the window.

    Nobody answers calls here, so a person is told; the assistant goes on with what is written.
    """
    contact = contacts.find_contact(channel.organization, incoming.sender)
    conversation = contacts.open_conversation(channel, contact)
    call, is_new = conversation.organization.messages.get_or_create(
        channel_id=conversation.channel_id,
        wamid=incoming.call_id,
        defaults={
            "conversation": conversation,
            "direction": Message.Direction.EVENT,
            "author_kind": Message.Author.SYSTEM,
            "kind": Kind.SYSTEM,
            "sent_at": incoming.at,
            "payload": {"event": "call", "by_customer": incoming.is_by_customer, "steps": []},
        },
    )
    if call.payload.get("event") != "call":
        return call  # an id of a message: not a call, and nothing to change
    steps = call.payload.get("steps", [])
    if any(step.get("event") == incoming.event for step in steps):
        return call
    step = {"event": incoming.event, "at": incoming.at.isoformat(), "item": incoming.payload}
    duration = incoming.payload.get("duration")
    if isinstance(duration, int) and 0 < duration < 10**6:
        call.payload = {**call.payload, "seconds": duration}
    call.payload = {**call.payload, "steps": [*steps, step]}
    call.sent_at = min(call.sent_at, incoming.at)
    call.save(update_fields=["payload", "sent_at"])
    if incoming.is_by_customer:
        _take_call(conversation, call, is_new and not incoming.is_standby)
    _announce(conversation)
    return call


def _take_call(conversation: Conversation, call: Message, asks_for_person: bool) -> None:
    if conversation.last_customer_message_at is None:
        enqueue(LEAD_TASK, conversation.organization_id, conversation.contact_id)
    conversation.last_customer_message_at = max(
        conversation.last_customer_message_at or call.sent_at, call.sent_at
    )
    conversation.save(update_fields=["last_customer_message_at"])
    if call.payload.get("seconds"):
        handover.note_answered_call(conversation)
    elif asks_for_person:
        conversation.unread_count += 1
        conversation.save(update_fields=["unread_count"])
        show_in_list(conversation, call)
        handover.reopen(conversation)
        handover.note_call(conversation)


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
            show_in_list(conversation, message)
            if not incoming.is_history:
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


def _note_system(conversation: Conversation, incoming: IncomingMessage) -> Message:
    """Write a notice of WhatsApp into the thread as a line: nobody said it, nobody answers it."""
    message, is_new = conversation.organization.messages.get_or_create(
        channel_id=conversation.channel_id,
        wamid=incoming.wamid,
        defaults={
            "conversation": conversation,
            "direction": Message.Direction.EVENT,
            "author_kind": Message.Author.SYSTEM,
            "kind": Kind.SYSTEM,
            "body": incoming.body,
            "sent_at": incoming.sent_at,
            "is_history": incoming.is_history,
            "payload": {**_system_words(incoming), "item": incoming.payload},
        },
    )
    if not is_new:
        return message
    if message.payload["event"] == "identity_changed":
        contacts.note_identity(
            conversation.contact, _text(_dict(_system(incoming), "identity"), "hash"), message
        )
    if not incoming.is_history:
        _announce(conversation)
    return message


def _system(incoming: IncomingMessage) -> dict[str, Any]:
    return _dict(incoming.payload, "system")


def _system_words(incoming: IncomingMessage) -> dict[str, Any]:
    """What the line says: a code of `inbox/wording.py` and what it needs."""
    if incoming.type == "request_welcome":
        return {"event": "chat_opened"}
    if incoming.type == "interactive":
        reply = _dict(_dict(incoming.payload, "interactive"), "call_permission_reply")
        is_allowed = reply.get("response") == "accept"
        until = None if reply.get("is_permanent") else _seconds(reply.get("expiration_timestamp"))
        return {
            "event": "calls_allowed" if is_allowed else "calls_refused",
            **({"until": until.isoformat()} if is_allowed and until else {}),
        }
    kind = _text(_system(incoming), "type")
    new = incoming.new_sender
    if kind in ("user_changed_number", "customer_changed_number") and new and new.phone:
        return {"event": "number_changed", "from": incoming.sender.phone, "to": new.phone}
    if kind == "user_changed_user_id" and new:
        return {"event": "id_changed"}
    if kind == "customer_identity_changed":
        return {"event": "identity_changed"}
    return {"event": "whatsapp_notice", "text": incoming.body or kind}


def answer_waiting_quotes(conversation: Conversation, message: Message) -> None:
    """Let messages that quoted this one before it came lead to it."""
    Message.objects.filter(
        organization_id=conversation.organization_id,
        conversation=conversation,
        reply_to=None,
        reply_to_wamid=message.wamid,
    ).update(reply_to=message)


def _note_meta_agent(conversation: Conversation, at: datetime) -> None:
    """Remember that Meta's own agent answers here: ours keeps silent until it hands over."""
    channel = conversation.channel
    if channel.meta_agent_at is None or channel.meta_agent_at < at:
        Channel.objects.filter(pk=channel.pk).update(meta_agent_at=at)
    if conversation.meta_agent_since is None:
        conversation.meta_agent_since = at
        conversation.save(update_fields=["meta_agent_since"])
        work.rest(conversation)
        handover.cancel_queued_replies(conversation, errors.META_AGENT_TEXT)
        thread.add_event(conversation, "meta_agent_answers")


def _end_meta_agent(conversation: Conversation, at: datetime) -> None:
    since = conversation.meta_agent_since
    if since is not None and since < at:
        conversation.meta_agent_since = None
        conversation.save(update_fields=["meta_agent_since"])


def _author(incoming: IncomingMessage) -> str:
    if not incoming.is_echo:
        return Message.Author.CUSTOMER
    return Message.Author.META if incoming.is_standby else Message.Author.PHONE


# How far a message of ours came, in the words of an import.
HISTORY_STATUSES = {
    "delivered": Message.Status.DELIVERED,
    "read": Message.Status.READ,
    "played": Message.Status.READ,
    "error": Message.Status.FAILED,
}


def fields_of(conversation: Conversation, incoming: IncomingMessage) -> dict[str, Any]:
    """Return what a message becomes as a row, except for its id and what it quotes."""
    status = Message.Status.NONE
    if incoming.is_echo:
        status = HISTORY_STATUSES.get(incoming.history_status, Message.Status.SENT)
    return {
        "conversation": conversation,
        "direction": _direction(incoming),
        "author_kind": _author(incoming),
        "kind": incoming.kind,
        "body": incoming.body,
        "payload": incoming.payload,
        "sent_at": incoming.sent_at,
        "reply_to_wamid": incoming.reply_to_wamid,
        "status": status,
        "is_stale": _is_stale(incoming),
        "is_history": incoming.is_history,
    }


def _store(conversation: Conversation, incoming: IncomingMessage) -> tuple[Message, bool]:
    fields = fields_of(conversation, incoming)
    fields["reply_to"] = _quoted(conversation, incoming.reply_to_wamid)
    message, is_new = conversation.organization.messages.get_or_create(
        channel_id=conversation.channel_id, wamid=incoming.wamid, defaults=fields
    )
    if not is_new and message.payload.get("type") == "media_placeholder":
        # History names a picture first and brings it later.
        message.kind, message.body = incoming.kind, incoming.body
        message.payload = incoming.payload
        message.save(update_fields=["kind", "body", "payload"])
        fetching.expect(message)
    if is_new:
        fetching.expect(message)
    return message, is_new


def withdraw_early(conversation: Conversation, messages: list[Message]) -> list[Message]:
    """Withdraw those whose withdrawal came first, and return them. The lines for it then go."""
    withdrawals = {
        each.payload["revoke"]["original_message_id"]: each
        for each in conversation.messages.filter(
            revoked_at__isnull=False,
            payload__revoke__original_message_id__in=[message.wamid for message in messages],
        )
    }
    found = [message for message in messages if message.wamid in withdrawals]
    for message in found:
        withdrawal = withdrawals[message.wamid]
        message.revoked_at = withdrawal.revoked_at
        message.save(update_fields=["revoked_at"])
        withdrawal.delete()
    return found


def _take_message(conversation: Conversation, message: Message, incoming: IncomingMessage) -> None:
    if incoming.is_history:
        show_in_list(conversation, message)
        return
    if incoming.is_from_group:
        # Said before others: it opens no window here, and an answer would go to one of them only.
        conversation.unread_count += 1
        conversation.save(update_fields=["unread_count"])
        show_in_list(conversation, message)
        if work.why_silent(conversation) in ANSWERS:
            handover.hand_over(conversation, HandOver.MEDIA)
        return
    if incoming.is_from_ad:
        _note_ad(conversation, incoming)
    is_first = conversation.last_customer_message_at is None
    if is_first:
        enqueue(LEAD_TASK, conversation.organization_id, conversation.contact_id)
    conversation.last_customer_message_at = max(
        conversation.last_customer_message_at or message.sent_at, message.sent_at
    )
    conversation.unread_count += 1
    conversation.save(update_fields=["last_customer_message_at", "unread_count"])
    show_in_list(conversation, message)
    handover.reopen(conversation)
    if incoming.is_standby:
        _stops(conversation, message)
        return
    _end_meta_agent(conversation, message.sent_at)
    if conversation.waiting_since is None:
        conversation.waiting_since = message.sent_at
        conversation.save(update_fields=["waiting_since"])
    _answer(conversation, message)


def _note_ad(conversation: Conversation, incoming: IncomingMessage) -> None:
    """Remember the advertisement that brought the customer: the latest one counts."""
    if conversation.ad_clicked_at and conversation.ad_clicked_at >= incoming.sent_at:
        return
    conversation.ad_clicked_at = incoming.sent_at
    conversation.ctwa_clid = incoming.ctwa_clid
    conversation.save(update_fields=["ad_clicked_at", "ctwa_clid"])


def _answer(conversation: Conversation, message: Message) -> None:
    """Decide who answers: the words for stopping first, then a person, then the assistant."""
    if _stops(conversation, message):
        work.count(conversation)
        return
    is_said = message.kind in (Kind.TEXT, Kind.BUTTON, Kind.INTERACTIVE)
    if is_said and conversation.contact.opted_out_at and opting_out.asks_to_start(message.body):
        opting_out.start(conversation, message)
        work.count(conversation)
        return
    silent = work.why_silent(conversation)
    if silent in ("paused", "off", "account"):
        handover.hand_over(conversation, HandOver.PAUSED)
    elif message.is_stale and silent in ANSWERS:
        handover.hand_over(conversation, HandOver.STALE)
    elif message.kind == Kind.UNSUPPORTED and silent in ANSWERS:
        handover.hand_over(conversation, HandOver.MEDIA)
    elif silent == "person" and (why := _why_nobody_was_asked(conversation)):
        handover.hand_over(conversation, why)
    if not work.mark_due(conversation, now()) and not conversation.meta_agent_since:
        ids = (conversation.organization_id, conversation.pk, message.pk)
        enqueue(LISTEN_TASK, *ids, cluster="assistant")


def _why_nobody_was_asked(conversation: Conversation) -> str:
    """Why the assistant never was in charge here: so that the list says it beside who waits."""
    people = (Message.Author.MEMBER, Message.Author.PHONE)
    if conversation.hand_over_reason or conversation.contact.opted_out_at:
        return ""
    is_off = (
        conversation.organization.assistant_paused
        or conversation.channel.assistant_mode == Channel.AssistantMode.OFF
    )
    is_served = conversation.messages.filter(author_kind__in=people, direction="out").exists()
    return HandOver.PAUSED if is_off and not is_served else ""


def _stops(conversation: Conversation, message: Message) -> bool:
    """Honour a STOP, also under a photo, while Meta's agent answers, or by a corrected message."""
    is_said = message.kind not in (Kind.CONTACTS, Kind.ORDER)
    if not (is_said and opting_out.asks_to_stop(own_words(message))):
        return False
    opting_out.stop(conversation, message)
    return True


def _take_echo(conversation: Conversation, message: Message, incoming: IncomingMessage) -> None:
    """Somebody answered from the business phone: nobody waits, and the assistant keeps silent."""
    show_in_list(conversation, message)
    statuses.apply_waiting(conversation, message)
    if incoming.is_history or incoming.is_standby:
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
        show_in_list(conversation, target)
    is_the_customers = target.is_inbound and not (target.is_history or incoming.is_standby)
    if is_the_customers and _stops(conversation, target):
        return
    is_unanswered = ConversationWork.objects.filter(
        pk=conversation.pk, state=ConversationWork.State.DUE
    ).exists()
    if is_unanswered and target.is_inbound:
        # What is being answered right now is the old text.
        work.mark_due(conversation, now())


def receive_change(
    organization: Organization, channels: list[Channel], change: IncomingChange
) -> Message | None:
    """Act on a field that carries no message. `channels` are those that it may concern.

    What concerns a contact is shown in the thread, all else becomes a notice.
    """
    channel = channels[0] if channels else None
    if change.field == SELF_TEST:
        return None
    if change.field == "user_preferences":
        for item in _dicts(change.value, "user_preferences"):
            _take_preference(organization, item)
    elif change.field == "user_id_update":
        for item in _dicts(change.value, "user_id_update"):
            _take_new_user_id(organization, item)
    elif change.field == "smb_app_state_sync":
        for item in _dicts(change.value, "state_sync"):
            _take_phone_book(organization, item)
    elif change.field == "messaging_handovers" and channel is not None:
        return _take_control_change(channel, change)
    elif change.field == "history" and channel is not None:
        noticing.note_import(channel, change)
    else:
        noticing.note(organization, channels, change)
    return None


def _take_preference(organization: Organization, item: dict[str, Any]) -> None:
    if item.get("category") != "marketing_messages" or item.get("value") not in ("stop", "resume"):
        return
    sender = _sender(item.get("user_id"), item.get("wa_id"))
    if not sender:
        return
    contact = contacts.find_contact(organization, sender)
    at = _time(item.get("timestamp"))
    if contact.marketing_changed_at and contact.marketing_changed_at >= at:
        return
    stops = item["value"] == "stop"
    contact.marketing_opted_out_at = at if stops else None
    contact.marketing_changed_at = at
    contact.save(update_fields=["marketing_opted_out_at", "marketing_changed_at"])
    _tell_threads(contact, "marketing_stopped" if stops else "marketing_resumed")


def _take_new_user_id(organization: Organization, item: dict[str, Any]) -> None:
    ids = item.get("user_id")
    if not isinstance(ids, dict):
        return
    old = _sender(ids.get("previous"), item.get("wa_id"))
    new = _sender(ids.get("current"), None)
    if not (old and new) or old.user_id == new.user_id:
        return
    known = Q()
    for value in filter(None, (old.user_id, old.phone)):
        known |= Q(identities__value=value)
    if not Contact.objects.filter(known, organization=organization).exists():
        return
    contact = contacts.find_contact(organization, old)
    if contact.user_id == new.user_id:
        return
    contact = contacts.change_identity(contact, new)
    _tell_threads(contact, "id_changed")


def _take_phone_book(organization: Organization, item: dict[str, Any]) -> None:
    entry = _dict(item, "contact")
    phone = "".join(letter for letter in _text(entry, "phone_number") if letter in "0123456789")
    sender = _sender(entry.get("user_id"), phone)
    if item.get("type") != "contact" or not sender:
        return
    at = _time(_dict(item, "metadata").get("timestamp"))
    name = clean_name(_text(entry, "full_name") or _text(entry, "first_name"))[:200]
    if item.get("action") == "remove":
        contacts.forget_phone_book_name(organization, sender, at)
    elif name:
        contacts.take_phone_book_name(organization, sender, name, at)


def _take_control_change(channel: Channel, change: IncomingChange) -> Message | None:
    """Say in the thread who answers now: Meta's own agent, or we."""
    customer = _dict(change.value, "sender")
    sender = _sender(customer.get("user_id"), customer.get("phone_number"))
    kind = _text(change.value, "type")
    if not sender or kind not in ("control_passed", "control_taken"):
        noticing.note(channel.organization, [channel], change)
        return None
    at = _time(change.value.get("timestamp"))
    contact = contacts.find_contact(channel.organization, sender)
    conversation = contacts.open_conversation(channel, contact)
    told = conversation.messages.filter(payload__item_hash=change.item_hash)
    if change.item_hash and (known := told.first()):
        return known
    # Which words Meta uses for the roles is not written down: one that names no agent decides
    # nothing, and the next message, which comes as standby or not, does.
    is_meta = "agent" in _text(_dict(change.value, kind), "new_owner_role").lower()
    if is_meta:
        _note_meta_agent(conversation, at)
    else:
        _end_meta_agent(conversation, at)
    message = thread.add_event(
        conversation,
        "meta_agent_took_control" if is_meta else "meta_agent_gave_control",
        item=change.value,
        item_hash=change.item_hash,
    )
    _announce(conversation)
    return message


def _tell_threads(contact: Contact, event: str) -> None:
    for conversation in Conversation.objects.filter(contact=contact).order_by("pk"):
        thread.add_event(conversation, event)
        _announce(conversation)


def _sender(user_id: object, phone: object) -> Sender:
    return Sender(
        user_id=user_id if isinstance(user_id, str) and is_user_id(user_id) else "",
        phone=as_phone(phone) if isinstance(phone, str) else "",
    )


def show_in_list(conversation: Conversation, message: Message) -> None:
    """Let the list show the message, if it is the latest."""
    is_latest = not conversation.preview or message.sent_at >= conversation.last_message_at
    if not is_latest:
        return
    conversation.last_message_at = message.sent_at
    conversation.preview = sending.preview_of(message)
    conversation.preview_author = message.author_kind
    conversation.save(update_fields=["last_message_at", "preview", "preview_author"])


def _dict(value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""


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


def _seconds(seconds: object) -> datetime | None:
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit() and len(seconds) < 12:
        seconds = int(seconds)
    if isinstance(seconds, int) and 0 < seconds < 10**11:
        return datetime.fromtimestamp(seconds, UTC)
    return None


def _time(seconds: object) -> datetime:
    return min(_seconds(seconds) or now(), now())


def _announce(conversation: Conversation) -> None:
    events.announce(conversation.organization_id, Signal.Kind.CONVERSATION, conversation.code)
