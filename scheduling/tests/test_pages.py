from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from knowledge.tests.factories import ListingFactory
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory
from scheduling.models import AppointmentKind
from scheduling.tests.factories import (
    DayOffFactory,
    WeeklyHoursFactory,
    make_appointment,
    make_conversation,
    working_member,
)

# A Monday morning in winter, when London is at UTC.
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def at(hour, minute=0, day=5):
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    monkeypatch.setattr("scheduling.models.now", lambda: NOW)


@pytest.fixture
def organization(db):
    return OrganizationFactory(timezone="Europe/London")


@pytest.fixture
def site(client, organization):
    """Pages as a member sees them: `site.sign_in(member)`, `site.get(name)`, `site.post(…)`."""

    class Site:
        def sign_in(self, member):
            client.force_login(member.user)
            return self

        def get(self, name, query="", headers=None, **kwargs):
            return client.get(self.url(name, **kwargs) + query, headers=headers)

        def post(self, name, data=None, query="", **kwargs):
            return client.post(self.url(name, **kwargs) + query, data or {})

        def url(self, name, **kwargs):
            return reverse(f"scheduling:{name}", kwargs={"slug": organization.slug, **kwargs})

    return Site().sign_in(organization.owner)


def booked(organization, *hours, member=None, day=5, **fields):
    member = member or organization.owner
    conversation = make_conversation(organization)
    return [
        make_appointment(
            member, at(h, day=day), at(h + 1, day=day), conversation=conversation, **fields
        )
        for h in hours
    ]


def trail(organization):
    with tenant(organization):
        entries = organization.audit_entries.exclude(action="organization.founded")
        return list(entries.order_by("pk").values_list("action", flat=True))


def hours_of(member):
    with tenant(member.organization):
        return [
            f"{row.weekday} {row.starts:%H:%M}-{row.ends:%H:%M}"
            for row in member.weekly_hours.all()
        ]


def week(*rows, **extra):
    data = {"hours-TOTAL_FORMS": len(rows), "hours-INITIAL_FORMS": 0}
    for number, (weekday, starts, ends) in enumerate(rows):
        data |= {
            f"hours-{number}-weekday": weekday,
            f"hours-{number}-starts": starts,
            f"hours-{number}-ends": ends,
        }
    return data | extra


@pytest.mark.parametrize("name", ["index", "new", "hours", "kinds"])
def test_every_page_shows_itself_when_there_is_nothing_yet(site, name):
    assert site.get(name).status_code == 200


@pytest.mark.parametrize("name", ["index", "hours", "new"])
def test_one_row_and_three_rows_cost_the_same_queries(
    site, organization, name, django_assert_max_num_queries
):
    def add(number):
        booked(organization, 10 + number)
        ListingFactory(organization=organization)
        DayOffFactory(member=organization.owner, first=date(2026, 1, 6 + number))
        WeeklyHoursFactory(member=organization.owner, weekday=number)
        working_member(organization)

    add(0)
    with django_assert_max_num_queries(40) as one:
        site.get(name)
    add(1)
    add(2)
    with django_assert_max_num_queries(len(one)):
        site.get(name)


def test_the_agenda_shows_the_local_day_and_only_what_lies_ahead(site, organization):
    booked(organization, 9, 10)
    booked(organization, 9, day=4)
    booked(organization, 12, status="hold", hold_expires_at=NOW - timedelta(minutes=1))
    booked(organization, 9, day=6, member=working_member(organization))

    days = site.get("index").context["days"]

    assert [(day.isoformat(), len(rows)) for day, rows in days] == [
        ("2026-01-05", 2),
        ("2026-01-06", 1),
    ]
    assert [len(rows) for _day, rows in site.get("index", "?who=mine").context["days"]] == [2]
    past = site.get("index", "?when=past").context["days"]
    assert [(day.isoformat(), len(rows)) for day, rows in past] == [("2026-01-04", 1)]


def test_a_signal_refreshes_the_agenda_alone(site, organization):
    booked(organization, 10)

    response = site.get("index", "?who=mine", headers={"HX-Request": "true"})

    text = response.content.decode()
    assert "<html" not in text
    assert 'hx-trigger="katikn:appointment from:body' in text
    assert "who=mine" in text


def test_another_organizations_appointments_are_not_in_the_agenda(site):
    booked(OrganizationFactory(), 10)

    assert site.get("index").context["days"] == []


