"""Conversations, who is in charge of them, and whether an answer is due."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Case, F, Prefetch, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from inbox.models.channels import Channel
from inbox.models.contacts import Contact, Identity
from organizations.models import Member, Organization
from organizations.tenancy import RoutingModel, TenantModel

SERVICE_WINDOW = timedelta(hours=24)
WINDOW_MARGIN = timedelta(minutes=5)
WINDOW_SOON = timedelta(hours=2)
# A reply that is drafted for longer than this was left by a killed worker.
LONGEST_DRAFTING = timedelta(minutes=2)


WAITS_FOR_A_PERSON = Q(status="open") & (
    Q(in_charge="person", waiting_since__isnull=False)
    | (Q(in_charge="assistant") & ~Q(hand_over_reason=""))
)
WITH_ASSISTANT = Q(status="open", in_charge="assistant")
# With people, and nobody's yet.
UNASSIGNED = Q(status="open", in_charge="person", assignee__isnull=True)

# Emergencies before everybody else.
CALM = Case(When(hand_over_reason="emergency", then=Value(0)), default=Value(1))
# Whoever has no score stands below whoever has the lowest.
SCORE = Coalesce(F("score"), Value(-1))


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def waiting_for_a_person(self) -> "ConversationQuerySet":
        """Open ones where a person has to answer, or to find out what the assistant could not."""
        return self.filter(WAITS_FOR_A_PERSON)

    def with_assistant(self) -> "ConversationQuerySet":
        return self.filter(WITH_ASSISTANT)

    def for_list(self) -> "ConversationQuerySet":
        return self.select_related("contact", "assignee__user", "channel", "summary")

    def with_identities(self, organization: Organization) -> "ConversationQuerySet":
        """Fetch the contacts' identities too, in one query more.

        It names the organization: by the policy alone PostgreSQL expects one row, and reads all.
        """
        identities = Identity.objects.filter(organization=organization)
        return self.prefetch_related(Prefetch("contact__identities", identities))

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
        return self.order_by(CALM, "-last_message_at", "-pk")


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
        LOOP = "loop", _("Going in circles")
        FLOOD = "flood", _("Too many messages at once")
        AUTO_REPLY = "auto_reply", _("Automatic replies")
        TURN_CAP = "turn_cap", _("Long conversation")
        FAILED = "failed", _("Assistant failed")
        STALE = "stale", _("Old messages arrived")
        PAUSED = "paused", _("Assistant paused")
        MEDIA = "media", _("Sent something to look at")
        UNSENT = "unsent", _("Reply not delivered")
        TAKEN_OVER = "taken_over", _("Taken over")
        CALLED = "called", _("Called")
        SUGGESTED = "suggested", _("Reply suggested")

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
            # One for each list that is read in order, so that a page costs what it shows.
            models.Index(
                fields=["organization", "-last_message_at", "-id"], name="conversations_all"
            ),
            models.Index(
                F("organization"),
                CALM.copy(),
                F("last_message_at").desc(),
                F("id").desc(),
                condition=WAITS_FOR_A_PERSON,
                name="conversations_urgent",
            ),
            models.Index(
                fields=["organization", "-last_message_at", "-id"],
                condition=WITH_ASSISTANT,
                name="conversations_assistant",
            ),
            models.Index(
                fields=["organization", "-last_message_at", "-id"],
                condition=UNASSIGNED,
                name="conversations_unassigned",
            ),
            models.Index(
                fields=["organization", "assignee", "-last_message_at", "-id"],
                condition=Q(status="open"),
                name="conversations_assigned",
            ),
            models.Index(
                fields=["organization", "-last_message_at", "-id"],
                condition=Q(unread_count__gt=0),
                name="conversations_unread",
            ),
            models.Index(
                fields=["organization", "waiting_since", "id"], name="conversations_by_waiting"
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
    stamp = models.BigIntegerField(
        default=0, help_text="Microseconds since 1970, by which older words are told from newer."
    )

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
        return self.stamp or int(self.saved_at.timestamp() * 1_000_000)


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

    class ReplyState(models.TextChoices):
        """What became of the reply that the card suggests; most values say why it has none."""

        NONE = "", ""
        MAKING = "making", _("A reply is being drafted.")
        MADE = "made", _("A reply was drafted.")
        PEOPLE = "people", _("People answer this in their own words.")
        NOTHING = "nothing", _("No home, note or free time that is stored answers this.")
        CHECKS = "checks", _("What was drafted did not pass the checks.")
        AUTOMATIC = "automatic", _("A machine may be writing, or too much came at once.")
        OFF = "off", _("The assistant is paused or switched off.")
        FAILED = "failed", _("Drafting one failed.")

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
    added = models.JSONField(
        default=list,
        blank=True,
        help_text='[{"kind", "text", "message"}], what the customer wrote since.',
    )
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
    reply_state = models.CharField(
        max_length=9, choices=ReplyState, blank=True, default=ReplyState.NONE
    )
    reply_seq = models.PositiveIntegerField(
        null=True, blank=True, help_text="The burst for which a reply was drafted last."
    )
    reply_began_at = models.DateTimeField(null=True, blank=True)
    dismissed_at = models.DateTimeField(
        null=True, blank=True, help_text="When a member said that no note is needed for it."
    )
    dismissed_by = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="questions_dismissed"
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
    def is_without_reply(self) -> bool:
        """Whether there is something to tell instead of a suggested reply."""
        long_ago = now() - LONGEST_DRAFTING
        is_stuck = self.reply_state == self.ReplyState.MAKING and self.reply_began_at < long_ago
        return self.reply_state not in ("", self.ReplyState.MADE) and not is_stuck

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

    class Meta:
        indexes = [
            models.Index(
                F("organization"),
                SCORE.copy().desc(),
                F("conversation").desc(),
                name="summaries_by_score",
            ),
            models.Index(fields=["organization", "stage"], name="summaries_by_stage"),
        ]


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
