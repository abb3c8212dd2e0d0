from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0003_subject_rules"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        Isolate("SubjectRule", references=("member",)),
        Isolate("HandOverSettings"),
    ]
