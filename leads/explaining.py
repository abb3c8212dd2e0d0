"""The score in sentences: why it is what it is, what took points away, what would add some.

A sentence names what was stated, never who somebody is: areas, language and name give no points,
so they give no sentence either. The customer's own words stand beside it, with the message.
"""

from datetime import date
from typing import Any

from babel.dates import format_date
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from leads.models import Fact, Lead
from leads.scoring import BRIEF_FIELDS, REASONS, possible_gains

MOST_GAINS = 4

# The fact whose message proves a reason.
PROOF = {
    "budget_matches": "budget_max",
    "funding": "financing",
    "soon": "timeline_days",
    "this_season": "timeline_days",
    "this_year": "timeline_days",
    "wants_viewing": "viewing",
}
BRIEF_WORDS = {
    "intent": _("buying or renting"),
    "property_type": _("kind of home"),
    "locations": _("where"),
    "bedrooms": _("bedrooms"),
    "budget_max": _("budget"),
}
GAINS = {
    "soon": _("Hearing that they want to move within 30 days"),
    "funding": _("Hearing that cash or an approved mortgage is there"),
    "answers": _("Three messages from them"),
    "wants_viewing": _("A wish to view a home"),
    "booked": _("A booked appointment"),
    "budget_matches": _("A home on offer within the budget"),
}
LOSSES = {
    "brief": _("Part of the wish was taken back"),
    "budget_matches": _("No home on offer meets the budget any more"),
    "funding": _("The money is no longer said to be ready"),
    "soon": _("No longer wants to move within 30 days"),
    "this_season": _("No longer wants to move within 90 days"),
    "this_year": _("No longer wants to move within a year"),
    "answers": _("Messages are gone"),
    "wants_viewing": _("The wish to view was taken back"),
    "booked": _("No appointment stands any more"),
}


def reasons(lead: Lead, facts: dict[str, Fact], link_to: str = "") -> list[dict[str, Any]]:
    """Each reason: `{"points", "text", "quote", "href"}`; the last two only where words prove it.

    `facts` are the current ones by field; `link_to` is the address that their messages are part of.
    """
    return [
        {
            "points": reason["points"],
            "text": _sentence(reason, facts),
            **_proof(reason["reason"], facts, link_to),
        }
        for reason in lead.score_reasons
    ]


def losses(lead: Lead) -> list[dict[str, Any]]:
    """What took points away, latest first: `{"points", "text", "at"}`."""
    return [
        {
            "points": loss["points"],
            "text": gettext(str(LOSSES.get(loss["reason"], loss["reason"]))),
            "at": parse_datetime(loss["at"]),
        }
        for loss in lead.score_losses
    ]


def gains(lead: Lead, facts: dict[str, Fact]) -> list[dict[str, Any]]:
    """What would add points, most first: `{"points", "text"}`."""
    known = {field: fact.value for field, fact in facts.items()}
    return [
        {"points": points, "text": _gain(code, known)}
        for points, code in possible_gains(lead, known)[:MOST_GAINS]
    ]


def _sentence(reason: dict[str, Any], facts: dict[str, Fact]) -> str:
    code, detail = reason["reason"], reason.get("detail", "")
    if code == "brief":
        told = [str(words) for field, words in BRIEF_WORDS.items() if field in facts]
        text = gettext("Told us %(count)s of %(all)s things about the wish")
        text = text % {"count": detail.split("/")[0] or len(told), "all": len(BRIEF_FIELDS)}
        return f"{text}: {', '.join(told)}" if told else text
    if code == "silence" and detail:
        text = gettext("Has not written since %(day)s, so what they did counts for less")
        return text % {"day": _day(detail)}
    return gettext(REASONS.get(code, code))


def _proof(code: str, facts: dict[str, Fact], link_to: str) -> dict[str, str]:
    fact = facts.get(PROOF.get(code, ""))
    if fact is None:
        return {}
    if fact.locked_by_id and not fact.evidence_id:
        return {"said_by": str(fact.locked_by)}
    if not fact.quote:
        return {}
    evidence = fact.evidence_id
    href = f"{link_to}?message={evidence}#message-{evidence}" if evidence and link_to else ""
    return {"quote": fact.quote, "href": href}


def _gain(code: str, known: dict[str, Any]) -> str:
    if code == "brief":
        missing = [str(words) for field, words in BRIEF_WORDS.items() if field not in known]
        return gettext("Knowing more of the wish: %(what)s") % {"what": ", ".join(missing)}
    return str(GAINS[code])


def _day(iso: str) -> str:
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    language = get_language() or "en"
    locale = "en_GB" if language.startswith("en") else language.replace("-", "_")
    return format_date(day, "d MMMM", locale=locale)
