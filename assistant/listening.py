"""What the assistant still hears while people are in charge, and says nothing about.

It notes stated facts, keeps the hand-over card current, and raises its reason where a customer
turns to something graver. It answers nothing over a person; in an emergency alone it says at once
what the agency's rule says, because the number to call cannot wait for somebody to look.
"""

import logging
from datetime import timedelta

from django.utils.timezone import now

from assistant import attachments, prompts, rules
from assistant.builtin import backend, changing
from assistant.builtin.commands import understand
from assistant.builtin.context import SPOKEN, read_context, spoken_turns
from assistant.builtin.draft import Draft
from assistant.models import AssistantSettings
from assistant.sensitive import find_subject
from assistant.turn import Turn, read_turn
from inbox import handover, sending
from inbox.briefing import Briefing, shorten
from inbox.models import Conversation, Message
from leads import recording, stages
from leads.extraction import extract_facts
from leads.language.text import tidy
from scheduling import booking

logger = logging.getLogger(__name__)

PURPOSE = "emergency"
# A customer in need writes several messages, and is told the number once.
TOLD_FOR = timedelta(minutes=15)
LONGEST_WORDS = 200
# Messages of nothing else change nothing for whoever answers.
IDLE_TALK = {"greet", "thank", "goodbye", "affirm", "small_talk"}


def listen(conversation: Conversation, message: Message) -> None:
    """Take in one message that a person has to answer. May run twice. Runs inside `tenant()`."""
    handover.lock(conversation)
    if conversation.in_charge != Conversation.InCharge.PERSON and not _is_opted_out(conversation):
        return
    if message.revoked_at or not message.is_inbound:
        return
    turn = read_turn(conversation)
    attachments.read(turn)
    # With the words of a voice message, if they are known.
    message = next((read for read in turn.messages if read.pk == message.pk), message)
    turn.new = [message]
    rule = turn.rule = (
        rules.rule_for(turn, prompts.customer_language(turn)) if message.kind in SPOKEN else None
    )
    is_emergency = bool(rule and rule.is_urgent)
    if is_emergency:
        _tell_the_number(turn, message)
    if conversation.in_charge != Conversation.InCharge.PERSON and not is_emergency:
        return
    _note_facts(turn, message)
    if not _is_answered(conversation, message):
        handover.add_to_hand_over(
            conversation,
            message,
            _additions(turn, message),
            reason=rule.reason if rule else "",
            briefing=_briefing(turn),
        )


def _is_opted_out(conversation: Conversation) -> bool:
    return conversation.contact.opted_out_at is not None


def _tell_the_number(turn: Turn, message: Message) -> None:
    """Say what the rule says, unless it was said a moment ago or may not be said at all."""
    conversation, sentence = turn.conversation, turn.rule.sentence
    channel_is_on = conversation.channel.assistant_mode == conversation.channel.AssistantMode.ON
    is_on = turn.settings.mode == AssistantSettings.Mode.ON and channel_is_on
    if turn.organization.assistant_paused or not is_on or message.is_stale:
        return
    ours = conversation.messages.filter(
        direction=Message.Direction.OUTBOUND, created_at__gte=now() - TOLD_FOR
    )
    if any(sentence in body for body in ours.values_list("body", flat=True)):
        return
    try:
        sending.queue_message(
            conversation, sentence, author_kind=Message.Author.ASSISTANT, purpose=PURPOSE
        )
    except sending.CannotSend as refusal:
        logger.info("Nothing said of the emergency in %s: %s", conversation.pk, refusal)


def _note_facts(turn: Turn, message: Message) -> None:
    """Record what was stated; where somebody may speak of who they are, nothing is read into it."""
    if turn.rule and turn.rule.reason in backend.NOTHING_NOTED:
        return
    spoken = spoken_turns(turn)
    for place, said in enumerate(turn.messages):
        found = find_subject(said.body) if said.is_inbound else None
        if found and rules.REASONS[found.subject] in backend.NOTHING_NOTED:
            spoken[place] = type(spoken[place])(spoken[place].role, "", spoken[place].id)
    facts = [*extract_facts(spoken, backend.setting_of(turn)), *backend.numbers_given(turn)]
    facts = [fact for fact in facts if turn.messages[fact.turn].pk == message.pk]
    if recording.record_facts(turn.lead, facts, turn.messages):
        stages.advance_by_facts(turn.lead)


def _is_answered(conversation: Conversation, message: Message) -> bool:
    """Whether a person has written since."""
    people = (Message.Author.MEMBER, Message.Author.PHONE)
    since = conversation.messages.filter(direction=Message.Direction.OUTBOUND, pk__gt=message.pk)
    return since.filter(author_kind__in=people).exists()


def _additions(turn: Turn, message: Message) -> list[dict[str, str]]:
    """What the message adds to the open question, as `{"kind", "text"}`; a thank-you nothing."""
    words = shorten(message.text, LONGEST_WORDS)
    if message.kind not in SPOKEN:
        return [{"kind": "sent", "text": str(message.get_kind_display())}]
    commands = understand(message.body, read_context(turn, message))
    kinds = {command.kind for command in commands}
    draft = Draft(turn)
    wish = changing.wish_of(draft, {c.kind: c for c in commands}, tidy(message.body))
    if wish:
        standing = changing.upcoming(draft)
        kind = "move" if wish == "move" else "cancel"
        about = "; ".join(booking.describe(row) for row in standing) or words
        return [{"kind": kind, "text": f"{about} (“{words}”)" if standing else words}]
    if "ask_person" in kinds:
        return [{"kind": "person", "text": words}]
    is_idle = bool(kinds) and kinds <= IDLE_TALK
    if turn.rule is None and (is_idle or not any(map(str.isalnum, words))):
        return []
    return [{"kind": "said", "text": words}]


def _briefing(turn: Turn) -> Briefing:
    rule = turn.rule
    if rule is None:
        return Briefing()
    return Briefing(subject=rule.subject, words=rule.words, meant_for=rule.meant_for)
