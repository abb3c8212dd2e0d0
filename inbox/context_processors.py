"""What the frame around every page shows of the inbox."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from organizations.models import Organization
from organizations.tenancy import tenant


def waiting(request: HttpRequest) -> dict[str, object]:
    """`waiting_count`: how many conversations wait for a person, asked for only where shown."""
    organization = getattr(request, "organization", None)
    if organization is None:
        return {}
    return {"waiting_count": SimpleLazyObject(lambda: waiting_count(organization))}


def waiting_count(organization: Organization) -> int:
    with tenant(organization):
        return organization.conversations.waiting_for_a_person().count()
