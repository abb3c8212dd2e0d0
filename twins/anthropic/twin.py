"""The twin as tests and the demonstration hold it: start, stop, script, look."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from .. import require_demonstration
from . import agent, obedient
from .answers import Answer
from .cache import Cache
from .faults import Fault, Faults
from .server import Server

KEY = "twin-key"

Responder = Callable[[dict[str, Any]], Any]
MODES: dict[str, Responder] = {
    "agent": agent.answer,
    "obedient": obedient.answer,
    "silent": lambda body: "All right.",
}


@dataclass
class Exchange:
    """One call as it was recorded. Header names are lower case, the key is left out."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    at: float
    request_id: str = ""
    status: int = 0
    answer: Any = None
    fault: str = ""
    usage: dict[str, Any] = field(default_factory=dict)

    @property
    def call(self) -> str:
        """What was asked for: `messages`, `count_tokens` or `models`."""
        name = self.path.removeprefix("/v1/").split("/")
        return "count_tokens" if name[-1] == "count_tokens" else name[0]


class AnthropicTwin:
    """The Messages API on 127.0.0.1.

    Answers come from the script first, in its order, then from the mode: `agent` uses the tools of
    the request to help a customer, `obedient` does whatever its input says, `silent` only nods. A
    function of the request body may stand wherever an answer does. `thinks` puts a signed thinking
    block before each answer. `clock` gives unix seconds for the cache. Use it as a context manager,
    or call `start` and `stop`.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        keys: tuple[str, ...] = (KEY,),
        mode: str = "agent",
        thinks: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        require_demonstration()
        self.keys = set(keys)
        self.thinks = thinks
        self.clock = clock
        self.faults = Faults()
        self.cache = Cache(clock)
        self.exchanges: list[Exchange] = []
        self.changed = threading.Condition()
        self._script: deque[Any] = deque()
        self._mode = ""
        self._responder: Responder = MODES["silent"]
        self.mode = mode
        self.server = Server(self, port)

    @property
    def url(self) -> str:
        """What `ANTHROPIC_BASE_URL` is set to, without a closing slash."""
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def mode(self) -> str:
        return self._mode

    @mode.setter
    def mode(self, name: str) -> None:
        self._mode, self._responder = name, MODES[name]

    def start(self) -> "AnthropicTwin":
        self.server.start()
        return self

    def stop(self) -> None:
        self.server.stop()

    __enter__ = start

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def script(self, *answers: Any) -> None:
        """Append answers: a text, a block, a list of blocks, an `Answer` or a function."""
        with self.changed:
            self._script += answers

    def answer_with(self, responder: Responder) -> None:
        """Answer whatever is not scripted by a function of the request body."""
        self._mode, self._responder = "function", responder

    def fault(self, kind: str, times: int = 1, **how: Any) -> None:
        """Script a fault for the next `times` calls, 0 for all; see `Fault` for kinds and keys."""
        self.faults.script(Fault(kind, times, **how))

    def clear(self) -> None:
        """Forget script, faults, record and cache."""
        self.faults.clear()
        self.cache.clear()
        with self.changed:
            self._script.clear()
            self.exchanges.clear()

    def answer(self, body: dict[str, Any]) -> Answer:
        with self.changed:
            given = self._script.popleft() if self._script else self._responder
        return Answer.of(given(body) if callable(given) else given)

    def record(self, exchange: Exchange) -> None:
        with self.changed:
            self.exchanges.append(exchange)
            self.changed.notify_all()

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The bodies of all Messages requests so far, also of refused ones, oldest first."""
        with self.changed:
            return [item.body for item in self.exchanges if item.call == "messages"]

    @property
    def usages(self) -> list[dict[str, Any]]:
        """The usage of each answered Messages request."""
        with self.changed:
            return [item.usage for item in self.exchanges if item.call == "messages" and item.usage]

    def wait_for_requests(self, count: int, timeout: float = 10.0) -> bool:
        """Wait until so many Messages requests have arrived."""
        with self.changed:
            return self.changed.wait_for(
                lambda: sum(item.call == "messages" for item in self.exchanges) >= count, timeout
            )

    def describe(self, after: int = 0) -> list[dict[str, Any]]:
        with self.changed:
            return [asdict(exchange) for exchange in self.exchanges[after:]]
