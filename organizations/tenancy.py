"""The wall between organizations: who owns a row, and how PostgreSQL keeps it.

Every table belongs to one of three classes. A *tenant* table has an organization column and a
forced row-level policy. A *routing* table names an organization but has no policy, because the
workers read it before they know whose work it is; it holds ids, times, states and hashes only.
A *global* table has no organization. `tests/test_tenancy.py` compares this with the database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from organizations.correlation import bound

ORGANIZATION_SETTING = "katikn.organization"
USER_SETTING = "katikn.user"

# Tables of the libraries and of Django. Ours say their class by their base class.
GLOBAL_LIBRARY_TABLES = {
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_admin_log",
    "django_content_type",
    "django_migrations",
    "django_q_ormq",
    "django_q_schedule",
    "django_q_task",
    "django_session",
    "mfa_authenticator",
    "organizations_user_groups",
    "organizations_user_user_permissions",
    "rate_limit_cache",
}


class NamedByKey(models.Model):
    """Without a name of its own, a row is called by its kind and key: `conversation 46`."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class TenantModel(NamedByKey):
    """A row of one organization. Read and written inside `tenant()` only."""

    class Meta:
        abstract = True


class RoutingModel(NamedByKey):
    """Says which organization some work belongs to: ids, times, states and hashes, no text."""

    class Meta:
        abstract = True


class GlobalModel(NamedByKey):
    """A row that belongs to no organization."""

    class Meta:
        abstract = True


class OtherOrganizationEntered(RuntimeError):
    """`tenant()` was asked for one organization while another one is entered."""


@contextmanager
def tenant(organization: Any, using: str = "default") -> Iterator[Any]:
    """Open a transaction in which the rows of `organization` (row or id) are visible.

    Yields the Organization. May be nested for the same organization; raises
    `OtherOrganizationEntered` for another one and `Organization.DoesNotExist` for an unknown id.
    Never talk to a network inside.
    """
    from organizations.models import Organization

    connection = connections[using]
    organization_id = int(getattr(organization, "pk", organization))
    previous = entered_organization(using)
    if previous not in (None, organization_id):
        raise OtherOrganizationEntered(
            f"Organization {previous} is entered; leave it before entering {organization_id}."
        )
    with bound(organization_id=organization_id), transaction.atomic(using=using):
        if previous is None:  # otherwise it stands already
            _set_local(connection, ORGANIZATION_SETTING, str(organization_id))
        connection.entered_organization = organization_id
        try:
            if not isinstance(organization, Organization):
                organization = Organization.objects.using(using).get(pk=organization_id)
            trial = _trial.get() if previous is None and using == "default" else None
            if trial:
                trial.enter(organization_id)
            yield organization
            if trial:
                trial.leave()
                transaction.set_rollback(True, using=using)
            # Releasing a savepoint keeps SET LOCAL, so the previous value is put back by hand;
            # a rollback does it by itself.
            if previous is None and not connection.needs_rollback:
                _set_local(connection, ORGANIZATION_SETTING, "")
        finally:
            connection.entered_organization = previous


@dataclass(frozen=True)
class _Trial:
    """What happens around each `tenant()` of an organization whose work is not kept."""

    organization_id: int
    begin: Callable[[], None]
    end: Callable[[], None]

    def enter(self, organization_id: int) -> None:
        if organization_id != self.organization_id:
            raise OtherOrganizationEntered(
                f"Organization {self.organization_id} is being tried out, not {organization_id}."
            )
        self.begin()

    def leave(self) -> None:
        self.end()


_trial: ContextVar[_Trial | None] = ContextVar("trial", default=None)


@contextmanager
def rolled_back(
    organization_id: int, begin: Callable[[], None], end: Callable[[], None]
) -> Iterator[None]:
    """Let each outermost `tenant()` in this block start with `begin` and end with `end` and a
    rollback. Another organization cannot be entered meanwhile.
    """
    if entered_organization() is not None:
        raise RuntimeError("What was done before in this transaction would be lost.")
    token = _trial.set(_Trial(organization_id, begin, end))
    try:
        yield
    finally:
        _trial.reset(token)


@contextmanager
def for_real() -> Iterator[None]:
    """Within `rolled_back`: let `tenant()` commit after all, for what has really happened."""
    token = _trial.set(None)
    try:
        yield
    finally:
        _trial.reset(token)


def is_rolled_back() -> bool:
    """Whether what `tenant()` does here is not kept."""
    return _trial.get() is not None


def entered_organization(using: str = "default") -> int | None:
    """Return the id of the organization that `tenant()` has entered on this connection."""
    return getattr(connections[using], "entered_organization", None)


@contextmanager
def acting_user(user_id: int) -> Iterator[None]:
    """Open a transaction in which the user sees their own memberships in all organizations."""
    connection = connections["default"]
    with transaction.atomic():
        previous = _exchange_local(connection, USER_SETTING, str(user_id))
        yield
        if not connection.needs_rollback:
            _set_local(connection, USER_SETTING, previous)


