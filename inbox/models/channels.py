"""WhatsApp numbers, and what Meta tells about them, their accounts and templates."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from organizations import secrets
from organizations.models import Member, Organization
from organizations.secrets import Secret
from organizations.tenancy import RoutingModel, TenantModel


class ChannelQuerySet(models.QuerySet["Channel"]):
    def troubled(self) -> "ChannelQuerySet":
        """Those that should send and cannot, or only in part.

        One that was disconnected counts while customers are still talked with on it, or while the
        organization has no other.
        """
        from inbox.models.conversations import Conversation  # which names channels itself

        talks = Conversation.objects.filter(channel=OuterRef("pk")).exclude(status="closed")
        others = Channel.objects.filter(organization=OuterRef("organization"))
        is_missed = Exists(talks) | ~Exists(others.exclude(status="disconnected"))
        is_ill = Q(status="broken") | ~Q(account_state="ok")
        is_off = Q(status="disconnected")
        return self.filter((~is_off & is_ill) | (is_off & is_missed)).order_by("created_at")


class Channel(TenantModel):
    """One WhatsApp number of an organization. A sandbox is one whose Graph address is a twin's."""

    class Status(models.TextChoices):
        CONNECTED = "connected", _("Connected")
        BROKEN = "broken", _("Needs to be reconnected")
        DISCONNECTED = "disconnected", _("Disconnected")

    class HistoryState(models.TextChoices):
        NONE = "", ""
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")
        DECLINED = "declined", _("Not shared")

    class AssistantMode(models.TextChoices):
        OFF = "off", _("Off")
        ON = "on", _("On")

    class Quality(models.TextChoices):
        GREEN = "GREEN", _("High")
        YELLOW = "YELLOW", _("Medium")
        RED = "RED", _("Low")
        UNKNOWN = "UNKNOWN", _("Not rated yet")

    class AccountState(models.TextChoices):
        OK = "ok", _("In good standing")
        RESTRICTED = "restricted", _("Restricted by WhatsApp")
        DISABLED = "disabled", _("Disabled by WhatsApp")
        OFFBOARDED = "offboarded", _("Removed from the WhatsApp platform")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="channels")
    name = models.CharField(_("name"), max_length=80)
    phone_number_id = models.CharField(max_length=40)
    waba_id = models.CharField(max_length=40, blank=True)
    display_phone_number = models.CharField(_("number"), max_length=32)
    graph_url = models.URLField(max_length=200, blank=True)
    sealed_access_token = secrets.SealedField(of="access_token", null=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.CONNECTED)
    status_reason = models.CharField(max_length=200, blank=True)
    assistant_mode = models.CharField(
        _("assistant"), max_length=3, choices=AssistantMode, default=AssistantMode.ON
    )
    # What Meta says of the number: written from its webhooks, and from the API when asked.
    verified_name = models.CharField(_("verified name"), max_length=200, blank=True)
    quality_rating = models.CharField(
        _("quality"), max_length=7, choices=Quality, default=Quality.UNKNOWN
    )
    messaging_limit = models.CharField(
        max_length=40, blank=True, help_text="Meta's word, such as TIER_2K."
    )
    platform_type = models.CharField(max_length=40, blank=True)
    is_on_biz_app = models.BooleanField(
        default=False, help_text="Also used in the WhatsApp Business app on a phone."
    )
    name_status = models.CharField(max_length=60, blank=True)
    account_state = models.CharField(max_length=10, choices=AccountState, default=AccountState.OK)
    account_note = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    meta_agent_at = models.DateTimeField(
        null=True, blank=True, help_text="When Meta's own agent last had a conversation here."
    )
    history_state = models.CharField(
        max_length=9, choices=HistoryState, blank=True, default=HistoryState.NONE
    )
    history_progress = models.PositiveSmallIntegerField(default=0, help_text="In per cent.")
    created_at = models.DateTimeField(default=now, editable=False)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", "phone_number_id", name="one_channel_per_number"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        fields = kwargs.get("update_fields")
        if fields is None or "waba_id" in fields:
            routes = ChannelRoute.objects.filter(channel=self).exclude(waba_id=self.waba_id)
            routes.update(waba_id=self.waba_id)

    @property
    def can_send(self) -> bool:
        """Whether anything can be sent from this number as far as we know."""
        return self.status == self.Status.CONNECTED and not self.is_stopped

    @property
    def is_stopped(self) -> bool:
        """Whether WhatsApp lets nobody write from this number until somebody acts."""
        return self.account_state in (self.AccountState.DISABLED, self.AccountState.OFFBOARDED)

    @property
    def limit_in_words(self) -> str:
        """How many customers may be written to first in 24 hours, from such as TIER_2K."""
        tier = self.messaging_limit.removeprefix("TIER_")
        if not tier:
            return "–"
        if tier == "UNLIMITED":
            return str(_("no limit"))
        return str(_("%(count)s customers") % {"count": tier.replace("K", " 000")})

    def set_access_token(self, token: str) -> None:
        self.sealed_access_token = secrets.seal(self, "access_token", token)

    def access_token(self) -> Secret:
        """Return the token in the clear, or raise `SecretUnreadable`."""
        if self.sealed_access_token is None:
            raise secrets.SecretUnreadable("This channel has no access token.")
        return secrets.unseal(self, "access_token", self.sealed_access_token)


