"""A turn of the assistant in words: what it understood, looked up, cited and checked."""

import json
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assistant import rating
from assistant.models import Run
from inbox.models import Message
from knowledge.models import Listing, Note
from leads.models import Fact
from leads.showing import label_of
from organizations.models import Organization
from scheduling.models import Offer

LONGEST_VALUE = 300
MESSAGES_SHOWN = 5

COMMANDS = {
    "stop": _("Wants no more messages"),
    "start": _("Wants messages again"),
    "greet": _("Says hello"),
    "thank": _("Says thank you"),
    "goodbye": _("Says goodbye"),
    "affirm": _("Says yes"),
    "deny": _("Says no"),
    "choose_slot": _("Chooses an offered time"),
    "propose_time": _("Proposes a time"),
    "reject_time": _("Refuses a time"),
    "want_viewing": _("Wants to view"),
    "want_call": _("Wants a call"),
    "want_valuation": _("Wants a valuation"),
    "move_appointment": _("Wants to move the appointment"),
    "cancel_appointment": _("Wants to cancel the appointment"),
    "ask_listing": _("Asks about a home"),
    "find_listings": _("Looks for homes"),
    "more_listings": _("Wants to see more homes"),
    "choose_listing": _("Names a home"),
    "ask_knowledge": _("Asks something general"),
    "ask_person": _("Asks for a person"),
    "complaint": _("Complains"),
    "small_talk": _("Makes small talk"),
    "insult": _("Is rude"),
    "not_interested": _("Is not interested"),
    "wrong_number": _("Has the wrong number"),
    "ask_if_bot": _("Asks whether this is a machine"),
    "ask_hours": _("Asks for the opening hours"),
    "ask_contact": _("Asks how to reach the agency"),
    "ask_sensitive": _("Asks something that only people may answer"),
}
TOOLS = {
    "search_knowledge": _("Looked into notes and listings"),
    "find_listings": _("Searched the listings"),
    "describe_listing": _("Read a listing"),
    "record_facts": _("Noted facts of the lead"),
    "offer_slots": _("Looked for free times"),
    "book_slot": _("Booked a time"),
    "move_appointment": _("Moved the appointment"),
    "cancel_appointment": _("Cancelled the appointment"),
    "list_appointments": _("Looked at the appointments"),
    "schedule_follow_up": _("Planned a follow-up"),
    "hand_over": _("Handed over to a person"),
    "ask_colleague": _("Asked a colleague"),
}
GUARDRAILS = {
    "length": _("Short enough"),
    "figures": _("Every figure stands in a stored row or in the customer's words"),
    "dates": _("Every day and time is offered, booked or on record"),
    "availability": _("Calls a home available only when it is"),
    "addresses": _("Every address stands in a stored row"),
    "links": _("Every link is stored as the agency's own"),
    "contacts": _("Every phone number and e-mail address is the agency's or this customer's"),
    "prompt_kept": _("Does not repeat its instructions"),
    "booking": _("Claims no booking that was not made"),
    "fair_housing": _("Says nothing about who should live where"),
}
TONES = {
    Run.Outcome.REPLIED: "ok",
    Run.Outcome.SUGGESTED: "need",
    Run.Outcome.HANDED_OVER: "need",
    Run.Outcome.FAILED: "need",
}
PAGES = {"listing": "knowledge:listing", "note": "knowledge:note"}


def details(run: Run) -> dict[str, Any]:
    """What the page of one turn shows besides the run's own fields. Runs inside `tenant()`."""
    return {
        "run": run,
        "reasons": rating.REASONS,
        "asked": asked(run),
        "tone": TONES.get(run.outcome, ""),
        "commands": _commands(run),
        "calls": [_call(call) for call in run.tools],
        "sources": _sources(run),
        "verdicts": [
            verdict | {"text": GUARDRAILS.get(verdict["guardrail"], verdict["guardrail"])}
            for verdict in run.verdicts
        ],
        "claude_calls": run.claude_calls.order_by("pk"),
        "all_passed": all(verdict["passed"] for verdict in run.verdicts),
    }


def asked(run: Run) -> list[Message]:
    """The customer's messages that the turn answered: those since our last word before it."""
    before = run.conversation.messages.spoken().filter(created_at__lte=run.started_at)
    ours = before.filter(direction=Message.Direction.OUTBOUND).exclude(pk=run.message_id)
    last = ours.order_by("-pk").values_list("pk", flat=True).first() or 0
    theirs = before.filter(direction=Message.Direction.INBOUND, pk__gt=last)
    return list(theirs.order_by("-pk")[:MESSAGES_SHOWN])[::-1]


def home_in_words(listing: Listing) -> str:
    """`92 m², 2 bedrooms, Kolonaki`, of what is known."""
    parts = [f"{listing.area_m2} m²"] if listing.area_m2 else []
    if listing.bedrooms:
        bedrooms = ngettext("%(n)d bedroom", "%(n)d bedrooms", listing.bedrooms)
        parts.append(bedrooms % {"n": listing.bedrooms})
    return ", ".join([*parts, *filter(None, [listing.area])])


