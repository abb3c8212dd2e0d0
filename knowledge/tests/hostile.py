"""Addresses that a page must not be read from, and a small internet to try them in.

`Internet` stands between the fetcher and the machine: it answers name lookups from a table and
notes every address that a socket connects to. Public addresses lead to a server on loopback, which
claims to be the address that was asked for; any other connection is refused and counted.
"""

import gzip
import http.server
import os
import socket
import threading
import time
import weakref
import zlib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from unittest.mock import patch

import brotli

PUBLIC = "93.184.215.14"
PUBLIC_6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"

# Special-use addresses, each behind a name of its own.
SPECIAL = {
    "this-host": "0.0.0.0",
    "loopback": "127.0.0.1",
    "loopback-far": "127.255.255.254",
    "private-10": "10.0.0.5",
    "private-172": "172.16.3.4",
    "private-192": "192.168.1.1",
    "shared": "100.64.0.1",
    "link-local": "169.254.10.10",
    "metadata": "169.254.169.254",
    "metadata-alibaba": "100.100.100.200",
    "protocol-assignments": "192.0.0.8",
    "test-net": "192.0.2.1",
    "benchmarking": "198.18.0.1",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "relay-6to4": "192.88.99.1",
    "loopback-v6": "::1",
    "unspecified-v6": "::",
    "mapped": "::ffff:127.0.0.1",
    "mapped-private": "::ffff:10.0.0.5",
    "compatible": "::127.0.0.1",
    "unique-local": "fd00::1",
    "metadata-v6": "fd00:ec2::254",
    "link-local-v6": "fe80::1",
    "site-local": "fec0::1",
    "multicast-v6": "ff02::1",
    "6to4": "2002:7f00:1::",
    "nat64": "64:ff9b::7f00:1",
    "nat64-local": "64:ff9b:1::a00:5",
    "teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "documentation-v6": "2001:db8::1",
}

# Spelled in the address itself: what a browser or a resolver would take for 127.0.0.1 and kin.
SPELLED = {
    "decimal": "http://2130706433/",
    "hexadecimal": "http://0x7f000001/",
    "hexadecimal-parts": "http://0x7f.0x0.0x0.0x1/",
    "octal": "http://0177.0.0.1/",
    "octal-one-number": "http://017700000001/",
    "short": "http://127.1/",
    "zero": "http://0/",
    "fullwidth-dots": "http://127。0。0。1/",
    "circled-digits": "http://①②⑦.0.0.1/",
    "trailing-dot": "http://127.0.0.1./",
    "bracketed": "http://[::1]/",
    "bracketed-mapped": "http://[::ffff:7f00:1]/",
    "bracketed-scope": "http://[fe80::1%25eth0]/",
    "user-before": "http://public.example@127.0.0.1/",
    "user-with-password": "http://public.example:80@10.0.0.5/",
    "backslash": "http://public.example\\@127.0.0.1/",
    "line-break": "http://public.example\r\nHost: 127.0.0.1/",
    "port-22": "http://public.example:22/",
    "port-8000": "https://public.example:8000/",
    "port-of-redis": "http://public.example:6379/",
    "file": "file:///etc/passwd",
    "ftp": "ftp://public.example/",
    "gopher": "gopher://public.example:80/_",
    "data": "data:text/html,hello",
    "no-scheme": "//127.0.0.1/",
    "localhost": "http://localhost/",
}

# Names with more than one answer.
NAMES = {
    "public.example": [PUBLIC],
    "public6.example": [PUBLIC_6],
    "mixed.example": [PUBLIC, "127.0.0.1"],
    "mixed-last.example": ["10.0.0.5", PUBLIC],
    "mixed-six.example": [PUBLIC, "::1"],
    "localhost": ["127.0.0.1", "::1"],
    **{f"{name}.example": [address] for name, address in SPECIAL.items()},
}

# Where the server of public.example leads to.
REDIRECTS = {
    "to-loopback": "http://127.0.0.1/",
    "to-private-name": "http://private-10.example/",
    "to-metadata": "http://169.254.169.254/latest/meta-data/",
    "to-file": "file:///etc/passwd",
    "to-port": "http://public.example:8000/",
    "to-user": "http://public.example@127.0.0.1/",
    "to-no-scheme": "//loopback.example/",
    "to-itself": "http://public.example/to-itself",
    "to-mapped": "http://[::ffff:127.0.0.1]/",
}


@dataclass(frozen=True)
class Case:
    name: str
    url: str


HOSTILE = [
    *(Case(name, f"http://{name}.example/") for name in SPECIAL),
    *(Case(f"{name} in https", f"https://{name}.example/") for name in ("loopback", "private-10")),
    *(Case(name, url) for name, url in SPELLED.items()),
    *(Case(name, f"http://{name}.example/") for name in ("mixed", "mixed-last", "mixed-six")),
    *(Case(name, f"http://public.example/{name}") for name in REDIRECTS),
]
# A name that changes its answer after the check is read at the address that was checked.
REBINDING = Case("rebinding", "http://rebinding.example/page")
CONTROLS = [
    Case("plain", "http://public.example/page"),
    Case("over IPv6", "http://public6.example/page"),
    Case("user in front", "http://somebody:secret@public.example/page"),
    Case("redirect to a public page", "http://public.example/moved"),
    Case("five redirects", "http://public.example/hop-5"),
]

