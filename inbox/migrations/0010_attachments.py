import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0009_called"),
        ("organizations", "0002_isolation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("image", "Photo"),
                            ("video", "Video"),
                            ("audio", "Voice message"),
                            ("document", "Document"),
                            ("sticker", "Sticker"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Being fetched"),
                            ("fetched", "Fetched"),
                            ("refused", "Not accepted"),
                            ("failed", "Not fetched"),
                            ("expired", "Expired"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("too_big", "The file is larger than we accept."),
                            ("unknown_type", "We do not accept this type of file."),
                            ("dangerous", "The file could run a program, so we do not keep it."),
                            ("other_type", "The file is not what it claims to be."),
                            ("broken", "The picture is damaged or hides something."),
                            ("huge_picture", "The picture has far too many pixels."),
                            ("foreign", "WhatsApp named an address that is not Meta's."),
                            ("wrong_sum", "The file did not arrive as WhatsApp sent it."),
                            ("missing", "WhatsApp did not have the file."),
                            ("too_slow", "The file came too slowly."),
                            ("unreachable", "WhatsApp could not be reached."),
                            ("not_connected", "The WhatsApp number has to be connected again."),
                            (
                                "no_room",
                                "We could not store the file. Tell whoever runs KΛTIKN for you.",
                            ),
                            ("old", "WhatsApp keeps files for a few days only."),
                        ],
                        default="",
                        max_length=13,
                    ),
                ),
                ("media_id", models.CharField(max_length=100)),
                ("is_voice", models.BooleanField(default=False)),
                ("file_name", models.CharField(blank=True, max_length=120)),
                ("declared_type", models.CharField(blank=True, max_length=100)),
                (
                    "declared_sha256",
                    models.CharField(blank=True, help_text="In hexadecimal.", max_length=64),
                ),
                ("detected_type", models.CharField(blank=True, max_length=100)),
                (
                    "sha256",
                    models.CharField(
                        blank=True, help_text="Of the file as it arrived.", max_length=64
                    ),
                ),
                (
                    "size",
                    models.PositiveBigIntegerField(
                        blank=True, help_text="Bytes as stored.", null=True
                    ),
                ),
                ("width", models.PositiveIntegerField(blank=True, null=True)),
                ("height", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "stored_name",
                    models.CharField(blank=True, default="", editable=False, max_length=64),
                ),
                (
                    "thumbnail_name",
                    models.CharField(blank=True, default="", editable=False, max_length=64),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("fetched_at", models.DateTimeField(blank=True, null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="organizations.organization",
                    ),
                ),
            ],
        ),
        # Not with the table: PostgreSQL would compare the two as the owner, whom the policies hold up.
        migrations.AddField(
            model_name="attachment",
            name="message",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attachment",
                to="inbox.message",
            ),
        ),
        migrations.CreateModel(
            name="AttachmentWork",
            fields=[
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="work",
                        serialize=False,
                        to="inbox.attachment",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Done")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("next_attempt_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("claim_token", models.UUIDField(blank=True, null=True)),
                ("nudged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "fetched"), _negated=True),
                    models.Q(
                        models.Q(("stored_name", ""), _negated=True),
                        models.Q(("detected_type", ""), _negated=True),
                        ("size__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="fetched_has_a_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "fetched"),
                    models.Q(("stored_name", ""), ("thumbnail_name", "")),
                    _connector="OR",
                ),
                name="no_file_unless_fetched",
            ),
        ),
        migrations.AddIndex(
            model_name="attachmentwork",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["next_attempt_at"],
                name="attachment_work_open",
            ),
        ),
    ]
