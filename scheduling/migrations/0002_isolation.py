from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0001_initial"),
        ("organizations", "0002_isolation"),
        ("inbox", "0002_isolation"),
        ("knowledge", "0002_isolation"),
    ]

    operations = [
        Isolate("AppointmentKind"),
        Isolate("WeeklyHours", references=("member",)),
        Isolate("DayOff", references=("member",)),
        Isolate(
            "Offer",
            references=(
                "conversation",
                "listing",
                "member",
            ),
        ),
        Isolate(
            "Appointment",
            references=(
                "member",
                "conversation",
                "listing",
                "offer",
                "created_by",
            ),
        ),
    ]
