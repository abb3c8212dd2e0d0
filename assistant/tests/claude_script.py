"""Claude's side of a turn, written down: answers in order, behind the real client.

A step is what Claude answers: `says(...)`, `calls(...)`, `refuses(status)`, or a function of the
request. The requests are kept, as JSON.
"""

import itertools
import json
from collections.abc import Callable
from typing import Any

import httpx2

Step = Callable[[httpx2.Request], httpx2.Response]
_ids = itertools.count(1)


class Script:
    """The transport below Anthropic's client."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []

    def then(self, *steps: Step) -> "Script":
        self.steps += steps
        return self

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(json.loads(request.content))
        self.headers.append(dict(request.headers))
        if not self.steps:
            raise AssertionError("Claude was asked once more than the script says.")
        return self.steps.pop(0)(request)

    def client(self, _base_url: str) -> httpx2.Client:
        return httpx2.Client(transport=httpx2.MockTransport(self.answer))

    def results(self, request: int = -1) -> list[str]:
        """The texts of the tool results that a request brings."""
        blocks = self.requests[request]["messages"][-1]["content"]
        return [b["content"][0]["text"] for b in blocks if b["type"] == "tool_result"]


def says(text: str, stop_reason: str | None = "end_turn", **usage: int) -> Step:
    return _message([{"type": "text", "text": text}], stop_reason, usage)


def calls(*tools: tuple[str, dict[str, Any]], think: bool = False, **usage: int) -> Step:
    """Claude uses tools, after a block of thinking if wanted."""
    blocks: list[dict[str, Any]] = []
    if think:
        blocks.append({"type": "thinking", "thinking": "Hm.", "signature": "s1"})
    for name, arguments in tools:
        block = {"type": "tool_use", "id": f"toolu_{next(_ids)}", "name": name, "input": arguments}
        blocks.append(block)
    return _message(blocks, "tool_use", usage)


def refuses(status: int, kind: str = "api_error", code: str = "", **headers: str) -> Step:
    error: dict[str, Any] = {"type": kind, "message": "No."}
    if code:
        error["details"] = {"error_code": code}
    body = {"type": "error", "error": error, "request_id": "req_refused"}
    said = {"request-id": "req_refused"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return lambda request: httpx2.Response(status, json=body, headers=said)


def breaks(error: type[Exception]) -> Step:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise error("The wire broke.", request=request)  # type: ignore[call-arg]

    return answer


def _message(blocks: list[dict[str, Any]], stop_reason: str | None, usage: dict[str, int]) -> Step:
    number = next(_ids)
    used = {"input_tokens": 100, "output_tokens": 20} | usage
    used.setdefault("cache_creation_input_tokens", 0)
    used.setdefault("cache_read_input_tokens", 0)
    body = {
        "id": f"msg_{number}",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-5-5",
        "content": blocks,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": used,
    }
    headers = {"request-id": f"req_{number}"}
    return lambda request: httpx2.Response(200, json=body, headers=headers)


NO_LISTING = {"reference": "", "first_day": "", "last_day": "", "part_of_day": "any"}


def offering(**fields: str) -> tuple[str, dict[str, Any]]:
    """A call of offer_slots."""
    return "offer_slots", {
        "kind": "viewing",
        **NO_LISTING,
        "exact_time": "",
        "moving": "",
        **fields,
    }
