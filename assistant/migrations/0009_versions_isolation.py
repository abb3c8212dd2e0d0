from django.db import migrations

from organizations.tenancy import Isolate, TieReference


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0008_versions"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        Isolate("AssistantVersion", references=("author", "restored_from")),
        TieReference("Run", "version"),
    ]
