from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0002_isolation"),
    ]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="account_note",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="channel",
            name="account_state",
            field=models.CharField(
                choices=[
                    ("ok", "In good standing"),
                    ("restricted", "Restricted by WhatsApp"),
                    ("disabled", "Disabled by WhatsApp"),
                    ("offboarded", "Removed from the WhatsApp platform"),
                ],
                default="ok",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="checked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="channel",
            name="is_on_biz_app",
            field=models.BooleanField(
                default=False, help_text="Also used in the WhatsApp Business app on a phone."
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="messaging_limit",
            field=models.CharField(
                blank=True, help_text="Meta's word, such as TIER_2K.", max_length=40
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="name_status",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="channel",
            name="platform_type",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="channel",
            name="quality_rating",
            field=models.CharField(
                choices=[
                    ("GREEN", "High"),
                    ("YELLOW", "Medium"),
                    ("RED", "Low"),
                    ("UNKNOWN", "Not rated yet"),
                ],
                default="UNKNOWN",
                max_length=7,
                verbose_name="quality",
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="verified_name",
            field=models.CharField(blank=True, max_length=200, verbose_name="verified name"),
        ),
    ]
