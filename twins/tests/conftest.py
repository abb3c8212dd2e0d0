"""A twin, and an agency's webhook that remembers what it was sent."""

import http.server
import json
import threading
from collections import deque
from collections.abc import Iterator

import pytest
import requests

from twins.meta import MetaTwin
from twins.meta.sending import Delays
from twins.meta.state import Number

SECRET = "app-secret"
VERIFY_TOKEN = "verify-me"
NUMBER = Number("305000000000002", "204000000000001", "35725000001", "token-1", "Aphrodite Homes")
OTHER = Number("305000000000009", "204000000000008", "35725000008", "token-8", "Other Homes")


class Target:
    """An agency's webhook on loopback: answers 200, or first the statuses in `answers`."""

    def __init__(self) -> None:
        self.posts: list[tuple[bytes, str]] = []
        self.answers: deque[int] = deque()
        self.arrived = threading.Condition()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/webhooks/whatsapp/"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def values(self) -> list[dict]:
        """Every `value` of every change, in order of arrival."""
        with self.arrived:
            bodies = [json.loads(body) for body, _ in self.posts]
        return [
            change["value"]
            for body in bodies
            for entry in body["entry"]
            for change in entry["changes"]
        ]

    def messages(self) -> list[dict]:
        return [item for value in self.values() for item in value.get("messages", [])]

    def statuses(self) -> list[dict]:
        return [item for value in self.values() for item in value.get("statuses", [])]

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        target = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with target.arrived:
                    status = target.answers.popleft() if target.answers else 200
                    if status == 200:
                        target.posts.append((body, self.headers["X-Hub-Signature-256"]))
                    target.arrived.notify_all()
                self._answer(status, b"")

            def do_GET(self) -> None:
                query = requests.utils.unquote(self.path.partition("?")[2])
                given = dict(pair.split("=", 1) for pair in query.split("&"))
                right = given["hub.verify_token"] == VERIFY_TOKEN
                self._answer(200 if right else 403, given["hub.challenge"].encode() * right)

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


class Clock:
    """Unix seconds that move only when told."""

    def __init__(self, now: float = 1795420800.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Graph:
    """The agency's side: a client of the twin's Graph API that returns status and JSON."""

    def __init__(self, twin: MetaTwin) -> None:
        self.twin = twin
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, method: str, path: str, *, token: str = "token-1", **how: object) -> tuple:
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.twin.url}/v26.0/{path}"
        answer = self.session.request(method, url, headers=headers, timeout=10, **how)
        return answer.status_code, answer.json()

    def send(self, to: str = "+35799123456", *, pnid: str = "305000000000002", **payload: object):
        """Send a message; `to` may be a BSUID, which goes into `recipient`."""
        address = {"recipient": to} if "." in to else {"to": to}
        body = {"messaging_product": "whatsapp", **address, **payload}
        return self.call("POST", f"{pnid}/messages", json={k: v for k, v in body.items() if v})

    def text(self, body: str = "Yes, it is.", to: str = "+35799123456", **more: object) -> tuple:
        return self.send(to, type="text", text={"body": body}, **more)


@pytest.fixture(autouse=True)
def demonstration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KATIKN_DEMO", "1")


@pytest.fixture
def target() -> Iterator[Target]:
    target = Target()
    yield target
    target.stop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def twin(target: Target, clock: Clock) -> Iterator[MetaTwin]:
    twin = MetaTwin(
        target.url,
        SECRET,
        VERIFY_TOKEN,
        numbers=[NUMBER, OTHER],
        delays=Delays(0, 0.01, 0.02),
        clock=clock,
        backoff=(0.01,),
    )
    with twin:
        yield twin


@pytest.fixture
def graph(twin: MetaTwin) -> Graph:
    return Graph(twin)