def test_cancelling_asks_for_a_reason_first(site, organization):
    (appointment,) = booked(organization, 10)
    code = appointment.code

    assert "Viewing, Mon 5 Jan, 10:00" in site.get("appointment_cancel", code=code).content.decode()
    refused = site.post("appointment_cancel", {"reason": " "}, code=code)
    assert refused.status_code == 422
    with tenant(organization):
        appointment.refresh_from_db()
        assert appointment.status == "booked"

    site.post("appointment_cancel", {"reason": "Owner is ill"}, code=code)

    with tenant(organization):
        appointment.refresh_from_db()
    assert (appointment.status, appointment.cancelled_reason) == ("cancelled", "Owner is ill")
    assert trail(organization) == ["appointment.cancelled"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("", "We are sorry: your viewing has to be cancelled (Monday 5 January, 10:00)."),
        ("el", "Λυπούμαστε, πρέπει να ακυρώσουμε το ραντεβού σας για επίσκεψη: Δευτέρα 5"),
        ("es", "Lo sentimos, tenemos que cancelar su cita para una visita: lunes 5 de enero, 10"),
        ("de", "Es tut uns leid, wir müssen Ihren Termin für eine Besichtigung absagen: Montag"),
    ],
)
def test_the_customer_is_told_of_a_cancellation_in_their_language(
    site, organization, language, said
):
    conversation = customer_who_wrote(organization, 1)
    (appointment,) = booked(organization, 10)
    with tenant(organization):
        type(conversation.contact).objects.update(language=language)
        type(appointment).objects.update(conversation=conversation, listing=None)

    reason = {"reason": "Owner is ill", "tell_customer": "on"}
    site.post("appointment_cancel", reason, code=appointment.code)

    with tenant(organization):
        message = conversation.messages.get(direction="out")
        assert message.body.startswith(said)
        assert "Owner" not in message.body


def test_nobody_is_told_who_is_not_to_be(site, organization):
    conversation = customer_who_wrote(organization, 1)
    (appointment,) = booked(organization, 10)
    with tenant(organization):
        type(appointment).objects.update(conversation=conversation)

    site.post("appointment_cancel", {"reason": "Owner is ill"}, code=appointment.code)

    with tenant(organization):
        assert not conversation.messages.filter(direction="out").exists()


def test_what_has_ended_cannot_be_cancelled_and_says_so(site, organization):
    (appointment,) = booked(organization, 9, day=4)

    response = site.post("appointment_cancel", {"reason": "Late"}, code=appointment.code)

    assert response.status_code == 422
    assert "has already ended" in response.content.decode()


def test_an_outcome_is_offered_and_taken_only_after_the_end(site, organization):
    (ahead,) = booked(organization, 10)
    (over,) = booked(organization, 9, day=4)

    assert "Nobody came" not in site.get("index").content.decode()
    assert "Nobody came" in site.get("index", "?when=past").content.decode()
    site.post("appointment_outcome", {"outcome": "done"}, code=ahead.code)
    site.post("appointment_outcome", {"outcome": "no_show"}, code=over.code)
    site.post("appointment_outcome", {"outcome": "cancelled"}, code=over.code)

    with tenant(organization):
        ahead.refresh_from_db()
        over.refresh_from_db()
    assert (ahead.status, over.status) == ("booked", "no_show")


def test_a_week_is_saved_with_several_stretches_a_day(site, organization):
    rows = [(0, "09:00", "13:00"), (0, "14:30", "17:30"), (4, "09:00", "14:00"), (5, "", "")]

    response = site.post("hours", week(*rows, save="1"))

    assert response.headers["Location"] == site.url("hours")
    assert hours_of(organization.owner) == ["0 09:00-13:00", "0 14:30-17:30", "4 09:00-14:00"]
    assert trail(organization) == ["hours.changed"]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([(0, "13:00", "09:00")], "The end must be after the start."),
        ([(0, "09:00", "")], "Give both times, or none."),
        ([(0, "nine", "10:00")], "Enter a valid time."),
        ([(0, "09:00", "12:00"), (0, "11:00", "13:00")], "This overlaps with 09:00 to 12:00."),
        ([(9, "09:00", "12:00")], "Select a valid choice."),
        ([(0, "", "")] * 51, "Please submit at most 50 forms."),
    ],
)
def test_a_week_that_cannot_be_is_refused_in_words_and_nothing_changes(
    site, organization, rows, sentence
):
    WeeklyHoursFactory(member=organization.owner, weekday=2)

    response = site.post("hours", week(*rows, save="1"))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert hours_of(organization.owner) == ["2 09:00-17:00"]


def test_rows_come_and_go_without_scripts_and_keep_what_was_typed(site, organization):
    rows = [(0, "08:15", "12:00"), (1, "bad", "")]

    added = site.post("hours", week(*rows, add="3")).content.decode()
    removed = site.post("hours", week(*rows, remove="1")).content.decode()

    assert 'value="08:15"' in added
    assert 'name="hours-TOTAL_FORMS" value="3"' in added
    assert 'name="hours-2-weekday" value="3"' in added
    assert 'name="hours-TOTAL_FORMS" value="1"' in removed
    assert hours_of(organization.owner) == []


