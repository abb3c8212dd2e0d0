"""The audit trail: who did what in an organization. Rows are added, never changed."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.models import AuditEntry, Organization, User

_words = {
    "organization.founded": _("founded the organization"),
    "organization.changed": _("changed the organization's settings"),
    "invitation.sent": _("invited a member"),
    "invitation.resent": _("sent an invitation again"),
    "invitation.revoked": _("withdrew an invitation"),
    "invitation.accepted": _("accepted an invitation"),
    "member.role_changed": _("changed a member's role"),
    "member.deactivated": _("deactivated a member"),
    "member.reactivated": _("reactivated a member"),
    "second_factor.set_up": _("set up two-factor sign-in"),
    "second_factor.removed": _("turned two-factor sign-in off"),
    "key.renewed": _("renewed the key of stored secrets"),
    "key.deleted": _("deleted an old key of stored secrets"),
    "support.encryption_checked": _("checked that stored secrets are encrypted"),
}


def record(
    organization: Organization,
    action: str,
    *,
    user: User | None = None,
    subject: models.Model | None = None,
    **details: Any,
) -> AuditEntry:
    """Add one line to the trail, inside `tenant()`. `details` must be JSON and hold no secret."""
    return AuditEntry.objects.create(
        organization=organization,
        user=user,
        action=action,
        subject=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        details=details,
    )


def register_words(action: str, words: str) -> None:
    """Say how an action of another app reads behind a person's name: "sent an invitation again"."""
    _words[action] = words


def in_words(action: str) -> str:
    return str(_words.get(action, action.replace(".", ": ").replace("_", " ")))
