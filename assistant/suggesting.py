"""A turn whose reply is only suggested: a person sends it, changes it or rejects it.

Nothing that reaches the customer is carried out: times that it held or offered are taken back, and
what the built-in assistant would remember of its reply counts only once the reply was sent.
"""

import re
from collections.abc import Callable

from django.db.models import F, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import now

from assistant import resuming
from assistant.builtin.context import OFFER_PREFIX
from assistant.models import AssistantSettings, Dialogue, Run
from assistant.naming import first_name
from assistant.tools import typed
from assistant.turn import Before, Reply, Turn
from inbox import handover, suggesting
from inbox.checking import Doubt
from inbox.models import HandOver, Suggestion
from organizations import auditing
from organizations.models import Member, Organization
from organizations.tenancy import tenant
from scheduling.booking import why_gone
from scheduling.models import Offer

MOST_EXAMPLES = 10
LONGEST_EXAMPLE = 600
SAYS_IT_WAS_DONE = {"book_slot", "move_appointment", "cancel_appointment", "schedule_follow_up"}
ADDRESS = re.compile(r"https?://\S+|\S+@\S+")


def respond(turn: Turn, answer: Callable[[Turn], Reply]) -> Reply:
    """Answer as ever, then take back the times that were held or offered on the way."""
    before = Before(turn)
    try:
        return answer(turn)
    finally:
        with tenant(turn.organization):
            made = resuming.open_offers(turn.conversation)
            turn.promised_offers = [] if made == before.offers else sorted(made)
            before.take_back_times(turn)


def keep(turn: Turn, reply: Reply, run: Run, card: HandOver | None = None) -> None:
    """Store the reply for a person, who is in charge then. With the conversation locked.

    One that is made for a hand-over `card` is shown there; who waits for a person does already.
    """
    suggesting.make(
        turn.conversation,
        turn.seq,
        reply.text,
        run_code=run.code,
        hand_over=card,
        asked="\n".join(message.text for message in turn.new),
        buttons=[list(button) for button in reply.buttons],
        sources=turn.sources,
        undone=undone(turn),
        promise={
            "offers": turn.promised_offers,
            "state": turn.dialogue.state,
            "unsure_count": turn.dialogue.unsure_count,
        },
    )
    if card is None:
        handover.wait_with_suggestion(turn.conversation)


def undone(turn: Turn) -> list[str]:
    """The tools whose success the reply speaks of, though nothing was carried out."""
    done = []
    for call in turn.calls:
        result = call["result"]
        refused = result.get("refusal") if isinstance(result, dict) else "Not" in str(result)[:3]
        if call["tool"] in SAYS_IT_WAS_DONE and not refused and call["tool"] not in done:
            done.append(call["tool"])
    return done


def keep_promise(suggestion: Suggestion) -> None:
    """Let what a sent suggestion says hold: the times it offers, and what it asked."""
    conversation, promise = suggestion.conversation, suggestion.promise
    Dialogue.objects.filter(conversation=conversation).update(
        state=promise.get("state", {}),
        unsure_count=promise.get("unsure_count", 0),
        turn_count=F("turn_count") + 1,
        updated_at=now(),
    )
    if offered := promise.get("offers"):
        offers = conversation.offers
        offers.filter(state=Offer.State.OPEN).update(state=Offer.State.WITHDRAWN)
        held_back = offers.filter(pk__in=offered, state=Offer.State.WITHDRAWN)
        standing = [offer.pk for offer in held_back.select_related() if not why_gone(offer)]
        offers.filter(pk__in=standing).update(state=Offer.State.OPEN)
    if suggestion.state == Suggestion.State.USED:
        Run.objects.filter(code=suggestion.run_code).update(message=suggestion.message)


def doubtful_times(suggestion: Suggestion) -> list[Doubt]:
    """The times of an open suggestion that cannot be had any more. Inside `tenant()`."""
    offers = suggestion.conversation.offers.filter(pk__in=suggestion.promise.get("offers", ()))
    zone = suggestion.conversation.organization.zone
    return [
        Doubt(
            code="time",
            words=date_format(offer.starts_at.astimezone(zone), "l j F, H:i"),
            reason=reason,
            button=f"{OFFER_PREFIX}{offer.code}",
        )
        for offer in offers.select_related("organization", "listing")
        if (reason := why_gone(offer))
    ]


def examples(organization: Organization) -> str:
    """What people of this agency made of suggestions, the latest ten, oldest first; or nothing.

    Nothing until an owner has switched it on. Names of customers, figures and addresses are blotted
    out: they belong to other conversations.
    """
    if not AssistantSettings.of(organization).learns_from_edits:
        return ""
    return "\n".join(map(_example, list(edits(organization)[:MOST_EXAMPLES])[::-1]))


def edits(organization: Organization) -> QuerySet[Suggestion]:
    """The changed suggestions that may be examples, the latest first: the first ten are."""
    edited = organization.suggestions.filter(state=Suggestion.State.EDITED, left_out_at=None)
    return edited.select_related("conversation__contact").order_by("-settled_at", "-pk")


def left_out(organization: Organization) -> QuerySet[Suggestion]:
    """Those that somebody took out, the latest first."""
    edited = organization.suggestions.filter(state=Suggestion.State.EDITED)
    edited = edited.exclude(left_out_at=None).select_related("left_out_by__user")
    return edited.select_related("conversation__contact").order_by("-left_out_at", "-pk")


def leave_out(suggestion: Suggestion, by: Member) -> None:
    """Take an example out of what the assistant learns from. Inside `tenant()`."""
    changed = Suggestion.objects.filter(pk=suggestion.pk, left_out_at=None)
    if changed.update(left_out_at=now(), left_out_by=by):
        _audit("assistant.example_removed", suggestion, by)


def take_in_again(suggestion: Suggestion, by: Member) -> None:
    changed = Suggestion.objects.filter(pk=suggestion.pk).exclude(left_out_at=None)
    if changed.update(left_out_at=None, left_out_by=None):
        _audit("assistant.example_restored", suggestion, by)


def _audit(action: str, suggestion: Suggestion, by: Member) -> None:
    auditing.record(suggestion.organization, action, user=by.user, subject=suggestion)


def as_example(suggestion: Suggestion) -> dict[str, str]:
    """What of it is shown to Claude: `customer`, `suggested` and `colleague_sent`, blotted."""
    name = first_name(suggestion.conversation.contact.name)
    parts = {
        "customer": suggestion.asked,
        "suggested": suggestion.text,
        "colleague_sent": suggestion.sent_text,
    }
    return {
        label: typed.plain_line(_blotted(text, name)[:LONGEST_EXAMPLE])
        for label, text in parts.items()
    }


def _example(suggestion: Suggestion) -> str:
    said = [f"{label}: {text}" for label, text in as_example(suggestion).items()]
    return typed.fenced("example", "\n".join(said))


def _blotted(text: str, name: str) -> str:
    text = re.sub(r"\d", "#", ADDRESS.sub("(address)", text))
    return re.sub(rf"\b{re.escape(name)}\b", "(name)", text, flags=re.I) if name else text
