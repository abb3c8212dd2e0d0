"""Ask one question at a time about the wish, and never what is known or was asked twice."""

from typing import Any

from assistant.builtin import homes
from assistant.builtin.commands import Command
from assistant.builtin.draft import Draft
from knowledge.models import Listing

ORDER: dict[str, tuple[str, ...]] = {
    "buy": ("locations", "budget_max", "bedrooms", "timeline_days", "financing"),
    "rent": ("locations", "budget_max", "bedrooms", "timeline_days"),
    "sell": ("address", "property_type", "timeline_days"),
    "let": ("address", "property_type", "timeline_days"),
}
# Who asks about one home has told by it where and for how much.
ORDER_ABOUT_ONE_HOME = {
    Listing.Deal.SALE: ("timeline_days", "financing"),
    Listing.Deal.RENT: ("timeline_days",),
}
ASK_AT_MOST = 2


def carry_out(draft: Draft, commands: list[Command]) -> None:
    """Acknowledge what was told, and ask for what is missing and matters most."""
    if draft.question or draft.closed or draft.handed_over:
        return
    if draft.told_something and len(draft.parts) <= int(draft.greeted):
        draft.add("noted")
    if _has_appointment(draft) or not _is_about_a_wish(draft, commands):
        return
    if homes.is_complete_enough(draft.known) and "bedrooms" in draft.known:
        homes.ask_to_view(draft)
    home = homes.focus(draft)
    field = None if draft.question else next_question(draft.known, draft.state, home)
    if field is None:
        _offer_valuation(draft)
        return
    if draft.state.get("asked") == field and not draft.told_something:
        return  # asked a moment ago, and the customer spoke of something else
    asked = draft.state.setdefault("asked_fields", {})
    asked[field] = asked.get(field, 0) + 1
    draft.ask(_sentence(field, draft.known), field)


def _offer_valuation(draft: Draft) -> None:
    """Offer a visit to who sells or lets, once, when nothing is left to ask."""
    is_owner = draft.known.get("intent") in ("sell", "let")
    if is_owner and not draft.question and not draft.state.get("valuation_offered"):
        draft.state["valuation_offered"] = True
        draft.ask("want_valuation", "want_valuation")


def next_question(
    known: dict[str, Any], state: dict[str, Any], home: Listing | None = None
) -> str | None:
    """Return the field to ask about next, or nothing when the brief is complete."""
    asked = state.get("asked_fields", {})
    intent = known.get("intent")
    if home and intent not in ("sell", "let"):
        order = ORDER_ABOUT_ONE_HOME[home.deal]
    else:
        order = ("intent", *ORDER.get(intent, ("locations", "budget_max")))
    for field in order:
        if field not in known and asked.get(field, 0) < ASK_AT_MOST:
            return field
    return None


def _sentence(field: str, known: dict[str, Any]) -> str:
    if field == "budget_max" and known.get("intent") == "rent":
        return "ask_budget_max_rent"
    if field == "property_type" and known.get("intent") in ("buy", "rent"):
        return "ask_property_type_wish"
    if field == "timeline_days" and known.get("intent") in ("sell", "let"):
        return "ask_timeline_days_owner"
    return f"ask_{field}"


def _is_about_a_wish(draft: Draft, commands: list[Command]) -> bool:
    """Questions follow an answer, a greeting or a fact, not a thank-you or small talk alone."""
    kinds = {command.kind for command in commands}
    return bool(
        draft.told_something
        or draft.greeted
        or kinds & {"greet", "find_listings", "affirm", "deny", "ask_listing", "ask_knowledge"}
    )


def _has_appointment(draft: Draft) -> bool:
    return draft.turn.conversation.appointments.upcoming().exists()
