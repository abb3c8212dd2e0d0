"""Views that members keep: private ones, and those they share. Runs inside `tenant()`."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from inbox.listing import Asked
from inbox.models import SavedView
from organizations.models import Member

MOST = 50  # of one member
LONGEST_NAME = 60


class CannotSave(Exception):
    """The view was not kept; the text tells the member why."""


def seen_by(member: Member) -> QuerySet[SavedView]:
    """The member's own views and those that others share, by name."""
    views = member.organization.saved_views.filter(Q(member=member) | Q(is_shared=True))
    return views.select_related("member__user").order_by("name", "pk")


def changeable_by(member: Member) -> QuerySet[SavedView]:
    """The member's own; owners and admins also look after those that are shared."""
    own = Q(member=member)
    return seen_by(member).filter(own | Q(is_shared=True) if member.can_manage else own)


def save(member: Member, name: str, asked: Asked, is_shared: bool = False) -> SavedView:
    """Keep what is asked under a name; the member's view of the same name is replaced.

    Raises `CannotSave`.
    """
    name = " ".join(name.replace("\x00", "").split())[:LONGEST_NAME]
    if not name:
        raise CannotSave(_("Give the view a name."))
    own = member.organization.saved_views.filter(member=member)
    if own.count() >= MOST and not own.filter(name=name).exists():
        raise CannotSave(_("You have %(number)d views. Remove one first.") % {"number": MOST})
    values = {"query": asked.query, "is_shared": is_shared}
    return own.update_or_create(
        organization=member.organization, member=member, name=name, defaults=values
    )[0]
