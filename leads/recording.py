"""Leads and their facts: every value names the message that proves it."""

from collections.abc import Sequence
from typing import Any

from django.utils.timezone import now

from inbox import events
from inbox.models import Contact, ConversationSummary, Message, Signal
from inbox.own_words import own_words
from leads import scoring
from leads.extraction import FoundFact
from leads.models import Fact, Lead
from leads.traits import is_a_trait, without_traits
from organizations import auditing
from organizations.models import Member, Organization

QUOTE_LENGTH = 300


class UnknownField(ValueError):
    """No lead has such a field."""


def ensure_lead(contact: Contact) -> Lead:
    """Return the contact's lead, made if this is the first message. Runs inside `tenant()`."""
    lead, is_new = contact.organization.leads.get_or_create(contact=contact)
    if is_new:
        rescore(lead)
    return lead


def record_facts(lead: Lead, facts: Sequence[FoundFact], messages: Sequence[Message]) -> list[Fact]:
    """Store what the customer said and return the facts that changed. Runs inside `tenant()`.

    `fact.turn` is an index into `messages`. A fact is skipped when there is no such message, when
    it is not the customer's or does not hold the quote, when a member has locked the field, or when
    the value tells of a protected trait; the quote leaves out what does.
    """
    current = _lock_current_facts(lead)
    changed = []
    for found in facts:
        evidence = messages[found.turn] if 0 <= found.turn < len(messages) else None
        if evidence is None or not proves(evidence, found.quote):
            continue
        if is_a_trait(found.field, found.value):
            continue
        known = current.get(found.field)
        if known and (known.locked_by_id or known.value == found.value):
            continue
        changed.append(
            _replace(
                lead,
                known,
                found.field,
                found.value,
                quote=without_traits(found.quote)[:QUOTE_LENGTH],
                evidence=evidence,
                confidence=found.confidence,
            )
        )
    if changed:
        rescore(lead)
    return changed


def set_fact(lead: Lead, field: str, value: Any, member: Member) -> Fact:
    """Let a member state a fact. It is locked: what the assistant reads no longer changes it.

    Stating what is known already keeps its evidence and locks it.
    """
    if field not in Fact.Field.values:
        raise UnknownField(field)
    fact = _lock_current_facts(lead).get(field)
    if fact and fact.value == value:
        fact.locked_by, fact.confidence = member, 1.0
        fact.save(update_fields=["locked_by", "confidence"])
    else:
        fact = _replace(lead, fact, field, value, locked_by=member)
    auditing.record(lead.organization, "lead.fact_set", user=member.user, subject=lead, field=field)
    rescore(lead)
    return fact


def set_facts(lead: Lead, values: dict[str, Any], member: Member) -> list[Fact]:
    """Let a member state several facts at once; None takes a fact away."""
    for field, value in values.items():
        if value is None:
            remove_fact(lead, field, member)
    stated = {field: value for field, value in values.items() if value is not None}
    return [set_fact(lead, field, value, member) for field, value in stated.items()]


def unlock_fact(lead: Lead, field: str, member: Member) -> None:
    """Let the assistant change the field again."""
    locked = lead.facts.current().filter(field=field, locked_by__isnull=False)
    if not locked.update(locked_by=None):
        return
    auditing.record(
        lead.organization, "lead.fact_unlocked", user=member.user, subject=lead, field=field
    )
    rescore(lead)


def remove_fact(lead: Lead, field: str, member: Member) -> None:
    """Take a wrong fact off the lead; its history is kept."""
    if not lead.facts.current().filter(field=field).update(superseded_at=now()):
        return
    auditing.record(
        lead.organization, "lead.fact_removed", user=member.user, subject=lead, field=field
    )
    rescore(lead)


def known(lead: Lead) -> dict[str, Any]:
    """Return the current value of each known field."""
    return dict(lead.facts.current().values_list("field", "value"))


def set_owner(lead: Lead, owner: Member | None, by: Member) -> None:
    """Make a member answerable for the lead, or nobody."""
    lead.owner = owner
    lead.save(update_fields=["owner"])
    auditing.record(
        lead.organization, "lead.owner_set", user=by.user, subject=lead, owner=str(owner or "")
    )
    publish(lead)


def rescore(lead: Lead) -> None:
    """Work out the score anew, and write what lists show of it. Runs inside `tenant()`."""
    result = scoring.score(lead, now())
    lead.score_losses = scoring.losses(lead.score_reasons, result.reasons, lead.score_losses, now())
    lead.score, lead.score_reasons = result.points, result.reasons
    lead.updated_at = now()
    lead.save(update_fields=["score", "score_reasons", "score_losses", "updated_at"])
    publish(lead)


def rescore_all(organization: Organization) -> int:
    """Let time pass over the scores; return how many changed. Runs inside `tenant()`."""
    changed = 0
    for lead in organization.leads.select_related("contact").order_by("pk"):
        lead.organization = organization
        result = scoring.score(lead, now())
        if (result.points, result.reasons) != (lead.score, lead.score_reasons):
            rescore(lead)
            changed += 1
    return changed


def publish(lead: Lead) -> None:
    """Copy score and stage to the rows that lists read, and tell the open browsers."""
    ConversationSummary.objects.filter(
        organization=lead.organization, conversation__contact=lead.contact_id
    ).update(score=lead.score, stage=lead.stage)
    events.announce(lead.organization, Signal.Kind.LEAD, lead.code)


def _lock_current_facts(lead: Lead) -> dict[str, Fact]:
    # The lead's row is the lock: two turns must not both insert the current fact of a field.
    Lead.objects.select_for_update().get(organization=lead.organization, pk=lead.pk)
    return {fact.field: fact for fact in lead.facts.current()}


def proves(evidence: Message, quote: str) -> bool:
    """Whether the customer says the quote in this message; case and spaces do not count.

    What they only pass on, such as somebody's card or a catalogue's price, proves nothing.
    """
    said = _plain(quote)
    return evidence.is_inbound and bool(said) and said in _plain(own_words(evidence))


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _replace(lead: Lead, known: Fact | None, field: str, value: Any, **fields: Any) -> Fact:
    if known:
        known.superseded_at = now()
        known.save(update_fields=["superseded_at"])
    return Fact.objects.create(
        organization=lead.organization, lead=lead, field=field, value=value, **fields
    )
