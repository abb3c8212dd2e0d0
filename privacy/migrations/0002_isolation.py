from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0001_initial"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        Isolate("Hold", references=("placed_by",)),
        Isolate("Tombstone"),
    ]
