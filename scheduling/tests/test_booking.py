import threading
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from inbox.models import Message, Signal
from knowledge.tests.factories import ListingFactory
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory
from scheduling import booking
from scheduling.booking import (
    AppointmentOver,
    ListingGone,
    NotOverYet,
    OfferExpired,
    SlotTaken,
    book,
    book_by_hand,
    cancel,
    hold,
    move,
    offer_slots,
    open_offers,
    set_outcome,
)
from scheduling.models import Appointment, Offer
from scheduling.slots import Slot, free_slots
from scheduling.tests.factories import (
    AppointmentKindFactory,
    make_appointment,
    make_conversation,
    working_member,
)

# A Monday morning in winter, when London is at UTC.
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def at(hour, minute=0, day=5):
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """The time the code sees; `clock.now = …` sets it."""

    class Clock:
        now = NOW

    monkeypatch.setattr("django.utils.timezone.now", lambda: Clock.now)
    monkeypatch.setattr("scheduling.models.now", lambda: Clock.now)
    return Clock


@pytest.fixture
def agency(db, clock):
    return make_agency()


def make_agency():
    organization = OrganizationFactory(timezone="Europe/London")
    AppointmentKindFactory(organization=organization)
    organization.agent = working_member(organization)
    return organization


def offers(organization, *hours, conversation=None, listing=None, member=None):
    conversation = conversation or make_conversation(organization)
    member = member or organization.agent
    slots = [Slot(member, at(h), at(h + 1), at(h + 1)) for h in hours]
    with tenant(organization):
        return offer_slots(conversation, "viewing", slots, listing)


def in_tenant(organization, verb, *args, **kwargs):
    with tenant(organization):
        return verb(*args, **kwargs)


def states(organization):
    with tenant(organization):
        return list(organization.appointments.order_by("pk").values_list("status", flat=True))


def test_offers_reserve_nothing_and_are_numbered_as_proposed(agency):
    first, second = offers(agency, 10, 12)

    assert [first.position, second.position] == [1, 2]
    assert first.expires_at == at(10)
    assert states(agency) == []
    with tenant(agency):
        assert len(free_slots(agency, "viewing", windows=[(at(10), at(11))])) == 2
        assert open_offers(first.conversation) == [first, second]


def test_new_offers_withdraw_earlier_ones_of_the_conversation_only(agency):
    conversation = make_conversation(agency)
    (old,) = offers(agency, 10, conversation=conversation)
    (others,) = offers(agency, 10)
    (new,) = offers(agency, 11, conversation=conversation)

    with tenant(agency):
        assert open_offers(conversation) == [new]
        assert open_offers(others.conversation) == [others]
        with pytest.raises(OfferExpired):
            book(old)


def test_booking_an_offer_makes_an_appointment_and_tells_everybody(agency):
    listing = ListingFactory(organization=agency, title="Kanari 5")
    (offer, other) = offers(agency, 10, 12, listing=listing)

    appointment = in_tenant(agency, book, offer)

    with tenant(agency):
        appointment.refresh_from_db()
        offer.refresh_from_db()
        other.refresh_from_db()
        summary = offer.conversation.summary
        event = Message.objects.get(direction="event")
        signal = Signal.objects.filter(kind="appointment").get()
        member = appointment.member
    assert member == agency.agent
    assert (appointment.status, appointment.starts_at, appointment.ends_at) == (
        "booked", at(10), at(11),
    )  # fmt: skip
    assert (appointment.listing_id, appointment.timezone) == (listing.pk, "Europe/London")
    assert (offer.state, other.state) == ("chosen", "withdrawn")
    assert (summary.next_appointment_at, summary.next_appointment_kind) == (at(10), "viewing")
    assert event.payload["event"] == "booked"
    assert event.payload["what"] == f"Viewing of Kanari 5, Mon 5 Jan, 10:00, with {agency.agent}"
    assert signal.object_code == appointment.code


def test_booking_the_same_offer_again_returns_the_same_appointment(agency, clock):
    (offer,) = offers(agency, 10)

    first = in_tenant(agency, book, offer)
    clock.now = NOW + timedelta(days=3)
    second = in_tenant(agency, book, offer)

    assert first == second
    assert states(agency) == ["booked"]


