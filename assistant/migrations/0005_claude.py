from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0004_subject_rules_isolation"),
        ("inbox", "0003_channel_health"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClaudeBreaker",
            fields=[
                (
                    "name",
                    models.CharField(
                        default="claude", max_length=20, primary_key=True, serialize=False
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("no_key", "Claude has no key on this server"),
                            ("no_price", "The price of the model is not known"),
                            ("cap", "The monthly cap was reached"),
                            ("resting", "Claude was resting after a failure"),
                            ("unauthorized", "Claude refused the key"),
                            ("payment", "Claude asks for a payment"),
                            ("spend_limit", "The spending limit of the Claude account was reached"),
                            ("rate_limited", "Claude had too many requests"),
                            ("overloaded", "Claude was overloaded"),
                            ("unavailable", "Claude had an error"),
                            ("timeout", "Claude took too long"),
                            ("connection", "The connection to Claude broke"),
                            ("bad_request", "Claude did not accept the request"),
                            ("refusal", "Claude refused to answer"),
                            ("cut_short", "Claude's answer was cut short"),
                            ("no_end", "Claude's answer did not end as it should"),
                            ("malformed", "Claude called tools wrongly"),
                            ("guardrail", "Claude's draft failed a check twice"),
                            ("rounds", "Claude needed too many steps"),
                            ("deadline", "There was no time left for Claude"),
                            ("failed", "Claude failed"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("open_until", models.DateTimeField(blank=True, null=True)),
                ("probe_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="run",
            name="cache_read_tokens",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="run",
            name="cache_write_tokens",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="run",
            name="fallback_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", ""),
                    ("no_key", "Claude has no key on this server"),
                    ("no_price", "The price of the model is not known"),
                    ("cap", "The monthly cap was reached"),
                    ("resting", "Claude was resting after a failure"),
                    ("unauthorized", "Claude refused the key"),
                    ("payment", "Claude asks for a payment"),
                    ("spend_limit", "The spending limit of the Claude account was reached"),
                    ("rate_limited", "Claude had too many requests"),
                    ("overloaded", "Claude was overloaded"),
                    ("unavailable", "Claude had an error"),
                    ("timeout", "Claude took too long"),
                    ("connection", "The connection to Claude broke"),
                    ("bad_request", "Claude did not accept the request"),
                    ("refusal", "Claude refused to answer"),
                    ("cut_short", "Claude's answer was cut short"),
                    ("no_end", "Claude's answer did not end as it should"),
                    ("malformed", "Claude called tools wrongly"),
                    ("guardrail", "Claude's draft failed a check twice"),
                    ("rounds", "Claude needed too many steps"),
                    ("deadline", "There was no time left for Claude"),
                    ("failed", "Claude failed"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="request_ids",
            field=models.JSONField(default=list, help_text="Anthropic's id of each call."),
        ),
        migrations.AlterField(
            model_name="run",
            name="input_tokens",
            field=models.PositiveIntegerField(
                default=0, help_text="Neither read from the cache nor written to it."
            ),
        ),
        migrations.CreateModel(
            name="AssistantSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("claude_enabled", models.BooleanField(default=False)),
                (
                    "monthly_cap_usd",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("50"),
                        max_digits=8,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1")),
                            django.core.validators.MaxValueValidator(Decimal("100000")),
                        ],
                        verbose_name="monthly cap (USD)",
                    ),
                ),
                (
                    "conversation_model",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the one of the installation.",
                        max_length=60,
                        verbose_name="model",
                    ),
                ),
                ("persona_name", models.CharField(blank=True, max_length=40, verbose_name="name")),
                ("tone", models.CharField(blank=True, max_length=200, verbose_name="tone")),
                (
                    "instructions",
                    models.TextField(blank=True, max_length=4000, verbose_name="instructions"),
                ),
                ("website", models.URLField(blank=True, verbose_name="website")),
                (
                    "public_email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="e-mail for customers"
                    ),
                ),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assistant_settings",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ClaudeCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("model", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reserved", "Under way"),
                            ("done", "Answered"),
                            ("failed", "Failed"),
                        ],
                        default="reserved",
                        max_length=8,
                    ),
                ),
                ("reserved_usd", models.DecimalField(decimal_places=6, default=0, max_digits=12)),
                ("cost_usd", models.DecimalField(decimal_places=6, default=0, max_digits=12)),
                ("input_tokens", models.PositiveIntegerField(default=0)),
                ("cache_write_5m_tokens", models.PositiveIntegerField(default=0)),
                ("cache_write_1h_tokens", models.PositiveIntegerField(default=0)),
                ("cache_read_tokens", models.PositiveIntegerField(default=0)),
                ("output_tokens", models.PositiveIntegerField(default=0)),
                ("seconds", models.FloatField(default=0)),
                ("request_id", models.CharField(blank=True, max_length=80)),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("no_key", "Claude has no key on this server"),
                            ("no_price", "The price of the model is not known"),
                            ("cap", "The monthly cap was reached"),
                            ("resting", "Claude was resting after a failure"),
                            ("unauthorized", "Claude refused the key"),
                            ("payment", "Claude asks for a payment"),
                            ("spend_limit", "The spending limit of the Claude account was reached"),
                            ("rate_limited", "Claude had too many requests"),
                            ("overloaded", "Claude was overloaded"),
                            ("unavailable", "Claude had an error"),
                            ("timeout", "Claude took too long"),
                            ("connection", "The connection to Claude broke"),
                            ("bad_request", "Claude did not accept the request"),
                            ("refusal", "Claude refused to answer"),
                            ("cut_short", "Claude's answer was cut short"),
                            ("no_end", "Claude's answer did not end as it should"),
                            ("malformed", "Claude called tools wrongly"),
                            ("guardrail", "Claude's draft failed a check twice"),
                            ("rounds", "Claude needed too many steps"),
                            ("deadline", "There was no time left for Claude"),
                            ("failed", "Claude failed"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="claude_calls",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claude_calls",
                        to="organizations.organization",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="claude_calls",
                        to="assistant.run",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "at"], name="claude_calls_by_time")
                ],
            },
        ),
    ]
