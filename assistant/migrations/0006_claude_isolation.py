from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0005_claude"),
        ("inbox", "0002_isolation"),
    ]

    operations = [
        Isolate("AssistantSettings"),
        Isolate("ClaudeCall", references=("conversation", "run")),
    ]
