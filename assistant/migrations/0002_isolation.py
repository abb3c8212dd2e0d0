from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0001_initial"),
        ("organizations", "0002_isolation"),
        ("inbox", "0002_isolation"),
    ]

    operations = [
        Isolate("Dialogue", references=("conversation",)),
        Isolate(
            "Run",
            references=(
                "conversation",
                "message",
            ),
        ),
    ]
