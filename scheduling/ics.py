"""An appointment as a calendar file (RFC 5545, RFC 5546) for the customer's own calendar.

Times are written in UTC, which every calendar shows in its own zone, on both sides of a change of
the clocks. The same UID with a higher SEQUENCE replaces what a calendar has.
Source: https://www.rfc-editor.org/rfc/rfc5545 (3.8.7.4), https://www.rfc-editor.org/rfc/rfc5546
"""

import unicodedata
from datetime import UTC, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from scheduling.models import Appointment, AppointmentKind

REMINDS_BEFORE = timedelta(hours=2)
LONGEST_LINE = 200
CONTENT_TYPE = "text/calendar; charset=utf-8"


def calendar_file(appointment: Appointment) -> bytes:
    """Return the file. Tells of nobody but the agency and the member whom the customer meets.

    Needs `organization`, `listing` and `member__user` to be loaded.
    """
    is_cancelled = appointment.status == Appointment.Status.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", "-//KATIKN//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_cancelled else "PUBLISH")
    calendar.add_component(_event(appointment, is_cancelled))
    return calendar.to_ical()


def file_name(appointment: Appointment) -> str:
    local = appointment.starts_at.astimezone(appointment.organization.zone)
    return f"{appointment.kind}-{local:%Y-%m-%d}.ics"


def content_type(appointment: Appointment) -> str:
    is_cancelled = appointment.status == Appointment.Status.CANCELLED
    return f"{CONTENT_TYPE}; method={'CANCEL' if is_cancelled else 'PUBLISH'}"


def _event(appointment: Appointment, is_cancelled: bool) -> Event:
    agency = _line(appointment.organization.name)
    title = _line(appointment.listing.title) if appointment.listing else ""
    event = Event()
    event.add("uid", f"{appointment.code}@katikn")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.changed_at.astimezone(UTC))
    event.add("last-modified", appointment.changed_at.astimezone(UTC))
    event.add("created", appointment.created_at.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    what = f"{appointment.get_kind_display()}: {title}" if title else appointment.get_kind_display()
    event.add("summary", f"{what} ({agency})")
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_cancelled else "OPAQUE")
    event.add("description", _description(appointment, agency, title, is_cancelled))
    if place := _place(appointment):
        event.add("location", place)
    event["organizer"] = _organizer(agency)
    if not is_cancelled:
        event.add_component(_alarm(what))
    return event


def _description(appointment: Appointment, agency: str, title: str, is_cancelled: bool) -> str:
    lines = [_("This appointment is cancelled.")] if is_cancelled else []
    lines.append(
        _("With %(member)s of %(agency)s.")
        % {"member": _line(appointment.member), "agency": agency}
    )
    if title:
        reference = _line(appointment.listing.reference)
        lines.append(f"{title} ({reference})" if reference else title)
    if appointment.organization.phone:
        lines.append(_("Phone: %(number)s") % {"number": _line(appointment.organization.phone)})
    lines.append(_("To move or cancel it, write to us on WhatsApp."))
    return "\n".join(lines)


def _place(appointment: Appointment) -> str:
    if appointment.kind == AppointmentKind.Kind.VIEWING and appointment.listing:
        return _line(appointment.listing.address)
    return ""


def _organizer(agency: str) -> vCalAddress:
    # Calendars want an address; nobody answers there, so the agency's name is what counts.
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1] or "no-reply@localhost"
    organizer = vCalAddress(f"mailto:{sender}")
    organizer.params["CN"] = vText(agency.replace('"', "'"))
    return organizer


def _alarm(what: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", what)
    alarm.add("trigger", -REMINDS_BEFORE)
    return alarm


def _line(value: object) -> str:
    """One line without control characters: what stands in a name must not become a property."""
    text = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter
        for letter in str(value)
    )
    return " ".join(text.split())[:LONGEST_LINE]
