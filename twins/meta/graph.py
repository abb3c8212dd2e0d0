"""What the Graph API refuses, and how: the checks on a send before it is accepted.

Source: developers.facebook.com/docs/whatsapp/cloud-api (messages, support/error-codes), limits in
characters.
"""

import re
import secrets
from typing import Any

from .state import Number, State, Template

TITLES = {
    1: "An unknown error occurred",
    2: "Service temporarily unavailable",
    4: "Application request limit reached",
    100: "Invalid parameter",
    190: "Error validating access token: the session is invalid or has expired.",
    80007: "Rate limit hit",
    130429: "Rate limit hit",
    131000: "Something went wrong",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131021: "Recipient cannot be the sender",
    131026: "Message undeliverable",
    131030: "Recipient phone number not in allowed list",
    131031: "Business account has been locked",
    131042: "Business eligibility payment issue",
    131047: "Re-engagement message",
    131051: "Unsupported message type",
    131053: "Media upload error",
    131056: "(Business account, consumer account) pair rate limit hit",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132018: "Message template parameters are not valid",
}
STATUSES = {
    **dict.fromkeys((0, 190), 401),
    **dict.fromkeys((3, 10, 131005), 403),
    **dict.fromkeys((4, 80007, 130429, 131056), 429),
    **dict.fromkeys((1, 131000, 133004), 500),
    **dict.fromkeys((2, 131016, 131057), 503),
    132001: 404,
}
USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,128}")
MEDIA_TYPES = ("image", "video", "audio", "document", "sticker")
TYPES = (*MEDIA_TYPES, "text", "template", "interactive", "location", "contacts", "reaction")


class GraphError(Exception):
    """A refusal with Meta's numeric `code`; `status` is the HTTP status that goes with it."""

    def __init__(
        self, code: int, details: str = "", *, subcode: int | None = None, status: int | None = None
    ) -> None:
        super().__init__(f"(#{code}) {TITLES.get(code, 'Error')}: {details}")
        self.code = code
        self.details = details
        self.subcode = subcode
        self.status = status or STATUSES.get(code, 400)

    def body(self) -> dict[str, Any]:
        """The JSON that Meta answers with."""
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {TITLES.get(self.code, 'Error')}",
            "type": "OAuthException",
            "code": self.code,
            "error_data": {"messaging_product": "whatsapp", "details": self.details},
            "fbtrace_id": secrets.token_urlsafe(8),
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        return {"error": error}


def check_send(state: State, number: Number, payload: Any) -> str:
    """Check a send and return its recipient: phone digits or BSUID. Raises `GraphError`."""
    if not isinstance(payload, dict):
        raise GraphError(100, "The body must be a JSON object.")
    if payload.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required.")
    recipient = _recipient(number, payload)
    callback = payload.get("biz_opaque_callback_data", "")
    _text(callback, "biz_opaque_callback_data", 512, required=False)
    kind = payload.get("type", "text")
    if kind not in TYPES:
        raise GraphError(131009, f"type {kind!r} is not a message type.")
    body = payload.get(kind)
    if not isinstance(body, list if kind == "contacts" else dict):
        raise GraphError(131008, f"{kind} is required for a message of type {kind}.")
    context = payload.get("context")
    if context is not None and not (isinstance(context, dict) and context.get("message_id")):
        raise GraphError(100, "context needs message_id.")
    if kind in MEDIA_TYPES:
        _check_medium(state, number, kind, body)
    else:
        CHECKS[kind](state, number, body)
    if kind == "reaction" and context:
        raise GraphError(131009, "A reaction cannot be a contextual reply.")
    return recipient


def find_template(state: State, number: Number, body: dict[str, Any]) -> Template:
    """The approved template that this send names, in exactly this language; else 132001."""
    language = body.get("language")
    code = language.get("code") if isinstance(language, dict) else None
    template = state.templates.get((number.waba_id, body.get("name", ""), code or ""))
    if template is None:
        details = f"template name ({body.get('name')}) does not exist in {code}"
        raise GraphError(132001, details)
    return template