def record(organization: Organization, told: dict[str, Any]) -> dict[str, Any]:
    """What a turn that was only tried out did, as `details` tells it of a real one.

    `told` is a `playing.Outcome` as JSON. Runs inside `tenant()`.
    """
    run = Run(organization=organization, sources=told.get("sources", []))
    verdicts = told.get("verdicts", [])
    return {
        "commands": [
            {
                "text": COMMANDS.get(command["kind"], _plain(command["kind"])),
                "value": _in_line(command.get("value")),
            }
            for command in told.get("commands", [])
        ],
        "calls": [_call(call) for call in told.get("tools", [])],
        "sources": _sources(run),
        "verdicts": [
            verdict | {"text": GUARDRAILS.get(verdict["guardrail"], verdict["guardrail"])}
            for verdict in verdicts
        ],
        "all_passed": all(verdict["passed"] for verdict in verdicts),
        "facts": [fact_change(change) for change in told.get("facts", [])],
    }


def fact_change(change: dict[str, Any]) -> dict[str, str]:
    """One changed fact in words."""
    field = change["field"]
    return {
        "label": str(label_of(field)) if field in Fact.Field.values else _plain(field),
        "then": _plain(_in_line(change["then"])),
        "now": _plain(_in_line(change["now"])),
    }


def with_names(turn: Any) -> list[dict[str, Any]]:
    """The commands of a turn with names of homes and times instead of ids. Inside `tenant()`."""
    homes = turn.organization.listings.in_bulk(filter(None, map(_home_id, turn.commands)))
    offers = turn.conversation.offers.select_related("organization", "member__user")
    times = {str(offer.code): offer for offer in offers}
    return [command | {"value": _named(command, homes, times)} for command in turn.commands]


def _commands(run: Run) -> list[dict[str, str]]:
    """What was understood, with the names of homes and times instead of their ids."""
    homes = run.organization.listings.in_bulk(filter(None, map(_home_id, run.commands)))
    offers = run.conversation.offers.select_related("organization", "member__user")
    chosen = any(command["kind"] == "choose_slot" for command in run.commands)
    times = {str(offer.code): offer for offer in offers} if chosen else {}
    return [
        {
            "text": COMMANDS.get(command["kind"], _plain(command["kind"])),
            "value": _in_line(_named(command, homes, times)),
        }
        for command in run.commands
    ]


def _home_id(command: dict[str, Any]) -> int | None:
    value = command.get("value")
    named = value.get("listing") if isinstance(value, dict) else value
    is_about_home = command["kind"] in ("choose_listing", "ask_listing")
    return named if is_about_home and isinstance(named, int) else None


def _named(command: dict[str, Any], homes: dict[int, Listing], times: dict[str, Offer]) -> Any:
    value, home = command.get("value"), homes.get(_home_id(command))
    if command["kind"] == "choose_slot":
        return str(times.get(str(value), ""))
    if home and isinstance(value, dict):
        return value | {"listing": str(home)}
    return str(home) if home else value


def _call(call: dict[str, Any]) -> dict[str, Any]:
    name, arguments = call.get("tool", ""), call.get("arguments", {})
    results = _lines(call.get("result"))
    if name == "record_facts":
        # What it noted says more than the names of the fields that changed.
        results = [_fact(fact) for fact in arguments.get("facts", ())]
        arguments = {}
    return {
        "name": name,
        "text": TOOLS.get(name, _plain(name)),
        "arguments": [
            (_plain(argument), _in_line(value))
            for argument, value in arguments.items()
            if value not in (None, "", [], {})
        ],
        "results": results,
        "raw": json.dumps(call, ensure_ascii=False, indent=2),
    }


def _fact(fact: dict[str, Any]) -> str:
    field = fact.get("field", "")
    label = label_of(field) if field in Fact.Field.values else _plain(field)
    return f"{label}: {_plain(_in_line(fact.get('value')))}"


def _sources(run: Run) -> list[dict[str, Any]]:
    """Each stored row the reply drew on, with its page unless it has gone since."""
    there = {"listing": _existing(run, Listing), "note": _existing(run, Note)}
    return [
        source
        | {
            "as_of": _moment(source.get("as_of")),
            "url_name": PAGES.get(source["kind"], ""),
            "exists": source["id"] in there.get(source["kind"], ()),
        }
        for source in run.sources
    ]


def _moment(text: Any) -> datetime | None:
    """Return a recorded time, or nothing for one without a zone or of another shape."""
    at = parse_datetime(str(text or ""))
    return at if at and at.tzinfo else None


def _existing(run: Run, model: type[Listing] | type[Note]) -> set[int]:
    kind = model._meta.model_name
    wanted = [source["id"] for source in run.sources if source["kind"] == kind]
    rows = model.objects.filter(organization=run.organization_id, pk__in=wanted)
    return set(rows.values_list("pk", flat=True)) if wanted else set()


def _lines(value: Any) -> list[str]:
    if value in (None, "", [], {}):
        return []
    return [_in_line(item) for item in value] if isinstance(value, list) else [_in_line(value)]


def _in_line(value: Any) -> str:
    """A JSON value in one line, without its empty parts and its quotation marks."""
    if isinstance(value, dict):
        if "label" in value:
            return str(value["label"])
        said = {_plain(key): _in_line(item) for key, item in value.items()}
        said = {key: item for key, item in said.items() if item}
        if said.keys() >= {"title", "text"}:
            return _in_line(f"{said['title']}: {said['text']}")
        # The name of the only thing there is goes without saying.
        text = ", ".join(said.values() if len(said) == 1 else map(": ".join, said.items()))
    elif isinstance(value, list):
        text = ", ".join(filter(None, map(_in_line, value)))
    elif isinstance(value, bool):
        text = str(_("yes") if value else _("no"))
    else:
        text = "" if value is None else str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _plain(code: str) -> str:
    return str(code).replace("_", " ")
