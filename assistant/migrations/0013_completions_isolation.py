from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0012_completions"),
        ("inbox", "0002_isolation"),
    ]

    operations = [
        Isolate("Completion", references=("conversation", "call")),
    ]
