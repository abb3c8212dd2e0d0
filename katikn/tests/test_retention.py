"""Retention across all apps: raw deliveries, the assistant's runs, and a whole agency's removal."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import connections

from assistant.models import Run
from inbox.models import Contact, Signal, WebhookEvent, WebhookItem
from katikn.demo.seeding import seed
from organizations.models import Organization, SupportAccess, User
from organizations.tenancy import RoutingModel, TenantModel, tenant
from privacy.models import Hold
from privacy.purging import purge, remove_organization

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def database(transactional_db):
    """The purge has a connection of its own, so every test commits."""
    # No model stands for this table, so the flush after a test leaves it alone.
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM rate_limit_cache")


@pytest.fixture
def agency():
    seed(at=NOON)
    return Organization.objects.get(slug="litharia")


@pytest.fixture
def other(agency):
    return Organization.objects.get(slug="petra-homes")


def count(model, **filters):
    return model._base_manager.using("support").filter(**filters).count()


def purged(as_of, category="", **options):
    lines = purge(as_of, category=category, **options)
    return dict(sum((line.counts for line in lines), Counter()))


def delivery(*organizations, state="processed", **item):
    """A raw delivery with one item for each organization (None: nobody's)."""
    event = WebhookEvent.objects.create(
        received_at=NOON, body=b"{}", body_hash="0" * 64, state=state
    )
    for position, organization in enumerate(organizations):
        WebhookItem.objects.create(
            event=event,
            organization=organization,
            position=position,
            kind="message",
            state="processed",
            **item,
        )
    return event


def hold(organization, **fields):
    with tenant(organization):
        return Hold.objects.create(organization=organization, reason="A lawsuit", **fields)


# Raw deliveries


def test_a_processed_delivery_goes_with_its_items_after_30_days():
    delivery(None)

    assert purged(NOON + 30 * DAY - HOUR) == {}
    assert purged(NOON + 30 * DAY) == {"inbox.WebhookEvent": 1, "inbox.WebhookItem": 1}


@pytest.mark.parametrize("state", ["dead", "received"])
def test_a_delivery_that_was_not_processed_goes_after_90_days(state):
    delivery(state=state)

    assert purged(NOON + 90 * DAY - HOUR) == {}
    assert purged(NOON + 90 * DAY) == {"inbox.WebhookEvent": 1}


def test_a_delivery_of_a_held_organization_stays(agency, other):
    hold(agency, scope="organization")
    held, shared, free = delivery(agency), delivery(other, agency), delivery(other)

    purge(NOON + 90 * DAY, category="webhooks")

    left = set(WebhookEvent.objects.values_list("pk", flat=True))
    assert left == {held.pk, shared.pk}
    assert free.pk not in left


def test_a_delivery_of_a_held_contact_stays(agency):
    with tenant(agency):
        mine, another = agency.conversations.order_by("pk")[:2]
        hold(agency, scope="contact", contact_id=mine.contact_id)
    held = delivery(agency, conversation_id=mine.pk)
    delivery(agency, conversation_id=another.pk)

    purge(NOON + 90 * DAY, category="webhooks")

    assert list(WebhookEvent.objects.all()) == [held]


# Signals


def test_signals_go_after_a_week_even_in_a_held_organization(agency):
    hold(agency, scope="organization")
    Signal.objects.all().delete()
    Signal.objects.create(organization=agency, kind="lead", at=NOON)

    assert purged(NOON + 7 * DAY - HOUR, "technical") == {}
    assert purged(NOON + 7 * DAY, "technical") == {"inbox.Signal": 1}


# The assistant's runs


def test_a_run_goes_after_730_days_and_its_message_stays(agency, other):
    with tenant(other):
        other.runs.update(started_at=NOON + DAY)
    with tenant(agency):
        runs = agency.runs.exclude(message=None)
        runs.update(started_at=NOON + DAY)
        oldest = runs.order_by("pk")[:3]
        agency.runs.filter(pk__in=[run.pk for run in oldest]).update(started_at=NOON)
        messages = agency.messages.count()

    assert purged(NOON + 730 * DAY - HOUR, "usage") == {}
    assert purged(NOON + 730 * DAY, "usage") == {"assistant.Run": 3}
    with tenant(agency):
        assert agency.messages.count() == messages


def test_a_draft_that_was_not_sent_is_emptied_after_90_days(agency):
    with tenant(agency):
        conversation = agency.conversations.first()
        run = agency.runs.create(
            conversation=conversation,
            seq=99,
            draft="Never said",
            tools=[{"tool": "x"}],
            outcome="dropped",
            started_at=NOON,
            seconds=0.5,
        )

    assert purged(NOON + 90 * DAY - HOUR, "conversations") == {}
    assert purged(NOON + 90 * DAY, "conversations") == {"assistant.Run": 1}
    assert purged(NOON + 90 * DAY, "conversations") == {}
    with tenant(agency):
        run.refresh_from_db()
        assert (run.draft, run.tools, run.seconds) == ("", [], 0.5)
        assert not agency.runs.exclude(message=None).filter(draft="").exists()


def test_a_contacts_hold_keeps_its_runs_and_nobody_elses(agency):
    with tenant(agency):
        contact = agency.conversations.filter(runs__isnull=False).first().contact
        held = set(agency.runs.filter(conversation__contact=contact).values_list("pk", flat=True))
        hold(agency, scope="contact", contact_id=contact.pk)

    purge(NOON + 800 * DAY, category="usage", force=True)

    assert set(Run._base_manager.using("support").values_list("pk", flat=True)) == held


def test_what_is_deleted_anyway_is_not_emptied_first(agency):
    with tenant(agency):
        agency.runs.create(
            conversation=agency.conversations.first(), seq=99, draft="x", started_at=NOON
        )
    runs = count(Run)
    options = {"force": True}

    dry = purged(NOON + 800 * DAY, dry_run=True, **options)

    assert dry["assistant.Run"] == runs
    assert dry == purged(NOON + 800 * DAY, **options)


# What staff did


def test_what_staff_did_goes_after_three_years(agency):
    staff = User.objects.get(is_staff=True)
    with tenant(agency):
        SupportAccess.objects.create(
            organization=agency, user=staff, reason="A ticket", opened_at=NOON, expires_at=NOON
        )
    LogEntry.objects.using("support").create(
        user=staff, action_flag=2, object_repr="message 1", action_time=NOON
    )

    assert purged(NOON + 1095 * DAY - HOUR, "audit") == {}
    assert purged(NOON + 1095 * DAY, "audit") == {
        "admin.LogEntry": 1,
        "organizations.SupportAccess": 1,
    }


# A whole agency


def test_an_agency_with_everything_it_has_is_removed_and_the_other_is_untouched(agency, other):
    delivery(agency)
    shared = delivery(agency, other)
    before = {model: count(model, organization=other) for model in owned()}
    Organization.objects.filter(pk=agency.pk).update(deletion_requested_at=NOON - 29 * DAY)

    assert "organizations.Organization" not in purged(NOON, "account")
    planned = purged(NOON + DAY, "account", dry_run=True)
    assert planned == purged(NOON + DAY, "account")

    assert planned["inbox.WebhookEvent"] == 1
    assert planned["inbox.WebhookItem"] == 2
    assert {model: count(model, organization_id=agency.pk) for model in owned()} == dict.fromkeys(
        owned(), 0
    )
    assert {model: count(model, organization=other) for model in owned()} == before
    assert list(WebhookEvent.objects.all()) == [shared]
    katerina = User.objects.get(email="katerina.lazarou@litharia.example")
    assert katerina.last_organization is None
    assert count(User, is_staff=False) == 2


def test_a_shared_delivery_goes_with_the_last_of_its_agencies(agency, other):
    delivery(agency, other)
    delivery(agency)
    Organization.objects.update(deletion_requested_at=NOON - 30 * DAY)

    planned = purged(NOON, dry_run=True)

    assert planned == purged(NOON)
    assert planned["inbox.WebhookEvent"] == 2
    assert planned["inbox.WebhookItem"] == 3
    assert count(User, is_staff=False) == count(Contact) == 0


def test_a_delivery_that_is_due_anyway_is_counted_once(agency, other):
    delivery(agency)
    delivery(agency, other)
    Organization.objects.filter(pk=agency.pk).update(deletion_requested_at=NOON)

    planned = purged(NOON + 30 * DAY, dry_run=True, force=True)

    assert planned["inbox.WebhookEvent"] == 2
    assert planned["inbox.WebhookItem"] == 3
    assert planned == purged(NOON + 30 * DAY, force=True)


def test_a_held_contact_keeps_the_whole_agency(agency):
    with tenant(agency):
        contact = agency.contacts.first()
    hold(agency, scope="contact", contact_id=contact.pk)
    Organization.objects.filter(pk=agency.pk).update(deletion_requested_at=NOON)

    purge(NOON + 31 * DAY, category="account")

    assert count(Contact, organization=agency) == 36


def test_every_reference_to_an_organization_is_emptied_when_it_goes(agency):
    remove_organization(agency)

    with connections["support"].cursor() as cursor:
        for model in owned():
            cursor.execute(
                f'SELECT count(*) FROM "{model._meta.db_table}" WHERE organization_id = %s',
                [agency.pk],
            )
            assert cursor.fetchone() == (0,)


def owned():
    return [m for m in apps.get_models() if issubclass(m, TenantModel | RoutingModel)]
