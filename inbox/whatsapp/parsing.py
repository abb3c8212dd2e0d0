"""What Meta posts to us, read once at the door into frozen models.

Nothing here trusts a shape: any key can be missing or of another type, types we do not know arrive
routinely, and a name can hold anything. An item that cannot be read says so; the others go on.
Source: https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks
"""

import hashlib
import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from django.utils.timezone import now
from pydantic import BaseModel, ConfigDict

from inbox.models import Message, WebhookItem

Kind = Message.Kind
ItemKind = WebhookItem.Kind
Json = dict[str, Any]

LONGEST_WAMID = 200
LONGEST_ID = 40
LONGEST_CLICK_ID = 400
LONGEST_ID_HASH = 200
LONGEST_NAME = 200
LONGEST_USERNAME = 60
LONGEST_BODY = 65_536
PHONE = re.compile(r"\d{5,20}")
USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
SURROGATES = re.compile("[\ud800-\udfff]")
# Control characters, and those that turn the direction of the text around them.
UNSAFE_IN_NAMES = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# The field of the event that we send ourselves, to see whether it arrives.
SELF_TEST = "katikn_self_test"
KINDS = {
    "text": Kind.TEXT,
    "image": Kind.IMAGE,
    "video": Kind.VIDEO,
    "audio": Kind.AUDIO,
    "voice": Kind.AUDIO,
    "document": Kind.DOCUMENT,
    "sticker": Kind.STICKER,
    "location": Kind.LOCATION,
    "contacts": Kind.CONTACTS,
    "interactive": Kind.INTERACTIVE,
    "button": Kind.BUTTON,
    "order": Kind.ORDER,
    "system": Kind.SYSTEM,
    "request_welcome": Kind.SYSTEM,
    "unsupported": Kind.UNSUPPORTED,
}
SAID = frozenset((Kind.TEXT, Kind.INTERACTIVE, Kind.BUTTON))
LONGEST_FORM = 60  # lines


class NotAWebhook(ValueError):
    """The body is not what WhatsApp sends; the text says why."""


