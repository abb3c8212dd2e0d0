"""Replies that the assistant suggests and people send: kept, shown, and what became of them.

A suggestion is settled once: the first who sends it has it. It also ages: its times pass or are
taken, the customer writes again, a colleague answers. Whoever uses it then is told before it goes.

Every verb runs inside `tenant()` with the conversation locked where it changes something.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from inbox import events
from inbox.briefing import shorten
from inbox.checking import Doubt
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
CLOCK = re.compile(r"\d{1,2}:\d{2}")

# The same words from two members within this time were hardly meant to be said twice.
LATELY = timedelta(minutes=10)
LONGEST_QUOTE = 120

Doubts = list[Doubt]
_listeners: list[Callable[[Suggestion], None]] = []
_doubters: list[Callable[[Suggestion], Doubts]] = []


def on_sent(listen: Callable[[Suggestion], None]) -> None:
    """Let an app above hear of each suggestion that was sent, also changed. In `ready()`."""
    if listen not in _listeners:
        _listeners.append(listen)


def also_doubt(look: Callable[[Suggestion], Doubts]) -> None:
    """Let an app above say what of an open suggestion holds no longer. In `ready()`."""
    if look not in _doubters:
        _doubters.append(look)


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


def doubts_of(suggestion: Suggestion | None) -> Doubts:
    """What of a suggestion holds no longer by itself, such as a time that was taken since."""
    return [doubt for look in _doubters for doubt in look(suggestion)] if suggestion else []


def doubts_about(conversation: Conversation, body: str, code: str, member: Member) -> Doubts:
    """What a member is told before words go out that were made of a suggestion.

    `code` names the suggestion, if the composer knows it. With the conversation locked, so that of
    two members who send the same the second one hears of the first.
    """
    found = _used(conversation, body, code, member)
    if found is None or (found.settled_by_id == member.pk and found.state != State.OPEN):
        return []
    is_settled = found.state != State.OPEN
    doubts = _others_doing(found, member) if is_settled else []
    if not doubts and (newer := _newer_message(found)):
        reason = _("The customer wrote this after the reply was suggested.")
        doubts.append(Doubt("newer", shorten(newer.text, LONGEST_QUOTE), reason))
    if not is_settled:
        same = _is_same(found.text, body)
        doubts += [it for it in doubts_of(found) if same or it.words in body or _clock(it) in body]
    return doubts


def buttons_with(conversation: Conversation, body: str) -> list[tuple[str, str]]:
    """The buttons of the suggestion whose words are sent unchanged; none that holds no longer."""
    found = current(conversation)
    if found is None or not _is_same(found.text, body):
        return []
    stale = {doubt.button for doubt in doubts_of(found)}
    return [(button_id, title) for button_id, title in found.buttons if button_id not in stale]


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


def _used(conversation: Conversation, body: str, code: str, member: Member) -> Suggestion | None:
    """The suggestion that the words were made of: the named one, else one of the same words."""
    mine = conversation.suggestions.select_related("message", "settled_by__user", "conversation")
    try:
        if found := mine.filter(code=UUID(code)).first():
            return found
    except ValueError:
        pass
    if (found := mine.filter(state=State.OPEN).first()) and _is_same(found.text, body):
        return found
    sent = mine.filter(state__in=(State.USED, State.EDITED), settled_at__gt=now() - LATELY)
    sent = sent.exclude(settled_by=member).order_by("-settled_at", "-pk")
    return next((it for it in sent if _is_same(it.sent_text or it.text, body)), None)


def _others_doing(found: Suggestion, member: Member) -> Doubts:
    """What a colleague made of a settled suggestion: rejected it, or answered the customer."""
    if found.state == State.REJECTED:
        reason = _("%(name)s has rejected this suggestion.") % {"name": found.settled_by}
        return [Doubt("rejected", str(found.get_reason_display()) or found.text[:40], reason)]
    people = (Message.Author.MEMBER, Message.Author.PHONE)
    since = found.conversation.messages.filter(
        direction=Message.Direction.OUTBOUND,
        author_kind__in=people,
        created_at__gte=found.made_at,
    )
    said = since.exclude(author=member).select_related("author__user").order_by("-pk").first()
    if said is None:
        return []
    reason = _("%(name)s has sent this in the meantime.")
    who = said.author or said.get_author_kind_display()
    return [Doubt("answered", shorten(said.text, LONGEST_QUOTE), reason % {"name": who})]


def _newer_message(found: Suggestion) -> Message | None:
    """What the customer wrote last, if the suggestion did not read it."""
    if ConversationWork.objects.filter(pk=found.conversation_id, seq_in=found.seq).exists():
        return None
    theirs = found.conversation.messages.spoken().filter(direction=Message.Direction.INBOUND)
    return theirs.filter(created_at__gt=found.made_at).order_by("pk").last()


def _clock(doubt: Doubt) -> str:
    """The time of day in the words of a doubt, which a changed reply may still name."""
    found = CLOCK.search(doubt.words)
    return found[0] if found else doubt.words


def _is_same(one: str, other: str) -> bool:
    return one.split() == other.split()


def _announce(conversation: Conversation) -> None:
    events.announce(conversation.organization_id, Signal.Kind.CONVERSATION, conversation.code)
