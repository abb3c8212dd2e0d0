"""Messages, what was said of them since, and whether ours have reached Meta."""

from datetime import datetime

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from inbox.models.channels import Channel
from inbox.models.conversations import Conversation
from inbox.models.words import Searchable, WordsField
from organizations import correlation
from organizations.models import Member, Organization
from organizations.tenancy import RoutingModel, TenantModel


def this_second() -> datetime:
    """WhatsApp counts whole seconds; with a fraction, our reply would follow what came after it."""
    return now().replace(microsecond=0)


class MessageQuerySet(models.QuerySet["Message"]):
    def in_order(self) -> "MessageQuerySet":
        return self.order_by("sent_at", "pk")

    def for_thread(self) -> "MessageQuerySet":
        return (
            self.select_related("author__user", "reply_to", "work", "attachment")
            .prefetch_related("reactions")
            .annotate(
                has_run=Q(run__isnull=False),
                feedback=F("run__feedback"),
                feedback_reason=F("run__feedback_reason"),
            )
        )

    def spoken(self) -> "MessageQuerySet":
        """What customer and agency said to each other: no notes, no events."""
        return self.filter(direction__in=("in", "out"))


class Message(Searchable, TenantModel):
    """One line of a thread: a message either way, a note of a member, or an event."""

    class Direction(models.TextChoices):
        INBOUND = "in", _("From the customer")
        OUTBOUND = "out", _("To the customer")
        NOTE = "note", _("Note")
        EVENT = "event", _("Event")

    class Author(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        ASSISTANT = "assistant", _("Assistant")
        MEMBER = "member", _("Member")
        PHONE = "phone", _("Business phone")
        META = "meta", _("Meta's own agent")
        SYSTEM = "system", _("System")

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        IMAGE = "image", _("Photo")
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Voice message")
        DOCUMENT = "document", _("Document")
        STICKER = "sticker", _("Sticker")
        LOCATION = "location", _("Location")
        CONTACTS = "contacts", _("Contact card")
        INTERACTIVE = "interactive", _("Choice")
        BUTTON = "button", _("Button")
        ORDER = "order", _("Order")
        SYSTEM = "system", _("WhatsApp notice")
        TEMPLATE = "template", _("Template")
        UNSUPPORTED = "unsupported", _("Unsupported message")

    class Status(models.TextChoices):
        NONE = "", ""
        QUEUED = "queued", _("Waiting to be sent")
        SENDING = "sending", _("Being sent")
        UNCERTAIN = "uncertain", _("Perhaps sent")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        READ = "read", _("Read")
        FAILED = "failed", _("Not sent")
        CANCELLED = "cancelled", _("Cancelled")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="messages")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=5, choices=Direction)
    author_kind = models.CharField(max_length=9, choices=Author)
    author = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="written_messages"
    )
    kind = models.CharField(max_length=11, choices=Kind, default=Kind.TEXT)
    body = models.TextField(blank=True)
    words = WordsField(of="body")
    payload = models.JSONField(
        default=dict, blank=True, help_text="The item as it arrived, or the buttons to send."
    )
    wamid = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 (unique or absent)
    reply_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="quoting"
    )
    reply_to_wamid = models.CharField(
        max_length=200, blank=True, help_text="What it quotes, also if that is not stored."
    )
    answers_seq = models.PositiveIntegerField(
        null=True, blank=True, help_text="Which burst of the conversation this reply answers."
    )
    status = models.CharField(max_length=9, choices=Status, blank=True, default=Status.NONE)
    sent_at = models.DateTimeField(default=this_second, help_text="WhatsApp's time of sending.")
    created_at = models.DateTimeField(default=now, editable=False)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failure_code = models.PositiveIntegerField(null=True, blank=True)
    failure_text = models.CharField(max_length=300, blank=True)
    possibly_sent_twice = models.BooleanField(default=False)
    is_stale = models.BooleanField(
        default=False, help_text="Arrived too late to be answered by the assistant."
    )
    is_history = models.BooleanField(
        default=False, help_text="From the time before the number was connected."
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    pricing_category = models.CharField(max_length=40, blank=True)
    pricing_type = models.CharField(max_length=40, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", "channel", "wamid", name="stored_once_per_wamid"
            ),
            models.UniqueConstraint(
                "organization", "conversation", "answers_seq", name="one_reply_per_burst"
            ),
            # A tick without Meta's id would be a claim that nothing supports.
            models.CheckConstraint(
                condition=~Q(direction="out", status__in=("sent", "delivered", "read"))
                | Q(wamid__isnull=False),
                name="sent_needs_a_wamid",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "conversation", "sent_at", "id"], name="messages_in_order"
            ),
            models.Index(
                fields=["organization", "reply_to_wamid"],
                condition=Q(reply_to=None) & ~Q(reply_to_wamid=""),
                name="messages_that_quote_unknown",
            ),
            GinIndex(fields=["words"], name="messages_by_word", fastupdate=False),
        ]

    @property
    def is_inbound(self) -> bool:
        return self.direction == self.Direction.INBOUND

    @property
    def text(self) -> str:
        """What was said, for the assistant and for previews: the body, else the kind in words."""
        return self.body or str(self.get_kind_display())


class ShownReactions(models.Manager["Reaction"]):
    def get_queryset(self) -> models.QuerySet["Reaction"]:
        return super().get_queryset().exclude(emoji="")


class Reaction(TenantModel):
    """The emoji that one side put on a message; the latest one counts.

    A reaction taken back stays as a row without emoji, so that an older webhook that comes again
    does not bring it back. `message.reactions` leaves these out.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="reactions")
    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions")
    author_kind = models.CharField(max_length=9, choices=Message.Author)
    emoji = models.CharField(max_length=32, blank=True)
    wamid = models.CharField(max_length=200)
    sent_at = models.DateTimeField()

    objects = ShownReactions()
    with_removed = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", "message", "author_kind", name="one_reaction_per_side"
            )
        ]


class MessageStatus(TenantModel):
    """One status webhook. Kept also when its message is not known yet, and applied then."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="message_statuses")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="message_statuses")
    message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, related_name="statuses"
    )
    wamid = models.CharField(max_length=200)
    status = models.CharField(max_length=20)
    at = models.DateTimeField()
    error_code = models.PositiveIntegerField(null=True, blank=True)
    error_text = models.CharField(max_length=300, blank=True)
    callback_data = models.CharField(max_length=512, blank=True)
    payload = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "message statuses"
        constraints = [
            models.UniqueConstraint(
                "organization", "channel", "wamid", "status", name="one_row_per_status"
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "wamid"],
                condition=Q(message=None),
                name="statuses_without_message",
            )
        ]


class OutboundWork(RoutingModel):
    """Where one outbound message is on its way to Meta."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        UNCERTAIN = "uncertain"
        DONE = "done"

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="work")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    correlation_id = models.UUIDField(null=True, default=correlation.current, editable=False)
    state = models.CharField(max_length=9, choices=State, default=State.QUEUED)
    next_attempt_at = models.DateTimeField(default=now)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim_token = models.UUIDField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    posting_at = models.DateTimeField(null=True, blank=True)
    uncertain_since = models.DateTimeField(null=True, blank=True)
    resent_at = models.DateTimeField(null=True, blank=True)
    nudged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["state", "next_attempt_at"],
                condition=~Q(state="done"),
                name="outbound_work_open",
            )
        ]
