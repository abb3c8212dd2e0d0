import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from organizations.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0003_channel_health"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChannelNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("waba_id", models.CharField(blank=True, max_length=40)),
                ("field", models.CharField(max_length=60)),
                ("code", models.CharField(blank=True, max_length=60)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("info", "For your information"),
                            ("warning", "Look into it"),
                            ("problem", "Something does not work"),
                        ],
                        default="info",
                        max_length=7,
                    ),
                ),
                ("payload", models.JSONField(default=dict)),
                ("item_hash", models.CharField(max_length=64)),
                ("at", models.DateTimeField(help_text="When it happened, as far as Meta says.")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="MessageTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("waba_id", models.CharField(max_length=40)),
                ("template_id", models.CharField(max_length=40)),
                ("name", models.CharField(blank=True, max_length=512)),
                ("language", models.CharField(blank=True, max_length=20)),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not known"),
                            ("PENDING", "In review"),
                            ("APPROVED", "Approved"),
                            ("REJECTED", "Rejected"),
                            ("PAUSED", "Paused"),
                            ("DISABLED", "Disabled"),
                            ("FLAGGED", "Low quality, may be paused"),
                            ("IN_APPEAL", "In appeal"),
                            ("REINSTATED", "Approved again"),
                            ("PENDING_DELETION", "Being deleted"),
                            ("DELETED", "Deleted"),
                            ("LIMIT_EXCEEDED", "Too many templates"),
                            ("LOCKED", "Locked"),
                            ("ARCHIVED", "Archived"),
                            ("UNARCHIVED", "Approved again"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("status_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("category", models.CharField(blank=True, max_length=40)),
                ("category_at", models.DateTimeField(blank=True, null=True)),
                ("category_next", models.CharField(blank=True, max_length=40)),
                ("category_next_at", models.DateTimeField(blank=True, null=True)),
                ("quality", models.CharField(blank=True, max_length=20)),
                ("quality_at", models.DateTimeField(blank=True, null=True)),
                ("components", models.JSONField(blank=True, default=dict)),
                ("components_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
            ],
        ),
        migrations.AddField(
            model_name="channel",
            name="history_progress",
            field=models.PositiveSmallIntegerField(default=0, help_text="In per cent."),
        ),
        migrations.AddField(
            model_name="channel",
            name="history_state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", ""),
                    ("importing", "Being imported"),
                    ("done", "Imported"),
                    ("declined", "Not shared"),
                ],
                default="",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="meta_agent_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When Meta's own agent last had a conversation here.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="channelroute",
            name="waba_id",
            field=models.CharField(blank=True, db_index=True, max_length=40),
        ),
        migrations.AddField(
            model_name="contact",
            name="identity_changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="identity_hash",
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name="contact",
            name="marketing_changed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="name_source",
            field=models.CharField(
                choices=[
                    ("profile", "WhatsApp profile"),
                    ("phone_book", "Phone book of the business phone"),
                    ("member", "Member"),
                ],
                default="profile",
                editable=False,
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="phone_book_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="profile_name",
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name="conversation",
            name="ad_clicked_at",
            field=models.DateTimeField(
                blank=True, help_text="When the customer came by an advertisement.", null=True
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="ctwa_clid",
            field=models.CharField(blank=True, editable=False, max_length=400),
        ),
        migrations.AddField(
            model_name="conversation",
            name="free_entry_until",
            field=models.DateTimeField(
                blank=True, help_text="Until then WhatsApp charges nothing for answers.", null=True
            ),
        ),
        migrations.AddField(
            model_name="conversation",
            name="meta_agent_since",
            field=models.DateTimeField(
                blank=True, help_text="Meta's own agent answers here, and ours must not.", null=True
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="is_history",
            field=models.BooleanField(
                default=False, help_text="From the time before the number was connected."
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="pricing_type",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="message",
            name="reply_to_wamid",
            field=models.CharField(
                blank=True, help_text="What it quotes, also if that is not stored.", max_length=200
            ),
        ),
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
                    ("loop", "Too many messages"),
                    ("turn_cap", "Long conversation"),
                    ("failed", "Assistant failed"),
                    ("stale", "Old messages arrived"),
                    ("paused", "Assistant paused"),
                    ("media", "Sent something to look at"),
                    ("unsent", "Reply not delivered"),
                    ("taken_over", "Taken over"),
                    ("called", "Called"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="author_kind",
            field=models.CharField(
                choices=[
                    ("customer", "Customer"),
                    ("assistant", "Assistant"),
                    ("member", "Member"),
                    ("phone", "Business phone"),
                    ("meta", "Meta's own agent"),
                    ("system", "System"),
                ],
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="reaction",
            name="author_kind",
            field=models.CharField(
                choices=[
                    ("customer", "Customer"),
                    ("assistant", "Assistant"),
                    ("member", "Member"),
                    ("phone", "Business phone"),
                    ("meta", "Meta's own agent"),
                    ("system", "System"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(
                    ("reply_to", None), models.Q(("reply_to_wamid", ""), _negated=True)
                ),
                fields=["organization", "reply_to_wamid"],
                name="messages_that_quote_unknown",
            ),
        ),
        migrations.AddField(
            model_name="channelnotice",
            name="channel",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="inbox.channel",
            ),
        ),
        migrations.AddField(
            model_name="channelnotice",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="channel_notices",
                to="organizations.organization",
            ),
        ),
        migrations.AddField(
            model_name="channelnotice",
            name="seen_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="organizations.member",
            ),
        ),
        migrations.AddField(
            model_name="messagetemplate",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="message_templates",
                to="organizations.organization",
            ),
        ),
        migrations.AddIndex(
            model_name="channelnotice",
            index=models.Index(fields=["organization", "-at", "-id"], name="notices_latest"),
        ),
        migrations.AddIndex(
            model_name="channelnotice",
            index=models.Index(
                condition=models.Q(("seen_at", None)),
                fields=["organization", "level"],
                name="notices_unseen",
            ),
        ),
        migrations.AddConstraint(
            model_name="channelnotice",
            constraint=models.UniqueConstraint(
                models.F("organization"), models.F("item_hash"), name="noticed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="messagetemplate",
            constraint=models.UniqueConstraint(
                models.F("organization"),
                models.F("waba_id"),
                models.F("template_id"),
                name="one_row_per_template",
            ),
        ),
        Isolate("MessageTemplate"),
        Isolate("ChannelNotice", references=("channel", "seen_by")),
    ]
