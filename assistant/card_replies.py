"""The reply that a hand-over card suggests, so that a person does not begin with a blank field.

It is drafted by a task of its own once the hand-over is committed, and again after each message, so
nobody waits for it. It says only what stored rows or free times answer, passes the same checks as
any reply, and is not made of subjects that are for people. Where nothing of the kind can be said,
the card tells why instead. Nothing that the draft would do is carried out.
Why it is made then: docs/decisions/card-replies.md
"""

import logging
from time import monotonic

from django.db.models import Q
from django.utils.timezone import now

from assistant import attachments, claude, guardrails, prompts, rules, runs, suggesting
from assistant.builtin import backend as builtin
from assistant.models import AssistantSettings, Run
from assistant.turn import TURN_SECONDS, Before, Reply, Turn, read_turn
from inbox import events
from inbox import suggesting as suggestions
from inbox.models import Channel, Conversation, ConversationWork, HandOver, Message, Signal
from inbox.models.conversations import LONGEST_DRAFTING
from organizations.tenancy import tenant

logger = logging.getLogger(__name__)

Reason = Conversation.HandOverReason
State = HandOver.ReplyState

FOR_PEOPLE = frozenset(
    (Reason.COMPLAINT, Reason.SENSITIVE, Reason.EMERGENCY, Reason.FAIR_HOUSING, Reason.LEGAL)
)
AUTOMATIC = frozenset((Reason.LOOP, Reason.FLOOD, Reason.AUTO_REPLY))
MOST_MESSAGES = 10
# What Claude is told to write where it knows nothing.
NOTHING = "nothing"


def draft(organization_id: int, card_id: int, seq: int) -> None:
    """Draft the reply to the burst `seq`. May run twice; a newer burst has a task of its own."""
    started = monotonic()
    with tenant(organization_id):
        card = _claim(card_id, seq)
        if card is None:
            return
        if why := why_none(card):
            _leave(card, why)
            return
        turn = _read(card, started + TURN_SECONDS)
    try:
        answer = suggesting.respond(turn, _respond)
    except Exception:
        logger.exception("No reply could be drafted in conversation %s", turn.conversation.pk)
        with tenant(organization_id):
            if card := _still(card_id, seq):
                _leave(card, State.FAILED)
        return
    turn.seq = seq
    with tenant(organization_id):
        _settle(card_id, turn, answer, started)


def why_none(card: HandOver) -> str:
    """Say why no reply is even drafted, as a value of `HandOver.ReplyState`; empty if one is."""
    conversation = card.conversation
    organization, channel = conversation.organization, conversation.channel
    is_off = (
        organization.assistant_paused
        or channel.assistant_mode == Channel.AssistantMode.OFF
        or AssistantSettings.of(organization).mode == AssistantSettings.Mode.OFF
        or conversation.contact.opted_out_at is not None
    )
    if is_off or card.reason == Reason.PAUSED:
        return State.OFF
    if card.reason in FOR_PEOPLE:
        return State.PEOPLE
    if card.reason in AUTOMATIC:
        return State.AUTOMATIC
    return "" if card.asked_in_id else State.NOTHING


def _claim(card_id: int, seq: int) -> HandOver | None:
    """Take the draft of one burst for this run, or return None: overtaken, made, being made."""
    card = _open_card(card_id, seq)
    if card is None:
        return None
    is_mine = Q(reply_seq=seq)
    is_being_made = Q(reply_state=State.MAKING, reply_began_at__gt=now() - LONGEST_DRAFTING)
    free = HandOver.objects.filter(pk=card_id, resolved_at=None)
    free = free.exclude(is_mine & ~Q(reply_state=State.MAKING)).exclude(is_mine & is_being_made)
    claimed = {"reply_seq": seq, "reply_state": State.MAKING, "reply_began_at": now()}
    return card if free.update(**claimed) else None


