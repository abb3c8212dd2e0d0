"""An appointment as the small card that other pages show."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inbox.models import Conversation
from organizations.models import Organization
from scheduling import booking
from scheduling.models import Appointment

STATES = {"booked": "booked", "hold": "held", "cancelled": "cancelled"}
SOON = timedelta(days=7)


def as_slot(appointment: Appointment, organization: Organization) -> dict[str, Any]:
    """What `_slot.html` takes. Within a week the day has its weekday, later its month."""
    local = appointment.starts_at.astimezone(organization.zone)
    is_near = abs(appointment.starts_at - timezone.now()) < SOON
    state = _("Not confirmed yet") if appointment.status == "hold" else ""
    if appointment.status in ("cancelled", "done", "no_show"):
        state = appointment.get_status_display()
    note = [appointment.get_kind_display(), str(appointment.listing or ""), str(state)]
    return {
        "appointment": appointment,
        "day": local.day,
        "weekday": date_format(local, "D" if is_near else "M"),
        "time": f"{local:%H:%M}",
        "who": str(appointment.member),
        "note": ", ".join(part for part in note if part),
        "state": STATES.get(appointment.status, ""),
    }


def matters_of_conversation(conversation: Conversation) -> list[dict[str, str]]:
    """What is booked and what was offered, for the hand-over card: `{"kind", "text"}`."""
    appointments = conversation.appointments.upcoming().select_related(
        "organization", "listing", "member__user"
    )
    matters = [
        {"kind": "appointment", "text": _("Booked: %(what)s") % {"what": booking.describe(row)}}
        for row in appointments
    ]
    offers = booking.open_offers(conversation)
    if offers:
        zone = conversation.organization.zone
        times = [offer.starts_at.astimezone(zone) for offer in offers]
        spelled = ", ".join(f"{date_format(time, 'D j M')}, {time:%H:%M}" for time in times)
        what = offers[0].get_kind_display() + (
            f" ({offers[0].listing})" if offers[0].listing else ""
        )
        text = _("Offered for %(what)s: %(times)s") % {"what": what, "times": spelled}
        matters.append({"kind": "offer", "text": text})
    return matters
