"""The Graph API's paths: messages, media, and what an account tells about its numbers."""

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ..serving import DropConnection, Response
from . import samples
from .exchange import Request
from .faults import Fault
from .graph import GraphError
from .state import Medium, Number, Template, Unknown

if TYPE_CHECKING:
    from .twin import MetaTwin

SUCCESS = {"success": True}


def respond(twin: "MetaTwin", request: Request) -> Response:
    """Answer one call. Raises `GraphError` or `DropConnection`."""
    if request.path.partition("/debug_token")[1]:
        return _debug_token(twin, request)
    numbers = _numbers_of_token(twin, request)
    if request.path.startswith("/downloads/"):
        return _download(twin, request, numbers)
    node, _, edge = request.path.split("/", 2)[2].strip("/").partition("/")
    number = next((number for number in numbers if number.phone_number_id == node), None)
    if number is not None:
        return _number(twin, request, number, edge)
    account = next((number for number in numbers if number.waba_id == node), None)
    if account is not None:
        return _account(twin, request, account, edge)
    medium = twin.state.media.get(node)
    if medium is not None and medium.waba_id in {number.waba_id for number in numbers}:
        return _medium(twin, request, medium)
    details = f"Unsupported request. Object with ID '{node}' does not exist."
    raise GraphError(100, details, subcode=33)


def _numbers_of_token(twin: "MetaTwin", request: Request) -> list[Number]:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    numbers = [number for number in list(twin.state.numbers.values()) if number.token == token]
    if scheme.lower() != "bearer" or not numbers:
        raise GraphError(190, "The access token is missing, expired or revoked.")
    return numbers


def _number(twin: "MetaTwin", request: Request, number: Number, edge: str) -> Response:
    match (request.method, edge):
        case ("GET", ""):
            fault = _refuse(twin.faults.take("number", number.phone_number_id))
            return _answer(twin, _number_info(number, request.query.get("fields")), fault)
        case ("POST", "messages"):
            return _messages(twin, request, number)
        case ("POST", "media"):
            return _upload(twin, request, number)
        case ("POST", "register"):
            return _register(twin, request, number)
        case ("POST", "deregister"):
            number.status = "PENDING"
            return Response(SUCCESS)
        case _:
            raise GraphError(100, f"Unsupported request: {request.method} {edge}")


def _register(twin: "MetaTwin", request: Request, number: Number) -> Response:
    fault = _refuse(twin.faults.take("register", number.phone_number_id))
    if not re.fullmatch(r"[0-9]{6}", str(request.json().get("pin"))):
        raise GraphError(100, "The parameter pin must have six digits.")
    number.status = "CONNECTED"
    return _answer(twin, SUCCESS, fault)


def _debug_token(twin: "MetaTwin", request: Request) -> Response:
    """Tell the app what a token may do; asked for with `app id|app secret` as the token."""
    fault = _refuse(twin.faults.take("token"))
    _scheme, _, app = request.headers.get("authorization", "").partition(" ")
    if app != f"{twin.app_id}|{twin.webhooks.app_secret}":
        raise GraphError(190, "The app's own token is wrong.")
    wanted = request.query.get("input_token", "")
    numbers = [number for number in list(twin.state.numbers.values()) if number.token == wanted]
    data: dict[str, Any] = {"is_valid": bool(numbers), "app_id": twin.app_id, "scopes": []}
    if numbers:
        accounts = sorted({number.waba_id for number in numbers})
        data["scopes"] = [scope for scope in numbers[0].scopes.split(",") if scope]
        data["granular_scopes"] = [
            {"scope": scope, "target_ids": accounts} for scope in data["scopes"]
        ]
        data |= {"type": "SYSTEM_USER", "expires_at": 0}
    return _answer(twin, {"data": data}, fault)


def _messages(twin: "MetaTwin", request: Request, number: Number) -> Response:
    payload = request.json()
    if isinstance(payload, dict) and payload.get("status") == "read":
        fault = _refuse(twin.faults.take("read", number.phone_number_id))
        answer = _read(twin, number, payload)
    else:
        fault = _refuse(twin.faults.take("messages", number.phone_number_id))
        answer = twin.sending.accept(number, payload, fault)
    return _answer(twin, answer, fault)