def _open_card(card_id: int, seq: int) -> HandOver | None:
    """The card with its conversation locked, if it is open and nothing newer arrived."""
    found = HandOver.objects.filter(
        pk=card_id, kind=HandOver.Kind.HAND_OVER, resolved_at=None
    ).first()
    if found is None:
        return None
    conversation = Conversation.objects.locked(found.conversation_id)
    card = HandOver.objects.get(pk=card_id)
    card.conversation = conversation
    is_newest = ConversationWork.objects.filter(pk=conversation.pk, seq_in=seq).exists()
    return card if is_newest and card.resolved_at is None else None


def _still(card_id: int, seq: int) -> HandOver | None:
    """The card while its draft is this run's to settle."""
    card = _open_card(card_id, seq)
    return card if card and (card.reply_seq, card.reply_state) == (seq, State.MAKING) else None


def _read(card: HandOver, deadline: float) -> Turn:
    """The turn as it was before the hand-over, with what the customer wrote since."""
    conversation = card.conversation
    turn = read_turn(conversation, deadline=deadline)
    ours = [
        message.pk
        for message in turn.messages
        if not message.is_inbound
        and message.status != Message.Status.CANCELLED
        and message.pk < card.asked_in_id
    ]
    since = max(ours, default=0)
    theirs = [m for m in turn.messages if m.is_inbound and m.pk > since and not m.revoked_at]
    turn.new, turn.reaction = theirs[-MOST_MESSAGES:], ""
    turn.messages = [m for m in turn.messages if m.is_inbound or m.pk <= since]
    turn.is_suggesting = turn.for_card = True
    return turn


def _respond(turn: Turn) -> Reply:
    """Let Claude answer where an owner pays for it, else the built-in assistant."""
    attachments.gather(turn)
    with tenant(turn.organization):
        turn.language = prompts.customer_language(turn)
        turn.rule = rules.rule_for(turn, turn.language)
    if turn.rule and turn.rule.reason in FOR_PEOPLE:
        return Reply()
    if not turn.rule and turn.settings.claude_drafts_for_cards and claude.is_wanted(turn):
        before = Before(turn)
        try:
            reply = claude.respond(turn)
            if _says_something(turn, reply):
                return reply
        except claude.NoAnswer as failure:
            turn.fallback = failure.reason
        before.restore(turn)
    with tenant(turn.organization):
        reply = builtin.draft_for_colleague(turn)
        reply.verdicts = guardrails.check(turn, reply) if reply.text else []
    return reply


def _says_something(turn: Turn, reply: Reply) -> bool:
    """Whether Claude wrote an answer, not that it has none or that somebody else will."""
    passed_on = any(call["tool"] in ("hand_over", "ask_colleague") for call in turn.calls)
    return not passed_on and reply.text.strip(" .*_").casefold() != NOTHING


def _settle(card_id: int, turn: Turn, answer: Reply, started: float) -> None:
    """Put the draft on the card, or say why there is none. With the conversation locked."""
    card = _still(card_id, turn.seq)
    is_refused = not all(verdict["passed"] for verdict in answer.verdicts)
    is_grounded = bool(turn.sources or turn.promised_offers or answer.buttons)
    if card is None:
        if turn.claude:
            runs.record(turn, started, answer, outcome=Run.Outcome.DROPPED)
        return
    turn.conversation = card.conversation
    if answer.text and is_grounded and not is_refused:
        run = runs.record(turn, started, answer, outcome=Run.Outcome.SUGGESTED)
        suggesting.keep(turn, answer, run, card)
        _note(card, State.MADE)
        return
    if turn.claude or is_refused:
        runs.record(turn, started, answer, outcome=Run.Outcome.SILENT)
    if is_refused:
        _leave(card, State.CHECKS)
    else:
        _leave(card, State.PEOPLE if turn.rule else State.NOTHING)


def _leave(card: HandOver, why: str) -> None:
    suggestions.withdraw_from(card)
    _note(card, why)


def _note(card: HandOver, state: str) -> None:
    HandOver.objects.filter(pk=card.pk).update(reply_state=state)
    events.announce(card.organization_id, Signal.Kind.CONVERSATION, card.conversation.code)
