"""The three roles can do what they need, and no more."""

import os
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from organizations import checks

APP, OWNER, SUPPORT = (settings.DATABASES[a]["USER"] for a in ("default", "owner", "support"))


def privileges(cursor, role, privilege):
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind = 'r' AND has_table_privilege(%s, oid, %s)",
        [role, privilege],
    )
    return [name for (name,) in cursor.fetchall()]


@pytest.mark.parametrize("privilege", ["TRUNCATE", "TRIGGER", "REFERENCES"])
@pytest.mark.parametrize("role", [APP, SUPPORT])
def test_roles_that_do_not_migrate_cannot_go_past_the_policies(admin_cursor, role, privilege):
    assert privileges(admin_cursor, role, privilege) == []


@pytest.mark.parametrize(
    ("role", "table", "rights"),
    [
        (APP, "django_migrations", {"SELECT"}),
        (SUPPORT, "django_migrations", {"SELECT"}),
        (APP, "django_admin_log", {"SELECT"}),
        (SUPPORT, "django_admin_log", {"SELECT", "INSERT", "DELETE"}),
        (APP, "organizations_supportaccess", {"SELECT", "INSERT"}),
        (SUPPORT, "organizations_supportaccess", {"SELECT", "INSERT", "DELETE"}),
        (APP, "mfa_authenticator", {"SELECT", "INSERT", "UPDATE", "DELETE"}),
    ],
)
def test_a_role_may_do_to_a_table_what_it_needs(admin_cursor, role, table, rights):
    all_rights = ("SELECT", "INSERT", "UPDATE", "DELETE")

    assert {r for r in all_rights if table in privileges(admin_cursor, role, r)} == rights


def test_of_a_staff_members_access_only_the_end_is_changed(admin_cursor):
    admin_cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'organizations_supportaccess'::regclass "
        "AND attnum > 0 AND has_column_privilege(%s, attrelid, attnum, 'UPDATE')",
        [SUPPORT],
    )

    assert admin_cursor.fetchall() == [("closed_at",)]


def test_app_can_read_what_the_owner_made(admin_cursor):
    assert "organizations_member" in privileges(admin_cursor, APP, "SELECT")


def test_everything_belongs_to_the_owner_but_the_searches_of_the_support_role(admin_cursor):
    admin_cursor.execute(
        "SELECT DISTINCT rolname, classid::regclass::text FROM pg_shdepend "
        "JOIN pg_roles ON pg_roles.oid = refobjid WHERE deptype = 'o' AND rolname = ANY(%s)",
        [[APP, SUPPORT]],
    )

    # Which functions these are is told by the test of the catalogue.
    assert admin_cursor.fetchall() == [(SUPPORT, "pg_proc")]


@pytest.mark.parametrize("role", [APP, SUPPORT])
def test_roles_that_do_not_migrate_create_nothing(admin_cursor, role):
    admin_cursor.execute("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [role])

    assert admin_cursor.fetchone() == (False,)


def test_no_role_looks_past_the_policies(admin_cursor):
    admin_cursor.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) "
        "AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication)",
        [[APP, OWNER, SUPPORT]],
    )

    assert admin_cursor.fetchall() == []


@pytest.mark.parametrize("attribute", ["SUPERUSER", "BYPASSRLS"])
def test_checks_refuse_a_role_that_looks_past_the_policies(admin_cursor, attribute):
    admin_cursor.execute(f'ALTER ROLE "{APP}" {attribute}')
    try:
        problems = checks.check_roles(databases=["owner"])
    finally:
        admin_cursor.execute(f'ALTER ROLE "{APP}" NO{attribute}')

    assert [problem.id for problem in problems] == ["organizations.E003"]
    assert checks.check_roles(databases=["owner"]) == []


def test_checks_refuse_one_role_for_two_purposes(monkeypatch):
    same = {alias: {"USER": "katikn"} for alias in ("default", "owner", "support")}
    monkeypatch.setattr(checks, "_check_attributes", lambda alias, users: [])
    monkeypatch.setattr(checks.settings, "DATABASES", same)

    assert [problem.id for problem in checks.check_roles(databases=["default"])] == [
        "organizations.E002"
    ]


def test_checks_refuse_social_tokens_in_the_clear(settings):
    settings.SOCIALACCOUNT_STORE_TOKENS = True

    assert [problem.id for problem in checks.check_social_tokens()] == ["organizations.E001"]


def test_setup_prints_everything_for_psql():
    output = StringIO()

    call_command("setup_database", "--print", stdout=output)

    text = output.getvalue()
    assert text.count("CREATE ROLE") == 3
    assert text.index("CREATE DATABASE") < text.index("\\connect") < text.index("GRANT USAGE")


def test_setup_asks_for_a_superuser():
    with pytest.raises(CommandError, match="--admin-url"):
        call_command("setup_database")


def test_setup_may_run_again(admin_cursor):
    output = StringIO()

    for _ in range(2):
        call_command(
            "setup_database", "--admin-url", os.environ["KATIKN_TEST_ADMIN_URL"], stdout=output
        )

    assert output.getvalue().count("are in place") == 2
