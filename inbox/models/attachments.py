"""The files of messages, and whether they have been fetched."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from inbox.models.messages import Message
from organizations.models import Organization
from organizations.tenancy import RoutingModel, TenantModel


class Attachment(TenantModel):
    """The file of one message: announced by its webhook, fetched by a task, checked, then shown.

    The names below `MEDIA_ROOT/<organization>/` are random; `file_name` is what members see.
    """

    class Kind(models.TextChoices):
        IMAGE = "image", _("Photo")
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Voice message")
        DOCUMENT = "document", _("Document")
        STICKER = "sticker", _("Sticker")

    class State(models.TextChoices):
        WAITING = "waiting", _("Being fetched")
        FETCHED = "fetched", _("Fetched")
        REFUSED = "refused", _("Not accepted")
        FAILED = "failed", _("Not fetched")
        EXPIRED = "expired", _("Expired")

    class Reason(models.TextChoices):
        NONE = "", ""
        TOO_BIG = "too_big", _("The file is larger than we accept.")
        UNKNOWN_TYPE = "unknown_type", _("We do not accept this type of file.")
        DANGEROUS = "dangerous", _("The file could run a program, so we do not keep it.")
        OTHER_TYPE = "other_type", _("The file is not what it claims to be.")
        BROKEN = "broken", _("The picture is damaged or hides something.")
        HUGE_PICTURE = "huge_picture", _("The picture has far too many pixels.")
        FOREIGN = "foreign", _("WhatsApp named an address that is not Meta's.")
        WRONG_SUM = "wrong_sum", _("The file did not arrive as WhatsApp sent it.")
        MISSING = "missing", _("WhatsApp did not have the file.")
        TOO_SLOW = "too_slow", _("The file came too slowly.")
        UNREACHABLE = "unreachable", _("WhatsApp could not be reached.")
        NOT_CONNECTED = "not_connected", _("The WhatsApp number has to be connected again.")
        NO_ROOM = "no_room", _("We could not store the file. Tell whoever runs KΛTIKN for you.")
        OLD = "old", _("WhatsApp keeps files for a few days only.")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="attachments")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.OneToOneField(Message, models.CASCADE, related_name="attachment")
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=13, choices=Reason, blank=True, default=Reason.NONE)
    media_id = models.CharField(max_length=100)
    is_voice = models.BooleanField(default=False)
    file_name = models.CharField(max_length=120, blank=True)
    declared_type = models.CharField(max_length=100, blank=True)
    declared_sha256 = models.CharField(max_length=64, blank=True, help_text="In hexadecimal.")
    detected_type = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the file as it arrived.")
    size = models.PositiveBigIntegerField(null=True, blank=True, help_text="Bytes as stored.")
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    stored_name = models.CharField(max_length=64, blank=True, default="", editable=False)
    thumbnail_name = models.CharField(max_length=64, blank=True, default="", editable=False)
    transcript = models.TextField(blank=True, help_text="What a machine heard in it.")
    created_at = models.DateTimeField(default=now, editable=False)
    fetched_at = models.DateTimeField(null=True, blank=True)
    transcribed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # What is shown has a file, a type that we found out, and a size.
            models.CheckConstraint(
                condition=~Q(state="fetched")
                | (~Q(stored_name="") & ~Q(detected_type="") & Q(size__isnull=False)),
                name="fetched_has_a_file",
            ),
            models.CheckConstraint(
                condition=Q(state="fetched") | Q(stored_name="", thumbnail_name=""),
                name="no_file_unless_fetched",
            ),
        ]

    @property
    def is_fetched(self) -> bool:
        return self.state == self.State.FETCHED

    @property
    def extension(self) -> str:
        return self.stored_name.rpartition(".")[2]


class AttachmentWork(RoutingModel):
    """Whether an attachment still has to be fetched or written down, and when next."""

    class State(models.TextChoices):
        WAITING = "waiting"
        HEARING = "hearing"
        DONE = "done"

    attachment = models.OneToOneField(
        Attachment, models.CASCADE, primary_key=True, related_name="work"
    )
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    next_attempt_at = models.DateTimeField(default=now)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim_token = models.UUIDField(null=True, blank=True)
    nudged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=~Q(state="done"),
                name="attachment_work_open",
            )
        ]
