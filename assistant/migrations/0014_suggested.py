from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0013_completions_isolation"),
    ]

    operations = [
        migrations.AlterField(
            model_name="run",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("replied", "Replied"),
                    ("suggested", "Suggested"),
                    ("handed_over", "Handed over"),
                    ("silent", "Nothing to answer"),
                    ("dropped", "Draft dropped"),
                    ("failed", "Failed"),
                ],
                default="replied",
                max_length=11,
            ),
        ),
    ]
