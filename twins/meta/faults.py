"""Scripted faults: what goes wrong with the next calls, and how webhooks are disturbed."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from ..scripting import BadFault, FaultScript, require

KINDS = {"429", "500", "slow", "lost_answer", "dropped", "error", "failed", "silent"}
# What can be wrong with a file that is fetched.
FILE_KINDS = {
    "drip", "drip_headers", "missing", "wrong_sum", "too_big", "wrong_type", "bomb", "foreign",
}  # fmt: skip
CALLS = {
    "messages",
    "read",
    "media",
    "download",
    "number",
    "numbers",
    "token",
    "subscribed_apps",
    "register",
}


@dataclass
class Fault:
    """What happens to the next `times` calls of one kind, or to all until cleared if it is 0.

    `429`, `500`, `error` (with Meta's `code`) and `dropped` (connection closed) refuse the call.
    `slow` answers after `seconds` and `lost_answer` not at all, but both have sent by then, and the
    statuses follow. `failed` accepts, then reports a failed status with `code`. `silent` accepts
    and reports no status. `number` limits the fault to one phone_number_id.

    A `download` besides: `drip` sends a byte of the file every `seconds`, `drip_headers` also of
    the headers, `missing` answers 404, `wrong_sum` changes the file, `too_big` goes on for 101 MB,
    `wrong_type` is a web page, `bomb` a small file that unpacks to a huge picture, and `foreign`
    leads to an address that is not Meta's.
    """

    kind: str
    times: int = 1
    on: str = "messages"
    code: int = 131000
    seconds: float = 0.0
    number: str | None = None

    def __post_init__(self) -> None:
        self.kind = str(self.kind)
        require(self.kind, KINDS | FILE_KINDS, "kind")
        if self.kind in FILE_KINDS and self.on != "download":
            raise BadFault(f"{self.kind} is a fault of a download")
        require(self.on, CALLS, "on")


@dataclass
class WebhookFaults:
    """How webhooks are disturbed, until changed.

    duplicate: how many more times each POST is sent. drop_first: how many coming POSTs fail before
    they are sent, then are sent again like any that failed. batch: up to how many updates share one
    POST. reorder: how many updates are collected and shuffled, 0 for none. gather_seconds: how long
    an update waits for others at most. hold: nothing is sent until it is false again.
    """

    duplicate: int = 0
    drop_first: int = 0
    batch: int = 1
    reorder: int = 0
    gather_seconds: float = 0.2
    hold: bool = False


class Faults(FaultScript[Fault]):
    """The script of calls, and how webhooks are disturbed."""

    def __init__(self) -> None:
        super().__init__()
        self.webhooks = WebhookFaults()

    def clear(self) -> None:
        super().clear()
        with self._lock:
            self.webhooks = WebhookFaults()

    def take(self, call: str, phone_number_id: str | None = None) -> Fault | None:
        """The fault for this call, counted down, or none."""
        return self.take_if(call, lambda fault: fault.number in (None, phone_number_id))

    def disturb_webhooks(self, **changes: Any) -> None:
        """Set any fields of `WebhookFaults`; the others keep their values."""
        known = {item.name: item.type for item in fields(WebhookFaults)}
        if unknown := set(changes) - set(known):
            raise BadFault(f"unknown webhook fault: {', '.join(sorted(unknown))}")
        with self._lock:
            for name, value in changes.items():
                setattr(self.webhooks, name, known[name](value))

    def take_drop(self) -> bool:
        """Whether the POST about to be sent fails instead."""
        with self._lock:
            if self.webhooks.drop_first <= 0:
                return False
            self.webhooks.drop_first -= 1
            return True

    def describe(self) -> dict[str, Any]:
        with self._lock:
            script = [asdict(fault) for fault in self._script]
            return {"calls": script, "webhooks": asdict(self.webhooks)}