def test_days_off_are_added_and_removed_and_tell_what_they_touch(site, organization):
    booked(organization, 10, day=7)
    data = {"first": "2026-01-06", "last": "2026-01-08", "reason": "Fair"}

    response = site.post("day_off_add", data, pk=organization.owner.pk)

    text = site.get("hours").content.decode()
    assert response.status_code == 302
    assert "1 appointment lies on these days and stays booked." in text
    assert "Tue 6 Jan 2026 – Thu 8 Jan 2026" in text
    with tenant(organization):
        day_off = organization.days_off.get()
    site.post("day_off_remove", pk=day_off.pk)
    with tenant(organization):
        assert organization.days_off.count() == 0
    assert trail(organization) == ["day_off.added", "day_off.removed"]


def test_a_single_day_off_needs_no_last_day(site, organization):
    site.post("day_off_add", {"first": "2026-01-06"}, pk=organization.owner.pk)

    with tenant(organization):
        assert organization.days_off.get().last == date(2026, 1, 6)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"first": ""}, "This field is required."),
        ({"first": "2026-01-06", "last": "2026-01-05"}, "The last day is before the first."),
        ({"first": "2026-01-06", "last": "2028-01-05"}, "At most a year at a time."),
        ({"first": "0001-01-01"}, "Write a day of this century."),
    ],
)
def test_days_off_that_cannot_be_are_refused_in_words(site, organization, data, sentence):
    response = site.post("day_off_add", data, pk=organization.owner.pk)

    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_agents_plan_their_own_calendar_and_managers_everybodys(site, organization):
    agent, colleague = MemberFactory(organization=organization), working_member(organization)
    day_off = DayOffFactory(member=colleague, first=date(2026, 1, 6))
    form = week((0, "09:00", "12:00"), save="1")

    site.sign_in(agent)
    assert site.post("hours", form).status_code == 302
    assert site.get("member_hours", pk=colleague.pk).status_code == 403
    assert site.post("member_hours", form, pk=colleague.pk).status_code == 403
    assert site.post("day_off_add", {"first": "2026-01-07"}, pk=colleague.pk).status_code == 403
    assert site.post("day_off_remove", pk=day_off.pk).status_code == 403
    assert site.get("kinds").status_code == 403

    site.sign_in(organization.owner)
    assert site.post("member_hours", form, pk=colleague.pk).status_code == 302
    assert hours_of(colleague) == ["0 09:00-12:00"]


def test_kinds_are_saved_for_the_first_time_and_changed(site, organization):
    numbers = {"minutes": 45, "buffer_minutes": 15, "notice_hours": 3, "window_days": 21}
    data = {f"{kind}-{name}": n for kind in AppointmentKind.Kind for name, n in numbers.items()}
    data |= {"viewing-is_active": "on", "viewing-minutes": 60}

    assert site.post("kinds", data).status_code == 302
    assert site.post("kinds", data | {"call-minutes": 20}).status_code == 302

    with tenant(organization):
        rows = organization.appointment_kinds.order_by("kind").values_list(
            "kind", "minutes", "is_active"
        )
        assert list(rows) == [("call", 20, False), ("valuation", 45, False), ("viewing", 60, True)]
    assert trail(organization) == ["appointment_kind.changed"] * 4
    refused = site.post("kinds", data | {"call-minutes": 0})
    assert refused.status_code == 422
    assert "greater than or equal to 5" in refused.content.decode()


def test_a_viewing_is_booked_by_hand_at_a_local_time(site, organization):
    conversation = make_conversation(organization, "Eleni")
    listing = ListingFactory(organization=organization)
    data = {
        "conversation": conversation.code, "kind": "viewing", "listing": listing.pk,
        "member": organization.owner.pk, "date": "2026-07-06", "time": "20:00",
    }  # fmt: skip

    shown = site.get("new", f"?conversation={conversation.code}").content.decode()
    response = site.post("new", data)

    assert f'value="{conversation.code}" selected' in shown
    assert response.status_code == 302
    with tenant(organization):
        appointment = organization.appointments.get()
    assert appointment.starts_at == datetime(2026, 7, 6, 19, tzinfo=UTC)
    assert trail(organization) == ["appointment.booked"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"time": "10:30"}, "That time is taken."),
        ({"date": "2026-01-04"}, "That time has passed."),
        ({"date": "2026-03-29", "time": "01:30"}, "The clocks skip this time on that day."),
        ({"date": "9999-12-31"}, "Write a day of this century."),
        ({"listing": ""}, "Choose the home to be viewed."),
        ({"member": "999999"}, "Select a valid choice."),
        ({"conversation": "nonsense"}, "is not a valid UUID"),
    ],
)
def test_a_booking_by_hand_that_cannot_be_is_refused_in_words(site, organization, fields, sentence):
    booked(organization, 10)
    conversation = make_conversation(organization)
    listing = ListingFactory(organization=organization)
    data = {
        "conversation": conversation.code, "kind": "viewing", "listing": listing.pk,
        "member": organization.owner.pk, "date": "2026-01-05", "time": "14:00",
    }  # fmt: skip

    response = site.post("new", data | fields)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    with tenant(organization):
        assert organization.appointments.count() == 1


