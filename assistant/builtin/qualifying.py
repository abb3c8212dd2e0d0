"""Ask one question at a time about the wish, and never what is known or was asked twice."""

from typing import Any

from assistant.builtin.commands import Command
from assistant.builtin.draft import Draft

ORDER: dict[str, tuple[str, ...]] = {
    "buy": ("locations", "budget_max", "bedrooms", "timeline_days", "financing"),
    "rent": ("locations", "budget_max", "bedrooms", "timeline_days"),
    "sell": ("address", "property_type", "timeline_days"),
    "let": ("address", "property_type", "timeline_days"),
}
ASK_AT_MOST = 2


def carry_out(draft: Draft, commands: list[Command]) -> None:
    """Acknowledge what was told, and ask for what is missing and matters most."""
    if draft.question or draft.closed or draft.handed_over:
        return
    if draft.new_facts and len(draft.parts) <= int(draft.greeted):
        draft.add("noted")
    if _has_appointment(draft) or not _is_about_a_wish(draft, commands):
        return
    field = next_question(draft.known, draft.state)
    if field is None:
        return
    asked = draft.state.setdefault("asked_fields", {})
    asked[field] = asked.get(field, 0) + 1
    draft.ask(_sentence(field, draft.known), field)


def next_question(known: dict[str, Any], state: dict[str, Any]) -> str | None:
    """Return the field to ask about next, or nothing when the brief is complete."""
    asked = state.get("asked_fields", {})
    intent = known.get("intent")
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
    return f"ask_{field}"


def _is_about_a_wish(draft: Draft, commands: list[Command]) -> bool:
    """Questions follow an answer, a greeting or a fact, not a thank-you or small talk alone."""
    kinds = {command.kind for command in commands}
    return bool(
        draft.new_facts
        or draft.greeted
        or kinds & {"greet", "find_listings", "affirm", "deny", "ask_listing", "ask_knowledge"}
    )


def _has_appointment(draft: Draft) -> bool:
    return draft.turn.conversation.appointments.upcoming().exists()
