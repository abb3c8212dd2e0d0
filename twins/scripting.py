"""What the twins' scripts of faults share."""

import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class BadFault(ValueError):
    """A fault was described with an unknown kind, call or key."""


class AnyFault(Protocol):
    """What befalls the next `times` calls of the kind `on`, or all until cleared if it is 0."""

    times: int
    on: str


FaultType = TypeVar("FaultType", bound=AnyFault)


class FaultScript(Generic[FaultType]):
    """Faults in their order, safe to read and change from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._script: list[FaultType] = []

    def script(self, *faults: FaultType) -> None:
        """Append faults; each holds for its own number of calls, the earliest first."""
        with self._lock:
            self._script += faults

    def clear(self) -> None:
        with self._lock:
            self._script = []

    def take_if(self, call: str, fits: Callable[[FaultType], bool]) -> FaultType | None:
        """The first fault of this call that fits, counted down, or none."""
        with self._lock:
            for fault in self._script:
                if fault.on == call and fits(fault):
                    if fault.times > 0:
                        fault.times -= 1
                        if fault.times == 0:
                            self._script.remove(fault)
                    return fault
            return None


def require(value: str, allowed: set[str], name: str) -> None:
    """Raise `BadFault` for a value that is none of those allowed."""
    if value not in allowed:
        raise BadFault(f"{name} must be one of {', '.join(sorted(allowed))}")
