"""How promising a lead is: 0 (nothing known) to 100 (call now), with the reasons.

Fit (up to 60 points) is what the customer told us about the wish; engagement (up to 40) is what
they did, halved for every 14 days of silence. Which area, which language and which name never
count, because they stand for who somebody is. The weights are explained in
`docs/decisions/lead-score.md`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from inbox.models import Message
from leads.models import Lead

BRIEF_FIELDS = ("intent", "property_type", "locations", "bedrooms", "budget_max")
POINTS_PER_BRIEF_FIELD = 4
HALF_LIFE_DAYS = 14
READY_FINANCING = {"cash", "approved", "mortgage_approved", "pre_approved", "preapproved"}

# Who has a home to sell or to let needs neither money for one nor a look at one.
OWNERS = {"sell", "let"}
OF_SEEKERS = {"funding", "wants_viewing"}
ENOUGH_MESSAGES = 3
MOST_LOSSES = 5

# What each reason says to people; the codes are stored, the sentences are translated when shown.
REASONS = {
    "brief": gettext_noop("Told us about the wish"),
    "budget_matches": gettext_noop("The budget meets a listing on offer"),
    "funding": gettext_noop("Has the money ready"),
    "soon": gettext_noop("Wants to move within 30 days"),
    "this_season": gettext_noop("Wants to move within 90 days"),
    "this_year": gettext_noop("Wants to move within a year"),
    "answers": gettext_noop("Answers us: wrote at least three messages"),
    "wants_viewing": gettext_noop("Asked to view a home"),
    "booked": gettext_noop("Has an appointment with us"),
    "silence": gettext_noop("Has been silent, so what they did counts for less"),
    "opted_out": gettext_noop("Does not want to be written to"),
}


@dataclass(frozen=True)
class Score:
    """`reasons` is a list of `{"points": int, "reason": code, "detail": text}`."""

    points: int
    reasons: list[dict[str, Any]]


def score(lead: Lead, at: datetime) -> Score:
    """Score the lead as of `at`. Runs inside `tenant()`."""
    if lead.contact.opted_out_at:
        return Score(0, [_reason(0, "opted_out")])
    known = dict(lead.facts.current().values_list("field", "value"))
    fit = _fit(lead, known)
    engagement = _engagement(lead, known)
    engaged = sum(reason["points"] for reason in engagement)
    last = _last_message_at(lead)
    lost = engaged - round(engaged * _freshness(last, at))
    silence = [_reason(-lost, "silence", f"{last:%Y-%m-%d}")] if lost and last else []
    total = sum(reason["points"] for reason in fit) + engaged - lost
    return Score(max(0, min(100, total)), fit + engagement + silence)


def _fit(lead: Lead, known: dict[str, Any]) -> list[dict[str, Any]]:
    reasons = []
    told = [field for field in BRIEF_FIELDS if field in known]
    if told:
        detail = f"{len(told)}/{len(BRIEF_FIELDS)}"
        reasons.append(_reason(POINTS_PER_BRIEF_FIELD * len(told), "brief", detail))
    if _budget_matches(lead, known):
        reasons.append(_reason(10, "budget_matches"))
    if str(known.get("financing", "")).lower() in READY_FINANCING:
        reasons.append(_reason(15, "funding"))
    days = known.get("timeline_days")
    for limit, points, code in ((30, 15, "soon"), (90, 10, "this_season"), (365, 3, "this_year")):
        if isinstance(days, int | float) and days <= limit:
            reasons.append(_reason(points, code))
            break
    return reasons


def _engagement(lead: Lead, known: dict[str, Any]) -> list[dict[str, Any]]:
    reasons = []
    if _messages(lead).count() >= ENOUGH_MESSAGES:
        reasons.append(_reason(10, "answers"))
    summary = lead.contact.conversations.filter(summary__next_appointment_at__isnull=False)
    booked = lead.stage in (Lead.Stage.VIEWING_BOOKED, Lead.Stage.VIEWED) or summary.exists()
    if "viewing" in known or booked:
        reasons.append(_reason(15, "wants_viewing"))
    if booked:
        reasons.append(_reason(15, "booked"))
    return reasons


def _budget_matches(lead: Lead, known: dict[str, Any]) -> bool:
    budget = known.get("budget_max")
    deal = {"buy": "sale", "rent": "rent"}.get(known.get("intent", ""))
    if not isinstance(budget, int | float) or deal is None:
        return False
    return lead.organization.listings.on_offer().filter(deal=deal, price__lte=budget).exists()


def losses(
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    known: list[dict[str, Any]],
    at: datetime,
) -> list[dict[str, Any]]:
    """Return what was lost between two scores, before what was lost earlier and not regained.

    Silence and an opt-out stand among the reasons themselves.
    """
    now = {reason["reason"]: reason["points"] for reason in after}
    if "opted_out" in now:
        return known
    lost = [
        {
            "points": now.get(reason["reason"], 0) - reason["points"],
            "reason": reason["reason"],
            "at": at.isoformat(),
        }
        for reason in before
        if 0 < reason["points"] > now.get(reason["reason"], 0)
    ]
    again = {loss["reason"] for loss in lost}
    kept = [it for it in known if it["reason"] not in now and it["reason"] not in again]
    return [*lost, *kept][:MOST_LOSSES]


def possible_gains(lead: Lead, known: dict[str, Any]) -> list[tuple[int, str]]:
    """Return what would raise the score, most first, as (points, code). Runs inside `tenant()`."""
    if lead.contact.opted_out_at:
        return []
    have = {reason["reason"]: reason["points"] for reason in lead.score_reasons}
    missing = sum(field not in known for field in BRIEF_FIELDS)
    timeline = max((have.get(code, 0) for code in ("soon", "this_season", "this_year")), default=0)
    gains = [
        (POINTS_PER_BRIEF_FIELD * missing, "brief"),
        (15 - timeline, "soon"),
        (15 - have.get("funding", 0), "funding"),
        (10 - have.get("answers", 0), "answers"),
        (15 - have.get("wants_viewing", 0), "wants_viewing"),
        (15 - have.get("booked", 0), "booked"),
    ]
    if known.get("intent") in OWNERS:
        gains = [gain for gain in gains if gain[1] not in OF_SEEKERS]
    elif "budget_max" in known:
        gains.append((10 - have.get("budget_matches", 0), "budget_matches"))
    return sorted((gain for gain in gains if gain[0] > 0), key=lambda gain: -gain[0])


def _last_message_at(lead: Lead) -> datetime | None:
    return _messages(lead).order_by("-sent_at").values_list("sent_at", flat=True).first()


def _freshness(last: datetime | None, at: datetime) -> float:
    if last is None:
        return 1.0
    return 0.5 ** max(0.0, (at - last).total_seconds() / 86400 / HALF_LIFE_DAYS)


def _messages(lead: Lead) -> Any:
    return Message.objects.filter(
        organization=lead.organization,
        conversation__contact=lead.contact_id,
        direction=Message.Direction.INBOUND,
    )


def _reason(points: int, code: str, detail: str = "") -> dict[str, Any]:
    return {"points": points, "reason": code, "detail": detail}
