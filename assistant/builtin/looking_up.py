"""What is on record about a question, without a conversation around it.

For members who ask beside a conversation: the flows that answer customers, without greeting,
questions of their own, and anything noted or passed on.
"""

from typing import TYPE_CHECKING

from assistant.builtin import homes
from assistant.builtin.backend import answer_from_knowledge, understand_messages
from assistant.builtin.draft import Draft
from assistant.builtin.knowing import answer_from_description, answer_from_notes
from assistant.builtin.speaking import speaking_of
from leads.recording import known

if TYPE_CHECKING:
    from assistant.turn import Turn


class _Answers(Draft):
    """Collects what is known; what is not has nobody to be passed to."""

    def ask_colleague(self, question: str) -> None:
        pass


def look_up(turn: "Turn") -> list[str]:
    """Return what stored rows answer to the turn's new messages. Runs inside `tenant()`."""
    with speaking_of(turn):
        draft = _Answers(turn)
        draft.known = known(turn.lead)
        commands = understand_messages(turn)
        homes.carry_out(draft, commands)
        if not draft.parts:
            answer_from_knowledge(draft, commands)
        if not draft.parts and not answer_from_description(draft, draft.text_said):
            answer_from_notes(draft, draft.text_said)
        return draft.parts
