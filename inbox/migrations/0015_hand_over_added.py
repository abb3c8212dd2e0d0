from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0014_drafts_isolation"),
    ]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="added",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text='[{"kind", "text", "message"}], what the customer wrote since.',
            ),
        ),
    ]
