"""What the thread says of a message beside its own words. Any shape of payload is readable here.

`payload` is what the customer's app and Meta sent; nothing in it is trusted, and a template that
walked through it itself could fail on a strange shape.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.models import Message
from inbox.whatsapp import errors
from inbox.whatsapp.parsing import clean_name
from knowledge.templatetags.money import money

Json = dict[str, Any]
Kind = Message.Kind

LONGEST_LINE = 300
MOST_CARDS = 20
HIGHEST_PRICE = 10**12
CURRENCY = re.compile(r"[A-Z]{3}")
LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class Remark:
    """A line above or below a message: an icon of the sprite and a sentence."""

    icon: str
    text: str


@dataclass(frozen=True)
class Advertisement:
    """What the customer tapped before writing. `url` is a web address or nothing."""

    headline: str
    body: str
    url: str
    is_post: bool


@dataclass(frozen=True)
class Card:
    """A shared contact."""

    name: str
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Place:
    """A shared location, in degrees."""

    latitude: float
    longitude: float
    name: str
    address: str


def remarks(message: Message) -> list[Remark]:
    """Return what stands above the message."""
    payload = _object(message.payload)
    context = _dict(payload, "context")
    found = []
    if payload.get("group_id"):
        found.append(Remark("users", _("Written in a WhatsApp group: the assistant keeps out.")))
    if context.get("frequently_forwarded") is True:
        found.append(Remark("corner-up-left", _("Forwarded many times")))
    elif context.get("forwarded") is True:
        found.append(Remark("corner-up-left", _("Forwarded")))
    if product := _line(_dict(context, "referred_product"), "product_retailer_id"):
        text = _("Asks about the product %(product)s of the catalogue") % {"product": product}
        found.append(Remark("tag", text))
    if message.reply_to_wamid and message.reply_to_id is None:
        found.append(Remark("corner-up-left", _("Answers a message that is not here")))
    return found


def advertisement(message: Message) -> Advertisement | None:
    """Return the advertisement or post that brought the customer, if one did."""
    referral = _dict(_object(message.payload), "referral")
    if not referral:
        return None
    url = _line(referral, "source_url")
    return Advertisement(
        headline=_line(referral, "headline"),
        body=_line(referral, "body"),
        url=url if urlsplit_safely(url) in ("http", "https") else "",
        is_post=referral.get("source_type") == "post",
    )


def urlsplit_safely(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def cards(message: Message) -> list[Card]:
    found = []
    for card in _list(_object(message.payload), "contacts")[:MOST_CARDS]:
        is_own = card.get("origin") == "contact_request"
        found.append(
            Card(
                name=_line(_dict(card, "name"), "formatted_name"),
                phones=[each for phone in _list(card, "phones") if (each := _line(phone, "phone"))],
                emails=[each for mail in _list(card, "emails") if (each := _line(mail, "email"))],
                note=_("Their own number, which we asked for") if is_own else "",
            )
        )
    return found


def place(message: Message) -> Place | None:
    location = _dict(_object(message.payload), "location")
    point = [location.get("latitude"), location.get("longitude")]
    if not all(isinstance(each, (int, float)) and abs(each) <= 180 for each in point):
        return None
    return Place(*point, _line(location, "name"), _line(location, "address"))


def order_lines(message: Message) -> list[str]:
    """Return the words of an order and what was ordered, one product a line."""
    order = _dict(_object(message.payload), "order")
    lines = [words] if (words := _line(order, "text")) else []
    for product in _list(order, "product_items")[:MOST_CARDS]:
        count, price = _line(product, "quantity") or "1", _line(product, "item_price")
        price = _in_money(price, _line(product, "currency"))
        text = f"{count} × {_line(product, 'product_retailer_id') or '?'}"
        lines.append(f"{text} ({price})" if price else text)
    return lines


def _in_money(price: str, currency: str) -> str:
    """Write a price as the product writes prices; one that is no sum of money stays as it came."""
    try:
        amount = Decimal(price)
    except InvalidOperation:
        amount = Decimal("NaN")
    # The bound comes first: writing out 1E999999 would take all the memory.
    if amount.is_finite() and 0 <= amount < HIGHEST_PRICE and CURRENCY.fullmatch(currency):
        return money(amount, currency)
    return " ".join(filter(None, (price, currency)))


def instead(message: Message) -> str:
    """Say what stands in the place of a message that cannot be shown."""
    payload = _object(message.payload)
    kind = _line(payload, "type")
    if kind == "media_placeholder":
        return _("A photo, video or file from before the number was connected.")
    if kind == "ephemeral":
        return _("A disappearing message. Look into WhatsApp on the phone.")
    if kind in ("text", "interactive", "button"):
        return _("WhatsApp did not pass on what the customer wrote or chose. Ask them.")
    unsupported = _line(_dict(payload, "unsupported"), "type")
    known = UNSUPPORTED.get(unsupported)
    if known is not None:
        return _("%(what)s. WhatsApp shows it on the phone only.") % {"what": known}
    return _("A message that WhatsApp shows on the phone only. Ask the customer what it says.")


UNSUPPORTED = {
    "poll": gettext_lazy("A poll"),
    "poll_update": gettext_lazy("An answer to a poll"),
    "event": gettext_lazy("An event"),
    "live_location": gettext_lazy("A live location"),
    "view_once": gettext_lazy("A photo or video that can be seen once"),
    "group_invite": gettext_lazy("An invitation to a group"),
    "edit": gettext_lazy("A correction of an earlier message"),
    "pin": gettext_lazy("A pinned message"),
}


def cautions(message: Message) -> list[str]:
    """Return what members should know about the message, as sentences below it."""
    found = []
    if message.is_inbound:
        found += _problems_of_inbound(message)
    if lateness := late(message):
        found.append(lateness)
    return found


def _problems_of_inbound(message: Message) -> list[str]:
    found = []
    for error in _list(_object(message.payload), "errors")[:3]:
        code = error.get("code")
        if code == 131051 or message.kind == Kind.UNSUPPORTED:
            continue  # what stands in its place says so
        said = _line(_dict(error, "error_data"), "details") or _line(error, "title")
        words = errors.plain_words(code if isinstance(code, int) else None, said)
        found.append(_(words) if words else "")
    return [each for each in found if each]


def late(message: Message) -> str:
    """Say how late the message came, if too late for the assistant."""
    if not message.is_stale or message.is_history or not message.is_inbound:
        return ""
    lateness = message.created_at - message.sent_at
    if lateness <= LATE:
        return _("Arrived late: the assistant did not answer.")
    return _("Arrived %(time)s late: the assistant did not answer.") % {
        "time": timesince(message.sent_at, message.created_at, depth=1)
    }


# Lines of the thread that nobody said


def event_in_words(payload: object) -> str:
    """Put a line into words, or return nothing for one that another piece knows."""
    event = _object(payload)
    say = EVENTS.get(_line(event, "event"))
    return say(event) if say else ""


def _say_call(event: Json) -> str:
    seconds = event.get("seconds")
    by_customer = event.get("by_customer") is not False
    if isinstance(seconds, int) and seconds > 0:
        length = _("%(minutes)d min %(seconds)d s") % {
            "minutes": seconds // 60,
            "seconds": seconds % 60,
        }
        text = _("The customer called: %(length)s") if by_customer else _("You called: %(length)s")
        return text % {"length": length}
    steps = [_line(step, "event").lower() for step in _list(event, "steps")]
    if not by_customer:
        refused = "rejected" in steps
        return _("The customer did not take the call") if refused else _("A call to the customer")
    return _("The customer called, and nobody answered: call back or write")


def _say_number(event: Json) -> str:
    old, new = _line(event, "from"), _line(event, "to")
    return _("The customer's number changed from %(old)s to %(new)s") % {
        "old": f"+{old}" if old else _("an unknown one"),
        "new": f"+{new}",
    }


def _say_allowed(event: Json) -> str:
    until = _moment(event.get("until"))
    if until is None:
        return _("The customer allows you to call them")
    day = date_format(localtime(until), "j F Y")
    return _("The customer allows you to call them until %(day)s") % {"day": day}


EVENTS = {
    "call": _say_call,
    "number_changed": _say_number,
    "calls_allowed": _say_allowed,
    "calls_refused": lambda event: _("The customer does not want to be called"),
    "id_changed": lambda event: _("WhatsApp gave the customer a new id; it is the same person"),
    "identity_changed": lambda event: _(
        "The customer's security code changed: a new phone, or somebody else. Make sure who it is "
        "before you send papers"
    ),
    "chat_opened": lambda event: _("The customer opened the chat and has not written yet"),
    "whatsapp_notice": lambda event: (
        _("WhatsApp says: %(text)s") % {"text": clean_name(_line(event, "text")) or "…"}
    ),
    "marketing_stopped": lambda event: _(
        "The customer chose in WhatsApp to get no marketing messages"
    ),
    "marketing_resumed": lambda event: _(
        "The customer chose in WhatsApp to get marketing messages again"
    ),
    "meta_agent_answers": lambda event: _(
        "Meta's own agent answers here; KΛTIKN's assistant keeps silent"
    ),
    "meta_agent_took_control": lambda event: _("Meta's own agent took the conversation"),
    "meta_agent_gave_control": lambda event: _("Meta's own agent gave the conversation back"),
}


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _dict(value: Json, key: str) -> Json:
    return _object(value.get(key))


def _list(value: Json, key: str) -> list[Json]:
    found = value.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _line(value: Json, key: str) -> str:
    found = value.get(key)
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        found = str(found)
    return clean_name(found)[:LONGEST_LINE] if isinstance(found, str) else ""