def test_nothing_of_another_organization_can_be_booked(site, organization):
    other = OrganizationFactory()
    own = {
        "conversation": make_conversation(organization).code, "kind": "viewing",
        "listing": ListingFactory(organization=organization).pk,
        "member": organization.owner.pk, "date": "2026-01-05", "time": "14:00",
    }  # fmt: skip
    foreign = {
        "conversation": make_conversation(other).code,
        "listing": ListingFactory(organization=other).pk,
        "member": other.owner.pk,
    }

    for field, value in foreign.items():
        assert site.post("new", own | {field: value}).status_code == 422


def customer_who_wrote(organization, hours_ago):
    conversation = make_conversation(organization, "Eleni")
    with tenant(organization):
        conversation.last_customer_message_at = datetime.now(UTC) - timedelta(hours=hours_ago)
        conversation.waiting_since = conversation.last_customer_message_at
        conversation.save()
    return conversation


def booking_of(organization, conversation, **fields):
    listing = ListingFactory(
        organization=organization, title="Skoufa 28", address="Skoufa 28, Athens"
    )
    return {
        "conversation": conversation.code, "kind": "viewing", "listing": listing.pk,
        "member": organization.owner.pk, "date": "2026-07-06", "time": "11:00", **fields,
    }  # fmt: skip


def told(organization, conversation):
    with tenant(organization):
        found = conversation.messages.filter(direction="out")
        return [(message.author_kind, message.body) for message in found]


def test_the_customer_is_told_of_a_booking_by_hand_where_the_box_is_ticked(site, organization):
    conversation = customer_who_wrote(organization, 1)
    shown = site.get("new", f"?conversation={conversation.code}").content.decode()

    site.post("new", booking_of(organization, conversation, tell_customer="on"))

    ((author, body),) = told(organization, conversation)
    assert 'name="tell_customer"' in shown
    assert author == "member"
    assert body.startswith(
        f"Your viewing of Skoufa 28 is booked: Monday 6 July, 11:00, with {organization.owner}. "
        "The address is Skoufa 28, Athens. For your calendar: http"
    )
    with tenant(organization):
        conversation.refresh_from_db()
    # It tells of a booking and answers nothing that somebody waits for.
    assert conversation.waiting_since is not None


def test_without_the_tick_nothing_is_sent(site, organization):
    conversation = customer_who_wrote(organization, 1)

    site.post("new", booking_of(organization, conversation))

    assert told(organization, conversation) == []


def test_outside_the_window_the_member_reads_that_the_customer_is_not_told(site, organization):
    conversation = customer_who_wrote(organization, 25)
    shown = site.get("new", f"?conversation={conversation.code}").content.decode()

    site.post("new", booking_of(organization, conversation, tell_customer="on"))

    assert 'name="tell_customer"' not in shown
    assert "last wrote more than 24 hours ago" in shown
    assert told(organization, conversation) == []
    assert "The customer was not told" in site.get("index").content.decode()
    with tenant(organization):
        assert organization.appointments.count() == 1


@pytest.mark.parametrize(
    ("time", "sentence"),
    [
        ("03:00", "03:00 is at night. Tick this if it is meant."),
        ("18:00", "18:00 is outside the working hours of"),
    ],
)
def test_an_unusual_time_is_asked_about_once(site, organization, time, sentence):
    WeeklyHoursFactory(member=organization.owner, weekday=0)
    conversation = customer_who_wrote(organization, 1)
    data = booking_of(organization, conversation, time=time)

    asked = site.post("new", data)
    with tenant(organization):
        before = organization.appointments.count()
    done = site.post("new", data | {"confirm_time": "on"})

    assert (asked.status_code, before) == (422, 0)
    assert sentence in asked.content.decode()
    assert 'name="confirm_time"' in asked.content.decode()
    assert done.status_code == 302


def test_a_usual_time_is_not_asked_about(site, organization):
    WeeklyHoursFactory(member=organization.owner, weekday=0)
    conversation = customer_who_wrote(organization, 1)

    shown = site.get("new").content.decode()
    response = site.post("new", booking_of(organization, conversation))

    assert 'name="confirm_time"' not in shown
    assert response.status_code == 302
