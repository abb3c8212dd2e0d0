"""Words for the codes that a thread's events carry."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from inbox import listing, notice_words, trace_wording, wording
from inbox.models import Conversation, HandOver

register = template.Library()

# Each takes a message, and any shape of payload; see `inbox/wording.py`.
for name in ("remarks", "advertisement", "cards", "place", "order_lines", "instead", "cautions"):
    register.filter(name, getattr(wording, name))
register.filter("event_in_words", wording.event_in_words)
register.filter("notice_in_words", notice_words.in_words)
register.filter("category_in_words", notice_words.category_in_words)
register.filter("quality_in_words", notice_words.quality_in_words)


@register.filter
def stage_in_words(code: str) -> str:
    return str(listing.stages().get(code, code))


@register.filter
def reason_in_words(code: str) -> str:
    """Say why the assistant handed over; a code of another release stays as it is."""
    return dict(Conversation.HandOverReason.choices).get(code, code)


@register.filter
def addition_in_words(entry: dict[str, Any]) -> str:
    """Say what the customer added since the hand-over."""
    sentences = {
        "cancel": _("Also wants to cancel: %(text)s"),
        "move": _("Also wants another time for: %(text)s"),
        "person": _("Asked again for a person: “%(text)s”"),
        "sent": _("Sent: %(text)s"),
    }
    return sentences.get(entry.get("kind", ""), _("“%(text)s”")) % {"text": entry.get("text", "")}


@register.filter
def undone_in_words(code: str) -> str:
    """Say what a suggested reply speaks of as done, and the assistant did not do."""
    sentences = {
        "book_slot": _("It says that an appointment is booked: none is."),
        "move_appointment": _("It says that the appointment is moved: it is not."),
        "cancel_appointment": _("It says that the appointment is cancelled: it is not."),
        "schedule_follow_up": _("It says that you will write again later: nothing is planned."),
    }
    return sentences.get(code, code)


@register.filter
def why_in_words(card: HandOver) -> str:
    """Say in a sentence why a person is needed, with the customer's words where they decided it."""
    if card.words and card.kind == HandOver.Kind.QUESTION:
        text = _("The customer wrote “%(words)s”. The assistant goes on answering the rest.")
        return text % {"words": card.words}
    if card.words:
        text = _("The customer wrote “%(words)s”, which your rules leave to people.")
        return text % {"words": card.words}
    if card.kind == HandOver.Kind.QUESTION:
        return _("The assistant told the customer that a colleague would find out.")
    return str(trace_wording.REASONS.get(card.reason, card.get_reason_display()))