PAGE = b"<html><title>A page</title><p>Hello</p></html>"
BOMB = 200_000_000


@dataclass
class Internet:
    """`reached` holds every address that a socket connected to; `requests` what servers saw."""

    port: int
    reached: list[str] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    lookups: dict[str, int] = field(default_factory=dict)

    @property
    def forbidden(self) -> list[str]:
        return [address for address in self.reached if not ip_address(address).is_global]

    def look_up(self, host, port, *_rest):
        self.lookups[host] = self.lookups.get(host, 0) + 1
        if host == "rebinding.example":
            answers = [PUBLIC] if self.lookups[host] == 1 else ["127.0.0.1"]
        else:
            answers = NAMES.get(host) or _literal(host)
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [_answer(address, port) for address in answers]


def _literal(host):
    try:
        return [str(ip_address(host))]
    except ValueError:
        pass
    try:
        # The C library takes 0x7f000001, 0177.0.0.1 and 127.1 for addresses as well.
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError:
        return []


def _answer(address, port):
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))


@contextmanager
def internet():
    """Run the small internet around the code inside, and yield the `Internet`."""
    server = serve()
    net = server.internet
    pretended: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()
    stands_in: list[socket.socket] = []
    connect, getpeername, dup = socket.socket.connect, socket.socket.getpeername, socket.socket.dup

    def fake_connect(self, address):
        net.reached.append(address[0].split("%")[0])
        if net.forbidden:
            raise ConnectionRefusedError("not on this internet")
        if self.family == socket.AF_INET6:
            # The same descriptor becomes a socket that can reach the server.
            other = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            other.settimeout(self.gettimeout())
            connect(other, ("127.0.0.1", net.port))
            stands_in.append(other)
            os.dup2(other.fileno(), self.fileno())
        else:
            connect(self, ("127.0.0.1", net.port))
        pretended[self] = address

    def fake_getpeername(self):
        return pretended.get(self) or getpeername(self)

    with ExitStack() as stack:
        stack.enter_context(patch.object(socket, "getaddrinfo", net.look_up))
        stack.enter_context(patch.object(socket.socket, "connect", fake_connect))
        stack.enter_context(patch.object(socket.socket, "getpeername", fake_getpeername))
        stack.enter_context(patch.object(socket.socket, "dup", dup))
        yield net
    server.shutdown()
    server.server_close()
    for other in stands_in:
        other.close()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that hangs up is what these tests are about."""


def serve():
    """Start the server on loopback and return it; its `internet` notes the requests."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.internet = Internet(server.server_port)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


class _Handler(http.server.BaseHTTPRequestHandler):
    """public.example, and whatever else is asked of the loopback server."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.internet.requests.append((self.path, dict(self.headers)))
        name = self.path.strip("/").partition("?")[0]
        if name in REDIRECTS:
            return self._redirect(REDIRECTS[name])
        if name == "moved":
            return self._redirect("/page")
        if name.startswith("hop-"):
            left = int(name.removeprefix("hop-")) - 1
            return self._redirect(f"/hop-{left}" if left else "/page")
        if name in ("drip-body", "drip-headers", "drip-redirect", "silence"):
            return self._drip(name)
        if name.startswith("bomb-"):
            return self._send(*bomb(name.removeprefix("bomb-")))
        if name == "endless":
            return self._endless()
        if name.startswith("status-"):
            return self._send(PAGE, status=int(name.removeprefix("status-")))
        if name.startswith("kind-"):
            kind = name.removeprefix("kind-").replace("_", "/")
            return self._send(PAGE, kind=kind if kind != "none" else None)
        if name == "cookie":
            return self._redirect("/page", cookie="session=1")
        if name.startswith("packed-"):
            return self._send(*packed(name.removeprefix("packed-"), PAGE))
        return self._send(PAGE)

    def log_message(self, *_):
        pass

    def _redirect(self, target, cookie=""):
        self.send_response(302)
        self.send_header("Location", target)
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, body, encoding="", status=200, kind="text/html; charset=utf-8"):
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._write(body)

    def _drip(self, name):
        self.close_connection = True
        if name == "silence":
            time.sleep(30)
            return
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Slow: "
        if name == "drip-redirect":
            head = b"HTTP/1.1 302 Found\r\nLocation: /page\r\nContent-Length: 1000000\r\n\r\n"
        if name == "drip-body":
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        if not self._write(head):
            return
        for _second in range(300):
            time.sleep(0.1)
            if not self._write(b"a"):
                return

    def _endless(self):
        self.close_connection = True
        self._write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while self._write(b"a" * 65536):
            pass

    def _write(self, data):
        try:
            self.wfile.write(data)
            self.wfile.flush()
        except OSError:
            return False
        return True


_bombs: dict[str, tuple[bytes, str]] = {}


def bomb(encoding):
    """A body of some 200 kB that unpacks to 200 MB, and the encoding it names."""
    if encoding not in _bombs:
        _bombs[encoding] = packed(encoding, b"\0" * BOMB)
    return _bombs[encoding]


def packed(encoding, body):
    if encoding == "br":
        return brotli.compress(body, quality=1), "br"
    if encoding == "deflate":
        return zlib.compress(body), "deflate"
    if encoding == "raw-deflate":
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        return packer.compress(body) + packer.flush(), "deflate"
    once = gzip.compress(body, 5)
    return (gzip.compress(once), "gzip, gzip") if encoding == "nested" else (once, "gzip")
