from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0016_trying_out"),
        ("inbox", "0002_isolation"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        Isolate("PlaygroundTalk", references=("member", "version")),
        Isolate("PlaygroundTurn", references=("talk",)),
        Isolate("Rehearsal", references=("version", "member")),
        Isolate("RehearsalCase", references=("rehearsal", "conversation")),
    ]
