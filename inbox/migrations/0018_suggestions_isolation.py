from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0017_suggestions"),
    ]

    operations = [
        Isolate("Suggestion", references=("conversation", "message", "settled_by")),
    ]
