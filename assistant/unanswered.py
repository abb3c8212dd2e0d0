"""Questions that the assistant passed on because nothing stored answers them, gathered by likeness.

A group is settled by a note about it that is younger than its last question, or dismissed by a
member. A dismissal holds for the questions that were seen: asked again, the group is back with all
of them.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.timezone import now
from rapidfuzz import fuzz

from inbox.briefing import shorten
from inbox.models import Conversation, HandOver
from knowledge.folding import fold
from organizations.models import Member, Organization

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
    def codes(self) -> list[UUID]:
        return [card.code for card in self.cards]

    @property
    def title(self) -> str:
        """What a note about it may be called."""
        return shorten(self.question, LONGEST_TITLE)

    @property
    def code(self) -> UUID:
        """The code of the latest question, up to which the group is dismissed."""
        return self.cards[0].code

    @property
    def is_dismissed(self) -> bool:
        return all(card.dismissed_at for card in self.cards)

    @property
    def dismissed_by(self) -> Member | None:
        return self.cards[0].dismissed_by

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
    return [group for group in _unsettled(organization) if not group.is_dismissed]


def dismissed(organization: Organization) -> list[Group]:
    """Those that members dismissed and nobody asked since, the latest dismissal first."""
    found = [group for group in _unsettled(organization) if group.is_dismissed]
    return sorted(found, key=lambda group: group.cards[0].dismissed_at, reverse=True)


def dismiss(organization: Organization, code: UUID, by: Member) -> bool:
    """Dismiss the questions like the one with this code, up to it. Runs inside `tenant()`."""
    group = next((it for it in _gathered(organization) if code in it.codes), None)
    if group is None:
        return False
    seen = group.cards[group.codes.index(code) :]
    keys = [card.pk for card in seen if card.dismissed_at is None]
    HandOver.objects.filter(pk__in=keys).update(dismissed_at=now(), dismissed_by=by)
    return bool(keys)


def bring_back(organization: Organization, code: UUID) -> bool:
    """Undo the dismissal of this question and of those dismissed with it."""
    card = organization.hand_overs.filter(code=code).exclude(dismissed_at=None).first()
    if card is None:
        return False
    with_it = organization.hand_overs.filter(
        dismissed_at=card.dismissed_at, dismissed_by=card.dismissed_by_id
    )
    return bool(with_it.update(dismissed_at=None, dismissed_by=None))


def _unsettled(organization: Organization) -> list[Group]:
    notes = list(organization.notes.values_list("title", "as_of"))
    found = [group for group in _gathered(organization) if not _is_settled(group, notes)]
    return sorted(found, key=lambda it: (-len(it.cards), -it.last_at.timestamp()))


def _gathered(organization: Organization) -> list[Group]:
    cards = organization.hand_overs.filter(
        kind=HandOver.Kind.QUESTION,
        reason=Conversation.HandOverReason.UNSURE,
        opened_at__gte=now() - LOOKED_BACK,
    ).exclude(question="")
    cards = cards.select_related("conversation__contact", "dismissed_by__user")
    cards = cards.prefetch_related("conversation__contact__identities")
    found: list[Group] = []
    for card in cards.order_by("-opened_at", "-pk")[:MOST_QUESTIONS]:
        group = next((it for it in found if _are_alike(it.question, card.question)), None)
        if group is None:
            group = Group()
            found.append(group)
        group.cards.append(card)
    return found


def _are_alike(one: str, other: str) -> bool:
    return fuzz.token_sort_ratio(fold(one), fold(other)) >= ALIKE


def _is_settled(group: Group, notes: list[tuple[str, datetime]]) -> bool:
    return any(
        as_of >= group.last_at
        and any(_are_alike(title, shorten(card.question, LONGEST_TITLE)) for card in group.cards)
        for title, as_of in notes
    )
