"""What PostgreSQL says about our tables, compared with what the models say."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from organizations.tenancy import (
    GLOBAL_LIBRARY_TABLES,
    GlobalModel,
    RoutingModel,
    TenantModel,
    composite_key_name,
    role,
)
from organizations.tests.samples import models_of, references

CLASSES = (TenantModel, RoutingModel, GlobalModel)
TENANT, ROUTING = models_of(TenantModel), models_of(RoutingModel)
OURS = [m for m in apps.get_models() if m.__module__.split(".")[0] in settings.INSTALLED_APPS]
OURS = [m for m in OURS if not m.__module__.startswith(("django", "allauth", "csp"))]

# Functions that run with the rights of their owner. Each needs a reason to stand here.
DEFINER_FUNCTIONS = {
    # An index of words is not used under a policy; it names conversations of the organization in
    # the setting only, see docs/decisions/search.md.
    "conversations_with_words",
}
# Text in routing tables that says nothing about a person: hashes, and Meta's ids of a number.
ROUTING_TEXT = {
    ("organizations_invitationtoken", "token_hash"),
    ("scheduling_calendarlink", "token_hash"),
    ("inbox_channelroute", "phone_number_id"),
    ("inbox_channelroute", "waba_id"),
}
WORDLESS_TYPES = {"bigint", "integer", "smallint", "uuid", "boolean", "timestamp with time zone"}

CURRENT = "(organization_id = ( SELECT current_organization() AS current_organization))"
CURRENT_OR_NULL = (
    "(organization_id = ( SELECT current_organization_or_null() AS current_organization_or_null))"
)
OWN_MEMBERSHIPS = "(user_id = ( SELECT acting_user_or_null() AS acting_user_or_null))"


def rows(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def tables(models_):
    return {model._meta.db_table for model in models_}


def label(model):
    return model._meta.label if isinstance(model, type) else model.name


@pytest.mark.parametrize("model", OURS, ids=label)
def test_a_model_of_ours_says_its_class_of_tables(model):
    assert sum(issubclass(model, kind) for kind in CLASSES) == 1


def test_every_table_is_declared(db):
    present = {
        name
        for (name,) in rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relkind IN ('r', 'p', 'f')"
        )
    }

    assert present == tables([*TENANT, *ROUTING, *models_of(GlobalModel)]) | GLOBAL_LIBRARY_TABLES


def test_no_view_shows_rows_past_the_policies(db):
    views = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"

    assert rows(f"{views} AND relkind IN ('v', 'm')") == []


@pytest.mark.parametrize("model", TENANT, ids=label)
def test_a_tenant_table_is_behind_its_policies_and_no_others(db, model):
    table = model._meta.db_table
    is_member = label(model) == "organizations.Member"
    same = CURRENT_OR_NULL if is_member else CURRENT
    app, owner, support = role("default"), role("owner"), role("support")
    expected = [
        ("support", "PERMISSIVE", [support], "ALL", "true", "true"),
        ("tenant", "PERMISSIVE", sorted([app, owner]), "ALL", same, same),
    ]
    if is_member:
        own = ("own_memberships", "PERMISSIVE", [app], "SELECT", OWN_MEMBERSHIPS, None)
        expected.insert(0, own)

    found = rows(
        "SELECT policyname::text, permissive, "
        "ARRAY(SELECT r::text FROM unnest(roles) r ORDER BY 1), cmd, qual, with_check "
        "FROM pg_policies WHERE schemaname = 'public' AND tablename = %s "
        "ORDER BY policyname",
        table,
    )

    assert found == expected
    assert rows(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table
    ) == [(True, True)]


@pytest.mark.parametrize("model", TENANT, ids=label)
def test_a_row_of_a_tenant_table_always_has_an_organization(db, model):
    assert rows(
        "SELECT is_nullable FROM information_schema.columns WHERE table_schema = 'public' "
        "AND table_name = %s AND column_name = 'organization_id'",
        model._meta.db_table,
    ) == [("NO",)]


def test_policies_stand_on_tenant_tables_only(db):
    found = {t for (t,) in rows("SELECT tablename::text FROM pg_policies")}

    assert found == tables(TENANT)


@pytest.mark.parametrize("model", ROUTING, ids=label)
def test_a_routing_table_holds_no_words(db, model):
    columns = rows(
        "SELECT column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = %s",
        model._meta.db_table,
    )
    chosen = {f.column for f in model._meta.concrete_fields if f.choices}

    worded = {
        (model._meta.db_table, name)
        for name, kind in columns
        if kind not in WORDLESS_TYPES and not (kind == "character varying" and name in chosen)
    }

    assert worded - ROUTING_TEXT == set()
    assert "organization_id" in [name for name, _ in columns]


@pytest.mark.parametrize("model", models_of(GlobalModel), ids=label)
def test_a_global_table_has_no_organization_and_refers_to_no_tenant_table(model):
    fields = model._meta.concrete_fields

    assert "organization_id" not in [field.column for field in fields]
    assert [f.name for f in fields if f.is_relation and f.related_model in TENANT + ROUTING] == []


@pytest.mark.parametrize(("model", "field"), references(), ids=lambda it: label(it) if it else "")
def test_a_reference_is_tied_to_the_organization(db, model, field):
    found = rows(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, condeferrable, condeferred, "
        "convalidated, confdeltype::text, "
        "ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY k(n, i) "
        "JOIN pg_attribute ON attrelid = conrelid AND attnum = n ORDER BY i), "
        "ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY k(n, i) "
        "JOIN pg_attribute ON attrelid = confrelid AND attnum = n ORDER BY i) "
        "FROM pg_constraint WHERE contype = 'f' AND conname = %s AND conrelid = %s::regclass",
        composite_key_name(model, field.name),
        model._meta.db_table,
    )

    target = field.related_model._meta
    here, there = ["organization_id", field.column], ["organization_id", target.pk.column]
    assert found == [(model._meta.db_table, target.db_table, True, True, True, "a", here, there)]


def test_every_reference_in_the_database_between_owned_tables_is_known_to_the_models(db):
    owned = tables([*TENANT, *ROUTING])
    single = rows(
        "SELECT c.conrelid::regclass::text, a.attname::text, c.confrelid::regclass::text "
        "FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid "
        "AND a.attnum = c.conkey[1] WHERE c.contype = 'f' AND cardinality(c.conkey) = 1"
    )

    found = {(here, column) for here, column, there in single if {here, there} <= owned}

    assert found == {(model._meta.db_table, field.column) for model, field in references()}


@pytest.mark.parametrize("model", TENANT, ids=label)
def test_what_is_unique_is_unique_within_the_organization(db, model):
    # Exempt: random ids, and one-to-one references, whose composite key holds off other tenants.
    exempt = {
        f.column
        for f in model._meta.concrete_fields
        if isinstance(f, models.UUIDField | models.OneToOneField)
    }
    indexes = rows(
        "SELECT i.indexrelid::regclass::text, "
        "ARRAY(SELECT coalesce(a.attname::text, '') FROM unnest(i.indkey::int[]) "
        "WITH ORDINALITY k(n, pos) LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid "
        "AND a.attnum = k.n ORDER BY pos) "
        "FROM pg_index i WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT i.indisprimary",
        model._meta.db_table,
    )

    revealing = [
        name
        for name, columns in indexes
        if columns[0] != "organization_id" and not (len(columns) == 1 and columns[0] in exempt)
    ]

    assert revealing == []


def test_a_function_past_the_policies_is_the_support_roles_and_finds_its_names_itself(db):
    found = rows(
        "SELECT proname::text, proowner::regrole::text, proconfig, "
        "has_function_privilege('public', oid, 'EXECUTE') FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    )

    path = "search_path=public, pg_temp"
    found = [(name, owner, path in settings_, public) for name, owner, settings_, public in found]
    assert found == [(name, role("support"), True, False) for name in sorted(DEFINER_FUNCTIONS)]


def test_the_support_role_makes_nothing(db):
    assert rows("SELECT has_schema_privilege(%s, 'public', 'CREATE')", role("support")) == [
        (False,)
    ]


def test_functions_are_the_known_ones_and_run_with_the_callers_rights(db):
    found = rows(
        "SELECT proname::text, prosecdef FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )

    assert {name for name, is_definer in found if is_definer} == DEFINER_FUNCTIONS
    assert {name for name, is_definer in found if not is_definer} == {
        "acting_user_or_null",
        "current_organization",
        "current_organization_or_null",
    }


@pytest.mark.parametrize("alias", ["default", "support"])
def test_a_role_that_does_not_migrate_cannot_become_another(db, alias):
    memberships = "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole"

    assert rows(memberships, role(alias)) == []


def test_requests_and_tasks_connect_as_the_app_role(db):
    assert rows("SELECT current_user::text, session_user::text") == [(role("default"),) * 2]


def test_the_audit_trail_is_added_to_only(db):
    table = "organizations_auditentry"
    rights = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    def held(name):
        return [
            r
            for r in rights
            if rows("SELECT has_table_privilege(%s, %s, %s)", name, table, r)[0][0]
        ]

    assert held(role("default")) == ["SELECT", "INSERT"]
    assert held(role("support")) == ["SELECT", "INSERT", "DELETE"]
