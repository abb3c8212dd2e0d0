"""The purge keeps what was promised, to the hour, and no longer; a hold wins over it."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connections
from django_q.models import Task

from organizations import auditing
from organizations.models import AuditEntry, Invitation, Member, Organization, User, WorkerHeartbeat
from organizations.tenancy import tenant
from organizations.tests.factories import InvitationFactory, MemberFactory, OrganizationFactory
from privacy import purging, steps, tasks
from privacy.models import Hold, PurgeRun
from privacy.privacy import RateLimit
from privacy.purging import AlreadyRunning, HoldStands, WouldDeleteTooMuch, purge
from privacy.removing import due_organizations

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def database(transactional_db):
    """The purge has a connection of its own, so every test commits."""
    # No model stands for this table, so the flush after a test leaves it alone.
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM rate_limit_cache")


def count(model, **filters):
    return model._base_manager.using("support").filter(**filters).count()


def purged(as_of, **options):
    """What a purge deletes, by model, without zeros."""
    return dict(sum((line.counts for line in purge(as_of, **options)), Counter()))


def hold(organization, **fields):
    with tenant(organization):
        return Hold.objects.create(
            organization=organization, scope="organization", reason="A lawsuit", **fields
        )


def snapshot():
    """Every row of every table the purge may touch, receipts left out."""
    with connections["support"].cursor() as cursor:
        contents = {}
        for name in connections["support"].introspection.table_names(cursor):
            cursor.execute(f'SELECT array_agg(t::text ORDER BY t::text) FROM "{name}" t')
            contents[name] = cursor.fetchone()[0]
    del contents["privacy_purgerun"]
    return contents


def test_an_invitation_goes_30_days_after_its_end_with_its_token():
    InvitationFactory(expires_at=NOON)

    assert purged(NOON + 30 * DAY - HOUR) == {}
    assert purged(NOON + 30 * DAY) == {"organizations.Invitation": 1}
    assert count(Invitation) == 0


def test_an_accepted_invitation_ended_when_it_was_accepted():
    InvitationFactory(expires_at=NOON, accepted_at=NOON - 5 * DAY)

    assert purged(NOON + 25 * DAY) == {"organizations.Invitation": 1}


def test_an_organizations_hold_keeps_its_rows_and_nobody_elses():
    held, other = InvitationFactory(expires_at=NOON), InvitationFactory(expires_at=NOON)
    standing = hold(held.organization)

    purge(NOON + 400 * DAY)
    assert (count(Invitation, pk=held.pk), count(Invitation, pk=other.pk)) == (1, 0)

    with tenant(held.organization):
        Hold.objects.filter(pk=standing.pk).update(released_at=NOON)
    purge(NOON + 400 * DAY)
    assert count(Invitation, pk=held.pk) == 0


def test_the_audit_trail_goes_after_three_years():
    organization = OrganizationFactory()
    AuditEntry._base_manager.using("support").all()._raw_delete("support")
    with tenant(organization):
        AuditEntry.objects.create(organization=organization, action="a", at=NOON)

    assert purged(NOON + 1095 * DAY - HOUR) == {}
    assert purged(NOON + 1095 * DAY) == {"organizations.AuditEntry": 1}


def test_technical_records_go_when_they_are_due():
    Session.objects.create(session_key="old", session_data="", expire_date=NOON)
    Session.objects.create(session_key="new", session_data="", expire_date=NOON + HOUR)
    WorkerHeartbeat.objects.create(machine="gone", at=NOON - 7 * DAY)
    WorkerHeartbeat.objects.create(machine="here", at=NOON - 7 * DAY + HOUR)
    Task.objects.create(
        id="f" * 32, name="f", func="f", started=NOON, stopped=NOON - 14 * DAY, success=False
    )
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO rate_limit_cache VALUES ('old', 'x', %s), ('new', 'x', %s)",
            [NOON, NOON + HOUR],
        )

    assert purged(NOON) == {
        "sessions.Session": 1,
        "organizations.WorkerHeartbeat": 1,
        "django_q.Task": 1,
        "privacy.RateLimit": 1,
    }
    assert list(RateLimit._base_manager.using("support").values_list("pk", flat=True)) == ["new"]
    assert Session.objects.get().session_key == "new"


def test_a_dry_run_changes_nothing_and_counts_what_the_purge_deletes():
    InvitationFactory(expires_at=NOON)
    leaving = OrganizationFactory(deletion_requested_at=NOON)
    MemberFactory(organization=leaving)
    InvitationFactory(organization=leaving, expires_at=NOON)
    before = snapshot()

    planned = purged(NOON + 30 * DAY, dry_run=True)

    assert snapshot() == before
    assert count(PurgeRun) == 0
    assert planned == purged(NOON + 30 * DAY)
    assert planned["organizations.Organization"] == 1
    assert planned["organizations.Invitation"] == 2


def test_an_organization_is_removed_whole_30_days_after_its_owner_asked():
    leaving, staying = OrganizationFactory(deletion_requested_at=NOON), OrganizationFactory()
    lonely = MemberFactory(organization=leaving)
    both = MemberFactory(organization=staying)
    MemberFactory(organization=leaving, user=both.user)
    User.objects.filter(pk=both.user.pk).update(last_organization=leaving)
    staff = MemberFactory(organization=leaving)
    User.objects.filter(pk=staff.user.pk).update(is_staff=True)

    assert purged(NOON + 30 * DAY - HOUR) == {}
    purge(NOON + 30 * DAY)

    assert count(Organization, pk=leaving.pk) == 0
    assert count(Member, organization_id=leaving.pk) == 0
    assert set(User.objects.values_list("pk", flat=True)) == {
        staying.owner.user.pk,
        both.user.pk,
        staff.user.pk,
    }
    assert User.objects.get(pk=both.user.pk).last_organization is None
    assert count(User, pk=lonely.user.pk) == 0
    assert count(Member, organization_id=staying.pk) == 2


def test_a_person_of_two_organizations_that_leave_together_goes_with_the_second():
    first = OrganizationFactory(deletion_requested_at=NOON)
    second = OrganizationFactory(deletion_requested_at=NOON)
    MemberFactory(organization=second, user=first.owner.user)

    planned = purged(NOON + 30 * DAY, dry_run=True)

    assert planned["organizations.User"] == 2
    assert planned == purged(NOON + 30 * DAY)
    assert count(User) == 0


def test_any_hold_keeps_the_whole_organization():
    leaving = OrganizationFactory(deletion_requested_at=NOON)
    with tenant(leaving):
        Hold.objects.create(organization=leaving, scope="contact", contact_id=7, reason="A claim")
    before = snapshot()

    purge(NOON + 90 * DAY)

    assert list(due_organizations(NOON + 90 * DAY)) == []
    assert snapshot() == before
    with pytest.raises(HoldStands):
        purging.remove_organization(leaving)


def test_a_hold_placed_during_the_removal_stops_it():
    leaving = OrganizationFactory(deletion_requested_at=NOON)
    lines = purging._plan(NOON + 30 * DAY, "", None)
    hold(leaving)
    before = snapshot()

    purging._carry_out(lines, NOON)

    assert snapshot() == before


def test_an_organization_can_be_removed_at_once():
    organization, other = OrganizationFactory(), OrganizationFactory()

    counts = purging.remove_organization(organization)

    assert counts["organizations.Organization"] == 1
    assert list(Organization.objects.all()) == [other]


def test_a_run_killed_in_the_middle_is_completed_by_the_next(monkeypatch):
    monkeypatch.setattr(steps, "BATCH", 2)
    leaving = OrganizationFactory(deletion_requested_at=NOON)
    for _ in range(7):
        MemberFactory(organization=leaving)
        InvitationFactory(expires_at=NOON)
    staying = set(Organization.objects.exclude(pk=leaving.pk).values_list("pk", flat=True))
    planned = purged(NOON + 30 * DAY, dry_run=True)
    run_batch, batches = purging._run_batch, []

    def killed(*arguments):
        batches.append(1)
        if len(batches) == 6:
            raise KeyboardInterrupt
        return run_batch(*arguments)

    monkeypatch.setattr(purging, "_run_batch", killed)
    with pytest.raises(KeyboardInterrupt):
        purge(NOON + 30 * DAY)
    cut_short = PurgeRun.objects.get()
    rest = purged(NOON + 30 * DAY)

    assert cut_short.finished_at is None
    assert Counter(cut_short.counts) + Counter(rest) == Counter(planned)
    assert set(Organization.objects.values_list("pk", flat=True)) == staying
    assert count(Invitation) == 0
    assert purged(NOON + 30 * DAY) == {}


def test_a_second_purge_at_the_same_time_does_not_start():
    import psycopg

    parameters = connections["support"].get_connection_params()
    keys = ("host", "port", "user", "password", "dbname")
    other = psycopg.connect(**{k: parameters[k] for k in keys if parameters.get(k)})
    with other:
        other.execute("SELECT pg_advisory_lock(%s)", [purging.LOCK])
        with pytest.raises(AlreadyRunning):
            purge(NOON)
        tasks.purge()

    assert count(PurgeRun) == 0


def test_a_purge_of_more_than_a_fifth_of_a_table_stops_before_anything_is_deleted():
    organization = OrganizationFactory()
    with tenant(organization):
        for number in range(101):
            AuditEntry.objects.create(
                organization=organization, action="a", at=NOON if number < 22 else NOON + DAY
            )
    Session.objects.create(session_key="old", session_data="", expire_date=NOON)
    before = snapshot()

    with pytest.raises(WouldDeleteTooMuch, match=r"AuditEntry: 22 of 102 rows"):
        purge(NOON + 1095 * DAY)
    assert snapshot() == before

    assert purged(NOON + 1095 * DAY, force=True)["organizations.AuditEntry"] == 22


def test_passing_records_may_go_all_at_once():
    Session.objects.bulk_create(
        Session(session_key=f"s{n}", session_data="", expire_date=NOON) for n in range(120)
    )

    assert purged(NOON) == {"sessions.Session": 120}


def test_more_rows_than_a_batch_all_go(monkeypatch):
    monkeypatch.setattr(steps, "BATCH", 50)
    Session.objects.bulk_create(
        Session(session_key=f"s{n}", session_data="", expire_date=NOON) for n in range(120)
    )

    assert purged(NOON) == {"sessions.Session": 120}


def test_one_category_or_one_organization_alone():
    mine, theirs = InvitationFactory(expires_at=NOON), InvitationFactory(expires_at=NOON)
    Session.objects.create(session_key="old", session_data="", expire_date=NOON)

    assert purged(NOON + 30 * DAY, organization=mine.organization) == {
        "organizations.Invitation": 1
    }
    assert count(Invitation, pk=theirs.pk) == 1
    assert purged(NOON + 30 * DAY, category="technical") == {"sessions.Session": 1}
    assert count(Invitation, pk=theirs.pk) == 1


def test_the_receipt_counts_and_says_nothing_else():
    InvitationFactory(expires_at=NOON, email="secret@agency.example")

    purge(NOON + 30 * DAY)

    receipt = PurgeRun.objects.values().get()
    assert receipt["counts"] == {"organizations.Invitation": 1}
    assert receipt["as_of"] == NOON + 30 * DAY
    assert len(receipt["policy_version"]) == 12
    assert receipt["finished_at"] >= receipt["started_at"]
    assert "secret" not in json.dumps(receipt, default=str)


def test_the_trail_keeps_the_id_of_a_user_who_is_gone():
    leaving = OrganizationFactory(deletion_requested_at=NOON)
    staying = OrganizationFactory()
    user = MemberFactory(organization=leaving).user
    with tenant(staying):
        entry = auditing.record(staying, "invitation.accepted", user=user)

    purge(NOON + 30 * DAY)

    assert count(AuditEntry, pk=entry.pk, user_id=user.pk) == 1
    assert count(User, pk=user.pk) == 0


# The command


def command(*arguments):
    out = StringIO()
    call_command("purge_expired", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_same_table_dry_and_wet():
    InvitationFactory(expires_at=NOON)

    dry = command("--as-of", "2026-03-31T12:00:00+00:00", "--dry-run")
    assert count(Invitation) == 1
    wet = command("--as-of", "2026-03-31T12:00:00+00:00")

    assert dry == wet
    assert "account        organizations.Invitation                 1  30 days after" in wet
    assert wet.splitlines()[-1].split() == ["TOTAL", "1"]
    assert count(Invitation) == 0


def test_the_command_takes_a_time_without_zone_as_utc():
    InvitationFactory(expires_at=NOON)

    command("--as-of", "2026-03-31T11:00:00")
    assert count(Invitation) == 1
    command("--as-of", "2026-03-31T12:00:00")
    assert count(Invitation) == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--as-of", "yesterday"], "is not an ISO time"),
        (["--organization", "nobody"], "There is no organization nobody"),
        (["--category", "everything"], "invalid choice"),
    ],
)
def test_the_command_refuses_what_it_does_not_understand(arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        command(*arguments)


def test_the_command_says_why_it_stopped():
    organization = OrganizationFactory()
    with tenant(organization):
        for _ in range(101):
            AuditEntry.objects.create(organization=organization, action="a", at=NOON)

    with pytest.raises(CommandError, match=r"Nothing was deleted\. --force does it\."):
        command("--as-of", (NOON + 1095 * DAY).isoformat())
    command("--as-of", (NOON + 1095 * DAY).isoformat(), "--force")
    assert count(AuditEntry) == 1
