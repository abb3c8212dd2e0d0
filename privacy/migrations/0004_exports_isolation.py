from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0003_exports"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        Isolate("Export", references=("member",)),
        Isolate("ExportPart", references=("export",)),
    ]