def test_an_offer_runs_out(agency, clock):
    (offer,) = offers(agency, 10)
    clock.now = at(10)

    with pytest.raises(OfferExpired):
        in_tenant(agency, book, offer)


def test_an_offer_of_another_conversation_is_refused(agency):
    (offer,) = offers(agency, 10)
    stranger = make_conversation(agency)

    for verb in (book, hold):
        with pytest.raises(OfferExpired):
            in_tenant(agency, verb, offer, conversation=stranger)
    assert states(agency) == []


def test_an_offer_of_another_organization_is_refused(agency):
    other = make_agency()
    (offer,) = offers(other, 10)

    for verb in (book, hold):
        with pytest.raises((OfferExpired, booking.Conversation.DoesNotExist)):
            in_tenant(agency, verb, offer)
    assert states(agency) == states(other) == []


def test_a_forged_offer_that_was_never_stored_is_refused(agency):
    conversation = make_conversation(agency)
    forged = Offer(
        pk=987654, organization=agency, code=uuid4(), conversation=conversation, kind="viewing",
        member=agency.agent, starts_at=at(10), ends_at=at(11), expires_at=at(10),
    )  # fmt: skip

    with pytest.raises(OfferExpired):
        in_tenant(agency, book, forged)


def test_changed_times_on_the_way_to_book_do_not_count(agency):
    (offer,) = offers(agency, 10)
    offer.starts_at, offer.ends_at = at(3), at(4)

    assert in_tenant(agency, book, offer).starts_at == at(10)


def test_an_overlap_is_refused_and_a_touching_time_is_not(agency):
    (first,) = offers(agency, 10)
    (touching,) = offers(agency, 11)
    conversation = make_conversation(agency)
    half_past = Slot(agency.agent, at(10, 30), at(11, 30), at(11, 30))
    (overlapping,) = in_tenant(agency, offer_slots, conversation, "viewing", [half_past])

    in_tenant(agency, book, first)
    in_tenant(agency, book, touching)
    with pytest.raises(SlotTaken):
        in_tenant(agency, book, overlapping)

    assert states(agency) == ["booked", "booked"]
    with tenant(agency):
        overlapping.refresh_from_db()
    assert overlapping.state == "open"


def test_the_constraint_decides_when_the_check_before_it_saw_nothing(agency, monkeypatch):
    (first,) = offers(agency, 10)
    (second,) = offers(agency, 10)
    monkeypatch.setattr(
        booking, "busy_intervals", lambda members, *_times, **_kw: {m.pk: [] for m in members}
    )

    in_tenant(agency, book, first)
    with pytest.raises(SlotTaken):
        in_tenant(agency, book, second)


