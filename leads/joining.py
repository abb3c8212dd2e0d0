"""Two contacts turn out to be one customer: their leads become one, and no fact is lost."""

from typing import Any

from django.utils.timezone import now

from inbox.models import Contact
from leads import recording
from leads.models import Fact, Lead
from leads.stages import AUTOMATIC_ORDER


def join_leads(sender: Any, older: Contact, younger: Contact, **hook: Any) -> None:
    """Move what the younger contact's lead knows to the older one's. Runs inside `tenant()`.

    Of two values of a field the one that a member locked stands, else the later one. Where only
    one contact has a lead, the inbox moves it itself.
    """
    leads = Lead.objects.select_for_update(of=("self",)).filter(contact__in=(older, younger))
    by_contact = {lead.contact_id: lead for lead in leads.order_by("pk")}
    if len(by_contact) < 2:
        return
    kept, given = by_contact[older.pk], by_contact[younger.pk]
    _join_facts(kept, given)
    _join_stage(kept, given)
    kept.owner_id = kept.owner_id or given.owner_id
    kept.save(update_fields=["stage", "stage_set_by", "owner"])
    given.delete()
    recording.rescore(kept)


def _join_facts(kept: Lead, given: Lead) -> None:
    current = {fact.field: fact for fact in kept.facts.current()}
    for fact in given.facts.current():
        other = current.get(fact.field)
        if other:
            loser = min(fact, other, key=_weight)
            loser.superseded_at = now()
            loser.save(update_fields=["superseded_at"])
    Fact.objects.filter(organization=kept.organization_id, lead=given).update(lead=kept)


def _weight(fact: Fact) -> tuple[bool, Any, int]:
    return bool(fact.locked_by_id), fact.created_at, fact.pk


def _join_stage(kept: Lead, given: Lead) -> None:
    if kept.stage_set_by_id:
        return
    is_further = (
        kept.stage in AUTOMATIC_ORDER
        and given.stage in AUTOMATIC_ORDER
        and AUTOMATIC_ORDER.index(given.stage) > AUTOMATIC_ORDER.index(kept.stage)
    )
    if given.stage_set_by_id or is_further:
        kept.stage, kept.stage_set_by_id = given.stage, given.stage_set_by_id
