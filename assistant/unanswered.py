"""Questions that the assistant passed on because nothing stored answers them, gathered by likeness.

A group is settled by a note about it that is younger than its last question.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.timezone import now
from rapidfuzz import fuzz

from inbox.briefing import shorten
from inbox.models import Conversation, HandOver
from knowledge.folding import fold
from organizations.models import Organization

LOOKED_BACK = timedelta(days=90)
MOST_QUESTIONS = 500
# Of a hundred: how much of two questions has to be the same words, in any order.
ALIKE = 75
LONGEST_TITLE = 120


@dataclass
class Group:
    """Questions that mean about the same, the latest first."""

    cards: list[HandOver] = field(default_factory=list)

    @property
    def question(self) -> str:
        return self.cards[0].question

    @property
    def title(self) -> str:
        """What a note about it may be called."""
        return shorten(self.question, LONGEST_TITLE)

    @property
    def last_at(self) -> datetime:
        return self.cards[0].opened_at

    @property
    def conversations(self) -> list[Conversation]:
        return list({card.conversation_id: card.conversation for card in self.cards}.values())


def groups(organization: Organization) -> list[Group]:
    """The questions of the last 90 days without a note, the most frequent first, then the latest.

    Runs inside `tenant()`.
    """
    cards = organization.hand_overs.filter(
        kind=HandOver.Kind.QUESTION,
        reason=Conversation.HandOverReason.UNSURE,
        opened_at__gte=now() - LOOKED_BACK,
    ).exclude(question="")
    cards = cards.select_related("conversation__contact")
    cards = cards.prefetch_related("conversation__contact__identities")
    found: list[Group] = []
    for card in cards.order_by("-opened_at", "-pk")[:MOST_QUESTIONS]:
        group = next((it for it in found if _are_alike(it.question, card.question)), None)
        if group is None:
            group = Group()
            found.append(group)
        group.cards.append(card)
    notes = list(organization.notes.values_list("title", "as_of"))
    open_ones = [group for group in found if not _is_settled(group, notes)]
    return sorted(open_ones, key=lambda it: (-len(it.cards), -it.last_at.timestamp()))


def _are_alike(one: str, other: str) -> bool:
    return fuzz.token_sort_ratio(fold(one), fold(other)) >= ALIKE


def _is_settled(group: Group, notes: list[tuple[str, datetime]]) -> bool:
    return any(
        as_of >= group.last_at
        and any(_are_alike(title, shorten(card.question, LONGEST_TITLE)) for card in group.cards)
        for title, as_of in notes
    )
