import django.db.models.functions.comparison
from django.db import migrations, models

import inbox.models.words


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0019_loops_and_floods"),
        ("organizations", "0005_plural"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="conversation",
            name="conversations_waiting",
        ),
        migrations.AddField(
            model_name="contact",
            name="words",
            field=inbox.models.words.WordsField(
                editable=False, null=True, of="search_text", parts=True
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="words",
            field=inbox.models.words.WordsField(editable=False, null=True, of="body", parts=False),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["organization", "-last_message_at", "-id"], name="conversations_all"
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                models.F("organization"),
                models.Case(
                    models.When(hand_over_reason="emergency", then=models.Value(0)),
                    default=models.Value(1),
                ),
                models.OrderBy(models.F("last_message_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(
                    ("status", "open"),
                    models.Q(
                        models.Q(("in_charge", "person"), ("waiting_since__isnull", False)),
                        models.Q(
                            ("in_charge", "assistant"),
                            models.Q(("hand_over_reason", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                ),
                name="conversations_urgent",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("in_charge", "assistant"), ("status", "open")),
                fields=["organization", "-last_message_at", "-id"],
                name="conversations_assistant",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(
                    ("assignee__isnull", True), ("in_charge", "person"), ("status", "open")
                ),
                fields=["organization", "-last_message_at", "-id"],
                name="conversations_unassigned",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("status", "open")),
                fields=["organization", "assignee", "-last_message_at", "-id"],
                name="conversations_assigned",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                condition=models.Q(("unread_count__gt", 0)),
                fields=["organization", "-last_message_at", "-id"],
                name="conversations_unread",
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["organization", "waiting_since", "id"], name="conversations_by_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="conversationsummary",
            index=models.Index(
                models.F("organization"),
                models.OrderBy(
                    django.db.models.functions.comparison.Coalesce(
                        models.F("score"), models.Value(-1)
                    ),
                    descending=True,
                ),
                models.OrderBy(models.F("conversation"), descending=True),
                name="summaries_by_score",
            ),
        ),
        migrations.AddIndex(
            model_name="conversationsummary",
            index=models.Index(fields=["organization", "stage"], name="summaries_by_stage"),
        ),
    ]
