"""Leads: what is known about a contact's wish, each fact with the message that proves it."""

import uuid

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from inbox.models import Contact, Conversation, Identity, Message
from knowledge.folding import fold
from organizations.models import Member, Organization
from organizations.tenancy import TenantModel


class LeadQuerySet(models.QuerySet["Lead"]):
    def for_list(self) -> "LeadQuerySet":
        """With what a line of the list shows: `current_facts`, `last_message_at`, conversations."""
        talks = Conversation.objects.filter(contact=OuterRef("contact"))
        last = talks.order_by("-last_message_at").values("last_message_at")[:1]
        return (
            self.annotate(last_message_at=Subquery(last))
            .select_related("contact", "owner__user", "stage_set_by__user")
            .prefetch_related(
                "contact__identities",
                Prefetch("contact__conversations", Conversation.objects.select_related("summary")),
                Prefetch("facts", Fact.objects.current(), to_attr="current_facts"),
            )
        )

    def matching(self, search: str) -> "LeadQuerySet":
        """Filter by a part of the customer's name or number, or of a stated name or e-mail."""
        digits = "".join(character for character in search if character.isdigit())
        found = Q(contact__search_text__contains=fold(search)) | Q(contact__name__icontains=search)
        if len(digits) >= 3:
            numbers = Identity.objects.filter(contact=OuterRef("contact"), value__contains=digits)
            found |= Q(Exists(numbers))
        stated = Fact.objects.current().filter(
            lead=OuterRef("pk"), field__in=("name", "email"), value__icontains=search
        )
        return self.filter(found | Q(Exists(stated)))


class Lead(TenantModel):
    """One per contact, made by the first message."""

    class Stage(models.TextChoices):
        NEW = "new", _("New")
        ENGAGED = "engaged", _("Engaged")
        QUALIFYING = "qualifying", _("Qualifying")
        QUALIFIED = "qualified", _("Qualified")
        VIEWING_PROPOSED = "viewing_proposed", _("Viewing proposed")
        VIEWING_BOOKED = "viewing_booked", _("Viewing booked")
        VIEWED = "viewed", _("Viewed")
        OFFER = "offer", _("Offer")
        UNDER_CONTRACT = "under_contract", _("Under contract")
        WON = "won", _("Won")
        NURTURE = "nurture", _("Nurture")
        LOST = "lost", _("Lost")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="leads")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contact = models.OneToOneField(Contact, models.CASCADE, related_name="lead")
    stage = models.CharField(_("stage"), max_length=16, choices=Stage, default=Stage.NEW)
    stage_set_by = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    score = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(100)])
    score_reasons = models.JSONField(
        default=list, help_text='[{"points": int, "reason": code, "detail": text}]'
    )
    score_losses = models.JSONField(
        default=list, help_text='[{"points": int, "reason": code, "at": ISO time}], latest first'
    )
    owner = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="owned_leads"
    )
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(default=now)

    objects = LeadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__lte=100), name="score_is_at_most_100")
        ]
        indexes = [models.Index(fields=["organization", "-score", "-id"], name="leads_by_score")]


class FactQuerySet(models.QuerySet["Fact"]):
    def current(self) -> "FactQuerySet":
        return self.filter(superseded_at=None)


class Fact(TenantModel):
    """One field of a lead. The current one of a field has no `superseded_at`."""

    class Field(models.TextChoices):
        NAME = "name", _("Name")
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        LANGUAGE = "language", _("Language")
        INTENT = "intent", _("Wants to")
        PROPERTY_TYPE = "property_type", _("Property type")
        LOCATIONS = "locations", _("Areas")
        BEDROOMS = "bedrooms", _("Bedrooms")
        BATHROOMS = "bathrooms", _("Bathrooms")
        BUDGET_MIN = "budget_min", _("Budget from")
        BUDGET_MAX = "budget_max", _("Budget up to")
        CURRENCY = "currency", _("Currency")
        BUDGET_PERIOD = "budget_period", _("Budget period")
        AREA_M2_MIN = "area_m2_min", _("Size from (m²)")
        FURNISHED = "furnished", _("Furnished")
        PETS = "pets", _("Pets")
        PARKING = "parking", _("Parking")
        LAUNDRY = "laundry", _("Laundry")
        TIMELINE_DAYS = "timeline_days", _("Time frame (days)")
        FINANCING = "financing", _("Financing")
        ADDRESS = "address", _("Address")
        MUST_HAVES = "must_haves", _("Must have")
        VIEWING = "viewing", _("Asked to view")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="facts")
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="facts")
    field = models.CharField(max_length=14, choices=Field)
    value = models.JSONField()
    quote = models.CharField(max_length=300, blank=True)
    evidence = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="proved_facts"
    )
    confidence = models.FloatField(default=1.0)
    locked_by = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="locked_facts"
    )
    created_at = models.DateTimeField(default=now, editable=False)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization",
                "lead",
                "field",
                condition=Q(superseded_at=None),
                name="one_current_fact_per_field",
            )
        ]


class FollowUp(TenantModel):
    """A message to be written to a customer later, because they asked for it."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        SENT = "sent", _("Sent")
        LEFT = "left", _("Left to a person")
        DROPPED = "dropped", _("Dropped")

    class Reason(models.TextChoices):
        NONE = "", ""
        WROTE_SINCE = "wrote_since", _("The customer wrote since")
        REPLACED = "replaced", _("Another one was planned")
        OPTED_OUT = "opted_out", _("The customer wants no more messages")
        PERSON = "person", _("A person is in charge")
        PAUSED = "paused", _("The assistant is paused")
        OFF = "off", _("The assistant is switched off for this number")
        SUGGEST = "suggest", _("The assistant only suggests replies")
        ACCOUNT = "account", _("WhatsApp has stopped this number")
        META_AGENT = "meta_agent", _("Meta's own agent answers this customer")
        WINDOW = "window", _("The 24 hours for free messages are over")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="follow_ups")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="follow_ups")
    due_at = models.DateTimeField()
    about = models.CharField(max_length=200, help_text="For members.")
    text = models.CharField(max_length=600, help_text="What is sent to the customer.")
    state = models.CharField(max_length=7, choices=State, default=State.PLANNED)
    reason = models.CharField(max_length=11, choices=Reason, blank=True, default=Reason.NONE)
    created_at = models.DateTimeField(default=now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization",
                "conversation",
                condition=Q(state="planned"),
                name="one_planned_follow_up_per_talk",
            )
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_at"],
                condition=Q(state="planned"),
                name="follow_ups_due",
            )
        ]
