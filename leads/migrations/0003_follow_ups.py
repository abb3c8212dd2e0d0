import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0003_channel_health"),
        ("leads", "0002_isolation"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("about", models.CharField(help_text="For members.", max_length=200)),
                (
                    "text",
                    models.CharField(help_text="What is sent to the customer.", max_length=600),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("sent", "Sent"),
                            ("left", "Left to a person"),
                            ("dropped", "Dropped"),
                        ],
                        default="planned",
                        max_length=7,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("wrote_since", "The customer wrote since"),
                            ("replaced", "Another one was planned"),
                            ("opted_out", "The customer wants no more messages"),
                            ("person", "A person is in charge"),
                            ("paused", "The assistant is paused"),
                            ("off", "The assistant is switched off for this number"),
                            ("window", "The 24 hours for free messages are over"),
                        ],
                        default="",
                        max_length=11,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_ups",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_ups",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "planned")),
                        fields=["organization", "due_at"],
                        name="follow_ups_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organization"),
                        models.F("conversation"),
                        condition=models.Q(("state", "planned")),
                        name="one_planned_follow_up_per_talk",
                    )
                ],
            },
        ),
    ]