def body_parameters(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The parameters that a template send gives for the template's body."""
    components = body.get("components") or []
    return [
        parameter
        for component in components
        if str(component.get("type", "")).lower() == "body"
        for parameter in component.get("parameters", [])
    ]


def _recipient(number: Number, payload: dict[str, Any]) -> str:
    to, user_id = payload.get("to"), payload.get("recipient")
    if to:
        digits = re.sub(r"\D", "", str(to))
        if not digits:
            raise GraphError(131009, "to is not a phone number.")
        if digits == re.sub(r"\D", "", number.display):
            raise GraphError(131021)
        return digits
    if user_id:
        if not USER_ID.fullmatch(str(user_id)):
            raise GraphError(131009, "recipient is not a business-scoped user id.")
        return str(user_id)
    raise GraphError(100, "The parameter to or recipient is required.")


def _check_text(state: State, number: Number, body: dict[str, Any]) -> None:
    _text(body.get("body"), "text.body", 4096)


def _check_medium(state: State, number: Number, kind: str, body: dict[str, Any]) -> None:
    media_id, link = body.get("id"), body.get("link")
    if bool(media_id) == bool(link):
        raise GraphError(100, f"{kind} needs either id or link.")
    medium = state.media.get(str(media_id)) if media_id else None
    if media_id and (medium is None or medium.waba_id != number.waba_id):
        raise GraphError(131009, f"{media_id} is not a media id of this account.")
    if link and not str(link).startswith(("http://", "https://")):
        raise GraphError(131009, f"{kind}.link is not a web address.")
    _text(body.get("caption"), f"{kind}.caption", 1024, required=False)


def _check_location(state: State, number: Number, body: dict[str, Any]) -> None:
    for name, limit in (("latitude", 90), ("longitude", 180)):
        try:
            valid = abs(float(body[name])) <= limit
        except (KeyError, TypeError, ValueError):
            valid = False
        if not valid:
            raise GraphError(131009, f"location.{name} is not a number of degrees.")


def _check_contacts(state: State, number: Number, cards: list[Any]) -> None:
    if not 1 <= len(cards) <= 257:
        raise GraphError(131009, "contacts needs 1 to 257 cards.")
    for card in cards:
        name = card.get("name") if isinstance(card, dict) else None
        if not (isinstance(name, dict) and name.get("formatted_name")):
            raise GraphError(131008, "contacts[].name.formatted_name is required.")


def _check_reaction(state: State, number: Number, body: dict[str, Any]) -> None:
    target = state.messages.get(str(body.get("message_id")))
    if target is None or target.phone_number_id != number.phone_number_id:
        raise GraphError(131009, "reaction.message_id is not a message of this number.")
    if not isinstance(body.get("emoji", ""), str):
        raise GraphError(131009, "reaction.emoji must be text.")


def _check_template(state: State, number: Number, body: dict[str, Any]) -> None:
    template = find_template(state, number, body)
    given = body_parameters(body)
    if len(given) != len(template.parameters):
        details = f"body: number of localizable_params ({len(given)}) does not match the "
        raise GraphError(132000, f"{details}expected number of params ({len(template.parameters)})")
    for parameter in given:
        text = parameter.get("text")
        if not isinstance(text, str) or not text.strip() or re.search(r"[\n\t]| {5}", text):
            raise GraphError(132018, "A parameter is empty or has newlines, tabs or many spaces.")
        name = parameter.get("parameter_name")
        if not template.parameters[0].isdigit() and name not in template.parameters:
            raise GraphError(132018, f"The template has no parameter {name!r}.")


def _check_interactive(state: State, number: Number, body: dict[str, Any]) -> None:
    kind = body.get("type")
    action = body.get("action")
    known = ("button", "list", "cta_url", "location_request_message", "contact_request")
    if kind not in known:
        raise GraphError(131009, f"interactive.type {kind!r} is not supported.")
    if not isinstance(action, dict):
        raise GraphError(131008, "interactive.action is required.")
    text = body.get("body")
    limit = 4096 if kind == "list" else 1024
    _text(text.get("text") if isinstance(text, dict) else None, "body", limit)
    header, footer = body.get("header") or {}, body.get("footer") or {}
    if header.get("type") == "text" or kind == "list":
        _text(header.get("text"), "header", 60, required=bool(header))
    _text(footer.get("text"), "footer", 60, required=bool(footer))
    if kind == "button":
        _check_buttons(action)
    elif kind == "list":
        _check_list(action)
    elif kind == "cta_url":
        parameters = action.get("parameters") or {}
        _text(parameters.get("display_text"), "display_text", 20)
        _text(parameters.get("url"), "url", 2000)


def _check_buttons(action: dict[str, Any]) -> None:
    buttons = action.get("buttons")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise GraphError(131009, "A message has 1 to 3 buttons.")
    replies = [button.get("reply") or {} for button in buttons]
    for reply in replies:
        _text(reply.get("title"), "button title", 20)
        _text(reply.get("id"), "button id", 256)
    for name in ("title", "id"):
        if len({reply[name] for reply in replies}) != len(replies):
            raise GraphError(131009, f"Each button needs its own {name}.")


def _check_list(action: dict[str, Any]) -> None:
    _text(action.get("button"), "list button", 20)
    sections = action.get("sections")
    if not isinstance(sections, list) or not 1 <= len(sections) <= 10:
        raise GraphError(131009, "A list has 1 to 10 sections.")
    rows = [row for section in sections for row in section.get("rows", [])]
    if not 1 <= len(rows) <= 10:
        raise GraphError(131009, "A list has 1 to 10 rows in total.")
    for section in sections:
        _text(section.get("title"), "section title", 24, required=len(sections) > 1)
    for row in rows:
        _text(row.get("id"), "row id", 200)
        _text(row.get("title"), "row title", 24)
        _text(row.get("description"), "row description", 72, required=False)
    if len({row["id"] for row in rows}) != len(rows):
        raise GraphError(131009, "Each row needs its own id.")


def _text(value: Any, name: str, limit: int, *, required: bool = True) -> None:
    if value in (None, "") and not required:
        return
    if not isinstance(value, str) or not value.strip():
        raise GraphError(131008 if value is None else 131009, f"{name} is required.")
    if len(value) > limit:
        raise GraphError(131009, f"{name} has {len(value)} characters, more than {limit}.")


CHECKS = {
    "text": _check_text,
    "location": _check_location,
    "contacts": _check_contacts,
    "reaction": _check_reaction,
    "template": _check_template,
    "interactive": _check_interactive,
}
