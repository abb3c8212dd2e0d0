"""Words for the codes that a thread's events carry."""

from django import template

from inbox.models import Conversation

register = template.Library()


@register.filter
def reason_in_words(code: str) -> str:
    """Say why the assistant handed over; a code of another release stays as it is."""
    return dict(Conversation.HandOverReason.choices).get(code, code)
