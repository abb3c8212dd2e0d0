"""Holds that keep data from being purged, receipts of what was purged, and exports."""

import uuid

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from organizations.models import Member, Organization
from organizations.tenancy import GlobalModel, TenantModel


class HoldQuerySet(models.QuerySet["Hold"]):
    def standing(self) -> "HoldQuerySet":
        return self.filter(released_at=None)


class Hold(TenantModel):
    """A legal hold: what it covers is kept, whatever the retention periods say."""

    class Scope(models.TextChoices):
        ORGANIZATION = "organization", _("The whole organization")
        CONTACT = "contact", _("One contact")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="holds")
    scope = models.CharField(max_length=12, choices=Scope)
    contact_id = models.BigIntegerField(
        null=True, blank=True, help_text=_("The contact's id, where the scope is one contact.")
    )
    reason = models.CharField(max_length=300)
    placed_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    placed_at = models.DateTimeField(default=now, editable=False)
    released_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope="organization", contact_id=None)
                | models.Q(scope="contact", contact_id__isnull=False),
                name="hold_names_its_contact",
            )
        ]


class Tombstone(TenantModel):
    """A keyed hash of an erased identity, so that a restored backup does not bring it back."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="tombstones")
    identity_hash = models.CharField(max_length=64)
    erased_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "identity_hash", name="one_tombstone_each")
        ]


class PurgeRun(GlobalModel):
    """The receipt of one purge: the policy's version, the cut-off and the counts by model.

    One without `finished_at` was cut short; its counts are what was deleted until then.
    """

    started_at = models.DateTimeField(default=now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    as_of = models.DateTimeField()
    policy_version = models.CharField(max_length=12)
    counts = models.JSONField(default=dict, help_text="{model label: rows deleted}")


class Export(TenantModel):
    """One list of the agency, as a file that a member asked for; see privacy/exporting.py."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Format(models.TextChoices):
        CSV = "csv", _("CSV (any spreadsheet)")
        XLSX = "xlsx", _("Excel (XLSX)")
        JSON = "json", _("JSON (for programs)")

    UNDER_WAY = (State.WAITING, State.RUNNING)

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="exports")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="exports")
    kind = models.CharField(max_length=20)
    format = models.CharField(max_length=4, choices=Format)
    filters = models.JSONField(default=dict)
    about = models.CharField(max_length=200, blank=True, help_text="The filters in words.")
    language = models.CharField(max_length=8, default="en")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(default=0, help_text="rows")
    done = models.PositiveIntegerField(default=0, help_text="rows")
    size = models.PositiveBigIntegerField(default=0, help_text="bytes")
    touched_at = models.DateTimeField(default=now)
    created_at = models.DateTimeField(default=now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="exports_latest")]

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


class ExportPart(TenantModel):
    """A piece of an export's file, in order from 0."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    export = models.ForeignKey(Export, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "export", "number", name="one_part_per_number")
        ]
