"""The audit trail: who did what in an organization. Rows are added, never changed."""

from typing import Any

from django.db import models

from organizations.models import AuditEntry, Organization, User


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
