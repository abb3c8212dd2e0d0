"""The three PostgreSQL roles, and the SQL that makes them.

`app` (web, workers) owns nothing and obeys every policy; `owner` migrates; `support` (staff,
purge, backup) sees every organization through a policy of its own instead of BYPASSRLS.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from psycopg import sql


class MigrateAsOwner:
    """Only the owner alias migrates; the other two see the same database."""

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return db == "owner"

    def allow_relation(self, obj1: object, obj2: object, **hints: object) -> bool:
        return True


_as_support: ContextVar[bool] = ContextVar("as_support", default=False)


class StaffAsSupport:
    """Sends every query of an admin page through the support alias, see `as_support`."""

    def db_for_read(self, model: type, **hints: Any) -> str | None:
        return "support" if _as_support.get() else None

    def db_for_write(self, model: type, **hints: Any) -> str | None:
        return "support" if _as_support.get() else None


@contextmanager
def as_support() -> Iterator[None]:
    """Read and write through the support alias, which sees every organization."""
    token = _as_support.set(True)
    try:
        yield
    finally:
        _as_support.reset(token)


def role_statements() -> Iterator[sql.Composed]:
    """Yield the statements for a superuser that create or update the roles of the settings."""
    for alias in ("owner", "default", "support"):
        configuration = settings.DATABASES[alias]
        name = sql.Identifier(configuration["USER"])
        password = sql.Literal(configuration["PASSWORD"])
        yield sql.SQL(
            "DO $do$ BEGIN CREATE ROLE {} ; EXCEPTION WHEN duplicate_object THEN NULL; END $do$"
        ).format(name)
        yield sql.SQL(
            "ALTER ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {} PASSWORD {}"
        ).format(
            name,
            # Tests create their own database; a production owner does not need to.
            sql.SQL("CREATEDB" if alias == "owner" and settings.DEMO else "NOCREATEDB"),
            password,
        )


def database_statements() -> Iterator[sql.Composed]:
    """Yield the statement that creates the database, for a superuser outside a transaction."""
    yield sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
        sql.Identifier(settings.DATABASES["owner"]["NAME"]),
        sql.Identifier(settings.DATABASES["owner"]["USER"]),
    )


def grant_statements() -> Iterator[sql.Composed]:
    """Yield the grants, run inside the database by its owner before the first migration.

    The app role gets no TRUNCATE, which would look past the policies, and nobody but the owner
    makes temporary tables.
    """
    yield sql.SQL(
        "DO $do$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', "
        "current_database()); END $do$"
    )
    owner = sql.Identifier(settings.DATABASES["owner"]["USER"])
    for alias in ("default", "support"):
        name = sql.Identifier(settings.DATABASES[alias]["USER"])
        yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name)
        yield sql.SQL(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public "
            "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}"
        ).format(owner, name)
        yield sql.SQL(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public "
            "GRANT USAGE, SELECT ON SEQUENCES TO {}"
        ).format(owner, name)
