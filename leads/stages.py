"""The stages of a lead. Automatic steps only go forwards, and never over a member's choice."""

from typing import Any

from inbox.models import Message
from leads.models import Lead
from leads.recording import known, publish, rescore
from leads.scoring import ENOUGH_MESSAGES
from organizations import auditing
from organizations.models import Member

AUTOMATIC_ORDER = (
    Lead.Stage.NEW,
    Lead.Stage.ENGAGED,
    Lead.Stage.QUALIFYING,
    Lead.Stage.QUALIFIED,
    Lead.Stage.VIEWING_PROPOSED,
    Lead.Stage.VIEWING_BOOKED,
)
WISH_FIELDS = {
    "intent",
    "property_type",
    "locations",
    "bedrooms",
    "bathrooms",
    "budget_min",
    "budget_max",
    "area_m2_min",
    "timeline_days",
}


def advance(lead: Lead, stage: str) -> bool:
    """Move the lead forwards to `stage`; return whether it moved. Runs inside `tenant()`."""
    if lead.stage_set_by_id or lead.stage not in AUTOMATIC_ORDER:
        return False
    if AUTOMATIC_ORDER.index(lead.stage) >= AUTOMATIC_ORDER.index(stage):
        return False
    # Conditional, so that a member's choice made meanwhile stands.
    moved = Lead.objects.filter(
        organization=lead.organization, pk=lead.pk, stage=lead.stage, stage_set_by=None
    ).update(stage=stage)
    if moved:
        lead.stage = stage
        rescore(lead)
    return bool(moved)


def book(lead: Lead) -> None:
    """Note that an appointment was made."""
    advance(lead, Lead.Stage.VIEWING_BOOKED)


def unbook(lead: Lead) -> None:
    """Take a booking back: the lead returns to the stage that its facts support."""
    if lead.stage_set_by_id or lead.stage != Lead.Stage.VIEWING_BOOKED:
        return
    lead.stage = stage_by_facts(known(lead), _message_count(lead))
    lead.save(update_fields=["stage"])
    rescore(lead)


def advance_by_facts(lead: Lead) -> bool:
    """Move the lead to the stage that its facts and messages support, and score what it wrote."""
    count = _message_count(lead)
    moved = advance(lead, stage_by_facts(known(lead), count))
    if not moved and count == ENOUGH_MESSAGES:
        rescore(lead)
    return moved


def stage_by_facts(facts: dict[str, Any], customer_messages: int) -> str:
    """Return the stage, at most qualified, that the known facts support."""
    if {"intent", "budget_max"} <= facts.keys() and facts.keys() & {"locations", "property_type"}:
        return Lead.Stage.QUALIFIED
    if facts.keys() & WISH_FIELDS:
        return Lead.Stage.QUALIFYING
    return Lead.Stage.ENGAGED if customer_messages > 1 else Lead.Stage.NEW


def set_stage(lead: Lead, stage: str, member: Member) -> None:
    """Let a member choose the stage; automatic steps leave it alone from now on."""
    previous, lead.stage, lead.stage_set_by = lead.stage, stage, member
    lead.save(update_fields=["stage", "stage_set_by"])
    auditing.record(
        lead.organization,
        "lead.stage_set",
        user=member.user,
        subject=lead,
        before=previous,
        after=stage,
    )
    rescore(lead)


def release_stage(lead: Lead, member: Member) -> None:
    """Let automatic steps move the lead again, from the stage where it is."""
    lead.stage_set_by = None
    lead.save(update_fields=["stage_set_by"])
    auditing.record(lead.organization, "lead.stage_released", user=member.user, subject=lead)
    publish(lead)


def _message_count(lead: Lead) -> int:
    return Message.objects.filter(
        organization=lead.organization,
        conversation__contact=lead.contact_id,
        direction=Message.Direction.INBOUND,
    ).count()
