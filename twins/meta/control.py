"""The control API under `/twin/`: who plays the customers, scripts the faults and reads the counts.

GET  /twin/state?after=N&wait=S          numbers, customers, messages changed since version N
POST /twin/numbers                       {phone_number_id, waba_id, display, token, name}
POST /twin/customers                     {name, phone?, user_id?, username?, shares_phone?}
POST /twin/messages                      {customer, number?, action, …}, see `ACTIONS`
GET  /twin/conversation?customer=&number=&after=
GET  /twin/media/ID
GET, POST, DELETE /twin/faults           {calls: [{kind, times, …}], webhooks: {…}}
GET  /twin/counters
POST /twin/verify                        Meta's handshake with the webhook
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..serving import Response
from . import samples
from .exchange import Request
from .faults import Fault
from .graph import GraphError
from .state import Customer, Message, Number, State, Unknown

if TYPE_CHECKING:
    from .twin import CustomerPhone, MetaTwin

LONGEST_WAIT = 25.0


class BadRequest(ValueError):
    """A control call lacks something or names something unknown."""


def respond(twin: "MetaTwin", request: Request) -> Response:
    """Answer one control call. Raises `BadRequest`, `BadFault` or `Unknown`."""
    name, _, rest = request.path.removeprefix("/twin/").strip("/").partition("/")
    if name == "media" and request.method == "GET":
        return _medium(twin, rest)
    handler = HANDLERS.get((request.method, name))
    if handler is None or rest:
        raise Unknown(f"no {request.method} {request.path}")
    given = _given(request) if request.method == "POST" else request.query
    try:
        return Response(handler(twin, given))
    except (KeyError, TypeError) as error:
        raise BadRequest(f"missing or unknown key: {error}") from error


def _given(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        given = request.json()
    except GraphError as error:
        raise BadRequest("the body is not JSON") from error
    if not isinstance(given, dict):
        raise BadRequest("the body must be a JSON object")
    return given


def _medium(twin: "MetaTwin", media_id: str) -> Response:
    medium = twin.state.medium(media_id)
    shown = medium.mime_type.split(";")[0] in (
        "image/png",
        "image/jpeg",
        "image/webp",
        "audio/ogg",
        "video/mp4",
    )
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
    if not shown:
        headers["Content-Disposition"] = "attachment"
    return Response(medium.content, content_type=medium.mime_type, headers=headers)


def _state(twin: "MetaTwin", query: dict[str, str]) -> dict[str, Any]:
    """Everything shown, changed since version `after`; waits up to `wait` seconds for a change.

    `boot` differs after a restart of the twin, whose versions begin anew. `typing` holds number,
    customer and the seconds it lasts.
    """
    state = twin.state
    after, wait = int(query.get("after", 0)), float(query.get("wait", 0))
    with state.changed:
        if wait:
            stopping = twin.server.stopping
            state.wait_for(
                lambda: state.version > after or stopping.is_set(), min(wait, LONGEST_WAIT)
            )
        now = state.clock()
        return {
            "boot": state.boot,
            "version": state.version,
            "inbox_url": twin.inbox_url,
            "mail": twin.mail_dir is not None,
            "numbers": [number.public() for number in state.numbers.values()],
            "customers": [_customer_view(state, customer) for customer in state.customers.values()],
            "typing": [
                [*key, round(until - now, 1)] for key, until in state.typing.items() if until > now
            ],
            "messages": [
                _message_view(message)
                for message in state.messages.values()
                if message.version > after
            ],
        }


def _add_number(twin: "MetaTwin", given: dict[str, Any]) -> dict[str, Any]:
    return twin.state.add_number(Number(**given)).public()


def _add_customer(twin: "MetaTwin", given: dict[str, Any]) -> dict[str, Any]:
    return _customer_view(twin.state, twin.customer(**given).customer)


def _send(twin: "MetaTwin", given: dict[str, Any]) -> dict[str, Any]:
    phone = _phone(twin, given.pop("customer"), given.pop("number", None))
    action = given.pop("action")
    if action not in ACTIONS:
        raise BadRequest(f"action must be one of {', '.join(ACTIONS)}")
    return {"wamid": ACTIONS[action](phone, **given)}


def _conversation(twin: "MetaTwin", query: dict[str, str]) -> dict[str, Any]:
    phone = _phone(twin, query["customer"], query.get("number"))
    state = twin.state
    with state.changed:
        messages = state.conversation(
            phone.number.phone_number_id, phone.id, int(query.get("after", 0))
        )
        return {
            "version": state.version,
            "typing": state.is_typing(phone.number.phone_number_id, phone.id),
            "window_open": state.window_open(phone.number, phone.customer),
            "messages": [_message_view(message) for message in messages],
        }


def _script(twin: "MetaTwin", given: dict[str, Any]) -> dict[str, Any]:
    twin.faults.script(*(Fault(**fault) for fault in given.get("calls", [])))
    twin.disturb_webhooks(**given.get("webhooks", {}))
    return twin.faults.describe()


def _clear(twin: "MetaTwin", given: dict[str, Any]) -> dict[str, Any]:
    twin.clear_faults()
    return twin.faults.describe()


def _send_photo(
    phone: "CustomerPhone", data: str | None = None, mime_type: str = "image/png", **how: Any
) -> str:
    return phone.send_image(content=_decoded(data), mime_type=mime_type, **how)


def _send_document(phone: "CustomerPhone", data: str | None = None, **how: Any) -> str:
    return phone.send_document(content=_decoded(data), **how)


def _send_bad(phone: "CustomerPhone", what: str, **how: Any) -> str:
    """Send what nobody should keep: a `bomb`, a web `page` in disguise, a sticker too `big`."""
    match what:
        case "bomb":
            return phone.send_image(content=samples.bomb(), **how)
        case "page":
            return phone.send_image(content=samples.web_page(), mime_type="image/jpeg", **how)
        case "big":
            return phone.send_sticker(samples.picture() + b"\0" * 3_000_000, **how)
        case _:
            raise BadRequest("what must be bomb, page or big")


def _decoded(data: str | None) -> bytes | None:
    try:
        return base64.b64decode(data, validate=True) if data else None
    except binascii.Error as error:
        raise BadRequest("data is not base64") from error


def _phone(twin: "MetaTwin", customer_id: str, number: str | None) -> "CustomerPhone":
    return twin.phone_of(twin.state.customer(customer_id), number)


def _customer_view(state: State, customer: Customer) -> dict[str, Any]:
    wabas = {number.waba_id for number in state.numbers.values()}
    return {
        **asdict(customer),
        "user_ids": {waba: state.user_id(customer, waba) for waba in sorted(wabas)},
    }


def _message_view(message: Message) -> dict[str, Any]:
    return {**asdict(message), "text": message.text}


ACTIONS: dict[str, Callable[..., str]] = {
    "text": lambda phone, text, **how: phone.send_text(text, **how),
    "image": _send_photo,
    "document": _send_document,
    "bad_file": _send_bad,
    "voice": lambda phone, **how: phone.send_voice(**how),
    "location": lambda phone, **how: phone.send_location(**how),
    "reaction": lambda phone, wamid, emoji="👍", **how: phone.react(wamid, emoji, **how),
    "press": lambda phone, choice, **how: phone.press(choice, **how),
    "video": lambda phone, **how: phone.send_video(**how),
    "sticker": lambda phone, **how: phone.send_sticker(**how),
    "order": lambda phone, **how: phone.send_order(**how),
    "edit": lambda phone, wamid, text: phone.edit(wamid, text),
    "revoke": lambda phone, wamid: phone.revoke(wamid),
    "card": lambda phone, **how: phone.send_card(**how),
    "poll": lambda phone, **how: phone.send_poll(**how),
    "ad": lambda phone, **how: phone.come_by_ad(**how),
    "forward": lambda phone, text="Look at this one", **how: phone.forward(text, **how),
    "call": lambda phone, **how: phone.call(**how),
    "standby": lambda phone, text="Hello, agent": phone.write_to_metas_agent(text),
    "share_phone": lambda phone, **how: phone.share_phone(**how),
    "echo": lambda phone, text: phone.echo_text(text),
    "raw": lambda phone, type, body, **how: phone.send(type, body, **how),
}

HANDLERS: dict[tuple[str, str], Callable[["MetaTwin", dict[str, Any]], dict[str, Any]]] = {
    ("GET", "state"): _state,
    ("POST", "numbers"): _add_number,
    ("POST", "customers"): _add_customer,
    ("POST", "messages"): _send,
    ("GET", "conversation"): _conversation,
    ("GET", "faults"): lambda twin, given: twin.faults.describe(),
    ("POST", "faults"): _script,
    ("DELETE", "faults"): _clear,
    ("GET", "counters"): lambda twin, given: twin.counters(),
    ("POST", "verify"): lambda twin, given: {"verified": twin.verify_webhook()},
}
