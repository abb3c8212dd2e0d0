"""Facts, stages and reasons in words, for the lead card and the leads page."""

from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from leads.models import Fact, Lead
from leads.scoring import REASONS

WORDS = {
    "buy": _("Buy"),
    "rent": _("Rent"),
    "sell": _("Sell"),
    "let": _("Let"),
    "apartment": _("Apartment"),
    "house": _("House"),
    "studio": _("Studio"),
    "villa": _("Villa"),
    "penthouse": _("Penthouse"),
    "maisonette": _("Maisonette"),
    "land": _("Land"),
    "office": _("Office"),
    "cash": _("Cash"),
    "mortgage": _("Mortgage"),
    "total": _("in total"),
    "month": _("per month"),
}
HIDDEN = {"currency", "budget_period", "budget_min"}
UNSURE_BELOW = 0.6
PERSONAS = {"buy": _("Buyer"), "rent": _("Tenant"), "sell": _("Seller"), "let": _("Landlord")}
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


def card(lead: Lead, link_to: str = "") -> dict[str, Any]:
    """What the lead card shows. `link_to` is the address that a fact's evidence is a part of."""
    facts = {fact.field: fact for fact in lead.facts.current().select_related("evidence")}
    intent = facts["intent"].value if "intent" in facts else ""
    return {
        "lead": lead,
        "persona": PERSONAS.get(intent, _("Lead")),
        "stage": lead.get_stage_display(),
        "step": STEPS[lead.stage],
        "is_lost": lead.stage == Lead.Stage.LOST,
        "facts": [
            shown(facts[field], facts, link_to)
            for field in Fact.Field.values
            if field in facts and _is_shown(field, facts)
        ],
        "score": lead.score,
        "reasons": reasons(lead),
    }


def shown(fact: Fact, facts: dict[str, Fact], link_to: str = "") -> dict[str, Any]:
    return {
        "field": fact.field,
        "label": _("Budget") if fact.field == "budget_max" else fact.get_field_display(),
        "text": _budget(facts) if fact.field == "budget_max" else in_words(fact),
        "quote": fact.quote,
        "href": f"{link_to}#message-{fact.evidence_id}" if fact.evidence_id else "",
        "locked": bool(fact.locked_by_id),
        "unsure": fact.confidence < UNSURE_BELOW,
    }


def reasons(lead: Lead) -> list[dict[str, Any]]:
    """The score's reasons in words: `{"points": int, "text": str}`."""
    return [
        {
            "points": reason["points"],
            "text": gettext(REASONS.get(reason["reason"], reason["reason"]))
            + (f" ({reason['detail']})" if reason["detail"] else ""),
        }
        for reason in lead.score_reasons
    ]


def in_words(fact: Fact) -> str:
    """Return one fact's value as people say it."""
    value = fact.value
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        return ", ".join(str(WORDS.get(item, item)).replace("_", " ") for item in value)
    if fact.field == "timeline_days":
        return _days(int(value))
    if fact.field == "viewing" and isinstance(value, dict):
        return ", ".join(str(value[key]) for key in ("date", "time", "listing") if value.get(key))
    if fact.field == "area_m2_min":
        return f"{format_decimal(value, locale=_locale())} m²"
    return str(WORDS.get(value, value)).replace("_", " ")


def conversation_url(lead: Lead) -> str:
    """The address of the lead's latest conversation, or nothing."""
    latest = max(
        lead.contact.conversations.all(), key=lambda it: it.last_message_at, default=None
    )
    if latest is None:
        return ""
    slug = lead.organization.slug
    return reverse("inbox:conversation", kwargs={"slug": slug, "code": latest.code})


def _is_shown(field: str, facts: dict[str, Fact]) -> bool:
    return field not in HIDDEN or (field == "budget_min" and "budget_max" not in facts)


def _budget(facts: dict[str, Fact]) -> str:
    currency = facts["currency"].value if "currency" in facts else ""
    low = facts["budget_min"].value if "budget_min" in facts else None
    amounts = [_money(v, currency) for v in (low, facts["budget_max"].value) if v is not None]
    period = facts["budget_period"].value if "budget_period" in facts else ""
    suffix = f" {WORDS['month']}" if period == "month" else ""
    return " – ".join(amounts) + suffix


def _money(value: float, currency: str) -> str:
    if not currency:
        return format_decimal(Decimal(str(value)), locale=_locale())
    return format_currency(
        Decimal(str(value)), currency, "¤#,##0", locale=_locale(), currency_digits=False
    )


def _days(days: int) -> str:
    if days <= 0:
        return gettext("At once")
    if days >= 60:
        months = round(days / 30)
        return ngettext("Within %(n)d month", "Within %(n)d months", months) % {"n": months}
    return ngettext("Within %(n)d day", "Within %(n)d days", days) % {"n": days}


def _locale() -> str:
    language = get_language() or "en"
    return "en_GB" if language.startswith("en") else language.replace("-", "_")
