"""The one word that a customer hears while nobody has answered after a hand-over."""

import logging

from assistant.models import AssistantSettings
from assistant.rules import EMERGENCY_NUMBER, reassurance_after
from inbox import handover, sending
from inbox.models import Channel, Conversation, HandOver, Message

logger = logging.getLogger(__name__)

PURPOSE = "reassurance"
SENTENCES = {
    "en": "Your message is with our team, and a colleague will answer you here. Thank you for your "
    "patience.",
}


def reassure(card: HandOver) -> bool:
    """Queue the sentence if the customer still waits, and return whether it was. Once a card.

    Runs inside `tenant()`. Nobody is written to who opted out, whom a person serves by now, or
    whose window has closed.
    """
    conversation = card.conversation
    handover.lock(conversation)
    card.refresh_from_db()
    if not _is_wanted(card, conversation) or _was_said(card, conversation):
        return False
    text = SENTENCES["en"]
    if card.is_urgent:
        text = f"{EMERGENCY_NUMBER['en']} {text}"
    try:
        sending.queue_message(
            conversation, text, author_kind=Message.Author.ASSISTANT, purpose=PURPOSE
        )
    except sending.CannotSend as refusal:
        logger.info("No reassurance for hand-over %s: %s", card.pk, refusal)
        return False
    return True


def _is_wanted(card: HandOver, conversation: Conversation) -> bool:
    organization = conversation.organization
    return (
        card.resolved_at is None
        and conversation.status != Conversation.Status.CLOSED
        and conversation.in_charge == Conversation.InCharge.PERSON
        and conversation.hand_over_reason in handover.BY_THE_ASSISTANT
        and conversation.waiting_since is not None
        and not organization.assistant_paused
        and conversation.channel.assistant_mode == Channel.AssistantMode.ON
        and AssistantSettings.of(organization).mode == AssistantSettings.Mode.ON
        and reassurance_after(organization) is not None
    )


def _was_said(card: HandOver, conversation: Conversation) -> bool:
    since = conversation.messages.filter(created_at__gte=card.opened_at)
    return since.filter(payload__purpose=PURPOSE).exists()
