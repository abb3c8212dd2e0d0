"""Lists of conversations that members come back to."""

import uuid

from django.db import models
from django.utils.timezone import now

from organizations.models import Member, Organization
from organizations.tenancy import TenantModel


class SavedView(TenantModel):
    """A list of conversations under a name: one member's, or for everybody of the organization."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="saved_views")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=600, help_text="What the list's address asks for.")
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", "member", "name", name="one_saved_view_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