class ChannelRoute(RoutingModel):
    """Leads from Meta's phone number id to the organization and channel it belongs to."""

    phone_number_id = models.CharField(max_length=40, primary_key=True)
    waba_id = models.CharField(max_length=40, blank=True, db_index=True)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    channel = models.OneToOneField(Channel, models.CASCADE, related_name="route")

    def save(self, *args: Any, **kwargs: Any) -> None:
        # News about an account names no number: it finds its organization by the account.
        self.waba_id = self.waba_id or self.channel.waba_id
        super().save(*args, **kwargs)


class MessageTemplate(TenantModel):
    """What is known of one message template in one language, from Meta's news about it."""

    class Status(models.TextChoices):
        UNKNOWN = "", _("Not known")
        PENDING = "PENDING", _("In review")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")
        PAUSED = "PAUSED", _("Paused")
        DISABLED = "DISABLED", _("Disabled")
        FLAGGED = "FLAGGED", _("Low quality, may be paused")
        IN_APPEAL = "IN_APPEAL", _("In appeal")
        REINSTATED = "REINSTATED", _("Approved again")
        PENDING_DELETION = "PENDING_DELETION", _("Being deleted")
        DELETED = "DELETED", _("Deleted")
        LIMIT_EXCEEDED = "LIMIT_EXCEEDED", _("Too many templates")
        LOCKED = "LOCKED", _("Locked")
        ARCHIVED = "ARCHIVED", _("Archived")
        UNARCHIVED = "UNARCHIVED", _("Approved again")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="message_templates")
    waba_id = models.CharField(max_length=40)
    template_id = models.CharField(max_length=40)
    name = models.CharField(max_length=512, blank=True)
    language = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=20, choices=Status, blank=True, default=Status.UNKNOWN)
    status_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    category = models.CharField(max_length=40, blank=True)
    category_at = models.DateTimeField(null=True, blank=True)
    category_next = models.CharField(max_length=40, blank=True)
    category_next_at = models.DateTimeField(null=True, blank=True)
    quality = models.CharField(max_length=20, blank=True)
    quality_at = models.DateTimeField(null=True, blank=True)
    components = models.JSONField(default=dict, blank=True)
    components_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", "waba_id", "template_id", name="one_row_per_template"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})" if self.language else self.name


class ChannelNotice(TenantModel):
    """Something Meta told about a number, its account or its templates.

    `payload` is the change as it arrived; `inbox/notice_words.py` puts it in words. A problem
    stands above the inbox until a member has seen it.
    """

    class Level(models.TextChoices):
        INFO = "info", _("For your information")
        WARNING = "warning", _("Look into it")
        PROBLEM = "problem", _("Something does not work")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="channel_notices")
    channel = models.ForeignKey(
        Channel, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    waba_id = models.CharField(max_length=40, blank=True)
    field = models.CharField(max_length=60)
    code = models.CharField(max_length=60, blank=True)
    level = models.CharField(max_length=7, choices=Level, default=Level.INFO)
    payload = models.JSONField(default=dict)
    item_hash = models.CharField(max_length=64)
    at = models.DateTimeField(help_text="When it happened, as far as Meta says.")
    created_at = models.DateTimeField(default=now, editable=False)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("organization", "item_hash", name="noticed_once")]
        indexes = [
            models.Index(fields=["organization", "-at", "-id"], name="notices_latest"),
            models.Index(
                fields=["organization", "level"], condition=Q(seen_at=None), name="notices_unseen"
            ),
        ]
