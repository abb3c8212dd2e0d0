"""The tool that plans to write to the customer again later."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.tools.calling import tool
from leads import followups

if TYPE_CHECKING:
    from assistant.turn import Turn

LONGEST_MESSAGE = 600
# By the time it is sent, figures and links may be wrong, and nobody checks them again.
MAY_BE_WRONG_LATER = re.compile(r"[\d@]")


@tool
def schedule_follow_up(turn: "Turn", when: datetime, message: str, about: str) -> str:
    """Plan a message to this customer at an aware time; it is stored with the reply.

    It goes through the usual checks when its time has come. Returns what was planned, or why not.
    """
    from assistant import guardrails

    message = message.strip()
    if not message or len(message) > LONGEST_MESSAGE:
        return f"Not planned: write a message of at most {LONGEST_MESSAGE} characters."
    if MAY_BE_WRONG_LATER.search(message) or not guardrails.is_harmless(turn, message):
        return "Not planned: the message must be without figures, dates, links and promises."
    try:
        followups.check_range(when, turn.now)
    except followups.OutOfRange:
        return "Not planned: the time must be between five minutes and sixty days from now."
    turn.effects.append(lambda: followups.plan(turn.conversation, when, message, about))
    last = turn.conversation.last_customer_message_at
    local = f"{when.astimezone(turn.organization.zone):%A %Y-%m-%d %H:%M}"
    if last and when > last + followups.WINDOW:
        return f"Planned: a colleague is reminded on {local}, as WhatsApp's 24 hours are over then."
    return f"Planned for {local}, unless the customer writes before."
