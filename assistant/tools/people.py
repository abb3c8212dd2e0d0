"""Tools that bring in a person of the agency."""

from typing import TYPE_CHECKING

from assistant import rules
from assistant.tools.calling import inward, tool
from inbox import handover
from inbox.briefing import Briefing
from inbox.models import Conversation
from organizations.queue import enqueue

if TYPE_CHECKING:
    from assistant.turn import Turn

REASSURE_TASK = "assistant.tasks.reassure"


@tool
def hand_over(turn: "Turn", reason: str, summary: str = "") -> str:
    """Give the conversation to a person of the agency; the assistant is silent from then on.

    `reason` is one of `Conversation.HandOverReason`; `summary`, at most 600 characters, tells the
    person what matters, and may be left out. Takes effect with the reply.
    """
    turn.handed_over = reason

    def carry_out() -> None:
        handover.hand_over(turn.conversation, reason, summary, _briefing(turn, reason))
        _promise_reassurance(turn)

    turn.effects.append(inward(carry_out))
    return reason


@tool
def ask_colleague(
    turn: "Turn", question: str, reason: str = Conversation.HandOverReason.UNSURE
) -> str:
    """Tell a person that the customer asked something unknown; the assistant stays in charge."""
    turn.effects.append(inward(lambda: handover.ask_colleague(turn.conversation, question, reason)))
    return question


def tell_colleague(turn: "Turn") -> None:
    """Pass on what the customer said about a subject for people; the assistant answers the rest."""
    rule = turn.rule
    question = "\n".join(message.text for message in turn.new)
    turn.effects.append(
        inward(
            lambda: handover.ask_colleague(
                turn.conversation, question, rule.reason, _briefing(turn, rule.reason)
            )
        )
    )


def _briefing(turn: "Turn", reason: str) -> Briefing:
    rule = turn.rule
    if rule is None or rule.reason != reason:
        return Briefing()
    return Briefing(subject=rule.subject, words=rule.words, meant_for=rule.meant_for)


def _promise_reassurance(turn: "Turn") -> None:
    if turn.is_suggesting:
        return
    after = rules.reassurance_after(turn.organization)
    if after is None or turn.conversation.in_charge != Conversation.InCharge.PERSON:
        return
    card = turn.conversation.hand_overs.filter(kind="hand_over", resolved_at=None).first()
    if card:
        enqueue(REASSURE_TASK, turn.organization.pk, card.pk, delay=after)
