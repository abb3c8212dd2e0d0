"""Months of old messages, stored by the hundred and in silence.

What needs no decision of its own (most of it is text) is stored by the hundred of one customer, in
one transaction; everything else goes the way of every message.
"""

from collections.abc import Iterable, Iterator

from inbox import contacts, receiving
from inbox.models import Channel, Message
from inbox.whatsapp.parsing import IncomingMessage, Item, Sender

BATCH = 100
Kind = Message.Kind
PLAIN_KINDS = frozenset(
    (Kind.TEXT, Kind.INTERACTIVE, Kind.BUTTON, Kind.LOCATION, Kind.ORDER, Kind.UNSUPPORTED)
)


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Divide the items of a delivery, in their order, into those that can be stored together."""
    batch: list[Item] = []
    for item in items:
        if batch and not (len(batch) < BATCH and _fits(batch, item)):
            yield batch
            batch = []
        batch.append(item)
    if batch:
        yield batch


def store(channel: Channel, batch: list[IncomingMessage]) -> list[Message]:
    """Store old messages of one customer and return them in their order. Inside `tenant()`.

    What is stored already stays as it is, except that a placeholder gives way to what it stood for.
    """
    sender = _sender(batch)
    contact = contacts.find_contact(channel.organization, sender)
    conversation = contacts.open_conversation(channel, contact)
    known = _known(channel, [each.wamid for each in batch])
    quoted = _known(channel, [each.reply_to_wamid for each in batch if each.reply_to_wamid])
    new: dict[str, Message] = {}
    for each in batch:
        if each.wamid not in known and each.wamid not in new:
            message = Message(
                organization_id=channel.organization_id,
                channel_id=channel.pk,
                wamid=each.wamid,
                **receiving.fields_of(conversation, each),
            )
            reply_to = quoted.get(each.reply_to_wamid)
            is_here = reply_to is not None and reply_to.conversation_id == conversation.pk
            message.reply_to = reply_to if is_here else None
            new[each.wamid] = message
    Message.objects.bulk_create(new.values())
    for message in new.values():
        receiving.answer_waiting_quotes(conversation, message)
    receiving.withdraw_early(conversation, list(new.values()))
    if new:
        latest = max(new.values(), key=lambda message: (message.sent_at, message.pk))
        receiving.show_in_list(conversation, latest)
    return [known.get(each.wamid) or new[each.wamid] for each in batch]


def _fits(batch: list[Item], item: Item) -> bool:
    if not (_is_plain(batch[-1]) and _is_plain(item)):
        return False
    if batch[-1].phone_number_id != item.phone_number_id:
        return False
    senders = [each.content.sender for each in (batch[0], item)]
    if not senders[0].phone or senders[0].phone != senders[1].phone:
        return False
    ids = {each.content.sender.user_id for each in (*batch, item)} - {""}
    return len(ids) <= 1


def _is_plain(item: Item) -> bool:
    message = item.content
    return (
        isinstance(message, IncomingMessage)
        and message.is_history
        and message.kind in PLAIN_KINDS
        and message.reaction is None
        and not message.original_wamid
    )


def _sender(batch: list[IncomingMessage]) -> Sender:
    """Put together what the messages tell about their one customer."""
    return Sender(
        **{
            name: next(filter(None, (getattr(each.sender, name) for each in batch)), "")
            for name in Sender.model_fields
        }
    )


def _known(channel: Channel, wamids: list[str]) -> dict[str, Message]:
    found = Message.objects.filter(
        organization_id=channel.organization_id, channel=channel, wamid__in=wamids
    )
    return {message.wamid: message for message in found}
