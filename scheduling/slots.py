"""Which times can be offered. The arithmetic at the bottom knows no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from django.utils import timezone

from knowledge.models import Listing
from organizations.models import Member, Organization
from scheduling.hours import (
    DaysOff,
    Interval,
    Stretch,
    clip,
    day_bounds,
    merge,
    working_intervals,
)
from scheduling.models import Appointment, AppointmentKind

STEP = timedelta(minutes=30)


@dataclass(frozen=True)
class Slot:
    """A time that a member is free: aware, in UTC. `occupied_until` is the end of the buffer."""

    member: Member
    starts_at: datetime
    ends_at: datetime
    occupied_until: datetime


def free_slots(
    organization: Organization,
    kind: AppointmentKind.Kind | str,
    *,
    windows: Sequence[Interval] | None = None,
    members: Sequence[Member] | None = None,
    listing: Listing | None = None,
    limit: int = 20,
    now: datetime | None = None,
    moving: Appointment | None = None,
) -> list[Slot]:
    """Return free times in order, at most one for each start, every half hour on the half hour.

    `windows` are aware intervals in which an appointment has to *start* (end excluded). `members`
    limits who may come. The listing's own agent comes first: others fill in only what that
    agent leaves of `limit`; among others the less busy comes first. An appointment that is
    `moving` takes no time from itself, and its own member comes first of all. No slots for a kind
    that is not offered. Runs inside `tenant()`; never writes.
    """
    rules = kind_rules(organization, kind)
    span = bookable_span(rules, organization.zone, now or timezone.now())
    if not rules.is_active or span[0] >= span[1]:
        return []
    people = _people(organization, members)
    same = [person for person in people if moving and person.pk == moving.member_id]
    own = [person for person in people if listing and person.pk == listing.agent_id]
    others = [person for person in people if person not in own]
    chosen: dict[datetime, Slot] = {}
    for group in (same, own, others):
        slots = _slots_of(organization, group, rules, span, windows, moving)
        for slot in slots:
            if len(chosen) < limit:
                chosen.setdefault(slot.starts_at, slot)
    return sorted(chosen.values(), key=attrgetter("starts_at"))


def kind_rules(organization: Organization, kind: AppointmentKind.Kind | str) -> AppointmentKind:
    """Return the organization's rules for a kind; the usual ones, unsaved, if it set none."""
    stored = organization.appointment_kinds.filter(kind=kind).first()
    return stored or AppointmentKind(organization=organization, kind=kind)


def bookable_span(rules: AppointmentKind, zone: ZoneInfo, now: datetime) -> Interval:
    """Return from when to when an appointment may start: after the notice, within the window."""
    last_day = now.astimezone(zone).date() + timedelta(days=rules.window_days)
    return now + timedelta(hours=rules.notice_hours), day_bounds(last_day, zone)[1]


def hours_of(
    members: Iterable[Member], start: datetime, end: datetime
) -> dict[int, list[Interval]]:
    """Return when each member works between two times, by the member's id."""
    members = list(members)
    if not members:
        return {}
    organization = members[0].organization
    stretches: dict[int, list[Stretch]] = {member.pk: [] for member in members}
    for row in organization.weekly_hours.filter(member__in=members):
        stretches[row.member_id].append(Stretch(row.weekday, row.starts, row.ends))
    off: dict[int, list[DaysOff]] = {member.pk: [] for member in members}
    for row in organization.days_off.filter(member__in=members):
        off[row.member_id].append(DaysOff(row.first, row.last))
    return {
        pk: working_intervals(stretches[pk], off[pk], organization.zone, start, end) for pk in off
    }


def busy_intervals(
    members: Iterable[Member],
    start: datetime,
    end: datetime,
    *,
    except_for: Iterable[Appointment] = (),
) -> dict[int, list[Interval]]:
    """Return when each member is taken between two times, by the member's id.

    Reads our own appointments and holds, each with its buffer. This is the place where outside
    calendars join: slots subtract what it returns and a booking asks it again before it commits.
    It must answer from stored rows, as it runs inside a transaction, and raise where it cannot
    know.
    """
    members = list(members)
    busy: dict[int, list[Interval]] = {member.pk: [] for member in members}
    if not members:
        return busy
    appointments = (
        members[0]
        .organization.appointments.standing()
        .filter(member__in=members, occupied__overlap=(start, end))
    )
    appointments = appointments.exclude(pk__in=[row.pk for row in except_for if row.pk])
    for member_id, occupied in appointments.values_list("member_id", "occupied"):
        busy[member_id].append((occupied.lower, occupied.upper))
    return busy


def subtract(intervals: Iterable[Interval], busy: Iterable[Interval]) -> list[Interval]:
    """Return what is left of the intervals when the busy ones are taken out; half open."""
    left = merge(intervals)
    for taken_from, taken_to in merge(busy):
        left = [
            piece
            for start, end in left
            for piece in ((start, min(end, taken_from)), (max(start, taken_to), end))
            if piece[0] < piece[1]
        ]
    return left


def cut(
    intervals: Iterable[Interval], length: timedelta, step: timedelta, zone: ZoneInfo
) -> list[datetime]:
    """Return the starts, on whole steps of the local clock, at which `length` fits inside."""
    starts = []
    for start, end in intervals:
        moment = _on_step(start, step, zone)
        while moment + length <= end:
            starts.append(moment)
            moment = _on_step(moment + step, step, zone)
    return starts


def _people(organization: Organization, members: Sequence[Member] | None) -> list[Member]:
    people = organization.members.active().select_related("user", "organization")
    if members is not None:
        people = people.filter(pk__in=[member.pk for member in members])
    return list(people.order_by("pk"))


def _slots_of(
    organization: Organization,
    people: Sequence[Member],
    rules: AppointmentKind,
    span: Interval,
    windows: Sequence[Interval] | None,
    moving: Appointment | None,
) -> list[Slot]:
    """The free times of these people in order; at the same time the less busy one first."""
    length, buffer = timedelta(minutes=rules.minutes), timedelta(minutes=rules.buffer_minutes)
    until = span[1] + length + buffer
    working = hours_of(people, span[0], until)
    busy = busy_intervals(people, span[0], until, except_for=[moving] if moving else ())
    allowed = merge(clip(windows, *span)) if windows is not None else [span]
    slots = [
        Slot(person, start, start + length, start + length + buffer)
        for person in people
        for start in cut(
            subtract(working[person.pk], _with_room_before(busy[person.pk], buffer)),
            length,
            STEP,
            organization.zone,
        )
        if any(first <= start < last for first, last in allowed)
    ]
    load: Mapping[int, int] = {pk: len(taken) for pk, taken in busy.items()}
    return sorted(slots, key=lambda slot: (slot.starts_at, load[slot.member.pk], slot.member.pk))


def _with_room_before(busy: Iterable[Interval], buffer: timedelta) -> list[Interval]:
    # Our own buffer has to end before the next appointment begins; it may run past the hours.
    return [(start - buffer, end) for start, end in busy]


def _on_step(moment: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    """The first moment, not before this one, at which the local clock shows a whole step."""
    local = moment.astimezone(zone)
    past = timedelta(
        hours=local.hour,
        minutes=local.minute,
        seconds=local.second,
        microseconds=local.microsecond,
    )
    return moment + (-past % step)
