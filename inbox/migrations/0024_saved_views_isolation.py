from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0023_saved_views"),
    ]

    operations = [
        Isolate("SavedView", references=("member",)),
    ]
