"""The appointments as a file; times are those of the agency."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.models import Organization
from privacy.exporting import Filters, Kind, during, register, said_period
from privacy.spreadsheets import Column, Value
from scheduling.models import Appointment


def columns() -> list[Column]:
    return [
        Column("starts_at", _("Begins")),
        Column("ends_at", _("Ends")),
        Column("kind", _("Kind"), 12),
        Column("status", _("Status"), 12),
        Column("member", _("Agent")),
        Column("customer", _("Customer"), 24),
        Column("phone", _("WhatsApp number")),
        Column("listing", _("Listing"), 30),
        Column("reference", _("Reference"), 12),
        Column("cancelled_reason", _("Why it was cancelled"), 30),
        Column("created_at", _("Booked at")),
        Column("code", _("Code"), 36),
    ]


def rows(organization: Organization, filters: Filters) -> models.QuerySet:
    booked = organization.appointments.exclude(
        status__in=(Appointment.Status.HOLD, Appointment.Status.EXPIRED)
    )
    return (
        during(booked, "starts_at", organization, filters)
        .select_related("member__user", "listing", "conversation__contact")
        .prefetch_related("conversation__contact__identities")
    )


def line(appointment: Appointment) -> list[Value]:
    contact = appointment.conversation.contact if appointment.conversation else None
    listing = appointment.listing
    return [
        appointment.starts_at,
        appointment.ends_at,
        str(appointment.get_kind_display()),
        str(appointment.get_status_display()),
        appointment.member.user.name,
        contact.display_name if contact else None,
        f"+{contact.phone}" if contact and contact.phone else None,
        listing.title if listing else None,
        listing.reference if listing else None,
        appointment.cancelled_reason,
        appointment.created_at,
        str(appointment.code),
    ]


register(
    Kind(
        "appointments",
        gettext_lazy("Appointments"),
        columns,
        rows,
        line,
        filters=("from", "until"),
        about=said_period,
    )
)
