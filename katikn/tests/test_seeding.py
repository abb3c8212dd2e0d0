"""The demonstration: two agencies, the first full of life, each row where it belongs."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connections
from django.urls import reverse
from django_q.models import OrmQ

from assistant import versions
from assistant.models import Evaluation, Run
from inbox.models import Conversation, ConversationWork, Message, OutboundWork
from katikn.demo.content import FOLDER, Calendar, read
from katikn.demo.seeding import FOLDERS, seed
from leads.models import Fact, Lead
from organizations.models import Member, Organization, User
from organizations.pages import memberships
from organizations.supporting import has_second_factor
from organizations.tenancy import TenantModel, tenant
from scheduling.models import Appointment, WeeklyHours

FIRST, SECOND = (read(folder) for folder in FOLDERS)
FRIDAY = datetime(2026, 3, 6, 9, 30, tzinfo=UTC)


@pytest.fixture
def agency(db):
    seed(at=FRIDAY)
    return Organization.objects.get(slug="litharia")


@pytest.fixture
def other(agency):
    return Organization.objects.get(slug="petra-homes")


def spoken(item):
    return [
        line
        for line in item["messages"]
        if line["from"] in ("customer", "assistant", "member") and line["kind"] != "reaction"
    ]


# What there is


def test_the_agency_has_its_listings_notes_and_members_with_hours(agency):
    with tenant(agency):
        with_hours = set(WeeklyHours.objects.values_list("member", flat=True))

        assert agency.listings.count() == len(FIRST.listings) >= 40
        assert agency.notes.count() == len(FIRST.notes)
        assert agency.members.count() == len(with_hours) == 3
        assert agency.channels.get().access_token() == "demo-token"
        assert not agency.listings.filter(passages=None).exists()


def test_conversations_are_in_different_states(agency):
    with tenant(agency):
        conversations = agency.conversations.all()

        assert conversations.count() == len(FIRST.conversations) >= 30
        assert set(conversations.values_list("status", flat=True)) == {"open", "snoozed", "closed"}
        assert set(conversations.values_list("in_charge", flat=True)) == {"assistant", "person"}
        assert conversations.waiting_for_a_person().count() >= 5
        assert conversations.with_assistant().count() >= 10
        assert len(set(Lead.objects.values_list("stage", flat=True))) >= 8


def test_every_line_of_the_content_is_in_the_thread(agency):
    with tenant(agency):
        kinds = Counter(Message.objects.values_list("direction", flat=True))
        bodies = Counter(Message.objects.spoken().values_list("body", flat=True))

    lines = [line for item in FIRST.conversations for line in item["messages"]]
    assert kinds["event"] == sum(line["from"] == "event" for line in lines)
    assert kinds["note"] == sum(line["from"] == "note" for line in lines)
    assert bodies == Counter(line["text"] for item in FIRST.conversations for line in spoken(item))


def test_lines_follow_each_other_and_none_lies_in_the_future(agency):
    with tenant(agency):
        for conversation in agency.conversations.all():
            times = list(conversation.messages.order_by("pk").values_list("sent_at", flat=True))

            assert times == sorted(times)
            assert len(set(times)) == len(times)
            assert times[-1] <= FRIDAY
            last = conversation.messages.spoken().in_order().last()
            assert conversation.last_message_at == last.sent_at
            assert conversation.preview_author == last.author_kind


def test_every_fact_of_the_content_is_proved_by_its_message(agency):
    with tenant(agency):
        facts = Fact.objects.select_related("evidence")

        assert facts.count() == sum(len(item["facts"]) for item in FIRST.conversations)
        assert all(fact.quote in fact.evidence.body for fact in facts)
        assert all(fact.created_at == fact.evidence.sent_at for fact in facts)
        assert Lead.objects.filter(score__gte=50).exists()
        assert Lead.objects.filter(score__lt=20).exists()


def test_a_contact_is_found_by_its_name_without_accents_and_by_its_number(agency):
    with tenant(agency):
        by_name = agency.contacts.get(search_text__contains="μαρια παπαδοπουλου")
        by_number = agency.contacts.get(search_text__contains="306900000101")

    assert by_name == by_number


def test_ticks_need_a_wamid_and_the_failure_says_why(agency):
    with tenant(agency):
        sent = Message.objects.filter(direction="out")

        assert not sent.filter(wamid=None).exclude(status="uncertain").exists()
        failed = sent.get(status="failed")
        assert failed.failure_text.startswith("The message could not be delivered.")
        assert sent.filter(status="read", read_at=None).count() == 0


def test_nothing_is_due_so_that_no_worker_answers_or_sends_the_past(agency):
    assert set(ConversationWork.objects.values_list("state", flat=True)) == {"idle"}
    assert set(OutboundWork.objects.values_list("state", flat=True)) == {"done"}
    snoozed = [item for item in FIRST.conversations if item["status"] == "snoozed"]
    # Beside those that wake, only the rehearsal waits, which writes to nobody.
    assert OrmQ.objects.exclude(key="bulk").count() == len(snoozed)


def test_the_assistant_was_shaped_tried_and_measured(agency):
    with tenant(agency):
        owner = agency.members.get(role="owner")
        live, draft = versions.live(agency), versions.draft(agency)
        talk = agency.playground_talks.select_related("version").get()
        turns = [turn.told for turn in talk.turns.order_by("pk")]
        rehearsal = agency.rehearsals.select_related("member").get()

    assert (live.number, draft.shape.persona_name, talk.version) == (1, "Lia", draft)
    assert [bool(told["replies"]) for told in turns] == [True, True, True]
    assert "I'm Lia, the automated assistant" in turns[0]["replies"][0]["text"]
    assert (rehearsal.state, rehearsal.total, rehearsal.member) == ("running", 6, owner)
    assert (Evaluation.objects.get().label, Evaluation.objects.get().f1 > 0.5) == (
        "Demonstration conversations",
        True,
    )


def test_the_assistants_replies_name_their_sources(agency):
    with tenant(agency):
        runs = Run.objects.select_related("message")
        replies = Message.objects.filter(author_kind="assistant", kind="text").count()
        listings = set(agency.listings.values_list("pk", flat=True))

        assert runs.count() == replies
        assert all(run.draft == run.message.body for run in runs)
        sources = [source for run in runs for source in run.sources]
        assert len(sources) >= 40
        assert {source["id"] for source in sources} <= listings


def test_appointments_lie_on_the_days_of_the_content(agency):
    with tenant(agency):
        rows = list(Appointment.objects.select_related("member__user").order_by("starts_at"))
        summaries = agency.summaries.exclude(next_appointment_at=None)

        assert len(rows) == sum(bool(item["appointment"]) for item in FIRST.conversations)
        ahead = {row.starts_at for row in rows if row.status == "booked"}
        assert all(FRIDAY < start <= FRIDAY + timedelta(days=8) for start in ahead)
        assert set(summaries.values_list("next_appointment_at", flat=True)) == ahead
        assert all(row.starts_at < FRIDAY for row in rows if row.status in ("done", "no_show"))


@pytest.mark.parametrize(
    ("today", "weekday", "offset", "expected"),
    [
        ("2026-03-06", "friday", 0, "2026-03-13"),
        ("2026-03-06", "saturday", 0, "2026-03-07"),
        ("2026-03-06", "thursday", 0, "2026-03-12"),
        ("2026-03-06", "friday", -1, "2026-03-06"),
        ("2026-03-06", "saturday", -2, "2026-02-21"),
        ("2026-03-06", "saturday", 1, "2026-03-14"),
    ],
)
def test_a_weekday_is_the_first_one_after_today(today, weekday, offset, expected):
    calendar = Calendar(datetime.fromisoformat(f"{today}T10:00+00:00"), ZoneInfo("Asia/Nicosia"))

    assert calendar.weekday(weekday, offset).isoformat() == expected


@pytest.mark.parametrize("day", range(7))
def test_no_member_is_booked_twice_whatever_the_weekday(day):
    calendar = Calendar(FRIDAY + timedelta(days=day), ZoneInfo("Asia/Nicosia"))
    kinds = {kind["key"]: kind for kind in FIRST.agency["appointment_kinds"]}
    taken = {}
    for item in filter(None, (item["appointment"] for item in FIRST.conversations)):
        start = calendar.at(calendar.weekday(item["weekday"], item["week_offset"]), item["time"])
        length = kinds[item["kind"]]["minutes"] + kinds[item["kind"]]["buffer_minutes"]
        if item["status"] == "booked":
            taken.setdefault(item["member"], []).append((start, start + timedelta(minutes=length)))

    for stretches in taken.values():
        stretches.sort()
        assert all(first[1] <= second[0] for first, second in pairwise(stretches))


def test_a_wall_time_is_right_on_both_sides_of_a_clock_change():
    calendar = Calendar(FRIDAY, ZoneInfo("Asia/Nicosia"))

    assert calendar.at(date(2026, 3, 28), "17:00") == datetime(2026, 3, 28, 15, tzinfo=UTC)
    assert calendar.at(date(2026, 3, 29), "17:00") == datetime(2026, 3, 29, 14, tzinfo=UTC)


def test_what_the_content_does_not_know_stays_unknown(agency):
    with tenant(agency):
        for data in FIRST.listings:
            listing = agency.listings.get(reference=data["reference"])
            unknown = [name for name, value in data.items() if value is None]
            assert all(getattr(listing, name) in (None, "") for name in unknown if name != "agent")


def test_every_thread_and_lead_of_the_demonstration_can_be_opened(agency, client):
    with tenant(agency):
        client.force_login(agency.members.get(role="owner").user)
        threads = [
            reverse("inbox:conversation", args=[agency.slug, code])
            for code in agency.conversations.values_list("code", flat=True)
        ]
        leads = [
            reverse("leads:detail", args=[agency.slug, code])
            for code in agency.leads.values_list("code", flat=True)
        ]

    pages = [reverse("inbox:index", args=[agency.slug]), *threads, *leads]

    assert {client.get(page).status_code for page in pages} == {200}


# Two agencies, apart from each other


def test_the_second_agency_is_small_and_shares_one_person(agency, other):
    with tenant(agency):
        first = set(agency.members.values_list("user__email", flat=True))
    with tenant(other):
        second = dict(other.members.values_list("user__email", "role"))

        assert other.listings.count() == 2
    assert second == {
        "marios.georgiou@petra-homes.example": "owner",
        "katerina.lazarou@litharia.example": "agent",
    }
    assert first & set(second) == {"katerina.lazarou@litharia.example"}
    katerina = User.objects.get(email="katerina.lazarou@litharia.example")
    assert katerina.last_organization == agency


def test_every_row_belongs_to_its_agency(agency, other):
    for organization, content in ((agency, FIRST), (other, SECOND)):
        with tenant(organization):
            assert organization.conversations.count() == len(content.conversations)
            for model in apps.get_models():
                if issubclass(model, TenantModel):
                    owners = set(model._base_manager.values_list("organization_id", flat=True))
                    assert owners <= {organization.pk}


def test_the_same_customer_is_another_contact_in_the_second_agency(agency, other):
    codes = set()
    for organization in (agency, other):
        with tenant(organization):
            identity = organization.identities.get(value="447700900102")
            codes.add(identity.contact.code)

    assert len(codes) == 2


# The command


def command(*arguments):
    out, err = StringIO(), StringIO()
    call_command("seed_demo", *arguments, stdout=out, stderr=err)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def contents():
    """Every row that the app role can see without entering an organization, and the users'."""
    with connections["support"].cursor() as cursor:
        tables = {}
        for name in connections["support"].introspection.table_names(cursor):
            cursor.execute(f'SELECT array_agg(t::text ORDER BY t::text) FROM "{name}" t')
            tables[name] = cursor.fetchone()[0]
    del tables["privacy_purgerun"]
    return tables


