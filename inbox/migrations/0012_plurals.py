from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0011_attachments_isolation"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="identity",
            options={"ordering": ("pk",), "verbose_name_plural": "identities"},
        ),
        migrations.AlterModelOptions(
            name="messagestatus",
            options={"verbose_name_plural": "message statuses"},
        ),
    ]
