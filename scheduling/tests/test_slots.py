from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tests.factories import ListingFactory
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory
from scheduling.models import AppointmentKind
from scheduling.slots import cut, free_slots, subtract
from scheduling.tests.factories import (
    AppointmentKindFactory,
    DayOffFactory,
    WeeklyHoursFactory,
    make_appointment,
    working_member,
)

LONDON = ZoneInfo("Europe/London")
# A Monday morning in winter, when London is at UTC.
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
MONDAY = (NOW, NOW + timedelta(hours=16))


def at(hour, minute=0, day=5):
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def starts(organization, kind="viewing", **options):
    with tenant(organization):
        slots = free_slots(organization, kind, now=NOW, **options)
    return [f"{slot.starts_at:%d %H:%M}" for slot in slots]


@pytest.fixture
def organization(db):
    organization = OrganizationFactory(timezone="Europe/London")
    AppointmentKindFactory(organization=organization)
    return organization


def test_times_lie_on_the_half_hour_inside_the_hours(organization):
    member = MemberFactory(organization=organization)
    WeeklyHoursFactory(member=member, starts=time(9, 10), ends=time(11, 30))

    assert starts(organization, windows=[MONDAY]) == ["05 09:30", "05 10:00", "05 10:30"]


def test_a_slot_carries_its_end_and_the_end_of_its_buffer(db):
    organization = OrganizationFactory(timezone="Europe/London")
    AppointmentKindFactory(organization=organization, minutes=45, buffer_minutes=15)
    member = working_member(organization)

    with tenant(organization):
        (slot,) = free_slots(organization, AppointmentKind.Kind.VIEWING, limit=1, now=NOW)

    assert (slot.member, slot.starts_at, slot.ends_at, slot.occupied_until) == (
        member,
        at(9),
        at(9, 45),
        at(10),
    )


def test_what_is_booked_or_held_is_not_offered_and_what_touches_it_is(organization):
    member = working_member(organization)
    make_appointment(member, at(10), at(11))
    make_appointment(
        member, at(12), at(13), status="hold", hold_expires_at=NOW + timedelta(days=9999)
    )
    make_appointment(
        member, at(14), at(15), status="hold", hold_expires_at=NOW - timedelta(minutes=1)
    )
    make_appointment(member, at(15), at(16), status="cancelled")

    assert starts(organization, windows=[MONDAY]) == [
        "05 09:00", "05 11:00", "05 13:00", "05 13:30", "05 14:00", "05 14:30", "05 15:00",
        "05 15:30", "05 16:00",
    ]  # fmt: skip


def test_the_buffer_keeps_room_on_both_sides(db):
    organization = OrganizationFactory(timezone="Europe/London")
    AppointmentKindFactory(organization=organization, minutes=60, buffer_minutes=30)
    member = working_member(organization)
    make_appointment(member, at(12), at(13), occupied=(at(12), at(13, 30)))

    offered = starts(organization, windows=[(at(9), at(15))])

    assert offered == [
        "05 09:00", "05 09:30", "05 10:00", "05 10:30", "05 13:30", "05 14:00", "05 14:30",
    ]  # fmt: skip


def test_notice_and_window_bound_what_is_offered(db):
    organization = OrganizationFactory(timezone="Europe/London")
    AppointmentKindFactory(organization=organization, notice_hours=7, window_days=1)
    working_member(organization)

    assert starts(organization, limit=100)[:2] == ["05 15:00", "05 15:30"]
    assert starts(organization, limit=100)[-1] == "06 16:00"


def test_a_window_says_when_an_appointment_may_start(organization):
    working_member(organization)

    assert starts(organization, windows=[(at(11), at(11, 30)), (at(16, day=6), at(23, day=6))]) == [
        "05 11:00",
        "06 16:00",
    ]
    assert starts(organization, windows=[]) == []


def test_days_off_are_left_out(organization):
    member = working_member(organization)
    DayOffFactory(member=member, first=date(2026, 1, 5), last=date(2026, 1, 6))

    assert starts(organization, limit=1) == ["07 09:00"]


def test_the_listings_agent_comes_first_and_others_where_that_agent_is_taken(organization):
    other, agent = working_member(organization), working_member(organization)
    listing = ListingFactory(organization=organization, agent=agent)
    make_appointment(agent, at(9), at(15))

    with tenant(organization):
        slots = free_slots(
            organization, "viewing", listing=listing, windows=[MONDAY], limit=4, now=NOW
        )

    assert [(slot.starts_at, slot.member) for slot in slots] == [
        (at(9), other),
        (at(15), agent),
        (at(15, 30), agent),
        (at(16), agent),
    ]


def test_of_two_free_members_the_less_busy_is_offered(organization):
    busy, idle = working_member(organization), working_member(organization)
    make_appointment(busy, at(9, day=7), at(10, day=7))

    with tenant(organization):
        (slot,) = free_slots(organization, "viewing", limit=1, now=NOW)

    assert slot.member == idle


def test_only_the_asked_and_active_members_are_offered(organization):
    gone = working_member(organization, is_active=False)
    stranger = working_member(OrganizationFactory())
    working_member(organization)

    assert starts(organization, members=[gone, stranger]) == []


def test_another_organizations_calendar_is_never_offered(organization):
    working_member(OrganizationFactory(timezone="Europe/London"))

    assert starts(organization) == []


def test_a_kind_that_is_switched_off_is_not_offered(organization):
    working_member(organization)
    AppointmentKindFactory(organization=organization, kind="call", is_active=False)

    assert starts(organization, "call") == []


def test_a_kind_nobody_has_set_up_has_the_usual_rules(organization):
    working_member(organization)

    assert starts(organization, "valuation", limit=1) == ["05 11:00"]


def test_slots_of_the_days_around_a_clock_change_keep_the_wall_time(db):
    organization = OrganizationFactory(timezone="Asia/Nicosia")
    AppointmentKindFactory(organization=organization, minutes=480)
    working_member(organization)
    before = datetime(2026, 3, 27, 20, tzinfo=UTC)

    with tenant(organization):
        slots = free_slots(organization, "viewing", limit=3, now=before)

    assert [slot.starts_at.isoformat() for slot in slots] == [
        "2026-03-28T07:00:00+00:00",
        "2026-03-29T06:00:00+00:00",
        "2026-03-30T06:00:00+00:00",
    ]


def test_one_and_three_members_cost_the_same_queries(organization, django_assert_num_queries):
    def ask():
        with tenant(organization):
            organization.refresh_from_db()
            with django_assert_num_queries(5):
                free_slots(organization, "viewing", now=NOW)

    working_member(organization)
    ask()
    working_member(organization)
    working_member(organization)
    ask()


def test_cutting_follows_the_local_clock_where_it_is_off_by_a_quarter():
    kathmandu = ZoneInfo("Asia/Kathmandu")

    (start,) = cut([(at(3), at(3, 45))], timedelta(minutes=20), timedelta(minutes=30), kathmandu)

    assert start.astimezone(kathmandu).strftime("%H:%M") == "09:00"


intervals = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(
        lambda it: (at(0) + timedelta(minutes=it[0]), at(0) + timedelta(minutes=it[0] + it[1]))
    ),
    max_size=6,
)


@given(intervals, intervals)
def test_subtracting_leaves_exactly_the_minutes_that_are_not_busy(working, busy):
    def minutes(parts):
        return {
            at(0) + timedelta(minutes=minute)
            for minute in range(90)
            if any(first <= at(0) + timedelta(minutes=minute) < last for first, last in parts)
        }

    left = subtract(working, busy)

    assert minutes(left) == minutes(working) - minutes(busy)
    assert left == sorted(left)