def _read(twin: "MetaTwin", number: Number, payload: dict[str, Any]) -> dict[str, Any]:
    if payload.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required.")
    typing = payload.get("typing_indicator")
    if typing not in (None, {"type": "text"}):
        raise GraphError(100, "typing_indicator.type must be text.")
    try:
        twin.state.mark_read(number, str(payload.get("message_id")), typing is not None)
    except Unknown:
        raise GraphError(131009, "message_id is not a message to this number.") from None
    return SUCCESS


def _upload(twin: "MetaTwin", request: Request, number: Number) -> Response:
    fault = _refuse(twin.faults.take("media", number.phone_number_id))
    fields, (filename, part_type, content) = _multipart(request)
    if fields.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required.")
    if not content:
        raise GraphError(131053, "The part file is missing or empty.")
    mime_type = fields.get("type") or part_type
    medium = twin.state.add_medium(number.waba_id, mime_type, content, filename)
    return _answer(twin, {"id": medium.id}, fault)


def _medium(twin: "MetaTwin", request: Request, medium: Medium) -> Response:
    if request.method == "DELETE":
        twin.state.media.pop(medium.id, None)
        return Response(SUCCESS)
    if request.method != "GET":
        raise GraphError(100, "Unsupported request.")
    return Response(
        {
            "messaging_product": "whatsapp",
            "url": f"{twin.url}/downloads/{twin.state.new_download(medium)}",
            "mime_type": medium.mime_type,
            "sha256": medium.sha256,
            "file_size": str(len(medium.content)),
            "id": medium.id,
        }
    )


def _download(twin: "MetaTwin", request: Request, numbers: list[Number]) -> Response:
    fault = _refuse(twin.faults.take("download"))
    medium = twin.state.download(request.path.removeprefix("/downloads/"))
    if medium.waba_id not in {number.waba_id for number in numbers}:
        raise Unknown("this download belongs to another account")
    answer = _answer(twin, {}, fault)
    answer.content, answer.content_type = medium.content, medium.mime_type
    match fault.kind if fault is not None else None:
        case "drip" | "drip_headers":
            answer.pause, answer.drips_headers = fault.seconds, fault.kind == "drip_headers"
        case "missing":
            raise Unknown("this download address has expired")
        case "wrong_sum":
            answer.content = medium.content + b"\0"
        case "too_big":
            answer.content = medium.content + b"\0" * (101 * 1024 * 1024)
        case "wrong_type":
            answer.content = samples.web_page()
        case "bomb":
            answer.content = samples.bomb()
        case "foreign":
            answer.content, answer.status = b"", HTTPStatus.FOUND
            answer.headers["Location"] = "https://files.attacker.example/photo.jpg"
    return answer


def _account(twin: "MetaTwin", request: Request, account: Number, edge: str) -> Response:
    state, waba_id = twin.state, account.waba_id
    match (request.method, edge):
        case ("GET", "phone_numbers"):
            _refuse(twin.faults.take("numbers", account.phone_number_id))
            numbers = [n for n in list(state.numbers.values()) if n.waba_id == waba_id]
            fields = request.query.get("fields")
            return Response({"data": [_number_info(number, fields) for number in numbers]})
        case ("POST", "subscribed_apps"):
            _refuse(twin.faults.take("subscribed_apps"))
            state.subscribed.add(waba_id)
            return Response(SUCCESS)
        case ("DELETE", "subscribed_apps"):
            state.subscribed.discard(waba_id)
            return Response(SUCCESS)
        case ("GET", "subscribed_apps"):
            _refuse(twin.faults.take("subscribed_apps"))
            app = {"whatsapp_business_api_data": {"id": twin.app_id, "name": "KATIKN"}}
            return Response({"data": [app] if waba_id in state.subscribed else []})
        case ("GET", "message_templates"):
            kept = [t for key, t in list(state.templates.items()) if key[0] == waba_id]
            return Response({"data": [_template_info(template) for template in kept]})
        case ("POST", "message_templates"):
            return _create_template(twin, waba_id, request.json())
        case ("DELETE", "message_templates"):
            name = request.query.get("name")
            for key in [key for key in list(state.templates) if key[:2] == (waba_id, name)]:
                state.templates.pop(key, None)
            return Response(SUCCESS)
        case _:
            raise GraphError(100, f"Unsupported request: {request.method} {edge}")


