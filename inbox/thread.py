"""Notes and events: the lines of a thread that the customer never sees."""

from typing import Any

from inbox import events
from inbox.models import Conversation, Message, Signal
from organizations.models import Member


def add_note(conversation: Conversation, body: str, author: Member) -> Message:
    """Add a note that only members see. Runs inside `tenant()`."""
    note = Message.objects.create(
        organization_id=conversation.organization_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        direction=Message.Direction.NOTE,
        author_kind=Message.Author.MEMBER,
        author=author,
        body=body,
    )
    events.announce(conversation.organization_id, Signal.Kind.CONVERSATION, conversation.code)
    return note


def add_event(conversation: Conversation, kind: str, **details: Any) -> Message:
    """Add a line that says what happened, such as "taken_over". Runs inside `tenant()`.

    The payload is `{"event": kind, **details}`: `by` and `to` are names in plain text, `reason` is
    a code of `Conversation.HandOverReason`, `text` is free. `inbox/_event.html` puts it in words.
    """
    author = details.pop("author", None)
    return Message.objects.create(
        organization_id=conversation.organization_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        direction=Message.Direction.EVENT,
        author_kind=Message.Author.MEMBER if author else Message.Author.SYSTEM,
        author=author,
        payload={"event": kind, **details},
    )
