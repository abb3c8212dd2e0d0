from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0013_drafts"),
    ]

    operations = [
        Isolate("Draft", references=("conversation", "member")),
    ]
