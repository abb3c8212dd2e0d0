"""Functions that read past the policies, for searches that an index cannot serve under them.

PostgreSQL uses a text index only for conditions that it may check before a policy, and matching of
words is not among them. Such a function belongs to the support role, reads the organization from
the setting and never from an argument, and has a fixed `search_path`; a test lists them all.
The owner migrates without being a member of that role, so it lets the support role create
functions for the moment in which one is made.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from psycopg import sql

from organizations.tenancy import role


class CreateDefiner(Operation):
    """Create a function of the support role that the app may call.

    `signature` is such as `f(text[], integer)`, `definition` the whole `CREATE FUNCTION`. Needs a
    migration with `atomic = False`.
    """

    reversible = True

    def __init__(self, signature: str, definition: str) -> None:
        self.signature, self.definition = signature, definition

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        _create(schema_editor.connection, [(self.signature, self.definition)])

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        with _support(schema_editor.connection) as support:
            support.execute(f"DROP FUNCTION IF EXISTS {self.signature}")

    def describe(self) -> str:
        return f"Create the function {self.signature}"


def take_back(alias: str = "owner") -> int:
    """Give the support role what a restore made the owner's. Returns how many functions it were."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text, pg_get_functiondef(oid) FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace AND prosecdef "
            "AND proowner = current_user::regrole"
        )
        functions = cursor.fetchall()
        for signature, _definition in functions:
            cursor.execute(f"DROP FUNCTION {signature}")
    if functions:
        _create(connection, functions)
    return len(functions)


def _create(connection: BaseDatabaseWrapper, functions: Sequence[tuple[str, str]]) -> None:
    app = sql.Identifier(role("default")).as_string(None)
    with _support(connection) as support:
        for signature, definition in functions:
            support.execute(definition)
            support.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
            support.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {app}")


@contextmanager
def _support(owner: BaseDatabaseWrapper) -> Iterator[psycopg.Connection]:
    """Connect to the owner's database as the support role, which may create functions meanwhile."""
    if owner.in_atomic_block:
        raise RuntimeError("The grant must be committed first: set `atomic = False`.")
    ours = ("cursor_factory", "context", "prepare_threshold", "pool")
    parameters = connections["support"].get_connection_params()
    parameters = {key: value for key, value in parameters.items() if key not in ours}
    # Tests point the alias at their database only after it was migrated.
    parameters["dbname"] = owner.settings_dict["NAME"]
    name = sql.Identifier(role("support")).as_string(None)
    with owner.cursor() as cursor:
        cursor.execute(f"GRANT CREATE ON SCHEMA public TO {name}")
        try:
            with psycopg.connect(**parameters) as support:
                yield support
        finally:
            cursor.execute(f"REVOKE CREATE ON SCHEMA public FROM {name}")
