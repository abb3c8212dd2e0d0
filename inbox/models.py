"""Channels, contacts, conversations, messages, and the work that they cause.

Tables ending in `Work`, `ChannelRoute`, `WebhookItem` and `Signal` are routing tables: workers
read them before they know the organization, so they hold ids, times and states only.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from organizations import correlation, secrets
from organizations.models import Member, Organization
from organizations.secrets import Secret
from organizations.tenancy import GlobalModel, RoutingModel, TenantModel

SERVICE_WINDOW = timedelta(hours=24)
WINDOW_MARGIN = timedelta(minutes=5)
WINDOW_SOON = timedelta(hours=2)
IDENTITY_IS_NEW = timedelta(days=30)


class ChannelQuerySet(models.QuerySet["Channel"]):
    def troubled(self) -> "ChannelQuerySet":
        """Those that should send and cannot, or only in part.

        One that was disconnected counts while customers are still talked with on it, or while the
        organization has no other.
        """
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


class Contact(TenantModel):
    """The customer on WhatsApp. Identities (business-scoped id, phone) hang on it."""

    class NameSource(models.TextChoices):
        PROFILE = "profile", _("WhatsApp profile")
        PHONE_BOOK = "phone_book", _("Phone book of the business phone")
        MEMBER = "member", _("Member")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="contacts")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    name_source = models.CharField(
        max_length=10, choices=NameSource, default=NameSource.PROFILE, editable=False
    )
    profile_name = models.CharField(max_length=200, blank=True, editable=False)
    phone_book_at = models.DateTimeField(null=True, blank=True, editable=False)
    identity_hash = models.CharField(max_length=200, blank=True, editable=False)
    identity_changed_at = models.DateTimeField(null=True, blank=True)
    username = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=8, blank=True)
    search_text = models.TextField(blank=True, editable=False)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    marketing_opted_out_at = models.DateTimeField(null=True, blank=True)
    marketing_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return self.name

    @property
    def identity_is_new(self) -> bool:
        """Whether WhatsApp told lately that another device or person may be behind the number."""
        changed = self.identity_changed_at
        return changed is not None and now() - changed < IDENTITY_IS_NEW

    @property
    def phone(self) -> str:
        """The phone number, digits only, or nothing where WhatsApp hides it."""
        return self._identity(Identity.Kind.PHONE)

    @property
    def user_id(self) -> str:
        """The business-scoped id, such as `CY.48210937716650291`, or nothing."""
        return self._identity(Identity.Kind.USER_ID)

    def _identity(self, kind: str) -> str:
        # Through the prefetched list, so that a page of contacts costs one query.
        values = [i.value for i in self.identities.all() if i.kind == kind and not i.ended_at]
        return values[-1] if values else ""

    @property
    def display_name(self) -> str:
        """Profile name, else phone, else username, else the last six of the business-scoped id."""
        if self.name:
            return self.name
        return (self.phone and f"+{self.phone}") or self.username or f"…{self.user_id[-6:]}"


class Identity(TenantModel):
    """One address of a contact: a phone as Meta sends it, or a business-scoped id."""

    class Kind(models.TextChoices):
        USER_ID = "user_id", _("Business-scoped id")
        PARENT_USER_ID = "parent_user_id", _("Parent business-scoped id")
        PHONE = "phone", _("Phone")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="identities")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=14, choices=Kind)
    value = models.CharField(max_length=160)
    created_at = models.DateTimeField(default=now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "identities"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                "organization", "kind", "value", name="one_contact_per_identity"
            )
        ]


WAITS_FOR_A_PERSON = Q(status="open") & (
    Q(in_charge="person", waiting_since__isnull=False)
    | (Q(in_charge="assistant") & ~Q(hand_over_reason=""))
)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def waiting_for_a_person(self) -> "ConversationQuerySet":
        """Open ones where a person has to answer, or to find out what the assistant could not."""
        return self.filter(WAITS_FOR_A_PERSON)

    def with_assistant(self) -> "ConversationQuerySet":
        return self.filter(status="open", in_charge="assistant")

    def for_list(self) -> "ConversationQuerySet":
        return self.select_related("contact", "assignee__user", "channel", "summary")

    def locked(self, pk: int) -> "Conversation":
        """Lock one row until the transaction ends, and return it with all that verbs ask for.

        Its contact is locked before it, as everywhere, so that nobody waits in a circle.
        """
        # Not one query: after a wait, a locking query with joins shows the new row beside the old
        # rows that it named before.
        contact = self.model.objects.filter(pk=pk).values("contact_id")
        list(Contact.objects.select_for_update(no_key=True).filter(pk__in=contact).only("pk"))
        self.model.objects.select_for_update(no_key=True).only("pk").get(pk=pk)
        related = ("organization", "channel", "contact", "assignee__user")
        return self.model.objects.select_related(*related).get(pk=pk)

    def latest_first(self) -> "ConversationQuerySet":
        return self.order_by("-last_message_at", "-pk")

    def urgent_first(self) -> "ConversationQuerySet":
        """Emergencies on top, the rest latest first."""
        is_calm = Case(When(hand_over_reason="emergency", then=0), default=1)
        return self.order_by(is_calm, "-last_message_at", "-pk")


class Conversation(TenantModel):
    """One customer talking with one channel; an inbound message reopens it."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        SNOOZED = "snoozed", _("Snoozed")
        CLOSED = "closed", _("Closed")

    class InCharge(models.TextChoices):
        ASSISTANT = "assistant", _("Assistant")
        PERSON = "person", _("Person")

    class HandOverReason(models.TextChoices):
        NONE = "", ""
        ASKED = "asked", _("Asks for a person")
        UNSURE = "unsure", _("Assistant unsure")
        COMPLAINT = "complaint", _("Complaint")
        SENSITIVE = "sensitive", _("Sensitive subject")
        EMERGENCY = "emergency", _("Emergency")
        FAIR_HOUSING = "fair_housing", _("Fair housing")
        LEGAL = "legal", _("Legal question")
        PRICE = "price", _("Price negotiation")
        LOOP = "loop", _("Too many messages")
        TURN_CAP = "turn_cap", _("Long conversation")
        FAILED = "failed", _("Assistant failed")
        STALE = "stale", _("Old messages arrived")
        PAUSED = "paused", _("Assistant paused")
        MEDIA = "media", _("Sent something to look at")
        UNSENT = "unsent", _("Reply not delivered")
        TAKEN_OVER = "taken_over", _("Taken over")
        CALLED = "called", _("Called")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="conversations")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="conversations")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="conversations")
    status = models.CharField(max_length=7, choices=Status, default=Status.OPEN)
    in_charge = models.CharField(max_length=9, choices=InCharge, default=InCharge.ASSISTANT)
    hand_over_reason = models.CharField(
        max_length=12, choices=HandOverReason, blank=True, default=HandOverReason.NONE
    )
    assignee = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="assigned_conversations"
    )
    waiting_since = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    takeover_seq = models.PositiveIntegerField(default=0)
    unread_count = models.PositiveIntegerField(default=0)
    last_customer_message_at = models.DateTimeField(null=True, blank=True)
    last_message_at = models.DateTimeField(default=now)
    meta_agent_since = models.DateTimeField(
        null=True, blank=True, help_text="Meta's own agent answers here, and ours must not."
    )
    ad_clicked_at = models.DateTimeField(
        null=True, blank=True, help_text="When the customer came by an advertisement."
    )
    ctwa_clid = models.CharField(max_length=400, blank=True, editable=False)
    free_entry_until = models.DateTimeField(
        null=True, blank=True, help_text="Until then WhatsApp charges nothing for answers."
    )
    preview = models.CharField(max_length=160, blank=True)
    preview_author = models.CharField(max_length=9, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", "channel", "contact", name="one_conversation_per_contact"
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "status", "-last_message_at", "-id"],
                name="conversations_latest",
            ),
            models.Index(
                fields=["organization", "waiting_since"],
                condition=Q(status="open", in_charge="person", waiting_since__isnull=False),
                name="conversations_waiting",
            ),
        ]

    @property
    def wrote_since_opting_out(self) -> bool:
        """Whether the customer wrote again after STOP, so that a member may answer."""
        stopped, last = self.contact.opted_out_at, self.last_customer_message_at
        return stopped is not None and last is not None and last > stopped

    @property
    def window_closes_soon(self) -> bool:
        """Whether little time is left for free text."""
        closes = self.window_closes_at
        return closes is not None and now() > closes - WINDOW_SOON

    @property
    def free_entry_is_open(self) -> bool:
        """Whether WhatsApp charges nothing for answers because an advertisement led here."""
        return self.free_entry_until is not None and now() < self.free_entry_until

    @property
    def free_entry_may_open(self) -> bool:
        """Whether a reply now would open the time in which WhatsApp charges nothing."""
        clicked = self.ad_clicked_at
        return (
            clicked is not None
            and self.free_entry_until is None
            and now() < clicked + SERVICE_WINDOW
        )

    @property
    def window_closes_at(self) -> datetime | None:
        """When free text is no longer allowed: 24 h after the customer's last message."""
        if self.last_customer_message_at is None:
            return None
        return self.last_customer_message_at + SERVICE_WINDOW

    @property
    def window_is_open(self) -> bool:
        """Whether free text may still be sent, with a margin for slow clocks."""
        closes = self.window_closes_at
        return closes is not None and now() < closes - WINDOW_MARGIN


