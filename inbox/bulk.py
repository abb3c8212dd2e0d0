"""One thing done with several conversations at once, and taken back.

What was before travels with the browser, signed for this member, and holds for ten minutes. Only
what nobody has changed since is taken back. Runs inside `tenant()`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing

from inbox import events, handover
from inbox.models import Conversation, Signal
from organizations.models import Member

MOST = 210
VALID_SECONDS = 600

# Does one thing; returns what must be known to take it back, or None where there was nothing to do.
Verb = Callable[[Conversation, Member, Member | None], dict[str, Any] | None]


class TooLate(Exception):
    """What was done cannot be taken back any more."""


@dataclass(frozen=True)
class Done:
    """How many conversations were changed, and what takes that back."""

    number: int
    undo: str


def run(verb: str, codes: Iterable[str], by: Member, to: Member | None = None) -> Done:
    """Close, assign (to a member or nobody) or mark as read; `verb` is a key of `VERBS`."""
    before = {}
    for conversation in _in_locking_order(by, codes):
        was = VERBS[verb](conversation, by, to)
        if was is not None:
            before[str(conversation.code)] = was
    told = {"verb": verb, "before": before, "to": to.pk if to else None}
    return Done(len(before), signing.dumps(told, salt=_salt(by), compress=True) if before else "")


def take_back(token: str, by: Member) -> int:
    """Take back what `run` did; returns for how many conversations. Raises `TooLate`."""
    try:
        told = signing.loads(token, salt=_salt(by), max_age=VALID_SECONDS)
    except signing.BadSignature as error:
        raise TooLate from error
    before: Mapping[str, dict[str, Any]] = told["before"]
    back = BACK[told["verb"]]
    conversations = _in_locking_order(by, before)
    return sum(back(it, by, before[str(it.code)], told["to"]) for it in conversations)


def _in_locking_order(by: Member, codes: Iterable[str]) -> list[Conversation]:
    known = list(filter(None, map(_code, list(codes)[:MOST])))
    found = by.organization.conversations.filter(code__in=known)
    return list(found.order_by("contact_id", "pk"))


def _code(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _salt(member: Member) -> str:
    return f"inbox.bulk {member.organization_id} {member.pk}"


def _close(conversation: Conversation, by: Member, to: Member | None) -> dict[str, Any] | None:
    handover.lock(conversation)
    if conversation.status == Conversation.Status.CLOSED:
        return None
    was = handover.state_before_closing(conversation)
    handover.close(conversation, by)
    return was


def _reopen(conversation: Conversation, by: Member, was: dict[str, Any], to: int | None) -> bool:
    return handover.take_back_closing(conversation, by, was)


def _assign(conversation: Conversation, by: Member, to: Member | None) -> dict[str, Any] | None:
    handover.lock(conversation)
    was = conversation.assignee_id
    if was == (to.pk if to else None):
        return None
    handover.assign(conversation, to, by)
    return {"assignee": was}


def _assign_back(
    conversation: Conversation, by: Member, was: dict[str, Any], to: int | None
) -> bool:
    handover.lock(conversation)
    before = was["assignee"]
    if conversation.assignee_id != to:
        return False
    member = by.organization.members.active().filter(pk=before).first() if before else None
    handover.assign(conversation, member, by)
    return True


def _read(conversation: Conversation, by: Member, to: Member | None) -> dict[str, Any] | None:
    was = conversation.unread_count
    rows = Conversation.objects.filter(pk=conversation.pk, unread_count=was, unread_count__gt=0)
    if not rows.update(unread_count=0):
        return None
    events.announce(by.organization, Signal.Kind.CONVERSATION)
    return {"unread": was}


def _unread(conversation: Conversation, by: Member, was: dict[str, Any], to: int | None) -> bool:
    rows = Conversation.objects.filter(pk=conversation.pk, unread_count=0)
    if not rows.update(unread_count=was["unread"]):
        return False
    events.announce(by.organization, Signal.Kind.CONVERSATION)
    return True


VERBS: dict[str, Verb] = {"close": _close, "assign": _assign, "read": _read}
BACK = {"close": _reopen, "assign": _assign_back, "read": _unread}
