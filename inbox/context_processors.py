"""What the frame around every page shows of the inbox."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from inbox import listing, noticing
from inbox.models import Channel, ChannelNotice
from organizations.models import Member, Organization
from organizations.tenancy import tenant


def waiting(request: HttpRequest) -> dict[str, object]:
    """`waiting_count`, how many conversations wait for a person; `channel_problems`, what WhatsApp
    told that no member has seen yet; `troubled`, the numbers that cannot send as they should; and
    `whom_to_ask`, the names of owners and admins. Each is asked for only where it is shown.
    """
    organization = getattr(request, "organization", None)
    if organization is None:
        return {}
    return {
        "waiting_count": SimpleLazyObject(lambda: waiting_count(organization)),
        "channel_problems": SimpleLazyObject(lambda: channel_problems(organization)),
        "troubled": SimpleLazyObject(lambda: troubled(organization)),
        "whom_to_ask": SimpleLazyObject(lambda: whom_to_ask(organization)),
    }


def waiting_count(organization: Organization) -> str:
    """How many wait for a person, as the mark on the inbox's icon: nothing instead of 0."""
    with tenant(organization):
        waiting = organization.conversations.waiting_for_a_person().urgent_first().values("pk")
        return in_mark(listing.in_words(waiting[: listing.MOST_COUNTED + 1].count()))


def in_mark(count: str) -> str:
    return "" if count == "0" else count


def channel_problems(organization: Organization) -> list[ChannelNotice]:
    with tenant(organization):
        return noticing.unseen_problems(organization)


def troubled(organization: Organization) -> list[Channel]:
    with tenant(organization):
        return list(organization.channels.troubled())


def whom_to_ask(organization: Organization) -> str:
    """At most three people who may change settings."""
    with tenant(organization):
        managers = organization.members.active().with_people().exclude(role=Member.Role.AGENT)
        names = [str(member) for member in managers]
    return get_text_list(names[:3], _("or"))