class Draft(TenantModel):
    """What one member has written in a conversation and not sent: a reply and a note at most.

    An empty body stands for words that were sent or taken out.
    """

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        NOTE = "note", _("Note")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="drafts")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="drafts")
    member = models.ForeignKey(Member, models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.REPLY)
    body = models.TextField(blank=True)
    saved_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", "conversation", "member", "kind", name="one_draft_per_kind"
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "member", "conversation"],
                condition=~Q(body=""),
                name="drafts_unsent",
            )
        ]

    @property
    def version(self) -> int:
        """Microseconds since 1970: the greater one is the later one."""
        return int(self.saved_at.timestamp() * 1_000_000)


class HandOver(TenantModel):
    """What a person needs to know to answer instead of the assistant; kept when it is over.

    One row for each time the assistant gave the conversation to people, and one for each question
    it passed to them while it went on answering.
    """

    class Kind(models.TextChoices):
        HAND_OVER = "hand_over", _("Hand-over")
        QUESTION = "question", _("Question to a colleague")

    class Resolution(models.TextChoices):
        NONE = "", ""
        ANSWERED = "answered", _("Answered")
        HANDED_BACK = "handed_back", _("Handed back to the assistant")
        CLOSED = "closed", _("Conversation closed")
        JOINED = "joined", _("Joined with another conversation")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="hand_overs")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="hand_overs")
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.HAND_OVER)
    reason = models.CharField(max_length=12, choices=Conversation.HandOverReason)
    subject = models.CharField(
        max_length=14, blank=True, help_text="The rule that decided it, if a subject did."
    )
    words = models.CharField(
        max_length=120, blank=True, help_text="The customer's words that the rule found."
    )
    summary = models.CharField(max_length=600, blank=True)
    question = models.TextField(blank=True, help_text="What waits for an answer, word for word.")
    asked_in = models.ForeignKey(
        "Message", models.SET_NULL, null=True, blank=True, related_name="hand_overs"
    )
    facts = models.JSONField(default=list, help_text='[{"label", "text"}], as they were then')
    matters = models.JSONField(default=list, help_text='[{"kind", "text"}], promised or offered')
    meant_for = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="hand_overs_received"
    )
    opened_at = models.DateTimeField(default=now, editable=False)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="hand_overs_resolved"
    )
    resolution = models.CharField(
        max_length=11, choices=Resolution, blank=True, default=Resolution.NONE
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization",
                "conversation",
                condition=Q(kind="hand_over", resolved_at=None),
                name="one_open_hand_over",
            )
        ]
        indexes = [
            models.Index(fields=["organization", "conversation", "-id"], name="hand_overs_by_talk")
        ]

    def __str__(self) -> str:
        return str(self.get_reason_display())

    @property
    def is_urgent(self) -> bool:
        return self.reason == Conversation.HandOverReason.EMERGENCY


