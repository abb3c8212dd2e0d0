"""What the twins' HTTP servers share: a thread per connection, answers that drip or are cut."""

import http.server
import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

IDLE_SECONDS = 65


class DropConnection(Exception):
    """Close the connection without an answer, or within one."""


@dataclass
class Response:
    """An answer: `content`, as JSON unless it is bytes, or `chunks` that are written one by one.

    An empty chunk cuts the connection, `cut` bytes of the content stay unsent. With `pause` a byte
    goes out every so many seconds: those of the body, or with `drips_headers` all of them.
    """

    content: Any = b""
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    chunks: Iterator[bytes] | None = None
    cut: int = 0
    pause: float = 0.0
    drips_headers: bool = False

    def body(self) -> bytes:
        if isinstance(self.content, bytes):
            return self.content
        return json.dumps(self.content).encode()


class TwinServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Serves one twin on 127.0.0.1, at most `connections` at once."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    connections = 128
    handler: "type[TwinHandler]"

    def __init__(self, twin: Any, port: int) -> None:
        self.twin = twin
        self.stopping = threading.Event()
        self._slots = threading.BoundedSemaphore(self.connections)
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), self.handler)
        name = type(twin).__name__
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.02,), name=name, daemon=True
        )

    @property
    def server_port(self) -> int:
        return self.server_address[1]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting, and cut what is open, so that a hanging call ends too."""
        self.stopping.set()
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client closed it first

    def pause(self, seconds: float | None) -> None:
        """Hold an answer back, None for ever, but not beyond the end of the server."""
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
        """A client that goes away is no error of ours; the handlers report the others."""


class TwinHandler(http.server.BaseHTTPRequestHandler):
    """Reads a request, has `respond` answer it, and writes the answer."""

    protocol_version = "HTTP/1.1"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = IDLE_SECONDS
    largest_body = 101 * 1024 * 1024
    server: TwinServer

    def respond(self, body: bytes) -> Response:
        """Answer the request whose body this is. May raise `DropConnection`."""
        raise NotImplementedError

    def answer(self) -> None:
        try:
            self._write(self.respond(self._read()))
        except DropConnection:
            self.close_connection = True

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: what a twin records tells more than a line per request."""

    def _read(self) -> bytes:
        """The body, or nothing of one that is too large or of unknown length."""
        length = int(self.headers.get("content-length") or 0)
        self.is_too_large = length > self.largest_body
        self.is_chunked = "transfer-encoding" in self.headers
        if self.is_too_large or self.is_chunked:
            self.close_connection = True
            return b""
        return self.rfile.read(length) if length > 0 else b""

    def _write(self, response: Response) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Cache-Control", "no-store")
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.chunks is None:
            body = response.body()
            self.send_header("Content-Length", str(len(body)))
            parts: Iterator[bytes] = iter([body[: len(body) - response.cut]])
        else:
            self.send_header("Transfer-Encoding", "chunked")
            parts = _as_chunks(response.chunks)
        if self.close_connection:
            self.send_header("Connection", "close")
        file = self.wfile
        try:
            if response.drips_headers:
                self.wfile = _Drip(file, response.pause, self.server)
            self.end_headers()
            if response.pause:
                self.wfile = _Drip(file, response.pause, self.server)
            for part in parts:
                self.wfile.write(part)
                self.wfile.flush()
        except OSError:
            self.close_connection = True  # the client has had enough
        finally:
            self.wfile = file
        self.close_connection |= response.cut > 0


class _Drip:
    """Writes a byte every `pause` seconds, until the server stops."""

    def __init__(self, file: Any, pause: float, server: TwinServer) -> None:
        self._file, self._pause, self._server = file, pause, server

    def write(self, content: bytes) -> None:
        for byte in content:
            self._file.write(bytes([byte]))
            self._file.flush()
            self._server.pause(self._pause)
            if self._server.stopping.is_set():
                raise DropConnection

    def flush(self) -> None:
        self._file.flush()


def _as_chunks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        if not chunk:
            raise DropConnection  # the connection is cut within the stream
        yield b"%x\r\n%s\r\n" % (len(chunk), chunk)
    yield b"0\r\n\r\n"