def test_a_calendar_that_cannot_be_read_books_nothing(agency, monkeypatch):
    (offer,) = offers(agency, 10)

    def broken(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(booking, "busy_intervals", broken)
    with pytest.raises(ConnectionError):
        in_tenant(agency, book, offer)

    assert states(agency) == []


def test_the_buffer_belongs_to_the_occupied_time(agency):
    with tenant(agency):
        agency.appointment_kinds.update(buffer_minutes=30)
    (first,) = offers(agency, 10)
    (right_after,) = offers(agency, 11)

    appointment = in_tenant(agency, book, first)

    assert appointment.occupied == (at(10), at(11, 30))
    with pytest.raises(SlotTaken):
        in_tenant(agency, book, right_after)


def test_a_hold_keeps_others_out_until_it_runs_out(agency, clock):
    (mine,) = offers(agency, 10)
    (theirs,) = offers(agency, 10)

    held = in_tenant(agency, hold, mine)
    with pytest.raises(SlotTaken):
        in_tenant(agency, book, theirs)
    assert held.hold_expires_at == NOW + timedelta(minutes=10)

    clock.now = NOW + timedelta(minutes=10)
    appointment = in_tenant(agency, book, theirs)

    assert states(agency) == ["expired", "booked"]
    assert appointment.conversation == theirs.conversation
    with pytest.raises(SlotTaken):
        in_tenant(agency, book, mine)


def test_a_hold_becomes_the_booking_of_its_offer(agency):
    (offer,) = offers(agency, 10)

    held = in_tenant(agency, hold, offer)
    again = in_tenant(agency, hold, offer)
    booked = in_tenant(agency, book, offer)

    assert held == again == booked
    assert states(agency) == ["booked"]
    with tenant(agency):
        assert Appointment.objects.get().hold_expires_at is None


def test_a_live_hold_may_be_booked_although_the_notice_has_passed(agency, clock):
    with tenant(agency):
        agency.appointment_kinds.update(notice_hours=1)
    (offer,) = offers(agency, 10)
    clock.now = at(8, 59)
    in_tenant(agency, hold, offer)
    clock.now = at(9, 5)

    assert in_tenant(agency, book, offer).status == "booked"


def test_choosing_another_time_gives_up_the_first_hold(agency):
    first, second = offers(agency, 10, 12)

    in_tenant(agency, hold, first)
    in_tenant(agency, hold, second)

    assert states(agency) == ["expired", "hold"]


@pytest.mark.parametrize(
    "change",
    [
        lambda agency: agency.weekly_hours.filter(weekday=0).delete(),
        lambda agency: agency.days_off.create(
            member=agency.agent, first=date(2026, 1, 5), last=date(2026, 1, 5)
        ),
        lambda agency: agency.appointment_kinds.update(notice_hours=5),
        lambda agency: agency.appointment_kinds.update(is_active=False),
        lambda agency: agency.members.filter(pk=agency.agent.pk).update(is_active=False),
    ],
    ids=["hours", "day off", "notice", "kind", "member left"],
)
def test_what_changed_since_the_offer_is_seen_when_booking(agency, change):
    (offer,) = offers(agency, 10)
    in_tenant(agency, change, agency)

    with pytest.raises(SlotTaken):
        in_tenant(agency, book, offer)
    assert states(agency) == []


def test_a_home_sold_since_the_offer_is_not_viewed(agency):
    listing = ListingFactory(organization=agency)
    (offer,) = offers(agency, 10, listing=listing)
    with tenant(agency):
        agency.listings.update(status="sold")

    with pytest.raises(ListingGone):
        in_tenant(agency, book, offer)


def test_moving_keeps_the_appointment_and_frees_its_old_time(agency):
    conversation = make_conversation(agency)
    (offer,) = offers(agency, 10, conversation=conversation)
    appointment = in_tenant(agency, book, offer)
    half_past = Slot(agency.agent, at(10, 30), at(11, 30), at(11, 30))
    (later,) = in_tenant(agency, offer_slots, conversation, "viewing", [half_past])

    moved = in_tenant(agency, move, appointment, later)
    again = in_tenant(agency, move, appointment, later)

    assert moved == again == appointment
    assert (moved.code, moved.starts_at) == (appointment.code, at(10, 30))
    with tenant(agency):
        assert conversation.summary.next_appointment_at == at(10, 30)
        assert [m.payload["event"] for m in Message.objects.in_order()] == ["booked", "moved"]
    (freed,) = offers(agency, 9)
    assert in_tenant(agency, book, freed).starts_at == at(9)


def test_a_held_time_can_be_moved_to_and_its_hold_is_given_up(agency, clock):
    conversation = make_conversation(agency)
    (offer,) = offers(agency, 10, conversation=conversation)
    appointment = in_tenant(agency, book, offer)
    (later,) = offers(agency, 12, conversation=conversation)
    in_tenant(agency, hold, later)
    with tenant(agency):
        agency.appointment_kinds.update(notice_hours=48)

    moved = in_tenant(agency, move, appointment, later)

    assert (moved, moved.starts_at) == (appointment, at(12))
    assert states(agency) == ["booked", "expired"]


def test_a_move_that_is_refused_leaves_the_old_time(agency):
    conversation = make_conversation(agency)
    (offer,) = offers(agency, 10, conversation=conversation)
    appointment = in_tenant(agency, book, offer)
    make_appointment(agency.agent, at(14), at(15))
    (taken,) = offers(agency, 14, conversation=conversation)

    with pytest.raises(SlotTaken):
        in_tenant(agency, move, appointment, taken)

    with tenant(agency):
        appointment.refresh_from_db()
    assert (appointment.status, appointment.starts_at) == ("booked", at(10))


def test_an_appointment_moves_only_to_offers_of_its_own_conversation(agency):
    (offer,) = offers(agency, 10)
    appointment = in_tenant(agency, book, offer)
    (foreign,) = offers(agency, 12)

    with pytest.raises(OfferExpired):
        in_tenant(agency, move, appointment, foreign)


def test_cancelling_frees_the_time_and_is_told(agency):
    (offer,) = offers(agency, 10)
    appointment = in_tenant(agency, book, offer)

    in_tenant(agency, cancel, appointment, "Changed her mind", by=agency.owner)
    in_tenant(agency, cancel, appointment, "Twice")

    with tenant(agency):
        appointment.refresh_from_db()
        assert (appointment.status, appointment.cancelled_reason) == (
            "cancelled", "Changed her mind",
        )  # fmt: skip
        assert appointment.conversation.summary.next_appointment_at is None
        assert [m.payload["event"] for m in Message.objects.in_order()] == ["booked", "cancelled"]
        entry = agency.audit_entries.get(action="appointment.cancelled")
    assert entry.user == agency.owner.user
    with pytest.raises(OfferExpired):
        in_tenant(agency, book, offer)
    (again,) = offers(agency, 10)
    assert in_tenant(agency, book, again).status == "booked"


def test_what_has_ended_is_neither_cancelled_nor_moved(agency, clock):
    (offer,) = offers(agency, 10)
    appointment = in_tenant(agency, book, offer)
    clock.now = at(11)

    with pytest.raises(AppointmentOver):
        in_tenant(agency, cancel, appointment, "")
    (later,) = offers(agency, 12, conversation=offer.conversation)
    with pytest.raises(AppointmentOver):
        in_tenant(agency, move, appointment, later)


def test_an_outcome_is_told_only_after_the_end(agency, clock):
    (offer,) = offers(agency, 10)
    appointment = in_tenant(agency, book, offer)

    clock.now = at(10, 59)
    with pytest.raises(NotOverYet):
        in_tenant(agency, set_outcome, appointment, "no_show", by=agency.owner)
    clock.now = at(11)
    assert (
        in_tenant(agency, set_outcome, appointment, "no_show", by=agency.owner).status == "no_show"
    )
    assert in_tenant(agency, set_outcome, appointment, "done", by=agency.owner).status == "done"
    with pytest.raises(ValueError):
        in_tenant(agency, set_outcome, appointment, "booked", by=agency.owner)


def test_a_member_may_book_outside_the_hours_but_never_over_another_appointment(agency):
    conversation = make_conversation(agency)
    make_appointment(agency.agent, at(18), at(19))
    args = (conversation, "viewing", agency.agent)

    booked = in_tenant(agency, book_by_hand, *args, at(19), by=agency.owner)
    assert (booked.created_by_kind, booked.created_by) == ("member", agency.owner)

    with pytest.raises(SlotTaken):
        in_tenant(agency, book_by_hand, *args, at(18, 30), by=agency.owner)
    with pytest.raises(SlotTaken):
        in_tenant(agency, book_by_hand, *args, at(7), by=agency.owner)


def test_two_organizations_do_not_see_each_others_appointments(agency):
    other = make_agency()
    for organization in (agency, other):
        (offer,) = offers(organization, 10)
        in_tenant(organization, book, offer)

    assert states(agency) == states(other) == ["booked"]


def test_a_refused_booking_leaves_the_surrounding_transaction_usable(agency):
    make_appointment(agency.agent, at(10), at(11))
    (offer,) = offers(agency, 10)

    with tenant(agency):
        with pytest.raises(SlotTaken):
            book(offer)
        assert agency.appointments.count() == 1


def test_of_twenty_threads_that_book_overlapping_times_exactly_one_wins(transactional_db, clock):
    organization = make_agency()
    starts = [at(10) + timedelta(minutes=minute) for minute in range(0, 60, 3)]
    made = []
    for start in starts:
        slot = Slot(
            organization.agent, start, start + timedelta(hours=1), start + timedelta(hours=1)
        )
        conversation = make_conversation(organization)
        made += in_tenant(organization, offer_slots, conversation, "viewing", [slot])

    outcomes = in_threads(lambda offer: in_tenant(organization, book, offer), made)

    assert sorted(outcomes) == ["SlotTaken"] * 19 + ["booked"]
    assert states(organization) == ["booked"]


def test_of_twenty_threads_without_the_lock_the_constraint_alone_lets_one_through(
    transactional_db, clock, monkeypatch
):
    organization = make_agency()
    made = [offers(organization, 10)[0] for _ in range(20)]

    def insert(offer):
        with tenant(organization), transaction.atomic():
            make_appointment(organization.agent, at(10), at(11))

    outcomes = in_threads(insert, made)

    assert outcomes.count("booked") == 1
    assert states(organization) == ["booked"]


def test_twenty_threads_booking_one_offer_get_one_appointment(transactional_db, clock):
    organization = make_agency()
    (offer,) = offers(organization, 10)

    outcomes = in_threads(lambda it: in_tenant(organization, book, it), [offer] * 20)

    assert outcomes == ["booked"] * 20
    assert states(organization) == ["booked"]


def in_threads(work, items):
    """Run the work on every item at once; return "booked" or the name of the error for each."""
    outcomes = [""] * len(items)
    together = threading.Barrier(len(items))

    def run(place, item):
        try:
            together.wait()
            work(item)
            outcomes[place] = "booked"
        except Exception as error:
            outcomes[place] = type(error).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(items)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_an_appointment_moves_by_less_than_its_own_length_through_a_hold(agency):
    conversation = make_conversation(agency)
    (offer,) = offers(agency, 10, conversation=conversation)
    appointment = in_tenant(agency, book, offer)
    half_past = Slot(agency.agent, at(10, 30), at(11, 30), at(11, 30))
    (later,) = in_tenant(agency, offer_slots, conversation, "viewing", [half_past])

    held = in_tenant(agency, hold, later, moving=appointment)
    moved = in_tenant(agency, move, appointment, later)

    assert held.occupied == (at(11), at(11, 30))
    assert (moved.starts_at, moved.occupied[0]) == (at(10, 30), at(10, 30))
    assert states(agency) == ["booked", "expired"]


def test_a_hold_for_a_move_keeps_others_off_the_new_part(agency):
    conversation = make_conversation(agency)
    (offer,) = offers(agency, 10, conversation=conversation)
    appointment = in_tenant(agency, book, offer)
    half_past = Slot(agency.agent, at(10, 30), at(11, 30), at(11, 30))
    (later,) = in_tenant(agency, offer_slots, conversation, "viewing", [half_past])
    in_tenant(agency, hold, later, moving=appointment)
    (other,) = offers(agency, 11)

    with pytest.raises(SlotTaken):
        in_tenant(agency, book, other)


def test_a_hold_for_a_move_does_not_overlap_anybody_else(agency):
    conversation = make_conversation(agency)
    (offer,) = offers(agency, 10, conversation=conversation)
    appointment = in_tenant(agency, book, offer)
    make_appointment(agency.agent, at(11), at(12))
    half_past = Slot(agency.agent, at(10, 30), at(11, 30), at(11, 30))
    (later,) = in_tenant(agency, offer_slots, conversation, "viewing", [half_past])

    with pytest.raises(SlotTaken):
        in_tenant(agency, hold, later, moving=appointment)


def test_the_appointment_of_somebody_else_gives_no_room_to_a_hold(agency):
    (theirs,) = offers(agency, 10)
    stranger = in_tenant(agency, book, theirs)
    half_past = Slot(agency.agent, at(10, 30), at(11, 30), at(11, 30))
    (later,) = in_tenant(agency, offer_slots, make_conversation(agency), "viewing", [half_past])

    with pytest.raises(SlotTaken):
        in_tenant(agency, hold, later, moving=stranger)