def test_the_command_prints_logins_that_work(client, db, monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)

    logins = command()

    assert [set(login) for login in logins] == [{"email", "password", "role", "organization"}] * 6
    assert Counter(login["organization"] for login in logins) == {
        "litharia": 3,
        "petra-homes": 2,
        "": 1,
    }
    assert len({login["password"] for login in logins}) == 5
    for login in logins:
        user = User.objects.get(email=login["email"])
        assert user.check_password(login["password"])
        assert EmailAddress.objects.get(user=user).verified


def test_one_person_is_of_the_staff_and_has_yet_to_set_up_a_second_factor(agency):
    (staff,) = User.objects.filter(is_staff=True)

    assert (staff.email, staff.is_superuser) == ("support@katikn.example", False)
    assert memberships(staff) == []
    assert not has_second_factor(staff)


def test_one_password_for_all_where_the_environment_says_so(db, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "olives-and-lemons-2026")

    assert {login["password"] for login in command()} == {"olives-and-lemons-2026"}


def test_a_second_run_changes_nothing_and_reads_the_password_file(transactional_db, tmp_path):
    path = tmp_path / "made" / "logins"
    logins = command("--password-file", str(path))
    before = contents()

    again = command("--password-file", str(path))

    assert again == logins
    assert contents() == before
    assert path.stat().st_mode & 0o777 == 0o600
    assert command() == []


def test_fresh_removes_both_agencies_and_makes_them_anew(transactional_db):
    command()
    old = set(Organization.objects.values_list("pk", flat=True))
    users = User.objects.count()

    logins = command("--fresh")

    assert len(logins) == 6
    assert not set(Organization.objects.values_list("pk", flat=True)) & old
    assert User.objects.count() == users
    support = Conversation._base_manager.using("support")
    assert support.count() == len(FIRST.conversations) + len(SECOND.conversations)
    assert Member._base_manager.using("support").count() == 5


def test_it_is_for_demonstrations_only(db, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="KATIKN_DEMO=1"):
        command()


def test_the_content_of_both_agencies_has_the_same_shape():
    for name in ("listings", "conversations", "notes"):
        shapes = {frozenset(item) for content in (FIRST, SECOND) for item in getattr(content, name)}
        assert len(shapes) == 1
    assert FOLDER in FOLDERS
