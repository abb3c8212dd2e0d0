from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0003_imports_and_readings"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        Isolate("Import", references=("member",)),
        Isolate("ImportRow", references=("batch", "listing")),
        Isolate("Reading", references=("listing", "member")),
    ]