def _create_template(twin: "MetaTwin", waba_id: str, payload: Any) -> Response:
    """Approve at once what Meta would review for up to a day."""
    name, components = payload.get("name", ""), payload.get("components") or []
    if not re.fullmatch(r"[a-z0-9_]{1,512}", name):
        raise GraphError(100, "A template name has lower-case letters, digits and underscores.")
    if not any(component.get("type") == "BODY" for component in components):
        raise GraphError(100, "A template needs a BODY.")
    template = twin.state.add_template(
        waba_id,
        name,
        payload.get("language", "en"),
        components,
        payload.get("category", "UTILITY"),
    )
    info = _template_info(template)
    return Response({key: info[key] for key in ("id", "status", "category")})


def _number_info(number: Number, fields: str | None) -> dict[str, Any]:
    info = {
        "id": number.phone_number_id,
        "display_phone_number": number.display,
        "verified_name": number.name,
        "quality_rating": number.quality,
        "platform_type": "CLOUD_API",
        "code_verification_status": "VERIFIED",
        "is_on_biz_app": False,
        "status": number.status,
        "name_status": "APPROVED",
        "whatsapp_business_manager_messaging_limit": number.limit,
        "health_status": _health(number),
    }
    wanted = {"id", *fields.split(",")} if fields else set(info)
    return {key: value for key, value in info.items() if key in wanted}


def _health(number: Number) -> dict[str, Any]:
    entity: dict[str, Any] = {
        "entity_type": "PHONE_NUMBER",
        "id": number.phone_number_id,
        "can_send_message": number.can_send,
    }
    if number.can_send != "AVAILABLE":
        entity["errors"] = [
            {
                "error_code": 141010,
                "error_description": "The account has no valid payment method.",
                "possible_solution": "Add a payment method in WhatsApp Manager.",
            }
        ]
    return {"can_send_message": number.can_send, "entities": [entity]}


def _template_info(template: Template) -> dict[str, Any]:
    return {
        "id": template.id,
        "name": template.name,
        "language": template.language,
        "status": "APPROVED",
        "category": template.category,
        "components": template.components,
    }


def _refuse(fault: Fault | None) -> Fault | None:
    """Raise what a fault that accepts nothing stands for; hand the others on."""
    match fault.kind if fault is not None else None:
        case "429":
            raise GraphError(130429, "Cloud API message throughput has been reached.", status=429)
        case "500":
            raise GraphError(131000, "Something went wrong.", status=500)
        case "error":
            raise GraphError(fault.code, "Refused by a scripted fault.")
        case "dropped":
            raise DropConnection
    return fault


def _answer(twin: "MetaTwin", answer: dict[str, Any], fault: Fault | None) -> Response:
    """Answer what was done, late or not at all if the fault says so."""
    if fault is not None and fault.kind == "slow":
        twin.server.pause(fault.seconds)
    if fault is not None and fault.kind == "lost_answer":
        raise DropConnection
    return Response(answer)


def _multipart(request: Request) -> tuple[dict[str, str], tuple[str, str, bytes]]:
    """Text fields, and the part `file` as file name, MIME type and bytes."""
    boundary = re.search(r'boundary="?([^";]+)', request.headers.get("content-type", ""))
    if boundary is None:
        raise GraphError(100, "The body must be multipart/form-data.")
    fields: dict[str, str] = {}
    file = ("", "", b"")
    for part in (b"\r\n" + request.body).split(b"\r\n--" + boundary[1].encode())[1:]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        header = head.decode("utf-8", "replace")
        name = re.search(r'\bname="([^"]*)"', header)
        filename = re.search(r'filename="([^"]*)"', header)
        if name is None:
            continue
        if name[1] == "file":
            kind = re.search(r"(?im)^content-type:\s*(.+?)\s*$", header)
            file = (filename[1] if filename else "", kind[1] if kind else "", content)
        else:
            fields[name[1]] = content.decode("utf-8", "replace")
    return fields, file
