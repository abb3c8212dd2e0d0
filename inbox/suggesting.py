"""Replies that the assistant suggests and people send: kept, shown, and what became of them.

Every verb runs inside `tenant()` with the conversation locked where it changes something.
"""

from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from rapidfuzz import fuzz

from inbox import events
from inbox.models import (
    Conversation,
    ConversationWork,
    HandOver,
    Message,
    Signal,
    Suggestion,
)
from organizations.models import Member

State = Suggestion.State
REASONS = [choice for choice in Suggestion.Reason.choices if choice[0]]
# Of a hundred: less alike, a person's words are their own and not a changed suggestion.
ALIKE = 50

_listeners: list[Callable[[Suggestion], None]] = []


def on_sent(listen: Callable[[Suggestion], None]) -> None:
    """Let an app above hear of each suggestion that was sent, also changed. In `ready()`."""
    if listen not in _listeners:
        _listeners.append(listen)


def make(conversation: Conversation, seq: int, text: str, **fields: object) -> Suggestion:
    """Keep a reply to the burst `seq` as a suggestion; an earlier one is overtaken."""
    expire(conversation)
    suggestion = Suggestion.objects.create(
        organization_id=conversation.organization_id,
        conversation=conversation,
        seq=seq,
        text=text,
        **fields,
    )
    _announce(conversation)
    return suggestion


def current(conversation: Conversation) -> Suggestion | None:
    """The suggestion that answers all the customer has written so far, if nobody settled it."""
    found = _open(conversation)
    work = ConversationWork.objects.filter(pk=conversation.pk).first()
    return found if found and work and work.seq_in == found.seq else None


def withdraw_from(card: HandOver) -> None:
    """Take back what the card suggests: it no longer holds, and nothing takes its place."""
    _mark_obsolete(Suggestion.objects.filter(hand_over=card))


def buttons_with(conversation: Conversation, body: str) -> list[tuple[str, str]]:
    """The buttons of the suggestion whose words are sent unchanged."""
    found = current(conversation)
    if found is None or not _is_same(found.text, body):
        return []
    return [(button_id, title) for button_id, title in found.buttons]


def note_sent(conversation: Conversation, message: Message, by: Member) -> None:
    """Note what a person's reply made of the open suggestion."""
    found = _open(conversation)
    if found is None:
        return
    if _is_same(found.text, message.body):
        found.state = State.USED
    elif fuzz.ratio(found.text, message.body) >= ALIKE:
        found.state, found.sent_text = State.EDITED, message.body
    else:
        found.state = State.OBSOLETE
    if found.state != State.OBSOLETE:
        found.message = message
    found.settled_by, found.settled_at = by, now()
    found.save(update_fields=["state", "sent_text", "message", "settled_by", "settled_at"])
    if found.state != State.OBSOLETE:
        for listen in _listeners:
            listen(found)


def reject(conversation: Conversation, code: str, by: Member, reason: str) -> None:
    """Note that a person does not want the suggestion; one settled meanwhile stays as it is."""
    try:
        wanted = conversation.suggestions.filter(code=UUID(code), state=State.OPEN)
    except ValueError:
        return
    reason = reason if reason in Suggestion.Reason.values else Suggestion.Reason.NONE
    changed = {"state": State.REJECTED, "reason": reason, "settled_by": by, "settled_at": now()}
    if wanted.update(**changed):
        _announce(conversation)


def expire(conversation: Conversation) -> None:
    """Say that the open suggestion was overtaken: by a newer one, a reply or the end."""
    _mark_obsolete(Suggestion.objects.filter(conversation=conversation))


def _mark_obsolete(suggestions: QuerySet[Suggestion]) -> None:
    suggestions.filter(state=State.OPEN).update(state=State.OBSOLETE, settled_at=now())


def _open(conversation: Conversation) -> Suggestion | None:
    return Suggestion.objects.filter(conversation=conversation, state=State.OPEN).first()


def _is_same(one: str, other: str) -> bool:
    return one.split() == other.split()


def _announce(conversation: Conversation) -> None:
    events.announce(conversation.organization_id, Signal.Kind.CONVERSATION, conversation.code)
