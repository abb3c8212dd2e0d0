"""What a customer says in words of their own, as against what they only pass on.

A shared card may be anybody's, an order holds the prices of a catalogue, a pin the name of a place
and a file the name it was saved under. None of that tells a wish, a phone number or a budget of
the customer.
"""

from typing import Any

from inbox.models import Contact, Message
from inbox.whatsapp.parsing import as_phone, clean_name
from knowledge.folding import fold

Kind = Message.Kind
# Their body is what the customer typed or chose.
TYPED = frozenset((Kind.TEXT, Kind.INTERACTIVE, Kind.BUTTON, Kind.IMAGE, Kind.VIDEO, Kind.AUDIO))


def own_words(message: Message) -> str:
    """Return what may be read as said by the author; nothing where they only passed something on.

    What we wrote is returned as it is. Runs inside `tenant()`.
    """
    if not message.is_inbound or message.kind in TYPED:
        return message.body
    if message.kind == Kind.DOCUMENT:
        return _caption(message)
    if message.kind == Kind.ORDER:
        return _text(_dict(message.payload, "order"), "text")
    if message.kind == Kind.CONTACTS and _is_own_card(message.payload, message.conversation):
        return message.body
    return ""


def _caption(message: Message) -> str:
    """The body of a document without a caption is the name of its file."""
    document = _dict(message.payload, "document")
    is_name = not _text(document, "caption") and message.body == _text(document, "filename")
    return "" if is_name else message.body


def _is_own_card(payload: Any, conversation: Any) -> bool:
    """Whether the only card is the answer to our request, or has the customer's number or name."""
    shared = payload.get("contacts") if isinstance(payload, dict) else None
    if not isinstance(shared, list) or len(shared) != 1 or not isinstance(shared[0], dict):
        return False
    [card] = shared
    if _text(card, "origin") == "contact_request":
        return True
    contact: Contact = conversation.contact
    name = fold(clean_name(_text(_dict(card, "name"), "formatted_name")))
    names = {fold(each) for each in (contact.name, contact.profile_name)} - {""}
    return name in names or bool(contact.phone and contact.phone in _numbers(card))


def _numbers(card: dict[str, Any]) -> set[str]:
    phones = card.get("phones")
    listed = [each for each in phones if isinstance(each, dict)] if isinstance(phones, list) else []
    written = [_text(phone, key) for phone in listed for key in ("wa_id", "phone")]
    digits = {"".join(letter for letter in each if letter in "0123456789") for each in written}
    return {number for each in digits if (number := as_phone(each))}


def _dict(value: Any, key: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""
