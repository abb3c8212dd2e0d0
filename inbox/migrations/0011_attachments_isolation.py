from django.db import migrations

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0010_attachments"),
    ]

    operations = [
        Isolate("Attachment", references=("message",)),
        Isolate("AttachmentWork", references=("attachment",), policy=False),
    ]
