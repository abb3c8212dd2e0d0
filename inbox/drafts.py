"""What members have written and not sent yet, kept for each of them on the server.

Saves can overtake each other on their way. So a page stamps each with a moment later than all it
knows of, a sending as well, and what is older than what stands is not kept: neither an earlier
stroke nor words that were sent meanwhile come back. The page is told, and saves again what it still
shows.

A draft is one member's, of one kind (reply or note), in one conversation. Nobody else reads it;
colleagues only hear that one exists. The row stays when the text is sent or taken out, so that a
browser that shows older words can tell. Every verb runs inside `tenant()`.
"""

from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import now

from inbox import events
from inbox.models import Conversation, Draft, Signal
from organizations.models import Member

# Longer than any message, so that what is too long to be sent is not lost either.
LONGEST = 10_000
# A colleague's unsent reply is worth a hint this long after the last stroke.
RECENT = timedelta(hours=1)
# While somebody goes on writing, browsers hear of it at most this often.
TOLD_EVERY = timedelta(minutes=10)

KINDS = tuple(Draft.Kind.values)


def save(
    conversation: Conversation, member: Member, kind: str, body: str, stamp: int | None = None
) -> Draft:
    """Keep what a member has written so far, unless its `stamp` is older than what stands.

    `kind` is reply or note; without a stamp it counts as written now. Returns the draft as it is
    then: its `version` is the stamp where the words were kept.
    """
    body = body.replace("\x00", "")[:LONGEST]
    body = body if body.strip() else ""
    draft, is_new = _locked(conversation, member, kind)
    if stamp is not None and not is_new and stamp <= draft.version:
        return draft
    had_text, last = bool(draft.body), draft.saved_at
    draft.stamp = _later(draft) if stamp is None else stamp
    draft.body, draft.saved_at = body, now()
    draft.save(update_fields=["body", "saved_at", "stamp"])
    if had_text != bool(body) or (body and draft.saved_at - last > TOLD_EVERY):
        _announce(conversation)
    return draft


def clear(conversation: Conversation, member: Member, kind: str, stamp: int | None = None) -> None:
    """Take out what was sent, and what is still on its way here and older than its `stamp`."""
    draft, _is_new = _locked(conversation, member, kind)
    had_text = bool(draft.body)
    draft.body, draft.saved_at, draft.stamp = "", now(), max(stamp or 0, _later(draft))
    draft.save(update_fields=["body", "saved_at", "stamp"])
    if had_text:
        _announce(conversation)


def stamp_of(said: str) -> int | None:
    """Read a stamp that a browser sent; anything else counts as none."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 18 else None


def _locked(conversation: Conversation, member: Member, kind: str) -> tuple[Draft, bool]:
    mine = {"organization_id": conversation.organization_id, "conversation": conversation}
    drafts = Draft.objects.select_for_update(no_key=True)
    return drafts.get_or_create(**mine, member=member, kind=kind)


def _later(draft: Draft) -> int:
    """Now, or just after the draft where a fast clock has stamped it."""
    return max(int(now().timestamp() * 1_000_000), draft.version + 1)


def of_member(conversation: Conversation, member: Member) -> dict[str, Draft]:
    """The member's drafts by kind, with those that became empty."""
    return {draft.kind: draft for draft in conversation.drafts.filter(member=member)}


def colleagues_writing(conversation: Conversation, member: Member) -> list[Draft]:
    """The replies that other members have begun of late, newest first, for who and when."""
    drafts = conversation.drafts.filter(
        kind=Draft.Kind.REPLY, member__is_active=True, saved_at__gt=now() - RECENT
    )
    drafts = drafts.exclude(member=member).exclude(body="")
    return list(drafts.defer("body").select_related("member__user").order_by("-saved_at", "pk"))


def mark(conversations: QuerySet[Conversation], member: Member) -> QuerySet[Conversation]:
    """Annotate each conversation with `has_draft`, whether the member left something unsent."""
    unsent = Draft.objects.filter(conversation=OuterRef("pk"), member=member).exclude(body="")
    return conversations.annotate(has_draft=Exists(unsent))


def join(older: Conversation, younger: Conversation) -> None:
    """Add the words of one conversation's drafts to those of another that stays."""
    for draft in younger.drafts.exclude(body=""):
        mine = {"member_id": draft.member_id, "kind": draft.kind}
        standing = older.drafts.filter(**mine).first()
        if standing is None:
            continue  # it moves as it is
        standing.body = "\n".join(filter(None, (standing.body, draft.body)))[:LONGEST]
        standing.stamp, standing.saved_at = _later(standing), now()
        standing.save(update_fields=["body", "saved_at", "stamp"])


def _announce(conversation: Conversation) -> None:
    events.announce(conversation.organization_id, Signal.Kind.CONVERSATION, conversation.code)
