import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0016_transcripts"),
        ("organizations", "0005_plural"),
    ]

    operations = [
        migrations.AlterField(
            model_name="conversation",
            name="hand_over_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", ""),
                    ("asked", "Asks for a person"),
                    ("unsure", "Assistant unsure"),
                    ("complaint", "Complaint"),
                    ("sensitive", "Sensitive subject"),
                    ("emergency", "Emergency"),
                    ("fair_housing", "Fair housing"),
                    ("legal", "Legal question"),
                    ("price", "Price negotiation"),
                    ("loop", "Too many messages"),
                    ("turn_cap", "Long conversation"),
                    ("failed", "Assistant failed"),
                    ("stale", "Old messages arrived"),
                    ("paused", "Assistant paused"),
                    ("media", "Sent something to look at"),
                    ("unsent", "Reply not delivered"),
                    ("taken_over", "Taken over"),
                    ("called", "Called"),
                    ("suggested", "Reply suggested"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="handover",
            name="reason",
            field=models.CharField(
                choices=[
                    ("", ""),
                    ("asked", "Asks for a person"),
                    ("unsure", "Assistant unsure"),
                    ("complaint", "Complaint"),
                    ("sensitive", "Sensitive subject"),
                    ("emergency", "Emergency"),
                    ("fair_housing", "Fair housing"),
                    ("legal", "Legal question"),
                    ("price", "Price negotiation"),
                    ("loop", "Too many messages"),
                    ("turn_cap", "Long conversation"),
                    ("failed", "Assistant failed"),
                    ("stale", "Old messages arrived"),
                    ("paused", "Assistant paused"),
                    ("media", "Sent something to look at"),
                    ("unsent", "Reply not delivered"),
                    ("taken_over", "Taken over"),
                    ("called", "Called"),
                    ("suggested", "Reply suggested"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "seq",
                    models.PositiveIntegerField(
                        help_text="The burst of the conversation it answers."
                    ),
                ),
                (
                    "run_code",
                    models.UUIDField(blank=True, help_text="The assistant's turn.", null=True),
                ),
                (
                    "asked",
                    models.TextField(
                        blank=True, help_text="What the customer wrote, word for word."
                    ),
                ),
                ("text", models.TextField()),
                (
                    "buttons",
                    models.JSONField(
                        default=list, help_text="[[id, title]], sent with unchanged words"
                    ),
                ),
                (
                    "sources",
                    models.JSONField(default=list, help_text='[{"kind", "id", "label", "as_of"}]'),
                ),
                (
                    "undone",
                    models.JSONField(
                        default=list, help_text="Tools that it speaks of as carried out."
                    ),
                ),
                (
                    "promise",
                    models.JSONField(
                        default=dict,
                        help_text="What holds once it is sent; see assistant/suggesting.py.",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for a person"),
                            ("used", "Sent as suggested"),
                            ("edited", "Sent with changes"),
                            ("rejected", "Rejected"),
                            ("obsolete", "Overtaken"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("wrong", "Something in it is wrong"),
                            ("beside", "Does not answer the question"),
                            ("tone", "Not how we write"),
                            ("otherwise", "I answer in another way"),
                        ],
                        default="",
                        help_text="Of a rejection.",
                        max_length=9,
                    ),
                ),
                ("sent_text", models.TextField(blank=True, help_text="What a person made of it.")),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="suggestions",
                        to="inbox.message",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="organizations.organization",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="suggestions_settled",
                        to="organizations.member",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "edited")),
                        fields=["organization", "-settled_at"],
                        name="suggestions_edited",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organization"),
                        models.F("conversation"),
                        condition=models.Q(("state", "open")),
                        name="one_open_suggestion",
                    )
                ],
            },
        ),
    ]
