"""Working hours, offers and appointments. Times are stored in UTC, hours as local wall times."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.fields import CharField
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from inbox.models import Conversation
from knowledge.models import Listing
from organizations.models import Member, Organization
from organizations.tenancy import RoutingModel, TenantModel


class AppointmentKind(TenantModel):
    """What can be booked: how long it takes and how it may be placed."""

    class Kind(models.TextChoices):
        VIEWING = "viewing", _("Viewing")
        CALL = "call", _("Call")
        VALUATION = "valuation", _("Valuation")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="appointment_kinds")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    minutes = models.PositiveSmallIntegerField(
        _("length (minutes)"), default=45, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    buffer_minutes = models.PositiveSmallIntegerField(
        _("buffer after (minutes)"), default=15, validators=[MaxValueValidator(240)]
    )
    notice_hours = models.PositiveSmallIntegerField(
        _("minimum notice (hours)"), default=3, validators=[MaxValueValidator(336)]
    )
    window_days = models.PositiveSmallIntegerField(
        _("bookable ahead (days)"),
        default=21,
        validators=[MinValueValidator(1), MaxValueValidator(180)],
    )
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "kind", name="one_row_per_appointment_kind")
        ]


class WeeklyHours(TenantModel):
    """One stretch of a member's working week, in the organization's wall time."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="weekly_hours")
    member = models.ForeignKey(Member, models.CASCADE, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), validators=[MaxValueValidator(6)], help_text="0 is Monday."
    )
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        verbose_name_plural = _("weekly hours")
        ordering = ("weekday", "starts")
        constraints = [
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="hours_end_after_start"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_is_0_to_6"),
        ]


class DayOff(TenantModel):
    """Days on which a member takes no appointments, both included."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="days_off")
    member = models.ForeignKey(Member, models.CASCADE, related_name="days_off")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=80, blank=True)

    class Meta:
        verbose_name_plural = _("days off")
        constraints = [
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="days_off_in_order")
        ]


class Offer(TenantModel):
    """A time that the server proposed in a conversation. It reserves nothing."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CHOSEN = "chosen", _("Chosen")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="offers")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="offers")
    kind = models.CharField(max_length=9, choices=AppointmentKind.Kind)
    listing = models.ForeignKey(
        Listing, models.SET_NULL, null=True, blank=True, related_name="offers"
    )
    member = models.ForeignKey(Member, models.CASCADE, related_name="offers")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ("position", "pk")
        indexes = [
            models.Index(fields=["organization", "conversation", "state"], name="offers_by_talk")
        ]

    def __str__(self) -> str:
        """The time in the organization's zone and who has it: `2026-11-28 11:00, Anna Riga`."""
        return f"{self.starts_at.astimezone(self.organization.zone):%Y-%m-%d %H:%M}, {self.member}"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def standing(self) -> "AppointmentQuerySet":
        """Booked, or held and the hold has not run out."""
        return self.filter(Q(status="booked") | Q(status="hold", hold_expires_at__gt=now()))

    def upcoming(self) -> "AppointmentQuerySet":
        return self.filter(status="booked", ends_at__gt=now()).order_by("starts_at")


class Appointment(TenantModel):
    """A booking in a member's calendar; while its status is `hold`, a reservation that runs out."""

    class Status(models.TextChoices):
        HOLD = "hold", _("Held")
        BOOKED = "booked", _("Booked")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")
        DONE = "done", _("Done")
        NO_SHOW = "no_show", _("No-show")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="appointments")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="appointments")
    conversation = models.ForeignKey(
        Conversation, models.SET_NULL, null=True, blank=True, related_name="appointments"
    )
    listing = models.ForeignKey(
        Listing, models.SET_NULL, null=True, blank=True, related_name="appointments"
    )
    offer = models.ForeignKey(
        Offer, models.SET_NULL, null=True, blank=True, related_name="appointments"
    )
    kind = models.CharField(max_length=9, choices=AppointmentKind.Kind)
    status = models.CharField(max_length=9, choices=Status, default=Status.BOOKED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    occupied = DateTimeRangeField(
        help_text="From the start to the end of the buffer, half open, in UTC."
    )
    hold_expires_at = models.DateTimeField(null=True, blank=True)
    timezone = models.CharField(max_length=64)
    created_by_kind = models.CharField(max_length=9, default="assistant")
    created_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    cancelled_reason = models.CharField(max_length=200, blank=True)
    sequence = models.PositiveIntegerField(
        default=0, help_text="Counts the changes, as calendars do to know the newest."
    )
    changed_at = models.DateTimeField(default=now)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            # The member's id as a one-point range, so that no extension is needed.
            ExclusionConstraint(
                name="no_overlap_per_member",
                expressions=[
                    (
                        Func(
                            F("member_id"),
                            F("member_id"),
                            Value("[]", output_field=CharField()),
                            function="int8range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("occupied", RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=("hold", "booked")),
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="appointment_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(status="hold") | Q(hold_expires_at__isnull=False),
                name="hold_has_an_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "member", "starts_at"], name="appointments_by_member"
            )
        ]


class CalendarLink(RoutingModel):
    """Leads from the hash of a link's token to the appointment that its calendar file tells."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    appointment = models.OneToOneField(
        Appointment, models.CASCADE, primary_key=True, related_name="calendar_link"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="calendar_links_by_end")]
