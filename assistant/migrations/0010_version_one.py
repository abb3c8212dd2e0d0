from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from organizations.tenancy import each_organization_in_migration

NAMES = ("persona_name", "tone", "instructions", "website", "public_email")


def publish(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make version 1 of what each organization has set of its assistant's manner."""
    alias = schema_editor.connection.alias
    settings = apps.get_model("assistant", "AssistantSettings").objects.using(alias)
    versions = apps.get_model("assistant", "AssistantVersion").objects.using(alias)
    for organization_id in each_organization_in_migration(apps, alias):
        for row in settings.filter(organization_id=organization_id):
            content = {name: getattr(row, name) for name in NAMES}
            if any(content.values()) and not versions.filter(organization_id=organization_id):
                versions.create(
                    organization_id=organization_id,
                    number=1,
                    content=content,
                    changed_at=row.updated_at,
                    published_at=row.updated_at,
                )


def put_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write what answers now into the settings; older versions have no place there."""
    alias = schema_editor.connection.alias
    settings = apps.get_model("assistant", "AssistantSettings").objects.using(alias)
    versions = apps.get_model("assistant", "AssistantVersion").objects.using(alias)
    for organization_id in each_organization_in_migration(apps, alias):
        published = versions.filter(organization_id=organization_id, number__isnull=False)
        for live in published.order_by("-number")[:1]:
            values = {name: live.content.get(name, "") for name in NAMES}
            settings.update_or_create(organization_id=organization_id, defaults=values)


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0009_versions_isolation"),
    ]

    operations = [migrations.RunPython(publish, put_back)]
