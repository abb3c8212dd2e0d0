"""What a person is told who has to answer instead of the assistant: the hand-over card.

A card is one row of `HandOver`. Facts and open matters come from the apps above, each of which
registers how to tell them; the summary is put together from them and from what was said last, so
it says the same for the same conversation. Every verb runs inside `tenant()` with the
conversation locked.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from inbox.models import Conversation, ConversationWork, HandOver, Message
from inbox.whatsapp.parsing import UNSAFE_IN_NAMES
from organizations.models import Member
from organizations.queue import enqueue

Facts = list[dict[str, str]]
Reason = Conversation.HandOverReason
REPLY_TASK = "assistant.tasks.draft_for_card"
LONGEST_SUMMARY = 600
LONGEST_FACTS = 220
LONGEST_LINE = 110
LONGEST_QUESTION = 4000
LINES_READ = 5
MOST_ADDED = 12
PLAIN_QUOTES = str.maketrans("“”„«»", "'''''")

_fact_readers: dict[str, Callable[[Conversation], Facts]] = {}
_matter_readers: dict[str, Callable[[Conversation], Facts]] = {}


@dataclass(frozen=True)
class Briefing:
    """What only the assistant knows of a hand-over.

    `subject` and `words` name the rule that decided it and what it found; `meant_for` is the
    member who shall answer.
    """

    subject: str = ""
    words: str = ""
    meant_for: Member | None = None


def register_facts(name: str, read: Callable[[Conversation], Facts]) -> None:
    """Add facts to each card: `{"label", "text"}`. Call it in `ready()`."""
    _fact_readers[name] = read


def register_matters(name: str, read: Callable[[Conversation], Facts]) -> None:
    """Add what was promised or offered to each card: `{"kind", "text"}`. Call it in `ready()`."""
    _matter_readers[name] = read


def open_hand_over(
    conversation: Conversation, reason: str, briefing: Briefing, summary: str = ""
) -> HandOver:
    """Store the card of a hand-over; while one is open, it is brought up to date instead."""
    standing = conversation.hand_overs.filter(
        kind=HandOver.Kind.HAND_OVER, resolved_at=None
    ).first()
    card = standing or HandOver(
        organization_id=conversation.organization_id,
        conversation=conversation,
        kind=HandOver.Kind.HAND_OVER,
    )
    asked = unanswered(conversation)
    card.reason = reason
    card.subject, card.words = briefing.subject, briefing.words[:120]
    card.meant_for = briefing.meant_for or card.meant_for
    card.question = "\n".join(m.text for m in asked)[:LONGEST_QUESTION] or card.question
    card.asked_in = asked[-1] if asked else card.asked_in
    card.reply_seq = None
    _brief(card, summary)
    ask_for_reply(card)
    return card


def raise_reason(card: HandOver, reason: str, briefing: Briefing) -> None:
    """Give an open card a graver reason; what it asks stays, what it knows is renewed."""
    card.reason, card.subject, card.words = reason, briefing.subject, briefing.words[:120]
    card.meant_for = briefing.meant_for or card.meant_for
    card.reply_seq = None
    _brief(card, card.summary)


def ask_for_reply(card: HandOver, delay: timedelta = timedelta()) -> None:
    """Have a reply drafted to what the customer has written so far, once this is committed.

    Whoever hands over does not wait for it. It is asked for again after each message, so `delay`
    lets a burst come to its end.
    """
    conversation = ConversationWork.objects.filter(pk=card.conversation_id)
    seq = conversation.values_list("seq_in", flat=True).first()
    if card.kind == HandOver.Kind.HAND_OVER and seq is not None:
        enqueue(REPLY_TASK, card.organization_id, card.pk, seq, cluster="assistant", delay=delay)


def add(card: HandOver, message: Message, additions: Facts) -> None:
    """Note on a card what a message added since it was opened; once a message, the latest kept.

    The words of a voice message take the place of the line that one was sent.
    """
    if card.asked_in_id and message.pk <= card.asked_in_id:
        return  # the card quotes it already
    told = [entry["kind"] for entry in card.added if entry.get("message") == message.pk]
    is_in_words = set(told) == {"sent"} and {entry["kind"] for entry in additions} != {"sent"}
    if not additions or (told and not is_in_words):
        return
    new = [{**entry, "message": message.pk} for entry in additions]
    before = [entry for entry in card.added if entry.get("message") != message.pk]
    card.added = [*before, *new][-MOST_ADDED:]
    card.save(update_fields=["added"])


def open_question(
    conversation: Conversation, question: str, reason: str, briefing: Briefing
) -> HandOver:
    """Store a question that the assistant passed on; the same one is not asked twice.

    What the customer sent to be looked at makes one card, to which later things are added.
    """
    question = question[:LONGEST_QUESTION]
    asked = unanswered(conversation)
    open_ones = conversation.hand_overs.filter(kind=HandOver.Kind.QUESTION, resolved_at=None)
    if standing := open_ones.filter(question=question).exclude(reason=Reason.MEDIA).first():
        return standing
    if reason == Reason.MEDIA and (standing := open_ones.filter(reason=reason).first()):
        standing.question = f"{standing.question}\n{question}"[-LONGEST_QUESTION:]
        standing.asked_in = asked[-1] if asked else standing.asked_in
        _brief(standing)
        return standing
    card = HandOver(
        organization_id=conversation.organization_id,
        conversation=conversation,
        kind=HandOver.Kind.QUESTION,
        reason=reason,
        subject=briefing.subject,
        words=briefing.words[:120],
        meant_for=briefing.meant_for,
        question=question,
        asked_in=asked[-1] if asked else None,
    )
    _brief(card)
    return card


def resolve(
    conversation: Conversation, resolution: str, by: Member | None = None, kind: str = ""
) -> None:
    """End what is open of the conversation's cards; they are kept."""
    cards = HandOver.objects.filter(conversation=conversation, resolved_at=None)
    if kind:
        cards = cards.filter(kind=kind)
    cards.update(resolved_at=now(), resolved_by=by, resolution=resolution)


