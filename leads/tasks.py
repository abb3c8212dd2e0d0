"""Work on leads that other apps queue under its dotted name."""

import logging

from inbox.models import Contact
from leads import followups
from leads.recording import ensure_lead, rescore_all
from organizations.models import Organization
from organizations.queue import enqueue
from organizations.tenancy import tenant

logger = logging.getLogger(__name__)


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


def send_follow_up(organization_id: int, follow_up_id: int) -> None:
    """Send one follow-up whose time has come. Of any number of runs only one does."""
    with tenant(organization_id) as organization:
        followups.send(organization, follow_up_id)


def look_for_follow_ups() -> None:
    """Queue `send_due_follow_ups` for each organization, for what a killed worker left behind."""
    current = Organization.objects.filter(deletion_requested_at=None).order_by("pk")
    for organization_id in current.values_list("pk", flat=True):
        enqueue("leads.tasks.send_due_follow_ups", organization_id, cluster="bulk")


def send_due_follow_ups(organization_id: int) -> None:
    with tenant(organization_id) as organization:
        due = followups.due(organization)
    for follow_up_id in due:
        try:
            send_follow_up(organization_id, follow_up_id)
        except Exception:
            # It stays planned and is looked at again; the others do not wait for it.
            logger.exception("Follow-up %s failed", follow_up_id)
