"""Small pieces that every page is made of: icons, initials, times, notices."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable

import phonenumbers
from django import template
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

# The same words that `k-time.js` writes, for browsers without scripts and for the first look.
FORMATS = {
    "clock": "H:i",
    "list": "j M",
    "soon": "D H:i",
    "day": "l j F",
    "relative": "j M, H:i",
    "left": "j M, H:i",
    "waited": "j M, H:i",
}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Draw an icon of `static/icons.svg`; words beside it or an aria-label say what it means."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" {extra}" if extra else "",
        static("icons.svg"),
        name,
    )


@register.filter
def initials(name: str) -> str:
    """At most two letters for the avatar: of the first and the last word, or # for a number."""
    words = [word for word in str(name).split() if word[0].isalpha()]
    if not words:
        return "#"
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


@register.filter
def phone(digits: str) -> str:
    """Group a phone number given as Meta sends it, digits only: `+30 694 123 4567`."""
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return f"+{digits}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@register.simple_tag(takes_context=True)
def moment(context: Context, at: dt.datetime | None, shape: str = "relative") -> SafeString | str:
    """Write a time in the organization's zone; `shape` is a key of `FORMATS`."""
    if at is None:
        return ""
    local = timezone.localtime(at, _zone(context))
    text = date_format(local, _format(local, shape))
    if shape == "list" and _days_ago(local) == 1:
        text = _("yesterday")
    return format_html(
        '<k-time datetime="{}" format="{}">{}</k-time>', local.isoformat(), shape, text
    )


@register.simple_tag(takes_context=True)
def exact_time(context: Context, at: dt.datetime, shape: str = "H:i:s") -> SafeString:
    """Write a time in the organization's zone with the zone's name; UTC is in the tooltip."""
    local, utc = timezone.localtime(at, _zone(context)), at.astimezone(dt.UTC)
    return format_html(
        '<time datetime="{}" title="{}">{} <span class="zone">{}</span></time>',
        f"{utc:%Y-%m-%dT%H:%M:%SZ}",
        f"{utc:%Y-%m-%d %H:%M:%S} UTC",
        date_format(local, shape),
        f"{local:%Z}",
    )


@register.simple_tag(takes_context=True)
def local_time(context: Context, at: dt.datetime, shape: str) -> str:
    """Write a time in the organization's zone in Django's `shape`, as plain text."""
    return date_format(timezone.localtime(at, _zone(context)), shape)


@register.simple_tag(takes_context=True)
def local_day(context: Context, at: dt.datetime) -> dt.date:
    """The day of a time in the organization's zone, to tell one day of a thread from the next."""
    return timezone.localtime(at, _zone(context)).date()


@register.simple_tag(takes_context=True)
def notices(context: Context) -> Iterable[Message]:
    """Django's messages. Not by the name `messages`, which in the inbox is what customers wrote."""
    request = context.get("request")
    return get_messages(request) if request is not None else []


def _zone(context: Context) -> zoneinfo.ZoneInfo:
    organization = context.get("organization")
    return organization.zone if organization else timezone.get_default_timezone()


def _format(local: dt.datetime, shape: str) -> str:
    if shape == "list" and _days_ago(local) == 0:
        return FORMATS["clock"]
    if shape == "list" and 1 < _days_ago(local) < 7:
        return "D"
    return FORMATS[shape]


def _days_ago(local: dt.datetime) -> int:
    return (timezone.localtime(timezone=local.tzinfo).date() - local.date()).days
