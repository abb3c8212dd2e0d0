"""Scripted faults: what goes wrong with the next calls."""

from dataclasses import asdict, dataclass
from typing import Any

from ..scripting import FaultScript, require
from .answers import Answer, text, tool_use
from .errors import ApiError

REFUSALS: dict[str, tuple[str, str, str]] = {
    "400": ("invalid_request_error", "the request is not valid", ""),
    "401": ("authentication_error", "the API key is not valid", ""),
    "402": ("billing_error", "the credit balance is too low", ""),
    "403": ("permission_error", "the key may not use this resource", ""),
    "404": ("not_found_error", "there is no such model", ""),
    "413": ("request_too_large", "the request is too large", ""),
    "429": ("rate_limit_error", "the rate limit of the organization is reached", ""),
    "spend_cap": (
        "rate_limit_error",
        "the monthly usage threshold of the organization is reached",
        "enforced_spend_limit_reached",
    ),
    "500": ("api_error", "an internal error", ""),
    "504": ("timeout_error", "the request timed out", ""),
    "529": ("overloaded_error", "the service is overloaded", ""),
}
CONNECTIONS = {
    "hang", "slow", "drip", "drip_headers", "drop", "drop_after_headers", "garbage",
}  # fmt: skip
STREAMS = {"cut_stream", "error_in_stream", "invalid_json"}
ANSWERS = {
    "unknown_tool", "wrong_arguments", "input_not_object", "refusal", "max_tokens",
    "no_stop_reason", "empty", "context_exceeded", "pause_turn",
}  # fmt: skip
KINDS = REFUSALS.keys() | CONNECTIONS | STREAMS | ANSWERS
CALLS = {"messages", "count_tokens", "models"}


@dataclass
class Fault:
    """What happens to the next `times` calls, or to all until cleared if `times` is 0.

    `after` so many calls that nothing happens to.

    A status number refuses with that status; `429` carries `retry-after` if `retry_after` is set,
    in seconds. `spend_cap` is a 429 with `error_code` and without `retry-after`. `hang` never
    answers, `slow` answers after `seconds`, `drip` sends a byte of the body every `seconds`,
    `drip_headers` also of the headers. `drop` closes before the headers, `drop_after_headers`
    within the body, `garbage` answers 200 with a page. `cut_stream` ends a stream cleanly after its
    first events, `error_in_stream` ends it with an overloaded error, `invalid_json` breaks the
    input of its tool call; without a stream these three break the body instead. The others answer
    with a call of an unknown tool, wrong arguments (of `tool`, or of the first one), an input that
    is no object, a refusal, a text cut at the limit, no stop reason, no content at all, the end of
    the context window, a paused turn.
    """

    kind: str
    times: int = 1
    on: str = "messages"
    retry_after: float | None = None
    seconds: float = 0.0
    tool: str = ""
    after: int = 0

    def __post_init__(self) -> None:
        self.kind = str(self.kind)
        require(self.kind, set(KINDS), "kind")
        require(self.on, CALLS, "on")

    def error(self) -> ApiError:
        """The refusal of a fault that is one."""
        headers = {} if self.retry_after is None else {"retry-after": f"{self.retry_after:g}"}
        return ApiError(*REFUSALS[self.kind], headers=headers)

    def answer(self, body: dict[str, Any]) -> Answer:
        """The answer of a fault in what the model says."""
        if self.kind in ("unknown_tool", "wrong_arguments", "input_not_object"):
            names = [tool["name"] for tool in body.get("tools") or []]
            name = self.tool or (names or ["missing"])[0]
            if self.kind == "unknown_tool":
                return Answer([tool_use("transfer_funds", amount=1)])
            block = tool_use(name, nonsense={"deep": [1, None]}, organization=1)
            if self.kind == "input_not_object":
                block["input"] = "not an object"
            return Answer([block])
        if self.kind == "refusal":
            details = {"type": "refusal", "category": None, "explanation": None}
            return Answer([], "refusal", stop_details=details)
        if self.kind == "empty":
            return Answer([], "end_turn", thinks=False)
        reasons = {"context_exceeded": "model_context_window_exceeded"}
        return Answer([text("I would say that")], reasons.get(self.kind, self.kind))


class Faults(FaultScript[Fault]):
    """The script of calls."""

    def take(self, call: str) -> Fault | None:
        """The fault for this call, counted down, or none."""
        return self.take_if(call, _is_due)

    def describe(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._script]


def _is_due(fault: Fault) -> bool:
    """Whether enough calls have passed; this one counts."""
    if fault.after > 0:
        fault.after -= 1
        return False
    return True
