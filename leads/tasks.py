"""Work on leads that other apps queue under its dotted name."""

from inbox.models import Contact
from leads.recording import ensure_lead, rescore_all
from organizations.models import Organization
from organizations.queue import enqueue
from organizations.tenancy import tenant


def make_lead(organization_id: int, contact_id: int) -> None:
    """Make the lead of a new contact. May run twice, and for a contact merged away meanwhile."""
    with tenant(organization_id) as organization:
        contact = Contact.objects.filter(organization=organization, pk=contact_id).first()
        if contact:
            ensure_lead(contact)


def rescore_every_day() -> None:
    """Queue `rescore` for each organization: silence lowers a score though nothing happens."""
    current = Organization.objects.filter(deletion_requested_at=None).order_by("pk")
    for organization_id in current.values_list("pk", flat=True):
        enqueue("leads.tasks.rescore", organization_id, cluster="bulk")


def rescore(organization_id: int) -> None:
    with tenant(organization_id) as organization:
        rescore_all(organization)
