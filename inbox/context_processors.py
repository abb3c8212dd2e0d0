"""What the frame around every page shows of the inbox."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from inbox import noticing
from inbox.models import ChannelNotice
from organizations.models import Organization
from organizations.tenancy import tenant


def waiting(request: HttpRequest) -> dict[str, object]:
    """`waiting_count`, how many conversations wait for a person, and `channel_problems`, what
    WhatsApp told that no member has seen yet; asked for only where shown.
    """
    organization = getattr(request, "organization", None)
    if organization is None:
        return {}
    return {
        "waiting_count": SimpleLazyObject(lambda: waiting_count(organization)),
        "channel_problems": SimpleLazyObject(lambda: channel_problems(organization)),
    }


def waiting_count(organization: Organization) -> int:
    with tenant(organization):
        return organization.conversations.waiting_for_a_person().count()


def channel_problems(organization: Organization) -> list[ChannelNotice]:
    with tenant(organization):
        return noticing.unseen_problems(organization)
