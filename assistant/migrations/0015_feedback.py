import django.db.models.deletion
from django.db import migrations, models

from organizations.tenancy import TieReference


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0014_suggested"),
        ("organizations", "0005_plural"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="feedback_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="feedback_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="organizations.member",
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="feedback_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", ""),
                    ("wrong", "Something in it is wrong"),
                    ("beside", "Does not answer the question"),
                    ("tone", "Not how we write"),
                    ("person", "A person should have answered"),
                ],
                default="",
                max_length=6,
            ),
        ),
        TieReference("Run", "feedback_by"),
    ]
