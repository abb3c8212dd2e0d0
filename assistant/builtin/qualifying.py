"""Ask one question at a time about the wish, and never what is known or was asked twice."""

from typing import Any

from assistant import shape as shapes
from assistant.builtin import homes
from assistant.builtin.commands import Command
from assistant.builtin.draft import Draft
from assistant.builtin.speaking import answer_language
from assistant.shape import Question, Shape
from knowledge.models import Listing

# Who asks about one home has told by it where, what and for how much.
TOLD_BY_A_HOME = {
    "locations", "budget_max", "bedrooms", "bathrooms", "property_type", "area_m2_min", "parking",
    "furnished", "pets", "must_haves",
}  # fmt: skip
BEFORE_THE_INTENT = ("locations", "budget_max")
INTENT_OF = {Listing.Deal.SALE: "buy", Listing.Deal.RENT: "rent"}
ASK_AT_MOST = 2


def carry_out(draft: Draft, commands: list[Command]) -> None:
    """Acknowledge what was told, and ask for what is missing and matters most."""
    if draft.question or draft.closed or draft.handed_over:
        return
    if draft.told_something and len(draft.parts) <= int(draft.greeted):
        draft.add("noted")
    if _has_appointment(draft) or not _is_about_a_wish(draft, commands):
        return
    home, shape = homes.focus(draft), draft.turn.shape
    field = next_question(draft.known, draft.state, home, shape, answer_language())
    if homes.is_complete_enough(draft.known) and not _must_be_asked(field, draft, home):
        homes.ask_to_view(draft)
    if draft.question or field is None:
        _offer_valuation(draft)
        return
    if draft.state.get("asked") == field and not draft.told_something:
        return  # asked a moment ago, and the customer spoke of something else
    asked = draft.state.setdefault("asked_fields", {})
    asked[field] = asked.get(field, 0) + 1
    own = _own_words(field, draft)
    if own:
        draft.ask_in_words(own, field)
    else:
        draft.ask(_sentence(field, draft.known), field)


def _offer_valuation(draft: Draft) -> None:
    """Offer a visit to who sells or lets, once, when nothing is left to ask."""
    is_owner = draft.known.get("intent") in ("sell", "let")
    if is_owner and not draft.question and not draft.state.get("valuation_offered"):
        draft.state["valuation_offered"] = True
        draft.ask("want_valuation", "want_valuation")


def next_question(
    known: dict[str, Any],
    state: dict[str, Any],
    home: Listing | None = None,
    shape: Shape | None = None,
    language: str = "en",
) -> str | None:
    """Return the field to ask about next, in the agency's order, or nothing when all is asked.

    A question for which neither the agency nor we have words in `language` is left out.
    """
    asked, shape = state.get("asked_fields", {}), shape or Shape()
    # Those that have a sentence of ours in every language.
    ours = shapes.WITH_SENTENCES.get(_kind(known, home), {"intent", *BEFORE_THE_INTENT})
    for question in _questions(known, home, shape):
        if question.field not in ours and language != shape.wording_language:
            continue
        at_most = ASK_AT_MOST if question.required else 1
        if question.field not in known and asked.get(question.field, 0) < at_most:
            return question.field
    return None


def _questions(known: dict[str, Any], home: Listing | None, shape: Shape) -> list[Question]:
    kind = _kind(known, home)
    if kind not in shape.questions:
        return [Question(name, required=True) for name in ("intent", *BEFORE_THE_INTENT)]
    told = TOLD_BY_A_HOME if home and kind in INTENT_OF.values() else ()
    return [question for question in shape.questions[kind] if question.field not in told]


def _kind(known: dict[str, Any], home: Listing | None) -> str:
    """What the customer wants; who speaks of one home wants what it is offered for."""
    intent = known.get("intent", "")
    return INTENT_OF[home.deal] if home and intent not in ("sell", "let") else intent


def _must_be_asked(field: str | None, draft: Draft, home: Listing | None) -> bool:
    """Whether a viewing waits for this question, because the agency wants to know it before."""
    asked = _questions(draft.known, None, draft.turn.shape)
    wish = {question.field for question in asked if question.required} & TOLD_BY_A_HOME
    return home is None and field in wish


def _own_words(field: str, draft: Draft) -> str:
    """The agency's words for a question, where the reply is in their language."""
    shape, home = draft.turn.shape, homes.focus(draft)
    if answer_language() != shape.wording_language:
        return ""
    asked = _questions(draft.known, home, shape)
    return next((question.text for question in asked if question.field == field), "")


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
