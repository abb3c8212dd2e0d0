import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0015_feedback"),
        ("inbox", "0012_plurals"),
        ("organizations", "0005_plural"),
    ]

    operations = [
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("label", models.CharField(max_length=80)),
                (
                    "fingerprint",
                    models.CharField(help_text="Of the file; equal ones compare.", max_length=12),
                ),
                ("backend", models.CharField(max_length=8)),
                (
                    "version",
                    models.CharField(help_text="Of the code that was measured.", max_length=40),
                ),
                ("conversations", models.PositiveIntegerField()),
                ("turns", models.PositiveIntegerField()),
                ("precision", models.FloatField()),
                ("recall", models.FloatField()),
                ("f1", models.FloatField()),
                (
                    "fields",
                    models.JSONField(default=dict, help_text='{"field": [right, wrong, missed]}'),
                ),
                ("seconds", models.FloatField(default=0)),
                ("tokens", models.PositiveIntegerField(default=0)),
                ("cost_usd", models.DecimalField(decimal_places=6, default=0, max_digits=12)),
            ],
            options={
                "indexes": [models.Index(fields=["-at"], name="evaluations_latest")],
            },
        ),
        migrations.CreateModel(
            name="PlaygroundTalk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "customer",
                    models.CharField(
                        choices=[
                            ("new", "Writes for the first time"),
                            ("returning", "Was here two weeks ago"),
                        ],
                        default="new",
                        max_length=9,
                        verbose_name="customer",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="name of the customer"
                    ),
                ),
                ("language", models.CharField(default="en", max_length=2, verbose_name="language")),
                (
                    "backend",
                    models.CharField(
                        choices=[
                            ("usual", "Whichever answers customers"),
                            ("builtin", "The built-in assistant"),
                        ],
                        default="usual",
                        max_length=7,
                        verbose_name="who answers",
                    ),
                ),
                ("rows", models.JSONField(default=list)),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("used_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="playground_talks",
                        to="organizations.member",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="playground_talks",
                        to="organizations.organization",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="playground_talks",
                        to="assistant.assistantversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlaygroundTurn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("said", models.TextField()),
                ("told", models.JSONField(default=dict, help_text="See playing.Outcome.")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="playground_turns",
                        to="organizations.organization",
                    ),
                ),
                (
                    "talk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="turns",
                        to="assistant.playgroundtalk",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                (
                    "content",
                    models.JSONField(default=dict, help_text="The version as it was at the start."),
                ),
                (
                    "backend",
                    models.CharField(
                        choices=[
                            ("usual", "Whichever answers customers"),
                            ("builtin", "The built-in assistant"),
                        ],
                        default="usual",
                        max_length=7,
                        verbose_name="who answers",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="running",
                        max_length=9,
                    ),
                ),
                ("total", models.PositiveSmallIntegerField(default=0)),
                ("done", models.PositiveSmallIntegerField(default=0)),
                ("cost_usd", models.DecimalField(decimal_places=6, default=0, max_digits=12)),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
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
                        related_name="rehearsals",
                        to="organizations.organization",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="rehearsals",
                        to="assistant.assistantversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RehearsalCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "turns",
                    models.JSONField(default=list, help_text='[{"said": [texts], "then", "now"}]'),
                ),
                (
                    "facts",
                    models.JSONField(
                        default=list, help_text='[{"field", "then", "now"}] that differ'
                    ),
                ),
                (
                    "rows",
                    models.JSONField(default=list, help_text="What the next turn goes on from."),
                ),
                ("is_done", models.BooleanField(default=False)),
                ("failed", models.BooleanField(default=False)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rehearsal_cases",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rehearsal_cases",
                        to="organizations.organization",
                    ),
                ),
                (
                    "rehearsal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cases",
                        to="assistant.rehearsal",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="playgroundtalk",
            index=models.Index(
                fields=["organization", "member", "-used_at"], name="playground_latest"
            ),
        ),
        migrations.AddIndex(
            model_name="rehearsal",
            index=models.Index(fields=["organization", "-started_at"], name="rehearsals_latest"),
        ),
        migrations.AddConstraint(
            model_name="rehearsalcase",
            constraint=models.UniqueConstraint(
                models.F("organization"),
                models.F("rehearsal"),
                models.F("conversation"),
                name="rehearsed_once",
            ),
        ),
    ]
