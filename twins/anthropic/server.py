"""The twin's HTTP server: the API, and what goes wrong with it.

Besides the API it has, for processes that cannot hold the twin itself:

GET          /twin/requests?after=N   what was asked and answered, from number N on
POST         /twin/script             {answers: [text | block | [block, …]], mode?}
GET, POST, DELETE /twin/faults        [{kind, times, …}]; DELETE forgets script, record, cache too
"""

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from ..scripting import BadFault
from ..serving import DropConnection, Response, TwinHandler, TwinServer
from . import contract, stream
from .answers import Answer, check_thinking, new_id, shape_message
from .cache import count_tokens
from .errors import ApiError, invalid
from .faults import ANSWERS, REFUSALS, Fault
from .models import MODELS, Model

if TYPE_CHECKING:
    from .twin import Exchange

PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
LIMITS = {"requests": 4000, "input-tokens": 2_000_000, "output-tokens": 400_000}


class Handler(TwinHandler):
    """Answers the API's calls, which are recorded, and the control calls."""

    server_version = "AnthropicTwin"
    largest_body = 32 * 1024 * 1024
    server: "Server"

    def respond(self, body: bytes) -> Response:
        address = urlsplit(self.path)
        if address.path.startswith("/twin/"):
            return self._control(address.path, parse_qs(address.query), body)
        return self._call(address.path, body)

    def _call(self, path: str, raw: bytes) -> Response:
        """Answer one call of the API, and record it whatever becomes of it."""
        from .twin import Exchange

        twin = self.server.twin
        headers = {name.lower(): value for name, value in self.headers.items()}
        shown = {k: v for k, v in headers.items() if k not in ("authorization", "x-api-key")}
        body, broken = _parse(raw)
        exchange = Exchange(self.command, path, shown, body, twin.clock(), new_id("req"))
        twin.record(exchange)
        fault = twin.faults.take(exchange.call)
        exchange.fault = fault.kind if fault else ""
        try:
            if self.is_too_large:
                raise ApiError("request_too_large", "Request exceeds the maximum size")
            contract.check_headers(headers, twin.keys)
            if broken:
                raise invalid("", "the body is not valid JSON")
            if fault:
                self._disturb(fault)
            response = self._route(exchange, fault)
        except ApiError as error:
            exchange.answer = error.body(exchange.request_id)
            response = _json(exchange.answer, error.status, error.headers)
        exchange.status = response.status
        response.headers |= _standing_headers(exchange)
        return response

    def _disturb(self, fault: Fault) -> None:
        if fault.kind in REFUSALS:
            raise fault.error()
        if fault.kind == "hang":
            self.server.pause(None)
            raise DropConnection
        if fault.kind == "drop":
            raise DropConnection
        if fault.kind == "slow":
            self.server.pause(fault.seconds)

    def _route(self, exchange: "Exchange", fault: Fault | None) -> Response:
        if exchange.method == "GET" and exchange.call == "models":
            return _models(exchange)
        counting = exchange.path == "/v1/messages/count_tokens"
        if exchange.method != "POST" or not (counting or exchange.path == "/v1/messages"):
            raise ApiError("not_found_error", f"no {exchange.method} {exchange.path}")
        model = contract.check_request(exchange.body, counting=counting)
        check_thinking(exchange.body)
        if counting:
            exchange.answer = {"input_tokens": count_tokens(exchange.body)}
            return _json(exchange.answer)
        return self._message(exchange, model, fault)

    def _message(self, exchange: "Exchange", model: Model, fault: Fault | None) -> Response:
        twin, body = self.server.twin, exchange.body
        total = count_tokens(body)
        if total > model.context:
            raise invalid("", f"prompt is too long: {total} tokens > {model.context} maximum")
        kind = fault.kind if fault else ""
        if body["max_tokens"] == 0:
            answer = Answer([], "max_tokens", thinks=False)
        else:
            answer = fault.answer(body) if fault and kind in ANSWERS else twin.answer(body)
        usage = twin.cache.take(body, model)
        thinks = twin.thinks and model.modern and not _is_without_thinking(body)
        message = shape_message(answer, body, usage, thinks)
        if kind == "no_stop_reason":
            message["stop_reason"] = None
        exchange.answer, exchange.usage = message, message["usage"]
        if body.get("stream"):
            chunks = _stream(message, kind)
            response = Response(content_type="text/event-stream", chunks=chunks)
        else:
            response = _disturbed(message, kind)
        if fault and kind in ("drip", "drip_headers"):
            response.pause, response.drips_headers = fault.seconds, kind == "drip_headers"
        return response

    def _control(self, path: str, query: dict[str, list[str]], raw: bytes) -> Response:
        twin = self.server.twin
        given, broken = _parse(raw)
        if broken:
            return _json({"error": "the body is not JSON"}, HTTPStatus.BAD_REQUEST)
        try:
            match self.command, path:
                case "GET", "/twin/requests":
                    return _json(twin.describe(int(query.get("after", ["0"])[0])))
                case "POST", "/twin/script":
                    twin.script(*given.get("answers", []))
                    twin.mode = given.get("mode") or twin.mode
                case "GET", "/twin/faults":
                    pass
                case "POST", "/twin/faults":
                    twin.faults.script(*(Fault(**fault) for fault in given))
                case "DELETE", "/twin/faults":
                    twin.clear()
                case _:
                    return _json({"error": "not found"}, HTTPStatus.NOT_FOUND)
        except (BadFault, TypeError, KeyError, ValueError) as error:
            return _json({"error": str(error)}, HTTPStatus.BAD_REQUEST)
        return _json({"mode": twin.mode, "faults": twin.faults.describe()})


