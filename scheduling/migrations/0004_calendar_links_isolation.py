from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0003_calendar_links"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        Isolate("CalendarLink", references=("appointment",), policy=False),
    ]
