"""Holds that keep data from being purged, and receipts of what was purged."""

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
