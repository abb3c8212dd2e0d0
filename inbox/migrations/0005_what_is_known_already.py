from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F

from organizations.tenancy import each_organization_in_migration


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let accounts lead to their channels, and remember where the names came from."""
    alias = schema_editor.connection.alias
    channels = apps.get_model("inbox", "Channel").objects.using(alias)
    routes = apps.get_model("inbox", "ChannelRoute").objects.using(alias)
    contacts = apps.get_model("inbox", "Contact").objects.using(alias)
    for organization_id in each_organization_in_migration(apps, alias):
        own = channels.filter(organization_id=organization_id)
        for channel_id, waba_id in own.values_list("pk", "waba_id"):
            routes.filter(channel_id=channel_id).update(waba_id=waba_id)
        contacts.filter(organization_id=organization_id, profile_name="").update(
            profile_name=F("name")
        )


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0004_whatsapp_in_full"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
