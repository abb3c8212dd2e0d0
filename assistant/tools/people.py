"""Tools that bring in a person of the agency."""

from typing import TYPE_CHECKING

from assistant.tools.calling import tool
from inbox import handover

if TYPE_CHECKING:
    from assistant.turn import Turn


@tool
def hand_over(turn: "Turn", reason: str, summary: str = "") -> str:
    """Give the conversation to a person of the agency; the assistant is silent from then on.

    `reason` is one of `Conversation.HandOverReason`. Takes effect with the reply.
    """
    turn.handed_over = reason
    turn.effects.append(lambda: handover.hand_over(turn.conversation, reason, summary))
    return reason


@tool
def ask_colleague(turn: "Turn", question: str) -> str:
    """Tell a person that the customer asked something unknown; the assistant stays in charge."""
    turn.effects.append(lambda: handover.ask_colleague(turn.conversation, question))
    return question
