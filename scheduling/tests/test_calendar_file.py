"""The customer's calendar file and the link that leads to it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from inbox.models import Contact
from knowledge.models import Listing
from knowledge.tests.factories import ListingFactory
from organizations.scrubbing import scrub
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory
from scheduling import booking, links
from scheduling.models import Appointment, CalendarLink
from scheduling.slots import Slot
from scheduling.tests.factories import AppointmentKindFactory, make_conversation, working_member
from scheduling.views import FILES_PER_PERIOD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limit_from_before(db):
    cache.clear()


@pytest.fixture
def agency():
    organization = OrganizationFactory(
        name="Litharia Estates", timezone="Europe/Athens", phone="+35722123456"
    )
    organization.agent = working_member(organization, user__name="Anna Riga")
    AppointmentKindFactory(organization=organization)
    return organization


def book(agency, starts_at=datetime(2099, 12, 5, 9, tzinfo=UTC), **listing) -> Appointment:
    conversation = make_conversation(agency, name="Eleni Secret")
    home = ListingFactory(
        organization=agency,
        **{"title": "Skoufa 28", "address": "Skoufa 28, Athens"} | listing,
    )
    with tenant(agency):
        return booking.book_by_hand(
            conversation, "viewing", agency.agent, starts_at, by=agency.agent, listing=home
        )


def move(appointment, starts_at) -> Appointment:
    with tenant(appointment.organization_id):
        end = starts_at + timedelta(hours=1)
        slot = Slot(appointment.member, starts_at, end, end)
        (offer,) = booking.offer_slots(
            appointment.conversation, "viewing", [slot], listing=appointment.listing
        )
        # So far ahead nothing may be booked; here the file matters, not the rule.
        appointment.organization.appointment_kinds.update(window_days=32000)
        return booking.move(appointment, offer)


def path(appointment) -> str:
    address = links.address_of(appointment)
    return "/calendar/" + address.split("/calendar/")[1]


def fetch(appointment):
    return Client().get(path(appointment))


def event(response):
    (found,) = Calendar.from_ical(response.content).walk("VEVENT")
    return found


def test_the_link_gives_the_appointment_to_whoever_holds_it(agency):
    appointment = book(agency, reference="L-1042")

    response = fetch(appointment)

    it = event(response)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert response["Content-Disposition"] == 'inline; filename="viewing-2099-12-05.ics"'
    assert response["Cache-Control"] == "private, no-store"
    assert str(it["UID"]) == f"{appointment.code}@katikn"
    assert str(it["SUMMARY"]) == "Viewing: Skoufa 28 (Litharia Estates)"
    assert str(it["LOCATION"]) == "Skoufa 28, Athens"
    assert str(it["DESCRIPTION"]) == (
        "With Anna Riga of Litharia Estates.\nSkoufa 28 (L-1042)\nPhone: +35722123456\n"
        "To move or cancel it, write to us on WhatsApp."
    )
    assert it["ORGANIZER"].params["CN"] == "Litharia Estates"
    assert (it["SEQUENCE"], str(it["STATUS"])) == (0, "CONFIRMED")
    (alarm,) = it.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(hours=-2)


def test_nothing_of_the_customer_or_of_others_stands_in_it(agency):
    appointment = book(agency)
    book(agency, datetime(2099, 12, 6, 9, tzinfo=UTC), title="Other home")

    text = fetch(appointment).content.decode()

    with tenant(agency):
        names = [name for name in Contact.objects.values_list("name", flat=True) if name in text]
    assert names == []
    assert "Other home" not in text
    assert appointment.member.user.email not in text


@pytest.mark.parametrize(
    ("month", "day", "hour"),
    # The clocks of Athens change on 29 March and 25 October 2099.
    [(3, 28, 9), (3, 29, 8), (10, 24, 8), (10, 25, 9)],
)
def test_eleven_o_clock_is_eleven_on_both_sides_of_a_change_of_the_clocks(agency, month, day, hour):
    local = datetime(2099, month, day, 11, tzinfo=agency.zone)

    it = event(fetch(book(agency, local.astimezone(UTC))))

    assert it["DTSTART"].to_ical().decode() == f"2099{month:02}{day:02}T{hour:02}0000Z"
    assert it["DTSTART"].dt.astimezone(agency.zone).hour == 11


def test_a_move_keeps_link_and_uid_and_raises_the_sequence(agency):
    appointment = book(agency)
    before, first = links.address_of(appointment), event(fetch(appointment))

    moved = move(appointment, datetime(2099, 12, 5, 11, tzinfo=UTC))
    then = event(fetch(moved))

    assert links.address_of(moved) == before
    assert then["UID"] == first["UID"]
    assert then["SEQUENCE"] == 1
    assert then["DTSTART"].dt == datetime(2099, 12, 5, 11, tzinfo=UTC)
    assert then["DTSTAMP"].dt >= first["DTSTAMP"].dt


def test_moving_twice_to_the_same_time_counts_once(agency):
    appointment = book(agency)
    moved = move(appointment, datetime(2099, 12, 5, 11, tzinfo=UTC))

    with tenant(agency):
        again = booking.move(moved, moved.offer)

    assert again.sequence == 1


def test_a_cancelled_appointment_is_taken_out_of_the_calendar(agency):
    appointment = book(agency)
    with tenant(agency):
        booking.cancel(appointment, "ill")
        booking.cancel(appointment, "ill")

    response = fetch(appointment)

    it = event(response)
    assert response["Content-Type"] == "text/calendar; charset=utf-8; method=CANCEL"
    assert str(Calendar.from_ical(response.content)["METHOD"]) == "CANCEL"
    assert (str(it["STATUS"]), it["SEQUENCE"]) == ("CANCELLED", 1)
    assert it.walk("VALARM") == []


HOSTILE = 'Flat; "A", B\\C\r\nATTENDEE:mailto:evil@example.com\nBEGIN:VALARM\u2028X'


def test_hostile_words_stay_words(agency):
    agency.name = 'Agency" ;X-EVIL="1\r\nX-EVIL:2'
    agency.save()
    appointment = book(agency, title=HOSTILE[:80], address=HOSTILE)

    response = fetch(appointment)

    calendar = Calendar.from_ical(response.content)
    (it,) = calendar.walk("VEVENT")
    assert "ATTENDEE" not in it
    assert "X-EVIL" not in it
    assert "X-EVIL" not in it["ORGANIZER"].params
    assert len(it.walk("VALARM")) == 1
    assert str(it["LOCATION"]).startswith('Flat; "A", B\\C ATTENDEE:mailto:evil@example.com')
    assert b"\nATTENDEE" not in response.content
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))


def test_a_wrong_link_a_hold_and_a_dead_link_are_not_found_alike(agency):
    appointment, held = book(agency), book(agency, datetime(2099, 12, 7, 9, tzinfo=UTC))
    with tenant(agency):
        Appointment.objects.filter(pk=held.pk).update(
            status="hold", hold_expires_at=datetime(2099, 1, 1, tzinfo=UTC)
        )
    wrong = Client().get("/calendar/" + "A" * 43 + ".ics")
    unborn = fetch(held)
    CalendarLink.objects.filter(appointment=appointment).update(
        expires_at=datetime(2020, 1, 1, tzinfo=UTC)
    )
    dead = fetch(appointment)

    assert [r.status_code for r in (wrong, unborn, dead)] == [404, 404, 404]
    assert wrong.content == unborn.content == dead.content


def test_the_link_lives_a_month_longer_than_the_appointment_also_after_a_move(agency):
    appointment = book(agency)
    first = CalendarLink.objects.get().expires_at
    moved = move(appointment, datetime(2099, 12, 5, 11, tzinfo=UTC))

    assert first == appointment.starts_at + timedelta(hours=1, days=30)
    assert CalendarLink.objects.get().expires_at == moved.ends_at + timedelta(days=30)


def test_the_token_is_long_and_the_database_knows_only_its_hash(agency):
    one, other = book(agency), book(agency, datetime(2099, 12, 7, 9, tzinfo=UTC))

    token = path(one).removeprefix("/calendar/").removesuffix(".ics")

    assert len(token) == 43
    assert path(one) != path(other)
    assert token not in set(CalendarLink.objects.values_list("token_hash", flat=True))


def test_the_token_is_kept_out_of_the_logs():
    assert scrub("GET https://k.example/calendar/SECRETTOKEN.ics failed") == (
        "GET https://k.example/calendar/… failed"
    )


def test_who_guesses_is_stopped(agency):
    client = Client()
    wrong = "/calendar/" + "B" * 43 + ".ics"

    codes = [client.get(wrong).status_code for _ in range(FILES_PER_PERIOD + 1)]

    assert set(codes[:-1]) == {404}
    assert codes[-1] == 429
    assert Client(REMOTE_ADDR="10.9.8.7").get(path(book(agency))).status_code == 200


def test_only_reading_is_allowed(agency):
    assert Client().post(path(book(agency))).status_code == 405


def test_a_member_downloads_the_same_file(agency):
    appointment = book(agency)
    client = Client()
    client.force_login(MemberFactory(organization=agency).user)
    url = reverse(
        "scheduling:appointment_file", kwargs={"slug": agency.slug, "code": appointment.code}
    )

    response = client.get(url)

    assert response.content == fetch(appointment).content


def test_a_home_that_is_gone_leaves_the_appointment(agency):
    appointment = book(agency)
    with tenant(agency):
        Listing.objects.all().delete()

    it = event(fetch(appointment))

    assert str(it["SUMMARY"]) == "Viewing (Litharia Estates)"
    assert "LOCATION" not in it
