import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0007_jurisdiction"),
        ("organizations", "0005_plural"),
    ]

    operations = [
        migrations.AddField(
            model_name="assistantsettings",
            name="mode",
            field=models.CharField(
                choices=[
                    ("off", "Off: people answer everything"),
                    ("suggest", "Suggest: it writes drafts, people send them"),
                    ("on", "On: it answers by itself"),
                ],
                default="on",
                help_text="At once, for all numbers.",
                max_length=7,
                verbose_name="who answers",
            ),
        ),
        migrations.CreateModel(
            name="AssistantVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveIntegerField(blank=True, null=True)),
                ("content", models.JSONField(default=dict, help_text="See assistant/shape.py.")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organizations.member",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assistant_versions",
                        to="organizations.organization",
                    ),
                ),
                (
                    "restored_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="assistant.assistantversion",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="run",
            name="version",
            field=models.ForeignKey(
                blank=True,
                help_text="What the agency had published when it answered.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="runs",
                to="assistant.assistantversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="assistantversion",
            constraint=models.UniqueConstraint(
                models.F("organization"), models.F("number"), name="one_version_per_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="assistantversion",
            constraint=models.UniqueConstraint(
                models.F("organization"),
                condition=models.Q(("number", None)),
                name="one_draft_of_the_assistant",
            ),
        ),
        migrations.AddConstraint(
            model_name="assistantversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", None), ("published_at", None)),
                    models.Q(("number__gt", 0), ("published_at__isnull", False)),
                    _connector="OR",
                ),
                name="published_versions_have_numbers",
            ),
        ),
    ]