class ConversationSummary(TenantModel):
    """What lists show of the apps above: they write it, the inbox only reads it."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="summaries")
    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="summary")
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    stage = models.CharField(max_length=16, blank=True)
    next_appointment_at = models.DateTimeField(null=True, blank=True)
    next_appointment_kind = models.CharField(max_length=9, blank=True)


class ConversationWork(RoutingModel):
    """Whether a conversation is due for an answer, and who is making one."""

    class State(models.TextChoices):
        IDLE = "idle"
        DUE = "due"
        DEAD = "dead"

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="work"
    )
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    correlation_id = models.UUIDField(null=True, editable=False)
    state = models.CharField(max_length=4, choices=State, default=State.IDLE)
    due_at = models.DateTimeField(null=True, blank=True)
    first_unanswered_at = models.DateTimeField(null=True, blank=True)
    seq_in = models.PositiveIntegerField(default=0)
    seq_done = models.PositiveIntegerField(default=0)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    nudged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="due"), name="conversation_work_due")
        ]


def this_second() -> datetime:
    """WhatsApp counts whole seconds; with a fraction, our reply would follow what came after it."""
    return now().replace(microsecond=0)


class MessageQuerySet(models.QuerySet["Message"]):
    def in_order(self) -> "MessageQuerySet":
        return self.order_by("sent_at", "pk")

    def for_thread(self) -> "MessageQuerySet":
        return self.select_related(
            "author__user", "reply_to", "work", "attachment"
        ).prefetch_related("reactions")

    def spoken(self) -> "MessageQuerySet":
        """What customer and agency said to each other: no notes, no events."""
        return self.filter(direction__in=("in", "out"))


class Message(TenantModel):
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
        ]

    @property
    def is_inbound(self) -> bool:
        return self.direction == self.Direction.INBOUND

    @property
    def text(self) -> str:
        """What was said, for the assistant and for previews: the body, else the kind in words."""
        return self.body or str(self.get_kind_display())


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
    created_at = models.DateTimeField(default=now, editable=False)
    fetched_at = models.DateTimeField(null=True, blank=True)

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
    """Whether an attachment still has to be fetched, and when next."""

    class State(models.TextChoices):
        WAITING = "waiting"
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
                condition=Q(state="waiting"),
                name="attachment_work_open",
            )
        ]


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


class Signal(RoutingModel):
    """Something changed: what kind and which row. Browsers fetch the rest themselves."""

    class Kind(models.TextChoices):
        CONVERSATION = "conversation"
        LEAD = "lead"
        APPOINTMENT = "appointment"
        CHANNEL = "channel"
        KNOWLEDGE = "knowledge"
        ORGANIZATION = "organization"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    object_code = models.UUIDField(null=True)
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "id"], name="signals_in_order"),
            models.Index(fields=["at"], name="signals_by_time"),
        ]
