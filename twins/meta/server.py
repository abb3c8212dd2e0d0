"""The twin's HTTP server: one thread per connection, at most `CONNECTIONS` of them."""

import http.server
import re
import socket
import socketserver
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from . import control, graph_api, pages
from .exchange import DropConnection, Request, Response
from .faults import BadFault
from .graph import GraphError
from .state import Unknown

if TYPE_CHECKING:
    from .twin import MetaTwin

CONNECTIONS = 128
IDLE_SECONDS = 65
LARGEST_BODY = 101 * 1024 * 1024


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Serves the Graph API, the control API under `/twin/` and the pages on 127.0.0.1."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, twin: "MetaTwin", port: int) -> None:
        self.twin = twin
        self.stopping = threading.Event()
        self._slots = threading.BoundedSemaphore(CONNECTIONS)
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.1,), name="meta-twin", daemon=True
        )

    @property
    def server_port(self) -> int:
        return self.server_address[1]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting, and cut what is open so that no thread outlives the server."""
        self.stopping.set()
        with self.twin.state.changed:
            self.twin.state.changed.notify_all()
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client closed it first

    def pause(self, seconds: float) -> None:
        """Hold an answer back, but not beyond the end of the server."""
        self.stopping.wait(seconds)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._slots.acquire()
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)
        self._slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error of ours; `Handler` reports the others itself."""


class Handler(http.server.BaseHTTPRequestHandler):
    """Reads a request, finds who answers it, and writes the answer in one piece."""

    protocol_version = "HTTP/1.1"
    server_version = "MetaTwin"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = IDLE_SECONDS
    server: Server

    def answer(self) -> None:
        request = self._read()
        try:
            response = self._respond(request)
        except DropConnection:
            self.close_connection = True
            return
        self._write(response)

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: counters and the conversation tell more than a line per request."""

    def _read(self) -> Request:
        address = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = int(headers.get("content-length") or 0)
        body = self.rfile.read(length) if 0 < length <= LARGEST_BODY else b""
        if length > LARGEST_BODY or "transfer-encoding" in headers:
            self.close_connection = True
        return Request(self.command, address.path, query, headers, body)

    def _respond(self, request: Request) -> Response:
        try:
            return self._route(request)
        except GraphError as error:
            return Response(error.body(), error.status)
        except Unknown as error:
            return Response({"error": str(error)}, HTTPStatus.NOT_FOUND)
        except (BadFault, control.BadRequest) as error:
            return Response({"error": str(error)}, HTTPStatus.BAD_REQUEST)
        except DropConnection:
            raise
        except Exception as error:
            self.log_error("%r", error)
            message = f"the twin itself failed: {error!r}"
            return Response({"error": message}, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _route(self, request: Request) -> Response:
        twin = self.server.twin
        if self.close_connection and "transfer-encoding" in request.headers:
            return Response({"error": "send a Content-Length"}, HTTPStatus.LENGTH_REQUIRED)
        if self.close_connection and int(request.headers.get("content-length") or 0) > LARGEST_BODY:
            return Response({"error": "too large"}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if re.match(r"/v\d+\.\d+/|/downloads/", request.path):
            return graph_api.respond(twin, request)
        if not self._same_site(request):
            return Response({"error": "not from another site"}, HTTPStatus.FORBIDDEN)
        if request.path.startswith("/twin/"):
            return control.respond(twin, request)
        return pages.respond(twin, request)

    def _same_site(self, request: Request) -> bool:
        """Web pages elsewhere, also ones that point a name at 127.0.0.1, cannot play customers."""
        host = request.headers.get("host", "")
        origin = request.headers.get("origin")
        named = urlsplit(f"//{host}").hostname in self.server.twin.allowed_hosts
        return named and origin in (None, f"http://{host}", f"https://{host}")

    def _write(self, response: Response) -> None:
        body = response.body()
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in response.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if response.pause:
            self._drip(body, response.pause)
        else:
            self.wfile.write(body)
            self.wfile.flush()

    def _drip(self, body: bytes, pause: float) -> None:
        """Send a byte at a time, until the client has had enough or the server stops."""
        try:
            for number in range(len(body)):
                self.wfile.write(body[number : number + 1])
                self.wfile.flush()
                if self.server.stopping.wait(pause):
                    break
        except OSError:
            self.close_connection = True
