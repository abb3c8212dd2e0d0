"""Legal holds, as conditions that stand in the same SQL as the delete."""

from django.db.models import Exists, OuterRef, Q

from privacy.models import Hold


def covered(contact: str = "", organization: str = "organization_id") -> Exists:
    """Match the rows that a standing hold covers.

    `organization` and `contact` are the lookups that lead from the row to their ids; without
    `contact` only a hold on the whole organization counts.
    """
    reach = Q(scope=Hold.Scope.ORGANIZATION)
    if contact:
        reach |= Q(scope=Hold.Scope.CONTACT, contact_id=OuterRef(contact))
    return Exists(
        Hold.objects.standing().filter(reach, organization_id=OuterRef(organization)).order_by()
    )


def any_standing(organization: str = "organization_id") -> Exists:
    """Match the rows of an organization in which any hold stands, be it on one contact only."""
    return Exists(Hold.objects.standing().filter(organization_id=OuterRef(organization)))
