"""Every tenant table and every reference, tried in SQL by the app role inside one organization."""

import json
import uuid

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from organizations.tenancy import TenantModel, composite_key_name, tenant
from organizations.tests.factories import OrganizationFactory
from organizations.tests.samples import models_of, references, sample

every_tenant_table = pytest.mark.parametrize(
    "model", models_of(TenantModel), ids=lambda model: model._meta.label
)
every_reference = pytest.mark.parametrize(
    ("model", "field"),
    references(),
    ids=lambda it: it._meta.label if isinstance(it, type) else it.name,
)


@pytest.fixture
def mine(db):
    return OrganizationFactory()


@pytest.fixture
def theirs(db):
    return OrganizationFactory()


@every_tenant_table
def test_another_organizations_row_is_out_of_sight(mine, theirs, model):
    own, other = sample(model, mine), sample(model, theirs)

    assert run(mine, f"SELECT 1 FROM {name(model)} WHERE {key(model)} = %s", own.pk) == 1
    assert run(mine, f"SELECT 1 FROM {name(model)} WHERE {key(model)} = %s", other.pk) == 0


@every_tenant_table
def test_another_organizations_row_is_neither_changed_nor_deleted(mine, theirs, model):
    other = sample(model, theirs)
    change = f"UPDATE {name(model)} SET organization_id = %s WHERE {key(model)} = %s"
    removal = f"DELETE FROM {name(model)} WHERE {key(model)} = %s"

    assert run(mine, change, mine.pk, other.pk) in (0, "denied")
    assert run(mine, removal, other.pk) in (0, "denied")


@every_tenant_table
def test_a_row_is_not_inserted_for_another_organization(mine, theirs, model):
    stranger = copy_of(sample(model, theirs), theirs)
    insert = (
        f"INSERT INTO {name(model)} SELECT * FROM jsonb_populate_record(NULL::{name(model)}, %s)"
    )

    with pytest.raises(DatabaseError, match="row-level security"):
        run(mine, insert, stranger)


@every_tenant_table
def test_a_row_is_not_moved_to_another_organization(mine, theirs, model):
    own = sample(model, mine)
    move = f"UPDATE {name(model)} SET organization_id = %s WHERE {key(model)} = %s"

    with pytest.raises(DatabaseError, match=r"row-level security|permission denied"):
        run(mine, move, theirs.pk, own.pk, raises=True)


@every_tenant_table
def test_nothing_is_read_without_an_organization(mine, model):
    sample(model, mine)
    count = f"SELECT 1 FROM {name(model)}"

    if model._meta.label == "organizations.Member":
        # The login asks for memberships before it knows the organization.
        assert run(None, count) == 0
    else:
        with pytest.raises(DatabaseError, match="no organization in context"):
            run(None, count)


@every_reference
def test_a_reference_to_another_organizations_row_is_refused(mine, theirs, model, field):
    target = field.related_model
    row = sample(model, mine, **{field.name: sample(target, mine)})
    other = sample(target, theirs)
    point = f'UPDATE {name(model)} SET "{field.column}" = %s WHERE {key(model)} = %s'

    # PostgreSQL's plain foreign key alone accepts the other row: its check looks past the policies.
    with pytest.raises(IntegrityError, match=composite_key_name(model, field.name)):
        run(mine, point, other.pk, row.pk)


def run(organization, sql, *parameters, raises=False):
    """Return how many rows the statement met, or "denied" where the role lacks the right."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if organization is None:
                cursor.execute(sql, parameters)
                return cursor.rowcount
            with tenant(organization):
                cursor.execute(sql, parameters)
                count = cursor.rowcount
                # Without deferring, a broken reference shows now and not at the commit.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                return count
    except DatabaseError as error:
        if "permission denied" in str(error) and not raises:
            return "denied"
        raise


def copy_of(row: models.Model, organization) -> str:
    """Return the row as JSON with a key of its own, as its owner sees it."""
    table, pk = row._meta.db_table, row._meta.pk
    with tenant(organization), connection.cursor() as cursor:
        cursor.execute(
            f'SELECT to_jsonb(t)::text FROM "{table}" t WHERE "{pk.column}" = %s', [row.pk]
        )
        values = json.loads(cursor.fetchone()[0])
    values[pk.column] = str(uuid.uuid4()) if isinstance(pk, models.UUIDField) else row.pk + 10**9
    return json.dumps(values)


def name(model: type[models.Model]) -> str:
    return f'"{model._meta.db_table}"'


def key(model: type[models.Model]) -> str:
    return f'"{model._meta.pk.column}"'
