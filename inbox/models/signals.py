"""What tells open browsers that something has changed."""

from django.db import models
from django.utils.timezone import now

from organizations.models import Organization
from organizations.tenancy import RoutingModel


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
