"""What Meta delivered, as it came and by the organization that it is for."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from organizations import correlation
from organizations.models import Organization
from organizations.tenancy import GlobalModel, RoutingModel


class WebhookEvent(GlobalModel):
    """One POST of Meta as it arrived, before anybody knows whose it is."""

    class State(models.TextChoices):
        RECEIVED = "received"
        PROCESSED = "processed"
        DEAD = "dead"

    received_at = models.DateTimeField(default=now, editable=False)
    body = models.BinaryField()
    body_hash = models.CharField(max_length=64)
    correlation_id = models.UUIDField(null=True, default=correlation.current, editable=False)
    state = models.CharField(max_length=9, choices=State, default=State.RECEIVED)
    reason = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=now)
    nudged_at = models.DateTimeField(null=True, blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="received"), name="events_to_process"
            ),
            models.Index(fields=["received_at"], name="events_by_time"),
            models.Index(fields=["body_hash"], name="events_by_hash"),
        ]


class WebhookItem(RoutingModel):
    """One message, status or change inside an event, with its end: processed or dead."""

    class Kind(models.TextChoices):
        MESSAGE = "message"
        STATUS = "status"
        ECHO = "echo"
        CHANGE = "change"

    class State(models.TextChoices):
        PROCESSED = "processed"
        RETRY = "retry"
        DEAD = "dead"

    class Reason(models.TextChoices):
        NONE = "", ""
        UNKNOWN_NUMBER = "unknown_number", _("No channel has this number.")
        NO_SENDER = "no_sender", _("The message names no sender.")
        MALFORMED = "malformed", _("The item does not have the documented shape.")
        FAILED = "failed", _("Processing failed; see the event's reason.")

    event = models.ForeignKey(WebhookEvent, models.CASCADE, related_name="items")
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="+")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=7, choices=Kind)
    state = models.CharField(max_length=9, choices=State)
    reason = models.CharField(max_length=20, choices=Reason, blank=True, default=Reason.NONE)
    conversation_id = models.BigIntegerField(null=True)
    message_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint("event", "position", name="one_row_per_webhook_item")
        ]
        indexes = [models.Index(fields=["message_id"], name="items_by_message")]
