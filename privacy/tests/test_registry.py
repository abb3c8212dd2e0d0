"""Every table is registered, and every promise makes sense."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connections, models
from django.db.models import Q
from django.utils.timezone import now

from organizations.models import Organization, User, WorkerHeartbeat
from organizations.tenancy import RoutingModel, TenantModel
from privacy import registry
from privacy.registry import (
    AlreadyRegistered,
    Category,
    Days,
    Kept,
    UntilDone,
    WhileActive,
    With,
    register,
    rules,
    rules_of,
    rules_with,
)

LONGEST = 1095


def test_every_model_says_how_long_it_is_kept():
    forgotten = [
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if not rules_of(model)
    ]

    assert forgotten == []


def test_every_table_of_the_database_says_how_long_it_is_kept(db):
    with connections["default"].cursor() as cursor:
        tables = set(connections["default"].introspection.table_names(cursor))

    assert tables == {rule.model._meta.db_table for rule in rules()}


def test_an_unregistered_model_is_noticed(monkeypatch):
    monkeypatch.setattr(registry, "_rules", [r for r in rules() if r.model is not User])

    with pytest.raises(AssertionError, match="User"):
        test_every_model_says_how_long_it_is_kept()


@pytest.mark.parametrize("rule", rules_with(Days), ids=lambda rule: f"{rule.label} {rule.period}")
def test_a_number_of_days_counts_from_a_time_and_is_at_most_three_years(rule, transactional_db):
    assert 0 <= rule.period.days <= LONGEST
    assert rule.clock
    assert list(rule.expired(now() - timedelta(days=36500))) == []


@pytest.mark.parametrize("rule", rules_with(Days), ids=lambda rule: f"{rule.label} {rule.period}")
def test_what_belongs_to_an_organization_is_purged_by_rules_that_know_holds(rule):
    needs_hold = issubclass(rule.model, TenantModel)

    assert (rule.held is not None) >= needs_hold


@pytest.mark.parametrize("rule", rules_with(WhileActive), ids=lambda rule: rule.label)
def test_what_is_kept_while_an_organization_is_active_can_be_traced_to_it(rule):
    owned = issubclass(rule.model, TenantModel | RoutingModel)

    assert owned or rule.model in (Organization, User)


@pytest.mark.parametrize("rule", rules_with(With), ids=lambda rule: rule.label)
def test_what_goes_with_another_row_leads_to_it(rule):
    model = rule.model
    for name in rule.period.path.split("__"):
        model = model._meta.get_field(name).related_model

    assert model is rule.period.parent


def test_tenant_tables_end_with_their_organization_or_earlier():
    endless = [
        rule.label
        for rule in rules()
        if issubclass(rule.model, TenantModel | RoutingModel)
        and isinstance(rule.period, Kept | UntilDone)
    ]

    assert endless == []


def test_only_tables_without_anything_personal_are_kept_for_ever():
    assert {r.category for r in rules_with(Kept)} == {Category.NOT_PERSONAL}
    assert {type(r.period) for r in rules() if r.category == Category.NOT_PERSONAL} == {Kept}


def test_the_same_rows_cannot_be_registered_twice():
    with pytest.raises(AlreadyRegistered):
        register(
            WorkerHeartbeat, category=Category.TECHNICAL, period=Days(1, "the sign"), clock="at"
        )


def test_the_promised_periods():
    promised = {
        (rule.label, rule.period.days, bool(rule.clears), str(rule.where) if rule.where else "")
        for rule in rules_with(Days)
    }

    processed = Q(state="processed")
    assert promised == {
        ("organizations.Invitation", 30, False, ""),
        ("sessions.Session", 0, False, ""),
        ("privacy.RateLimit", 0, False, ""),
        ("django_q.Task", 14, False, ""),
        ("organizations.WorkerHeartbeat", 7, False, ""),
        ("organizations.AuditEntry", 1095, False, ""),
        ("organizations.SupportAccess", 1095, False, ""),
        ("admin.LogEntry", 1095, False, ""),
        ("privacy.PurgeRun", 1095, False, ""),
        ("inbox.WebhookEvent", 30, False, str(processed)),
        ("inbox.WebhookEvent", 90, False, str(~processed)),
        ("inbox.Signal", 7, False, ""),
        ("privacy.Export", 7, False, ""),
        ("inbox.Draft", 90, False, ""),
        ("assistant.PlaygroundTalk", 30, False, ""),
        ("assistant.Rehearsal", 90, False, ""),
        ("inbox.Suggestion", 90, False, str(~Q(state="edited"))),
        ("inbox.Suggestion", 365, False, str(Q(state="edited"))),
        ("knowledge.Import", 90, False, ""),
        ("knowledge.Reading", 90, False, ""),
        ("scheduling.CalendarLink", 0, False, ""),
        ("assistant.Run", 730, False, ""),
        ("assistant.ClaudeCall", 730, False, ""),
        ("assistant.Completion", 1, False, ""),
        ("assistant.Run", 90, True, str(Q(message=None))),
    }
    assert timedelta(days=30) == registry.GRACE


def test_the_version_changes_with_a_period(monkeypatch):
    before = registry.policy_version()
    shorter = [r for r in rules() if r.model is not WorkerHeartbeat]

    monkeypatch.setattr(registry, "_rules", shorter)
    register(WorkerHeartbeat, category=Category.TECHNICAL, period=Days(6, "x"), clock="at")

    assert registry.policy_version() != before


def test_a_clock_is_a_time_field_or_an_expression():
    for rule in rules_with(Days):
        if isinstance(rule.clock, str):
            assert isinstance(rule.model._meta.get_field(rule.clock), models.DateTimeField)
