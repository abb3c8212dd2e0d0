from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0006_hand_over"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        Isolate(
            "HandOver",
            references=("conversation", "asked_in", "meant_for", "resolved_by"),
        ),
    ]