class Malformed(ValueError):
    """One item lacks what it cannot do without."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Sender(Frozen):
    """The customer, as far as Meta names them. Phone is digits only; any may be empty."""

    user_id: str = ""
    parent_user_id: str = ""
    phone: str = ""
    name: str = ""
    username: str = ""
    identity_hash: str = ""

    def __bool__(self) -> bool:
        return bool(self.user_id or self.phone)


class IncomingReaction(Frozen):
    """An emoji on a message; without emoji it was taken back."""

    wamid: str
    emoji: str = ""


class IncomingMessage(Frozen):
    """One message, of the customer or (an echo) of staff at the business phone.

    `sender` is the customer in both cases. `type` is Meta's, `kind` ours. `sent_at` is UTC and
    never in the future.
    """

    wamid: str
    type: str
    kind: Kind
    body: str = ""
    payload: Json = {}
    sent_at: datetime
    sender: Sender
    reply_to_wamid: str = ""
    reaction: IncomingReaction | None = None
    original_wamid: str = ""  # of an edit or a revoke
    new_sender: Sender | None = None  # of a changed number or id
    history_status: str = ""  # how far an imported message of ours came
    shared_phone: str = ""  # digits that the customer gave in answer to our request
    ctwa_clid: str = ""
    is_from_ad: bool = False
    is_from_group: bool = False
    is_echo: bool = False
    is_history: bool = False
    is_standby: bool = False


class IncomingStatus(Frozen):
    """One step of a message on its way to the customer; `at` is UTC."""

    wamid: str
    status: str
    at: datetime
    callback_data: str = ""
    error_code: int | None = None
    error_text: str = ""
    user_id: str = ""  # of the customer it went to
    payload: Json = {}


class IncomingCall(Frozen):
    """One step of a call. `event` is connect, terminate, or a status such as RINGING."""

    call_id: str
    event: str
    at: datetime
    sender: Sender
    is_by_customer: bool = True
    is_standby: bool = False
    payload: Json = {}


class IncomingChange(Frozen):
    """Any other field of the webhook.

    `at` is Meta's time of the entry, UTC, or none. `item_hash` is the same for the same change
    delivered again, whatever comes with it.
    """

    field: str
    value: Json
    waba_id: str = ""
    at: datetime | None = None
    item_hash: str = ""


Content = IncomingMessage | IncomingStatus | IncomingCall | IncomingChange


class Item(Frozen):
    """One thing inside a POST. `problem` is a code of `WebhookItem.Reason` if it is unreadable."""

    position: int
    kind: ItemKind
    phone_number_id: str = ""
    waba_id: str = ""
    content: Content | None = None
    problem: Literal["", "malformed", "no_sender"] = ""


def split_event(body: bytes) -> list[Item]:
    """Return everything inside one POST in its order, or raise `NotAWebhook`."""
    event = _read(body)
    return [
        Item(
            position=position,
            kind=kind,
            phone_number_id=number,
            waba_id=waba_id,
            content=content,
            problem=problem,
        )
        for position, (waba_id, (kind, number, content, problem)) in enumerate(_walk(event))
    ]


Found = tuple[ItemKind, str, Content | None, str]


def _read(body: bytes) -> Json:
    try:
        event = _clean(json.loads(body))
    except (ValueError, RecursionError) as error:
        # Not the error's text: it can quote a part of the message.
        raise NotAWebhook(f"The body is not JSON ({type(error).__name__}).") from None
    if not isinstance(event, dict) or not isinstance(event.get("entry"), list):
        raise NotAWebhook("The body has no list of entries.")
    return event


def _clean(value: Any) -> Any:
    """Make any JSON storable: no NUL, no half characters, no number that is none."""
    if isinstance(value, str):
        return SURROGATES.sub("\ufffd", value.replace("\x00", ""))
    if isinstance(value, dict):
        return {_clean(key): _clean(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _walk(event: Json) -> Iterator[tuple[str, Found]]:
    for entry in _dicts(event, "entry"):
        account = _text(entry, "id")[:LONGEST_ID]
        at = _time(entry, "time") if _text(entry, "time") else None
        for change in _dicts(entry, "changes"):
            field, value = _text(change, "field")[:60], _dict(change, "value")
            # Partner events name a business portfolio, and the account inside.
            named = _text(_dict(value, "waba_info"), "waba_id")[:LONGEST_ID]
            waba_id = named if field == "account_update" and named else account
            for found in _change(field, value, waba_id, at):
                yield waba_id, found


def _change(field: str, value: Json, waba_id: str, at: datetime | None) -> Iterator[Found]:
    number = _text(_dict(value, "metadata"), "phone_number_id")[:LONGEST_ID]

    def other(part: Json, name: str = field) -> Found:
        digest = _hash(name, part, number, waba_id, str(at or ""))
        change = IncomingChange(field=name, value=part, waba_id=waba_id, at=at, item_hash=digest)
        return ItemKind.CHANGE, number, change, ""

    found = list(_items(field, value, number))
    yield from found
    listed = list(_listed(field, value))
    yield from map(other, listed)
    if not (found or listed):
        yield other(value)
    elif _dicts(value, "errors") and not _dicts(value, "messages"):
        yield other({"errors": value["errors"]}, "errors")


# Fields with a list of things of which each stands for itself.
LISTS = {
    "user_preferences": "user_preferences",
    "user_id_update": "user_id_update",
    "smb_app_state_sync": "state_sync",
}


def _listed(field: str, value: Json) -> Iterator[Json]:
    if field in LISTS:
        for item in _dicts(value, LISTS[field]):
            yield {LISTS[field]: [item]}
    if field == "history":
        for chunk in _dicts(value, "history"):
            # How far the import is, without what is imported.
            yield {"history": [{key: chunk[key] for key in ("metadata", "errors") if key in chunk}]}


def _items(field: str, value: Json, number: str) -> Iterator[Found]:
    if field == "history":
        yield from _history(value, number)
    is_standby = field == "standby"
    # While Meta's own agent answers, everything sits one level deeper.
    inner = {**value, **_dict(value, "standby")} if is_standby else value
    marks = {"is_standby": is_standby}
    for item in _dicts(inner, "messages"):
        yield _message(item, inner, number, is_history=field == "history", **marks)
    for item in _dicts(inner, "message_echoes"):
        yield _message(item, inner, number, is_echo=True, **marks)
    for item in _dicts(inner, "calls"):
        yield _call(item, inner, number, **marks)
    for item in _dicts(inner, "statuses"):
        if _text(item, "type") == "call":
            yield _call(item, inner, number, is_status=True, **marks)
        else:
            yield _status(item, number)


def _history(value: Json, number: str) -> Iterator[Found]:
    ours = _digits(_text(_dict(value, "metadata"), "display_phone_number"))
    for chunk in _dicts(value, "history"):
        for thread in _dicts(chunk, "threads"):
            for item in _dicts(thread, "messages"):
                is_echo = bool(ours) and _digits(_text(item, "from")) == ours
                side = "to" if is_echo else "from"
                known = item.get(side) or item.get(f"{side}_user_id")
                # Each thread is named after its customer.
                named = item if known else {**item, side: thread.get("id")}
                yield _message(named, value, number, is_history=True, is_echo=is_echo)


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _message(
    item: Json,
    value: Json,
    number: str,
    *,
    is_echo: bool = False,
    is_history: bool = False,
    is_standby: bool = False,
) -> Found:
    kind = ItemKind.ECHO if is_echo else ItemKind.MESSAGE
    sender = _customer(item, value, is_echo)
    if not sender:
        return kind, number, None, "no_sender"
    errors = _dicts(value, "errors")
    if errors and not item.get("errors"):
        # Told beside the message, such as why a choice came without what was chosen.
        item = {**item, "errors": errors}
    try:
        message = _parse_message(item, sender).model_copy(
            update={"is_echo": is_echo, "is_history": is_history, "is_standby": is_standby}
        )
    except Malformed:
        return kind, number, None, "malformed"
    return kind, number, message, ""


def _parse_message(item: Json, sender: Sender) -> IncomingMessage:
    type_ = _text(item, "type")[:40]
    content = _dict(item, type_)
    reaction = None
    if type_ == "reaction":
        target = _text(content, "message_id")
        if not target:
            raise Malformed
        reaction = IncomingReaction(wamid=target, emoji=_text(content, "emoji")[:32])
    shown = item
    if type_ == "edit":
        # The new text has the shape of a message of its own.
        shown = _dict(content, "message")
    context = _dict(shown, "context")
    referral = _dict(item, "referral")
    quoted = _text(context, "id")
    body = _body(shown)[:LONGEST_BODY]
    return IncomingMessage(
        wamid=_wamid(item),
        type=type_,
        kind=_kind(shown, body),
        body=body,
        payload=item,
        sent_at=_time(item),
        sender=sender,
        reply_to_wamid=quoted if len(quoted) <= LONGEST_WAMID else "",
        reaction=reaction,
        original_wamid=_text(content, "original_message_id"),
        new_sender=_new_sender(content, sender) if type_ == "system" else None,
        history_status=_text(_dict(item, "history_context"), "status")[:20].lower(),
        shared_phone=shared_phone(item) if type_ == "contacts" else "",
        ctwa_clid=_text(referral, "ctwa_clid")[:LONGEST_CLICK_ID],
        is_from_ad=bool(referral),
        is_from_group=bool(_text(item, "group_id")),
    )


def _kind(item: Json, body: str) -> Kind:
    kind = KINDS.get(_text(item, "type"), Kind.UNSUPPORTED)
    if _text(_dict(item, "interactive"), "type") == "call_permission_reply":
        # Says nothing in the talk: "accept" must not be taken for the answer to a question.
        return Kind.SYSTEM
    if kind in SAID and not body:
        # Meta did not pass on what was written or chosen; nobody can answer that.
        return Kind.UNSUPPORTED
    return kind


def shared_phone(item: Json) -> str:
    """Return the customer's own number from an answer to our request for it.

    Only a single card of that origin with a single number that is on WhatsApp counts. A card of
    any other origin is somebody's number, perhaps not theirs.
    """
    cards = _dicts(item, "contacts")
    if len(cards) != 1 or _text(cards[0], "origin") != "contact_request":
        return ""
    phones = {as_phone(_text(phone, "wa_id")) for phone in _dicts(cards[0], "phones")} - {""}
    return phones.pop() if len(phones) == 1 else ""


def _status(item: Json, number: str) -> Found:
    errors = _dicts(item, "errors")
    error = errors[0] if errors else {}
    code = error.get("code")
    details = _text(_dict(error, "error_data"), "details")
    user_id = _text(item, "recipient_user_id")
    try:
        status = IncomingStatus(
            wamid=_wamid(item),
            status=_text(item, "status")[:20],
            at=_time(item),
            callback_data=_text(item, "biz_opaque_callback_data")[:512],
            error_code=code if isinstance(code, int) and 0 <= code < 2**31 else None,
            error_text=(details or _text(error, "title") or _text(error, "message"))[:300],
            user_id=user_id if is_user_id(user_id) else "",
            payload=item,
        )
    except Malformed:
        return ItemKind.STATUS, number, None, "malformed"
    if not status.status:
        return ItemKind.STATUS, number, None, "malformed"
    return ItemKind.STATUS, number, status, ""


def _call(
    item: Json, value: Json, number: str, *, is_status: bool = False, is_standby: bool = False
) -> Found:
    """Read a call, or what became of one of ours: its statuses look like those of messages."""
    is_ours = is_status or _text(item, "direction") == "BUSINESS_INITIATED"
    named = item
    if is_status:
        named = {"to": item.get("recipient_id"), "to_user_id": item.get("recipient_user_id")}
    sender = _customer(named, value, is_ours)
    if not sender:
        return ItemKind.CHANGE, number, None, "no_sender"
    try:
        call = IncomingCall(
            call_id=_wamid(item),
            event=_text(item, "status" if is_status else "event")[:20],
            at=_time(item),
            sender=sender,
            is_by_customer=not is_ours,
            is_standby=is_standby,
            # The description of the session is long, technical and of no use afterwards.
            payload={key: value for key, value in item.items() if key != "session"},
        )
    except Malformed:
        return ItemKind.CHANGE, number, None, "malformed"
    return ItemKind.CHANGE, number, call, ""


# Who it is from


def _customer(item: Json, value: Json, is_echo: bool) -> Sender:
    """Read the customer from the message and the contact card that belongs to it."""
    side = "to" if is_echo else "from"
    ids = [_text(item, f"{side}_user_id"), _text(item, side)]
    card = _card(value, [each for each in ids if each])
    profile = _dict(card, "profile")
    phone_like = [_text(item, side), _text(card, "wa_id")]
    id_like = [_text(item, f"{side}_user_id"), _text(card, "user_id"), *phone_like]
    parents = [_text(item, f"{side}_parent_user_id"), _text(card, "parent_user_id")]
    return Sender(
        user_id=next((each for each in id_like if is_user_id(each)), ""),
        parent_user_id=next((each for each in parents if is_user_id(each)), ""),
        phone=next((digits for each in phone_like if (digits := as_phone(each))), ""),
        name=clean_name(_text(profile, "name"))[:LONGEST_NAME],
        username=clean_name(_text(profile, "username")).removeprefix("@")[:LONGEST_USERNAME],
        identity_hash=_text(card, "identity_key_hash")[:LONGEST_ID_HASH],
    )


def _card(value: Json, ids: list[str]) -> Json:
    """Find the contact card by business-scoped id, else by phone, else the only one there is."""
    cards = _dicts(value, "contacts")
    for key in ("user_id", "wa_id"):
        for card in cards:
            if _text(card, key) and _text(card, key) in ids:
                return card
    if len(cards) == 1 and not (ids and _names_another(cards[0], ids)):
        return cards[0]
    return {}


def _names_another(card: Json, ids: list[str]) -> bool:
    """Whether the only card has both ids and shares neither with the message."""
    phones = {as_phone(each) for each in ids} - {""}
    users = {each for each in ids if is_user_id(each)}
    card_phone, card_user = as_phone(_text(card, "wa_id")), _text(card, "user_id")
    return bool(
        (users and card_user and card_user not in users)
        and not (phones and card_phone and card_phone in phones)
    )


def _new_sender(content: Json, sender: Sender) -> Sender | None:
    phone, user_id = as_phone(_text(content, "wa_id")), _text(content, "user_id")
    changed = Sender(phone=phone, user_id=user_id if is_user_id(user_id) else "")
    return changed if changed and changed != sender else None


def is_user_id(text: str) -> bool:
    """Whether this has the form of a business-scoped id, such as `CY.48210937716650291`."""
    return bool(USER_ID.fullmatch(text))


def as_phone(text: str) -> str:
    """Return the digits of a phone number, or nothing if it is none."""
    digits = text.removeprefix("+")
    return digits if digits.isascii() and PHONE.fullmatch(digits) else ""


def clean_name(text: str) -> str:
    return UNSAFE_IN_NAMES.sub("", text).strip()


# What it says


def _body(item: Json) -> str:
    """Return the message in readable words, without any of our own: they would not translate."""
    type_ = _text(item, "type")
    content = _dict(item, type_)
    if type_ == "text":
        return _text(content, "body")
    if type_ == "document":
        return _text(content, "caption") or _text(content, "filename")
    if type_ in ("image", "video", "audio", "voice"):
        return _text(content, "caption")
    if type_ == "location":
        return _location(content)
    if type_ == "contacts":
        return "\n".join(filter(None, map(_contact_card, _dicts(item, "contacts"))))
    if type_ == "interactive":
        return _choice(content)
    if type_ == "button":
        return _text(content, "text") or _text(content, "payload")
    if type_ == "order":
        return _order(content)
    if type_ == "system":
        return _text(content, "body")
    return ""


def _location(content: Json) -> str:
    named = [_text(content, "name"), _text(content, "address")]
    point = [content.get("latitude"), content.get("longitude")]
    if all(isinstance(each, (int, float)) for each in point):
        named.append(f"{point[0]}, {point[1]}")
    return "\n".join(filter(None, named))


def _contact_card(card: Json) -> str:
    phones = [_text(phone, "phone") for phone in _dicts(card, "phones")]
    return ", ".join(filter(None, [_text(_dict(card, "name"), "formatted_name"), *phones]))


def _choice(content: Json) -> str:
    type_ = _text(content, "type")
    reply = _dict(content, type_)
    if type_ == "nfm_reply":
        return _form(reply)
    return "\n".join(filter(None, [_text(reply, "title"), _text(reply, "description")]))


def _form(reply: Json) -> str:
    """Return what was filled into a form, one `field: value` a line."""
    try:
        answers = _clean(json.loads(_text(reply, "response_json")))
    except (ValueError, RecursionError):
        return _text(reply, "body")
    if not isinstance(answers, dict):
        return _text(reply, "body")
    # An address comes one level deeper.
    inner = _dict(answers, "values")
    given = {**{name: value for name, value in answers.items() if name != "values"}, **inner}
    lines = [
        f"{name}: {value}"
        for name, value in given.items()
        if name != "flow_token" and isinstance(value, (str, int, float))
    ]
    return "\n".join(lines[:LONGEST_FORM]) or _text(reply, "body")


def _order(content: Json) -> str:
    lines = [_text(content, "text")]
    for product in _dicts(content, "product_items"):
        price = f"{product.get('item_price', '')} {_text(product, 'currency')}".strip()
        line = f"{product.get('quantity', 1)} × {_text(product, 'product_retailer_id')}"
        lines.append(f"{line} ({price})" if price else line)
    return "\n".join(filter(None, lines))


# Small readers that take any shape


def _dict(item: Any, key: str) -> Json:
    value = item.get(key) if isinstance(item, dict) else None
    return value if isinstance(value, dict) else {}


def _dicts(item: Json, key: str) -> list[Json]:
    value = item.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(item: Json, key: str) -> str:
    value = item.get(key)
    if isinstance(value, str):
        return value
    # A few ids and times come as numbers in some fields.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and letter.isdigit())


def _wamid(item: Json) -> str:
    wamid = _text(item, "id")
    if not 0 < len(wamid) <= LONGEST_WAMID:
        raise Malformed
    return wamid


def _time(item: Json, key: str = "timestamp") -> datetime:
    """Return Meta's unix seconds as UTC; one that is unreadable or in the future counts as now."""
    arrived = now()
    text = _text(item, key)
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        return arrived
    return min(datetime.fromtimestamp(int(text), UTC), arrived)
