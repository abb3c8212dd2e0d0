from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assistant", "0006_claude_isolation")]

    operations = [
        # Empty follows the time zone of the agency, and its pack holds the rules common to all.
        migrations.AddField(
            model_name="assistantsettings",
            name="jurisdiction",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "By the time zone"),
                    ("default", "Everywhere (the strictest common rules)"),
                    ("eu", "European Union"),
                    ("uk", "United Kingdom"),
                    ("us", "United States"),
                ],
                default="",
                max_length=7,
                verbose_name="fair-housing rules",
            ),
            preserve_default=False,
        ),
    ]