class Server(TwinServer):
    """Serves the API and the control calls on 127.0.0.1."""

    handler = Handler
    connections = 64


def _parse(raw: bytes) -> tuple[Any, bool]:
    try:
        return (json.loads(raw) if raw else {}), False
    except ValueError:
        return raw.decode("utf-8", "replace"), True


def _json(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(content).encode(), status, headers=dict(headers or {}))


def _is_without_thinking(body: dict[str, Any]) -> bool:
    return (body.get("thinking") or {}).get("type") == "disabled"


def _models(exchange: "Exchange") -> Response:
    name = exchange.path.removeprefix("/v1/models").strip("/")
    if name and name not in MODELS:
        raise ApiError("not_found_error", f"model: {name}")
    ids = list(MODELS)
    page = {
        "data": [model.public() for model in MODELS.values()],
        "has_more": False,
        "first_id": ids[0],
        "last_id": ids[-1],
    }
    exchange.answer = MODELS[name].public() if name else page
    return _json(exchange.answer)


def _stream(message: dict[str, Any], kind: str) -> Iterator[bytes]:
    """The events of a message, with what goes wrong in a stream."""
    for number, event in enumerate(stream.events_of(message, kind == "invalid_json")):
        if number == 4 and kind == "cut_stream":
            return
        if number == 4 and kind == "drop_after_headers":
            yield b""
            return
        if number == 4 and kind == "error_in_stream":
            error = {"type": "overloaded_error", "message": "the service is overloaded"}
            yield stream.encode(("error", {"error": error}))
            return
        yield stream.encode(event)


def _disturbed(message: dict[str, Any], kind: str) -> Response:
    """The message as one body, with what goes wrong in one."""
    if kind == "garbage":
        return Response(PAGE, content_type="text/html")
    if kind == "error_in_stream":
        raise ApiError("overloaded_error", "the service is overloaded")
    response = _json(message)
    if kind == "invalid_json":
        response.content = response.content[: len(response.content) // 2]
    if kind in ("drop_after_headers", "cut_stream"):
        response.cut = len(response.content) // 2
    return response


def _standing_headers(exchange: "Exchange") -> dict[str, str]:
    headers = {
        "request-id": exchange.request_id,
        "anthropic-organization-id": "00000000-0000-4000-8000-000000000001",
    }
    used = {"requests": 1, "input-tokens": 0, "output-tokens": 0}
    if exchange.usage:
        used["input-tokens"] = exchange.usage["input_tokens"]
        used["output-tokens"] = exchange.usage["output_tokens"]
    for name, limit in LIMITS.items():
        headers[f"anthropic-ratelimit-{name}-limit"] = str(limit)
        headers[f"anthropic-ratelimit-{name}-remaining"] = str(max(0, limit - used[name]))
        headers[f"anthropic-ratelimit-{name}-reset"] = "2026-12-01T00:00:00Z"
    return headers
