"""Save and remove what the agency knows: search and audit trail go with it. Inside `tenant()`."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.timezone import now

from knowledge.models import Listing, Note
from knowledge.retrieval import index_listing, index_note
from organizations import auditing
from organizations.models import Member


def save_listing(
    listing: Listing,
    by: Member | None = None,
    changes: Any = (),
    as_of: datetime | None = None,
    origins: dict[str, Any] | None = None,
    action: str = "",
) -> Listing:
    """Store a listing as known at `as_of` (now), renew its passages, and say who did it.

    `changes` names the changed fields, for the audit trail and for where their values come from:
    `origins` by field, and by hand without them.
    """
    action = action or ("listing.changed" if listing.pk else "listing.added")
    with transaction.atomic():
        listing.as_of = as_of or now()
        by_hand = {"from": "hand", "at": listing.as_of.isoformat()}
        if listing.provenance or origins:
            listing.provenance |= dict.fromkeys(changes, by_hand) | (origins or {})
        listing.save()
        index_listing(listing)
        _record(action, listing, by, reference=listing.reference, changed=sorted(changes))
    return listing


def change_status(listing: Listing, status: Listing.Status | str, by: Member | None = None) -> None:
    """Set whether a listing is on offer; an unchanged status changes nothing."""
    if listing.status == status:
        return
    before, listing.status = listing.status, Listing.Status(status).value
    listing.as_of = now()
    with transaction.atomic():
        listing.save(update_fields=["status", "as_of"])
        _record(
            "listing.status_changed",
            listing,
            by,
            reference=listing.reference,
            before=before,
            after=listing.status,
        )


def save_note(note: Note, by: Member | None = None) -> Note:
    """Store a note as known now, renew its passages, and say who did it."""
    action = "note.changed" if note.pk else "note.added"
    with transaction.atomic():
        note.as_of = now()
        note.author = note.author or by
        note.save()
        index_note(note)
        _record(action, note, by, title=note.title)
    return note


def delete_note(note: Note, by: Member | None = None) -> None:
    """Remove a note and its passages for good."""
    with transaction.atomic():
        _record("note.deleted", note, by, title=note.title)
        note.delete()


def _record(action: str, subject: Model, by: Member | None, **details: Any) -> None:
    if by is not None:
        auditing.record(subject.organization, action, user=by.user, subject=subject, **details)
