"""Facts, stages and reasons in words, for the lead card, the lead's page and the list."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import format_currency, format_decimal
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from inbox.models import Conversation
from leads import explaining
from leads.forms import BUDGET, EDITABLE
from leads.models import Fact, Lead
from leads.words import PERIODS, PERSONAS, WORDS

UNSURE_BELOW = 0.6
# How many of the card's five steps each stage has reached.
STEPS = {
    Lead.Stage.NEW: 0,
    Lead.Stage.ENGAGED: 1,
    Lead.Stage.QUALIFYING: 1,
    Lead.Stage.QUALIFIED: 2,
    Lead.Stage.VIEWING_PROPOSED: 3,
    Lead.Stage.VIEWING_BOOKED: 3,
    Lead.Stage.VIEWED: 4,
    Lead.Stage.OFFER: 4,
    Lead.Stage.UNDER_CONTRACT: 5,
    Lead.Stage.WON: 5,
    Lead.Stage.NURTURE: 1,
    Lead.Stage.LOST: 0,
}
TONES = {
    Lead.Stage.VIEWING_PROPOSED: "me",
    Lead.Stage.VIEWING_BOOKED: "ok",
    Lead.Stage.VIEWED: "ok",
    Lead.Stage.OFFER: "ok",
    Lead.Stage.UNDER_CONTRACT: "ok",
    Lead.Stage.WON: "ok",
}


# In front of a value in words the unit need not be said.
SHORT_LABELS = {"timeline_days": _("Time frame"), "area_m2_min": _("Size from")}


def card(lead: Lead, link_to: str = "") -> dict[str, Any]:
    """What the lead card shows. `link_to` is the address that a fact's evidence is a part of."""
    current = lead.facts.current().select_related("evidence", "locked_by__user")
    facts = {fact.field: fact for fact in current}
    return {
        "lead": lead,
        "persona": persona(facts),
        "stage": lead.get_stage_display(),
        "step": STEPS[lead.stage],
        "is_lost": lead.stage == Lead.Stage.LOST,
        "facts": shown_facts(facts, link_to),
        "score": lead.score,
        "reasons": explaining.reasons(lead, facts, link_to),
        "losses": explaining.losses(lead),
        "gains": explaining.gains(lead, facts),
    }


def row(lead: Lead) -> dict[str, Any]:
    """What one line of the list shows; `lead` comes from `for_list`."""
    facts = {fact.field: fact for fact in lead.current_facts}
    conversation = latest_conversation(lead)
    summary = getattr(conversation, "summary", None)
    return {
        "lead": lead,
        "persona": persona(facts),
        "tone": TONES.get(lead.stage, ""),
        "brief": brief(facts),
        "conversation": conversation,
        "viewing_at": summary.next_appointment_at if summary else None,
    }


def persona(facts: dict[str, Fact]) -> str:
    return PERSONAS.get(facts["intent"].value if "intent" in facts else "", _("Lead"))


def brief(facts: dict[str, Fact]) -> list[str]:
    """The wish in a few words: `["Apartment", "2 bedrooms", "up to €400,000", "Kolonaki"]`."""
    parts = [in_words(facts["property_type"])] if "property_type" in facts else []
    if "bedrooms" in facts:
        count = facts["bedrooms"].value
        whole = count if isinstance(count, int) else 2
        parts.append(ngettext("%(n)s bedroom", "%(n)s bedrooms", whole) % {"n": count})
    if facts.keys() & {"budget_min", "budget_max"}:
        parts.append(budget(facts))
    if "locations" in facts:
        parts.append(in_words(facts["locations"]))
    return parts


def shown_facts(facts: dict[str, Fact], link_to: str = "") -> list[dict[str, Any]]:
    """The current facts in reading order, the parts of a budget as one. `facts` go by field."""
    lines = []
    for field in Fact.Field.values:
        if field in BUDGET:
            if field == "budget_min" and facts.keys() & {"budget_min", "budget_max"}:
                lines.append(_budget_line(facts, link_to))
        elif field in facts:
            fact = facts[field]
            lines.append(
                _line(fact, link_to, label=label_of(field), text=in_words(fact))
                | {"is_editable": field in EDITABLE}
            )
    return lines


def facts_of_conversation(conversation: Conversation) -> list[dict[str, str]]:
    """What is known of the customer's wish, for the hand-over card: `{"label", "text"}`."""
    lead = Lead.objects.filter(contact=conversation.contact_id).first()
    facts = {fact.field: fact for fact in lead.facts.current()} if lead else {}
    return [{"label": str(line["label"]), "text": str(line["text"])} for line in shown_facts(facts)]


