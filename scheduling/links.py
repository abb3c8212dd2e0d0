"""The link by which a customer puts an appointment into the calendar of their phone.

Whoever holds the link sees the appointment, so it cannot be guessed: 256 bits derived from the
installation's secret and the appointment's code, which keeps the link the same over moves. The
database knows its hash alone. It dies a month after the appointment.
"""

import base64
import hashlib
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from organizations.tenancy import tenant
from scheduling.models import Appointment, CalendarLink

LIVES_AFTER = timedelta(days=30)
SALT = "scheduling.calendar-link"


def address_of(appointment: Appointment) -> str:
    """Return the link's address; it leads somewhere once `ensure_link` has stored its hash."""
    path = reverse("calendar_file", kwargs={"token": _token(appointment)})
    return f"{settings.BASE_URL}{path}"


def ensure_link(appointment: Appointment) -> None:
    """Let the link of an appointment lead to it until a month after its end."""
    CalendarLink.objects.update_or_create(
        appointment=appointment,
        defaults={
            "organization_id": appointment.organization_id,
            "token_hash": _hash(_token(appointment)),
            "expires_at": appointment.ends_at + LIVES_AFTER,
        },
    )


def find_appointment(token: str) -> Appointment | None:
    """Return the appointment that a token leads to, unless the link is unknown or has died.

    Enters `tenant()` itself. A hold is nothing yet, and one that ran out nothing any more.
    """
    link = CalendarLink.objects.filter(
        token_hash=_hash(token), expires_at__gt=timezone.now()
    ).first()
    if link is None:
        return None
    with tenant(link.organization_id):
        rows = Appointment.objects.select_related("organization", "listing", "member__user")
        rows = rows.exclude(status__in=(Appointment.Status.HOLD, Appointment.Status.EXPIRED))
        return rows.filter(pk=link.appointment_id).first()


def _token(appointment: Appointment) -> str:
    digest = salted_hmac(SALT, str(appointment.code), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
