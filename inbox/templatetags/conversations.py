"""Words for the codes that a thread's events carry."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from inbox import notice_words, wording
from inbox.models import Conversation, HandOver

register = template.Library()

Reason = Conversation.HandOverReason

# Each takes a message, and any shape of payload; see `inbox/wording.py`.
for name in ("remarks", "advertisement", "cards", "place", "order_lines", "instead", "cautions"):
    register.filter(name, getattr(wording, name))
register.filter("event_in_words", wording.event_in_words)
register.filter("notice_in_words", notice_words.in_words)
register.filter("category_in_words", notice_words.category_in_words)
register.filter("quality_in_words", notice_words.quality_in_words)


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
def why_in_words(card: HandOver) -> str:
    """Say in a sentence why a person is needed, with the customer's words where they decided it."""
    if card.words and card.kind == HandOver.Kind.QUESTION:
        text = _("The customer wrote “%(words)s”. The assistant goes on answering the rest.")
        return text % {"words": card.words}
    if card.words:
        text = _("The customer wrote “%(words)s”, which your rules leave to people.")
        return text % {"words": card.words}
    sentences = {
        Reason.ASKED: _("The customer asked for a person."),
        Reason.UNSURE: _("The assistant did not know how to help with this."),
        Reason.LOOP: _("So many or such equal messages came that a machine may be writing."),
        Reason.TURN_CAP: _("The conversation became too long for the assistant."),
        Reason.FAILED: _("The assistant failed several times; the customer has had no answer."),
        Reason.STALE: _("The messages came late, so the assistant left them to you."),
        Reason.PAUSED: _("The assistant is paused or switched off for this number."),
        Reason.MEDIA: _("The customer sent something that the assistant cannot look at."),
        Reason.UNSENT: _("A message of ours did not reach the customer, or nobody knows."),
    }
    if card.kind == HandOver.Kind.QUESTION:
        return _("The assistant told the customer that a colleague would find out.")
    return sentences.get(card.reason, str(card.get_reason_display()))
