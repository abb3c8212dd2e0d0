"""Change working hours, days off and the rules of appointment kinds. Inside `tenant()`."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction

from organizations import auditing
from organizations.models import Member
from scheduling.hours import Stretch, day_bounds
from scheduling.models import Appointment, AppointmentKind, DayOff, WeeklyHours


def set_hours(member: Member, stretches: Iterable[Stretch], by: Member) -> None:
    """Replace a member's working week. Appointments already booked stay."""
    organization = member.organization
    rows = [
        WeeklyHours(
            organization=organization,
            member=member,
            weekday=stretch.weekday,
            starts=stretch.starts,
            ends=stretch.ends,
        )
        for stretch in stretches
    ]
    with transaction.atomic():
        organization.weekly_hours.filter(member=member).delete()
        WeeklyHours.objects.bulk_create(rows)
        auditing.record(
            organization,
            "hours.changed",
            user=by.user,
            subject=member,
            member=str(member),
            hours=[f"{row.weekday} {row.starts:%H:%M}-{row.ends:%H:%M}" for row in rows],
        )


def add_day_off(day_off: DayOff, by: Member) -> list[Appointment]:
    """Store days off and return the appointments that already lie on them: they stay booked."""
    organization, member = day_off.organization, day_off.member
    with transaction.atomic():
        day_off.save()
        _record_day_off("day_off.added", day_off, by)
    start = day_bounds(day_off.first, organization.zone)[0]
    end = day_bounds(day_off.last, organization.zone)[1]
    return list(
        organization.appointments.upcoming()
        .filter(member=member, occupied__overlap=(start, end))
        .order_by("starts_at")
    )


def remove_day_off(day_off: DayOff, by: Member) -> None:
    with transaction.atomic():
        _record_day_off("day_off.removed", day_off, by)
        day_off.delete()


def save_kinds(kinds: Sequence[AppointmentKind], by: Member) -> None:
    """Store the rules of appointment kinds."""
    with transaction.atomic():
        for kind in kinds:
            kind.save()
            auditing.record(
                kind.organization,
                "appointment_kind.changed",
                user=by.user,
                subject=kind,
                kind=kind.kind,
                minutes=kind.minutes,
                buffer_minutes=kind.buffer_minutes,
                notice_hours=kind.notice_hours,
                window_days=kind.window_days,
                is_active=kind.is_active,
            )


def _record_day_off(action: str, day_off: DayOff, by: Member) -> None:
    days: dict[str, date] = {"first": day_off.first, "last": day_off.last}
    auditing.record(
        day_off.organization,
        action,
        user=by.user,
        subject=day_off,
        member=str(day_off.member),
        **{name: day.isoformat() for name, day in days.items()},
    )
