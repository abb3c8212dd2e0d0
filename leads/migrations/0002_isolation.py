from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0001_initial"),
        ("organizations", "0002_isolation"),
        ("inbox", "0002_isolation"),
    ]

    operations = [
        Isolate(
            "Lead",
            references=(
                "contact",
                "stage_set_by",
                "owner",
            ),
        ),
        Isolate(
            "Fact",
            references=(
                "lead",
                "evidence",
                "locked_by",
            ),
        ),
    ]
