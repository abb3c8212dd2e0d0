"""How a line of the audit trail reads."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from organizations import auditing

register = template.Library()


@register.filter
def in_words(action: str) -> str:
    return auditing.in_words(action)


@register.filter
def in_pairs(details: dict[str, Any]) -> list[tuple[str, str]]:
    """The details with words for names; a pair is what was and what is."""
    return [(name.replace("_", " "), _shown(value)) for name, value in details.items()]


def _shown(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        return f"{_shown(value[0])} → {_shown(value[1])}"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
