"""Work on leads that other apps queue under its dotted name."""

from inbox.models import Contact
from leads.recording import ensure_lead
from organizations.tenancy import tenant


def make_lead(organization_id: int, contact_id: int) -> None:
    """Make the lead of a new contact. May run twice, and for a contact merged away meanwhile."""
    with tenant(organization_id) as organization:
        contact = Contact.objects.filter(organization=organization, pk=contact_id).first()
        if contact:
            ensure_lead(contact)
