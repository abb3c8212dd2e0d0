from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0003_follow_ups"),
        ("inbox", "0002_isolation"),
    ]

    operations = [
        Isolate("FollowUp", references=("conversation",)),
    ]
