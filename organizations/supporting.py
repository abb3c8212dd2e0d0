"""Staff who look into an organization: opened with a reason, for an hour, seen in its trail."""

import time
from datetime import timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.db import models, router, transaction
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from organizations import auditing
from organizations.models import AuditEntry, Organization, SupportAccess, User

DURATION = timedelta(minutes=60)
SHORTEST_REASON = 10
PROOF_SECONDS = 12 * 3600

auditing.register_words("support.opened", _("opened your data for support"))
auditing.register_words("support.closed", _("closed your data again for support"))
auditing.register_words("support.viewed", _("looked at a record for support"))
auditing.register_words("support.revealed", _("had hidden text shown for support"))
auditing.register_words("support.changed", _("changed a record for support"))
auditing.register_words("support.replayed", _("had a delivery processed again for support"))
auditing.register_words("support.released", _("released a legal hold for support"))
auditing.register_words("support.user_deactivated", _("deactivated a user for support"))
auditing.register_words("support.user_activated", _("activated a user for support"))
auditing.register_words(
    "support.confirmation_sent", _("sent a user the confirmation mail again for support")
)
auditing.register_words(
    "support.second_factor_reset", _("reset a user's two-factor sign-in for support")
)


def is_staff(user: Any) -> bool:
    return user.is_authenticated and user.is_active and user.is_staff


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def proved_second_factor(request: HttpRequest) -> bool:
    """Whether this session gave a code within 12 hours, of a factor that the user still has."""
    since = time.time() - PROOF_SECONDS
    proofs = [
        record["id"]
        for record in get_authentication_records(request, request.user)
        if record["method"] == "mfa" and record["at"] > since
    ]
    return Authenticator.objects.filter(user=request.user, pk__in=proofs).exists()


def open_access(user: User, organization: Organization, reason: str) -> SupportAccess:
    """Let a staff member see the organization's rows for `DURATION`, and tell its owners why."""
    with transaction.atomic(using=router.db_for_write(SupportAccess)):
        access = SupportAccess.objects.create(
            user=user, organization=organization, reason=reason, expires_at=now() + DURATION
        )
        minutes = int(DURATION.total_seconds() // 60)
        note(user, organization, "opened", reason=reason, minutes=minutes)
    return access


def close_access(user: User, organization: Organization) -> None:
    with transaction.atomic(using=router.db_for_write(SupportAccess)):
        standing = SupportAccess.objects.open_for(user).filter(organization=organization)
        if standing.update(closed_at=now()):
            note(user, organization, "closed")


def opened(user: User) -> dict[int, SupportAccess]:
    """Return what the staff member has open now, by the organization's id."""
    accesses = SupportAccess.objects.open_for(user).order_by("expires_at")
    return {access.organization_id: access for access in accesses}


def note(
    user: User,
    organization: Organization,
    deed: str,
    subject: models.Model | None = None,
    **details: Any,
) -> AuditEntry:
    """Add what a staff member did to the organization's own trail. `details` hold no content."""
    if subject is not None:
        details = {"record": name_of(subject), **details}
    return auditing.record(organization, f"support.{deed}", user=user, subject=subject, **details)


def note_for_user(staff: User, user: User, deed: str, reason: str) -> None:
    """Tell every organization in which the user is a member what was done, and why."""
    for member in user.memberships.select_related("organization"):
        note(staff, member.organization, deed, member=user.name, reason=reason)


def name_of(row: models.Model) -> str:
    """Name a row by its kind and key, because its own name may hold what a customer wrote."""
    return f"{row._meta.verbose_name} {row.pk}"
