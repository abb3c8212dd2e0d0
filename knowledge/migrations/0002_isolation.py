from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0001_initial"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        Isolate("Listing", references=("agent",)),
        Isolate("Note", references=("author",)),
        Isolate(
            "Passage",
            references=(
                "note",
                "listing",
            ),
        ),
    ]
