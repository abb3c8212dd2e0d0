"""The tool that notes what the customer said about their wish."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.tools.calling import tool
from leads import recording, stages
from leads.extraction import FoundFact

if TYPE_CHECKING:
    from assistant.turn import Turn


@tool
def record_facts(turn: "Turn", facts: Sequence[FoundFact]) -> list[str]:
    """Note facts of the lead, each with the message that proves it; return the new fields.

    `fact.turn` is an index into `turn.messages`. They are stored when the reply is committed.
    """
    known = recording.known(turn.lead)
    changed = [fact.field for fact in facts if known.get(fact.field) != fact.value]

    def store() -> None:
        recording.record_facts(turn.lead, facts, turn.messages)
        stages.advance_by_facts(turn.lead)

    turn.effects.append(store)
    return changed
