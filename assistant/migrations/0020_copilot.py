"""Calls to Claude say what they were made for; until now all were made to answer customers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assistant", "0019_plurals")]

    operations = [
        migrations.AddField(
            "claudecall",
            "purpose",
            models.CharField(
                choices=[
                    ("turn", "Answers to customers, trials included"),
                    ("copilot", "Copilot for members"),
                ],
                default="turn",
                max_length=7,
            ),
        ),
    ]