def stand_again(conversation: Conversation, since: datetime) -> None:
    """Put back the cards that closing the conversation ended since then."""
    cards = HandOver.objects.filter(conversation=conversation, resolved_at__gte=since)
    cards.filter(resolution=HandOver.Resolution.CLOSED).update(
        resolved_at=None, resolved_by=None, resolution=HandOver.Resolution.NONE
    )


def open_cards(conversation: Conversation) -> list[HandOver]:
    """The cards that wait for a person, the hand-over before the questions, newest first."""
    cards = conversation.hand_overs.filter(resolved_at=None)
    cards = cards.select_related("meant_for__user").order_by("kind", "-opened_at", "-pk")
    return list(cards)


def earlier_cards(conversation: Conversation, limit: int = 10) -> list[HandOver]:
    """What people answered before, newest first."""
    cards = conversation.hand_overs.exclude(resolved_at=None)
    return list(cards.select_related("resolved_by__user").order_by("-resolved_at", "-pk")[:limit])


def unanswered(conversation: Conversation) -> list[Message]:
    """The customer's messages since our last word, oldest first; else the last one alone."""
    spoken = conversation.messages.spoken()
    ours = spoken.filter(direction=Message.Direction.OUTBOUND)
    ours = ours.exclude(status=Message.Status.CANCELLED)
    last = ours.order_by("-pk").values_list("pk", flat=True).first() or 0
    theirs = spoken.filter(direction=Message.Direction.INBOUND, revoked_at=None)
    waiting = list(theirs.filter(pk__gt=last).order_by("-pk")[:10])[::-1]
    return waiting or list(theirs.order_by("-pk")[:1])


def summarize(conversation: Conversation, facts: Facts, until: int = 0) -> str:
    """Say in at most 600 characters what is known of the wish and what was said last.

    `until` is the id of the message from which on the card quotes the customer itself.
    """
    parts = []
    if facts:
        told = "; ".join(f"{fact['label']}: {fact['text']}" for fact in facts)
        parts.append(shorten(told, LONGEST_FACTS).rstrip(".") + ".")
    left = LONGEST_SUMMARY - sum(len(part) + 1 for part in parts)
    said: list[str] = []
    for message in _latest(conversation, until):
        line = _quote(message)
        left -= len(line) + 1
        if left < 0:
            break
        said.insert(0, line)
    return " ".join([*parts, *said])[:LONGEST_SUMMARY]


def shorten(text: str, length: int) -> str:
    """Cut at a word, with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def _brief(card: HandOver, summary: str = "") -> None:
    conversation = card.conversation
    card.facts = _gather(_fact_readers.values(), conversation)
    card.matters = _gather(_matter_readers.values(), conversation)
    first = unanswered(conversation)[:1]
    composed = summarize(conversation, card.facts, first[0].pk if first else 0)
    card.summary = shorten(summary, LONGEST_SUMMARY) or composed
    card.save()


def _gather(
    readers: Iterable[Callable[[Conversation], Facts]], conversation: Conversation
) -> list[dict[str, Any]]:
    return [{**entry} for read in readers for entry in read(conversation)]


def _latest(conversation: Conversation, until: int) -> list[Message]:
    spoken = conversation.messages.spoken().exclude(status=Message.Status.CANCELLED)
    if until:
        spoken = spoken.filter(pk__lt=until)
    return list(spoken.order_by("-pk")[:LINES_READ])


def _quote(message: Message) -> str:
    who = {
        Message.Author.CUSTOMER: _("Customer"),
        Message.Author.ASSISTANT: _("Assistant"),
    }.get(message.author_kind, _("We"))
    # Neither quotes nor turned directions make a customer's words look like those of others.
    said = UNSAFE_IN_NAMES.sub("", shorten(message.text, LONGEST_LINE)).translate(PLAIN_QUOTES)
    return f"{who}: “{said}”"
