from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import connections, migrations

from inbox.models.words import vector
from organizations.tenancy import each_organization_in_migration

BATCH = 2000
TABLES = (("inbox_contact", "search_text", True), ("inbox_message", "body", False))


def fill(apps: Any, schema_editor: Any) -> None:
    """Write the words of the rows that have none yet; may be stopped and run again."""
    alias = schema_editor.connection.alias
    for organization_id in each_organization_in_migration(apps, alias):
        with connections[alias].cursor() as cursor:
            for table, column, parts in TABLES:
                while _fill_some(cursor, organization_id, table, column, parts):
                    pass


def _fill_some(cursor: Any, organization_id: int, table: str, column: str, parts: bool) -> bool:
    cursor.execute(
        f"SELECT id, {column} FROM {table} WHERE organization_id = %s AND words IS NULL "  # noqa: S608
        "ORDER BY id LIMIT %s",
        [organization_id, BATCH],
    )
    rows = cursor.fetchall()
    words = [vector(organization_id, text, parts) for _, text in rows]
    cursor.execute(
        f"UPDATE {table} SET words = w.words::tsvector "  # noqa: S608
        f"FROM unnest(%s::bigint[], %s::text[]) AS w(id, words) WHERE {table}.id = w.id",
        [[pk for pk, _ in rows], words],
    )
    return len(rows) == BATCH


class Migration(migrations.Migration):
    # Each organization is committed by itself.
    atomic = False

    dependencies = [
        ("inbox", "0021_search_function"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="contact",
            index=GinIndex(fields=["words"], name="contacts_by_word", fastupdate=False),
        ),
        migrations.AddIndex(
            model_name="message",
            index=GinIndex(fields=["words"], name="messages_by_word", fastupdate=False),
        ),
    ]