def _exchange_local(connection: BaseDatabaseWrapper, name: str, value: str) -> str:
    """Set it until the transaction ends, and return what it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(before, ''), set_config(%s, %s, true) "
            "FROM (SELECT current_setting(%s, true) AS before OFFSET 0) AS standing",
            [name, value, name],
        )
        return cursor.fetchone()[0]


def _set_local(connection: BaseDatabaseWrapper, name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def role(alias: str) -> str:
    """Return the PostgreSQL role behind a database alias: default (app), owner or support."""
    return settings.DATABASES[alias]["USER"]


class CreateTenantFunctions(Operation):
    """Create the functions that the policies compare with."""

    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        schema_editor.execute(FUNCTIONS)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        schema_editor.execute(
            "DROP FUNCTION current_organization(); DROP FUNCTION current_organization_or_null();"
            "DROP FUNCTION acting_user_or_null();"
        )

    def describe(self) -> str:
        return "Create the functions that tell the current organization and user"


# Raising instead of answering NULL makes a forgotten `tenant()` loud.
FUNCTIONS = f"""
CREATE FUNCTION current_organization_or_null() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('{ORGANIZATION_SETTING}', true), '')::bigint $$;

CREATE FUNCTION acting_user_or_null() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('{USER_SETTING}', true), '')::bigint $$;

CREATE FUNCTION current_organization() RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE organization bigint := current_organization_or_null();
BEGIN
    IF organization IS NULL THEN
        RAISE EXCEPTION 'no organization in context' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN organization;
END $$;
"""


class Isolate(Operation):
    """Put one tenant table behind its policies and tie its references to its organization.

    `references` names the fields that point at other tenant or routing tables: each gets a
    composite foreign key (organization_id, field_id), because PostgreSQL's own check of a plain
    one looks past the policies and accepts another organization's id. A routing table passes
    `policy=False`. `policy="member"` lets a signed-in user see their own memberships.
    """

    reversible = True

    def __init__(
        self, model: str, references: tuple[str, ...] = (), policy: bool | str = True
    ) -> None:
        self.model = model
        self.references = tuple(references)
        self.policy = policy

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        table = model._meta.db_table
        primary_key = model._meta.pk.column
        schema_editor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_own" '
            f'UNIQUE (organization_id, "{primary_key}")'
        )
        for field_name in self.references:
            schema_editor.execute(composite_key_sql(model, field_name))
        if self.policy:
            for statement in policy_sql(table, for_member=self.policy == "member"):
                schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model)
        table = model._meta.db_table
        if self.policy:
            for name in ("tenant", "support", "own_memberships"):
                schema_editor.execute(f'DROP POLICY IF EXISTS {name} ON "{table}"')
            schema_editor.execute(
                f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY'
            )
        for field_name in self.references:
            name = composite_key_name(model, field_name)
            schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_own"')

    def describe(self) -> str:
        return f"Isolate {self.model} by organization"


class TieReference(Operation):
    """Tie a reference that was added to a table later to its organization, as `Isolate` does."""

    reversible = True

    def __init__(self, model: str, field: str) -> None:
        self.model = model
        self.field = field

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        schema_editor.execute(composite_key_sql(model, self.field))

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model)
        name = composite_key_name(model, self.field)
        schema_editor.execute(f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT "{name}"')

    def describe(self) -> str:
        return f"Tie {self.model}.{self.field} to its organization"


def policy_sql(table: str, for_member: bool = False) -> list[str]:
    """Return the statements that put a table behind its policies."""
    current = "current_organization_or_null()" if for_member else "current_organization()"
    same = f"organization_id = (SELECT {current})"
    statements = [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY tenant ON "{table}" TO "{role("default")}", "{role("owner")}" '
        f"USING ({same}) WITH CHECK ({same})",
        f'CREATE POLICY support ON "{table}" TO "{role("support")}" USING (true) WITH CHECK (true)',
    ]
    if for_member:
        statements.append(
            f'CREATE POLICY own_memberships ON "{table}" FOR SELECT TO "{role("default")}" '
            "USING (user_id = (SELECT acting_user_or_null()))"
        )
    return statements


def composite_key_name(model: type[models.Model], field_name: str) -> str:
    column = model._meta.get_field(field_name).column
    return f"{model._meta.db_table}_{column}_same_org"


def composite_key_sql(model: type[models.Model], field_name: str) -> str:
    """Return the statement that ties a reference to its organization.

    PostgreSQL checks the rows that are there as the owner, whom a forced policy would hold up with
    "no organization in context"; so the policies are not forced while the key is added.
    """
    field = model._meta.get_field(field_name)
    here, target = model._meta.db_table, field.related_model._meta
    return f"""
DO $$
DECLARE
    forced regclass[] := ARRAY(
        SELECT oid::regclass FROM pg_class WHERE relforcerowsecurity
        AND oid IN ('"{here}"'::regclass, '"{target.db_table}"'::regclass)
    );
    held regclass;
BEGIN
    FOREACH held IN ARRAY forced LOOP
        EXECUTE 'ALTER TABLE ' || held || ' NO FORCE ROW LEVEL SECURITY';
    END LOOP;
    ALTER TABLE "{here}" ADD CONSTRAINT "{composite_key_name(model, field_name)}"
        FOREIGN KEY (organization_id, "{field.column}")
        REFERENCES "{target.db_table}" (organization_id, "{target.pk.column}")
        DEFERRABLE INITIALLY DEFERRED;
    FOREACH held IN ARRAY forced LOOP
        EXECUTE 'ALTER TABLE ' || held || ' FORCE ROW LEVEL SECURITY';
    END LOOP;
END $$"""  # noqa: S608 (names of our own tables)


def each_organization_in_migration(apps: Any, alias: str = "owner") -> Iterator[int]:
    """Enter one organization after the other, for a data migration that touches tenant rows."""
    for organization_id in (
        apps.get_model("organizations", "Organization")
        .objects.using(alias)
        .values_list("pk", flat=True)
    ):
        with transaction.atomic(using=alias):
            _set_local(connections[alias], ORGANIZATION_SETTING, str(organization_id))
            yield organization_id
