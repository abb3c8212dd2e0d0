"""The words of a trace: what each state, reason and end means to somebody who reads it.

Every value that the tables may hold has a sentence here; a test compares them, so that a new one
without words is noticed before support meets it.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from inbox import wording
from inbox.models import (
    Conversation,
    ConversationWork,
    HandOver,
    Message,
    OutboundWork,
    WebhookEvent,
    WebhookItem,
)
from inbox.whatsapp import errors

Reason = Conversation.HandOverReason

DELIVERIES = {
    WebhookEvent.State.RECEIVED: gettext_lazy("WhatsApp delivered this. It waits to be read."),
    WebhookEvent.State.PROCESSED: gettext_lazy("WhatsApp delivered this, and it was read."),
    WebhookEvent.State.DEAD: gettext_lazy("WhatsApp delivered this, but it could not be read."),
}

ITEM_KINDS = {
    WebhookItem.Kind.MESSAGE: gettext_lazy("A message in it"),
    WebhookItem.Kind.STATUS: gettext_lazy("A tick in it"),
    WebhookItem.Kind.ECHO: gettext_lazy("A message from the agency's side in it"),
    WebhookItem.Kind.CHANGE: gettext_lazy("A piece of news in it"),
}
ITEM_ENDS = {
    WebhookItem.State.PROCESSED: gettext_lazy("%(what)s was stored."),
    WebhookItem.State.RETRY: gettext_lazy("%(what)s could not be stored yet and is tried again."),
    WebhookItem.State.DEAD: gettext_lazy("%(what)s was not stored."),
}

AUTHORS = {
    Message.Author.CUSTOMER: gettext_lazy("The customer sent: %(kind)s."),
    Message.Author.ASSISTANT: gettext_lazy("The assistant's answer was stored to be sent."),
    Message.Author.MEMBER: gettext_lazy("A member's message was stored to be sent."),
    Message.Author.PHONE: gettext_lazy("A message was written on the business phone."),
    Message.Author.META: gettext_lazy("Meta's own agent answered the customer."),
    Message.Author.SYSTEM: gettext_lazy("KΛTIKN wrote a message of its own."),
}
# A line of WhatsApp's, without the names, numbers and words that it may hold.
LINES = {
    "call": gettext_lazy("A call between the customer and the number."),
    "number_changed": gettext_lazy("WhatsApp told that the customer's number changed."),
    "id_changed": gettext_lazy("WhatsApp gave the customer a new id."),
    "identity_changed": gettext_lazy("WhatsApp told that the customer's security code changed."),
    "calls_allowed": gettext_lazy("The customer allows calls."),
    "calls_refused": gettext_lazy("The customer does not want to be called."),
    "chat_opened": gettext_lazy("The customer opened the chat."),
    "meta_agent_answers": gettext_lazy("Meta's own agent answers here."),
    "meta_agent_took_control": gettext_lazy("Meta's own agent took the conversation."),
    "meta_agent_gave_control": gettext_lazy("Meta's own agent gave the conversation back."),
}
OTHER_LINE = gettext_lazy("WhatsApp told something about the conversation.")

STATUSES = {
    "sent": gettext_lazy("WhatsApp took the message."),
    "delivered": gettext_lazy("The message reached the customer's phone."),
    "read": gettext_lazy("The customer read the message."),
    "played": gettext_lazy("The customer listened to the message."),
    "failed": gettext_lazy("WhatsApp did not deliver the message: %(reason)s"),
    "deleted": gettext_lazy("The message was deleted in WhatsApp."),
    "warning": gettext_lazy("WhatsApp has a doubt about the message: %(reason)s"),
}

# What became of the last thing written to the customer.
ENDS = {
    Message.Status.NONE: gettext_lazy("The last answer was stored."),
    Message.Status.QUEUED: gettext_lazy("The last answer waits to be sent."),
    Message.Status.SENDING: gettext_lazy("The last answer is being sent."),
    Message.Status.UNCERTAIN: gettext_lazy("WhatsApp has not confirmed the last answer."),
    Message.Status.SENT: gettext_lazy(
        "WhatsApp took the last answer. It has not reached the customer's phone yet."
    ),
    Message.Status.DELIVERED: gettext_lazy("The last answer reached the customer's phone."),
    Message.Status.READ: gettext_lazy("The customer has read the last answer."),
    Message.Status.FAILED: gettext_lazy("The last answer was not sent."),
    Message.Status.CANCELLED: gettext_lazy("The last answer was withdrawn before it was sent."),
}
OUTBOUND = {
    OutboundWork.State.QUEUED: gettext_lazy("The next attempt to send it is due."),
    OutboundWork.State.SENDING: gettext_lazy("It is being sent."),
    OutboundWork.State.UNCERTAIN: gettext_lazy(
        "We wait two minutes for WhatsApp's word, then it goes once more or a person decides."
    ),
    OutboundWork.State.DONE: gettext_lazy("Nothing more is done about it by itself."),
}
WORK = {
    ConversationWork.State.IDLE: gettext_lazy("Nothing is due for the assistant."),
    ConversationWork.State.DUE: gettext_lazy("The assistant's answer is due."),
    ConversationWork.State.DEAD: gettext_lazy("The assistant failed on every attempt."),
}

REASONS = {
    Reason.NONE: gettext_lazy("The assistant gave the conversation to people."),
    Reason.ASKED: gettext_lazy("The customer asked for a person."),
    Reason.UNSURE: gettext_lazy("The assistant did not know how to help with this."),
    Reason.COMPLAINT: gettext_lazy("The customer complained, which is left to people."),
    Reason.SENSITIVE: gettext_lazy("A sensitive subject came up, which is left to people."),
    Reason.EMERGENCY: gettext_lazy("The customer reported an emergency."),
    Reason.FAIR_HOUSING: gettext_lazy(
        "A question of fair housing came up, which is left to people."
    ),
    Reason.LEGAL: gettext_lazy("A legal question came up, which is left to people."),
    Reason.PRICE: gettext_lazy("The price was to be negotiated, which is left to people."),
    Reason.LOOP: gettext_lazy("The same texts came again and again: a machine may be writing."),
    Reason.FLOOD: gettext_lazy("More than twenty messages came within a minute."),
    Reason.AUTO_REPLY: gettext_lazy(
        "What came reads like an automatic reply, or came at once each time."
    ),
    Reason.TURN_CAP: gettext_lazy("The assistant wrote forty replies here within a day."),
    Reason.FAILED: gettext_lazy(
        "The assistant failed several times; the customer has had no answer."
    ),
    Reason.STALE: gettext_lazy("The messages came late, so the assistant left them to you."),
    Reason.PAUSED: gettext_lazy("The assistant is paused or switched off for this number."),
    Reason.SUGGESTED: gettext_lazy("The assistant suggested a reply, which waits for a member."),
    Reason.MEDIA: gettext_lazy("The customer sent something that the assistant cannot look at."),
    Reason.UNSENT: gettext_lazy("A message of ours did not reach the customer, or nobody knows."),
    Reason.TAKEN_OVER: gettext_lazy("A member took the conversation over."),
    Reason.CALLED: gettext_lazy("The customer called."),
}
RESOLUTIONS = {
    HandOver.Resolution.NONE: gettext_lazy("The card is closed."),
    HandOver.Resolution.ANSWERED: gettext_lazy("A person answered."),
    HandOver.Resolution.HANDED_BACK: gettext_lazy("The assistant got the conversation back."),
    HandOver.Resolution.CLOSED: gettext_lazy("The conversation was closed."),
    HandOver.Resolution.JOINED: gettext_lazy("The conversation was joined with another one."),
}

# The app above keeps the turns; these are the values of its `Run`.
OUTCOMES = {
    "replied": gettext_lazy("The assistant made an answer."),
    "suggested": gettext_lazy("The assistant suggested a reply, which people send or not."),
    "handed_over": gettext_lazy("The assistant gave the conversation to people."),
    "silent": gettext_lazy("The assistant found nothing to answer."),
    "dropped": gettext_lazy("The assistant's draft was not sent."),
    "failed": gettext_lazy("The assistant failed; the turn is tried again."),
}
DROPS = {
    "newer_message": gettext_lazy("The customer wrote again meanwhile; the next turn answers all."),
    "taken_over": gettext_lazy("A person took over meanwhile."),
    "lease_lost": gettext_lazy("It took too long, and another worker answers instead."),
    "opted_out": gettext_lazy("The customer asked for no more messages meanwhile."),
    "paused": gettext_lazy("The assistant was paused or switched off meanwhile."),
}
BACKENDS = {
    "claude": pgettext_lazy("who made an answer", "Claude"),
    "builtin": pgettext_lazy("who made an answer", "the built-in assistant"),
}


def of_delivery(event: WebhookEvent) -> str:
    return str(DELIVERIES[event.state])


def of_item(item: WebhookItem) -> str:
    said = ITEM_ENDS[item.state] % {"what": ITEM_KINDS[item.kind]}
    return f"{said} {item.get_reason_display()}" if item.reason else said


def of_message(message: Message) -> str:
    """Say what was stored, and what keeps the assistant from answering it; never its words."""
    if message.direction == Message.Direction.EVENT:
        payload = message.payload if isinstance(message.payload, dict) else {}
        event = payload.get("event")
        return str(LINES.get(event, OTHER_LINE) if isinstance(event, str) else OTHER_LINE)
    said = [AUTHORS[message.author_kind] % {"kind": message.get_kind_display()}]
    if message.is_history:
        said.append(_("It is from the time before the number was connected."))
    elif late := wording.late(message):
        said.append(late)
    if is_of_group(message):
        said.append(_("It was written in a WhatsApp group, where the assistant keeps out."))
    return " ".join(said)


def is_of_group(message: Message) -> bool:
    return isinstance(message.payload, dict) and bool(message.payload.get("group_id"))


def of_status(status: str, code: int | None, text: str) -> str:
    """Put a tick into words; one that we do not know is quoted."""
    if status not in STATUSES:
        return _("WhatsApp reports “%(status)s”.") % {"status": status[:20]}
    return STATUSES[status] % {"reason": _(errors.plain_words(code, text))}


def of_end(message: Message) -> str:
    """Say what became of an outbound message and why, as sentences."""
    said = [str(ENDS[message.status])]
    if message.status in (Message.Status.FAILED, Message.Status.CANCELLED):
        said += [_(message.failure_text)] if message.failure_text else []
    if message.status == Message.Status.UNCERTAIN:
        done = OutboundWork.objects.filter(pk=message.pk, state=OutboundWork.State.DONE).exists()
        said.append(
            _("Nobody knows whether the customer has it: a person decides whether it goes again.")
            if done
            else str(OUTBOUND[OutboundWork.State.UNCERTAIN])
        )
    if message.possibly_sent_twice:
        said.append(_("The customer may have got it twice."))
    return " ".join(said)


def of_run(outcome: str, drop_reason: str) -> str:
    said = str(OUTCOMES.get(outcome, outcome))
    return f"{said} {DROPS.get(drop_reason, drop_reason)}" if drop_reason else said