def unknown_fields(facts: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """What a member can still state, as (field, label); `facts` as from `shown_facts`."""
    known = {fact["field"] for fact in facts}
    labels = [(field, label_of(field)) for field in EDITABLE]
    labels.insert(EDITABLE.index("area_m2_min"), ("budget", _("Budget")))
    return [(field, label) for field, label in labels if field not in known]


def label_of(field: str) -> str:
    return SHORT_LABELS.get(field) or Fact.Field(field).label


def in_words(fact: Fact) -> str:
    """Return one fact's value as people say it."""
    value, words = fact.value, WORDS.get(fact.field, {})
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        return ", ".join(str(item).replace("_", " ") for item in value)
    if fact.field == "timeline_days":
        return _days(int(value))
    if fact.field == "viewing" and isinstance(value, dict):
        return _visit(value)
    if fact.field == "language":
        return Locale.parse(_locale()).languages.get(str(value), str(value))
    if fact.field in ("budget_min", "budget_max"):
        return _money(value, "")
    if fact.field == "area_m2_min":
        return f"{format_decimal(value, locale=_locale())} m²"
    return str(words.get(value, value))


def budget(facts: dict[str, Fact]) -> str:
    """`€350,000 – €400,000`, `up to €400,000` or `from €1,200 per month`."""
    currency = facts["currency"].value if "currency" in facts else ""
    low, high = (
        _money(facts[field].value, currency) if field in facts else ""
        for field in ("budget_min", "budget_max")
    )
    if low and high:
        text = low if low == high else f"{low} – {high}"
    elif high:
        text = gettext("up to %(amount)s") % {"amount": high}
    else:
        text = gettext("from %(amount)s") % {"amount": low}
    is_monthly = "budget_period" in facts and facts["budget_period"].value == "month"
    return f"{text} {PERIODS['month']}" if is_monthly else text


def latest_conversation(lead: Lead) -> Any:
    return max(lead.contact.conversations.all(), key=lambda it: it.last_message_at, default=None)


def conversation_url(lead: Lead) -> str:
    """The address of the lead's latest conversation, or nothing."""
    latest = latest_conversation(lead)
    if latest is None:
        return ""
    slug = lead.organization.slug
    return reverse("inbox:conversation", kwargs={"slug": slug, "code": latest.code})


def _budget_line(facts: dict[str, Fact], link_to: str) -> dict[str, Any]:
    parts = [facts[field] for field in ("budget_max", "budget_min") if field in facts]
    line = _line(parts[0], link_to, label=_("Budget"), text=capfirst(budget(facts)))
    stored = [facts[field] for field in BUDGET if field in facts]
    return line | {
        "field": "budget",
        "version": "-".join(f"{fact.pk}{fact.locked_by_id or ''}" for fact in stored),
        "locked": any(fact.locked_by_id for fact in stored),
        "is_editable": True,
    }


def _line(fact: Fact, link_to: str, **words: str) -> dict[str, Any]:
    evidence = fact.evidence_id
    return {
        "field": fact.field,
        "quote": fact.quote,
        "href": f"{link_to}?message={evidence}#message-{evidence}" if evidence else "",
        "locked": bool(fact.locked_by_id),
        "locked_by": fact.locked_by,
        "unsure": fact.confidence < UNSURE_BELOW,
        "at": fact.created_at,
        "version": f"{fact.pk}{fact.locked_by_id or ''}",
        **words,
    }


def _money(value: float, currency: str) -> str:
    amount = Decimal(str(value))
    if not currency:
        return format_decimal(amount, locale=_locale())
    return format_currency(amount, currency, "¤#,##0", locale=_locale(), currency_digits=False)


def _days(days: int) -> str:
    if days <= 0:
        return gettext("At once")
    if days >= 60:
        months = round(days / 30)
        return ngettext("Within %(n)d month", "Within %(n)d months", months) % {"n": months}
    return ngettext("Within %(n)d day", "Within %(n)d days", days) % {"n": days}


def _visit(value: dict[str, Any]) -> str:
    day = value.get("date")
    if day:
        with suppress(ValueError):
            day = format_skeleton("MMMEd", date.fromisoformat(day), locale=_locale())
    return ", ".join(str(part) for part in (day, value.get("time"), value.get("listing")) if part)


def _locale() -> str:
    language = get_language() or "en"
    return "en_GB" if language.startswith("en") else language.replace("-", "_")
