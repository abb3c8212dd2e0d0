"""What a voice message says, once it is written down: heard as if it had been typed.

The words come after the message was received and perhaps answered. A spoken STOP is honoured, who
waits for a person is listened to, and the assistant answers what it could not open before.
"""

from django.utils.timezone import now

from inbox import handover, opting_out, work
from inbox.models import Attachment, Contact, Conversation, ConversationWork, Message
from inbox.receiving import LISTEN_TASK, STALE_AFTER
from organizations.queue import enqueue


def hear(attachment: Attachment) -> None:
    """Act on the words of one voice message. May run twice. Runs inside `tenant()`."""
    message, said = attachment.message, attachment.transcript
    if not said or not message.is_inbound or message.is_history or message.revoked_at:
        return
    if message.payload.get("group_id"):
        return  # said before others; a person has been told
    conversation = message.conversation
    # Locks are taken in the order of `work`.
    Contact.objects.select_for_update(no_key=True).get(pk=conversation.contact_id)
    handover.lock(conversation)
    if opting_out.asks_to_stop(said):
        if not _was_taken_back(message):
            message.body = said  # in memory, for the language of the confirmation
            opting_out.stop(conversation, message)
            work.count(conversation)
        return
    if conversation.contact.opted_out_at and opting_out.asks_to_start(said):
        opting_out.start(conversation, message)
        work.count(conversation)
        return
    _pass_on(conversation, attachment)


def _pass_on(conversation: Conversation, attachment: Attachment) -> None:
    """Let the assistant answer, or listen where it does not answer."""
    message = attachment.message
    if work.why_idle(conversation):
        if conversation.meta_agent_since is None:
            ids = (conversation.organization_id, conversation.pk, message.pk)
            enqueue(LISTEN_TASK, *ids, cluster="assistant")
        return
    if _is_answered(message, attachment):
        return
    if message.is_stale or now() - message.created_at > STALE_AFTER:
        handover.hand_over(conversation, Conversation.HandOverReason.STALE)
        return
    # An answer in the making waits for the words, and is dropped if they came behind its back.
    state = ConversationWork.objects.get(pk=conversation.pk).state
    if state != ConversationWork.State.DUE:
        work.mark_due(conversation, now())


def _is_answered(message: Message, attachment: Attachment) -> bool:
    """Whether anything was said to the customer since the words are known."""
    ours = message.conversation.messages.filter(
        direction=Message.Direction.OUTBOUND, pk__gt=message.pk
    ).exclude(status=Message.Status.CANCELLED)
    return ours.filter(created_at__gt=attachment.transcribed_at).exists()


def _was_taken_back(message: Message) -> bool:
    """Whether the customer, or a member for them, has undone a STOP since it was spoken."""
    later = message.conversation.messages.filter(pk__gt=message.pk)
    events = later.filter(direction=Message.Direction.EVENT, payload__event="opted_in")
    typed = later.filter(direction=Message.Direction.INBOUND).values_list("body", flat=True)
    return events.exists() or any(map(opting_out.asks_to_start, typed))
