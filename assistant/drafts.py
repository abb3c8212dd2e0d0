"""What a member's reply is warned of before it is sent: the rules that hold for the assistant.

A member may know more than the records, so figures are looked at only where a sentence names one of
the agency's homes and says otherwise than its row.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from assistant import fairhousing, figures, grounding, links
from assistant.fairhousing.packs import pack_of
from assistant.guardrails import ACCOUNT
from assistant.versions import live_shape
from inbox.checking import Warned
from inbox.models import Conversation, Message
from leads.models import Lead
from leads.recording import known
from organizations.models import Organization

REASONS = {
    "figures": _("The record of this home says otherwise."),
    "availability": _("The record of this home says otherwise about whether it is on offer."),
    "links": _("This link leads away from your own pages. Customers are warned of such links."),
    "account": _(
        "An account number in a chat is a usual way to steal deposits. Give it in person."
    ),
}


@dataclass
class _Text:
    """As much of a turn as the checks look at, for a text that a member writes."""

    organization: Organization
    conversation: Conversation
    website: str
    lead: Lead | None
    messages: list[Message] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    offered: list[Any] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    noted: dict[str, Any] = field(default_factory=dict)
    rule: None = None
    kept_rows: Any = None


def warnings_for(conversation: Conversation, body: str) -> list[Warned]:
    """Return what to warn of in a member's reply. Runs inside `tenant()`."""
    organization = conversation.organization
    lead = Lead.objects.filter(contact=conversation.contact_id).first()
    text = _Text(organization, conversation, live_shape(organization).website, lead)
    breaches = fairhousing.breaches(body, pack_of(organization), _is_about_rent(text, body))
    found = [Warned(it.rule, it.words, it.law.reason, it.law.source) for it in breaches]
    words = {
        "figures": figures.against_the_record(text, body),
        "availability": [
            it for it in grounding.untrue_availability(text, body) if _names_a_home(text, body)
        ],
        "links": links.foreign_links(text, body) if text.website else [],
        "account": ACCOUNT.findall(body),
    }
    found += [Warned(code, said[0], REASONS[code]) for code, said in words.items() if said]
    return found


def _names_a_home(text: _Text, body: str) -> bool:
    return bool(figures.rows_of(text).named_in(body))


def _is_about_rent(text: _Text, body: str) -> bool | None:
    """As the home that the reply names, else as the customer's wish; None where neither tells."""
    deals = {home.deal for home in figures.rows_of(text).named_in(body)}
    if len(deals) == 1:
        return deals == {"rent"}
    intent = known(text.lead).get("intent") if text.lead else None
    return intent in ("rent", "let") if intent else None
