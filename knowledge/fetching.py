"""Fetch one page of the public web, and nothing else: the only way out to an address from data.

`ssrfguard` resolves a name once, refuses every address that is not public, connects to the address
it checked and looks at the peer. What no library does is here: one deadline for name, handshake,
headers and body together, a cap on the decoded bytes, kinds of content, and no cookies, no
environment, no user and password. Why: docs/decisions/fetching.md.
"""

import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import brotli
import requests
import urllib3
from django.conf import settings
from django.utils.timezone import now
from ssrfguard import Policy, SSRFGuardError
from ssrfguard.requests import SafeAdapter

from organizations.deadlines import Deadline
from organizations.tenancy import entered_organization

DEADLINE_SECONDS = 20.0
MOST_BYTES = 3_000_000
MOST_REDIRECTS = 5
MOST_ATTEMPTS = 2  # addresses of one name that are tried
LONGEST_URL = 500
BLOCK = 64 * 1024
KINDS = ("text/html", "application/xhtml+xml", "text/plain")


class Reason(StrEnum):
    """Why a page was not fetched."""

    ADDRESS = "address"
    NOT_A_URL = "not_a_url"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TOO_BIG = "too_big"
    KIND = "kind"
    UNREADABLE = "unreadable"
    REDIRECTS = "redirects"
    LOGIN = "login"
    MISSING = "missing"
    REFUSED = "refused"
    BROKEN = "broken"


class NotFetched(Exception):
    """The page could not be had. `detail` is for logs: it may hold what the server sent."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason


class TransactionOpen(RuntimeError):
    """A page was asked for inside `tenant()`: a network call holds no transaction open."""


@dataclass(frozen=True)
class Page:
    """What a server sent. `url` is where it was found at last; `fetched_at` is UTC."""

    url: str
    kind: str
    charset: str
    body: bytes
    fetched_at: datetime


class SafeFetcher:
    """Fetches pages with GET. Deadline in seconds, caps in bytes after decoding.

    `allowed` holds the literal `address:port` pairs that may be reached although they are not
    public, from the setting FETCH_ALLOWED_ADDRESSES. Only an address that somebody typed is
    compared with it: a name that resolves to one, or a redirect to one, stays refused.
    """

    def __init__(
        self,
        *,
        deadline: float = DEADLINE_SECONDS,
        most_bytes: int = MOST_BYTES,
        allowed: list[str] | None = None,
    ) -> None:
        self.deadline = deadline
        self.most_bytes = most_bytes
        self.allowed = settings.FETCH_ALLOWED_ADDRESSES if allowed is None else allowed

    def fetch(self, url: str) -> Page:
        """Return the page at `url`. Raises `NotFetched`; talks to a network, so never in a
        transaction (`TransactionOpen`)."""
        if entered_organization() is not None:
            raise TransactionOpen("Fetch before entering an organization, and store afterwards.")
        with Deadline(self.deadline) as deadline:
            try:
                return self._follow(_cleaned(url), deadline)
            except NotFetched:
                if deadline.is_over:
                    raise NotFetched(Reason.TIMEOUT) from None
                raise
            except Exception as error:
                raise _translated(error, deadline) from error

    def _follow(self, url: str, deadline: Deadline) -> Page:
        # An allowed address may redirect within itself; nobody is led into one from elsewhere.
        allowed = _place(url) if _place(url) in self.allowed else None
        for _hop in range(MOST_REDIRECTS + 1):
            policy = _policy(allowed if _place(url) == allowed else None)
            page, target = self._ask(url, policy, deadline)
            if page is not None:
                return page
            url = _cleaned(urljoin(url, target))
        raise NotFetched(Reason.REDIRECTS)

    def _ask(self, url: str, policy: Policy, deadline: Deadline) -> tuple[Page | None, str]:
        """Ask once; return the page, or where it redirects to. A redirect's body is not read."""
        left = deadline.left()
        policy.check_url(url)
        request = requests.Request("GET", url, headers=_headers()).prepare()
        # No session: even told not to follow, it would read the whole body of a redirect.
        with closing(_WatchedAdapter(deadline, policy)) as adapter:
            response = adapter.send(
                request, stream=True, timeout=(left / MOST_ATTEMPTS, left), proxies={}
            )
            with response:
                if target := response.headers.get("Location") if response.is_redirect else None:
                    # requests has read the header as Latin-1, servers write it in UTF-8.
                    return None, target.encode("latin-1", "replace").decode("utf-8", "replace")
                _require_success(response.status_code)
                kind, charset = _content_type(response.headers.get("Content-Type", ""))
                body = self._read(response, deadline)
                return Page(url, kind, charset, body, now()), ""

    def _read(self, response: requests.Response, deadline: Deadline) -> bytes:
        decode = _decoder(response.headers.get("Content-Encoding", ""))
        body, received = bytearray(), 0
        while block := response.raw.read1(BLOCK, decode_content=False):
            received += len(block)
            body += decode(block, self.most_bytes - len(body) + 1)
            if len(body) > self.most_bytes or received > self.most_bytes:
                raise NotFetched(Reason.TOO_BIG)
            deadline.left()
        deadline.left()
        return bytes(body)


def _policy(allowed: str | None) -> Policy:
    """The strict policy, or one that reaches a single allowed `address:port` and nothing else."""
    if allowed is None:
        return Policy(max_connection_attempts=MOST_ATTEMPTS)
    host, _colon, port = allowed.rpartition(":")
    host = host.strip("[]")
    return Policy(
        allowed_networks=(host,),
        allowed_ports=frozenset({int(port)}),
        allowed_hosts=frozenset({host}),
        max_connection_attempts=MOST_ATTEMPTS,
    )


def _place(url: str) -> str:
    """Host and port as they are written in the allow-list."""
    split = urlsplit(url)
    host = split.hostname or ""
    return f"[{host}]:{_port(split)}" if ":" in host else f"{host}:{_port(split)}"


class _WatchedAdapter(SafeAdapter):
    """The guarded adapter, each of whose connections the deadline watches."""

    def __init__(self, deadline: Deadline, policy: Policy) -> None:
        self.deadline = deadline
        super().__init__(policy=policy, resolver=deadline.resolve)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.deadline.watch_pools(self.poolmanager)


def _headers() -> dict[str, str]:
    return {
        "User-Agent": f"KATIKN/1.0 (+{settings.BASE_URL}/privacy/)",
        "Accept": "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5",
        "Accept-Encoding": "gzip, deflate, br",
    }


def _cleaned(url: str) -> str:
    """The address without user, password and fragment. Raises `NotFetched` if it is none."""
    url = url.strip()
    if len(url) > LONGEST_URL or "\\" in url or any(c.isspace() or ord(c) < 32 for c in url):
        raise NotFetched(Reason.NOT_A_URL)
    try:
        split = urlsplit(url)
        _port(split)
    except ValueError as error:
        raise NotFetched(Reason.NOT_A_URL, str(error)) from error
    if split.scheme not in ("http", "https"):
        raise NotFetched(Reason.ADDRESS if split.scheme else Reason.NOT_A_URL, split.scheme)
    if not split.hostname:
        raise NotFetched(Reason.NOT_A_URL)
    place = split.netloc.rpartition("@")[2]
    return split._replace(netloc=place, fragment="").geturl()


def _port(split: SplitResult) -> int:
    return split.port or (443 if split.scheme == "https" else 80)


def _require_success(status: int) -> None:
    if status == 200:
        return
    if status in (401, 407):
        raise NotFetched(Reason.LOGIN, str(status))
    if status in (404, 410):
        raise NotFetched(Reason.MISSING, str(status))
    raise NotFetched(Reason.BROKEN if status >= 500 else Reason.REFUSED, str(status))


def _content_type(header: str) -> tuple[str, str]:
    kind, _semicolon, options = header.lower().partition(";")
    if kind.strip() not in KINDS:
        raise NotFetched(Reason.KIND, kind[:80])
    _name, _equals, charset = options.partition("charset=")
    return kind.strip(), charset.split(";")[0].strip(" \"'")


def _decoder(encoding: str) -> Callable[[bytes, int], bytes]:
    """Return a function that decodes the next block to at most so many bytes.

    One encoding at most: nobody compresses a page twice but to hide how large it is.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return lambda block, most: block[:most]
    if name in ("gzip", "x-gzip"):
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress
    if name == "deflate":
        return _Deflate().decompress
    if name == "br":
        reader = brotli.Decompressor()
        return lambda block, most: reader.process(block, output_buffer_limit=most)
    raise NotFetched(Reason.UNREADABLE, f"encoding {name[:40]}")


class _Deflate:
    """The standard means zlib, some servers send what is inside of it."""

    def __init__(self) -> None:
        self._reader: Any = None

    def decompress(self, block: bytes, most: int) -> bytes:
        if self._reader is None:
            self._reader = zlib.decompressobj()
            try:
                return self._reader.decompress(block, most)
            except zlib.error:
                self._reader = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._reader.decompress(block, most)


def _translated(error: Exception, deadline: Deadline) -> NotFetched:
    """Say which of our reasons an error of the libraries means."""
    if deadline.is_over:
        return NotFetched(Reason.TIMEOUT)
    chain = _causes(error)
    if any(isinstance(cause, SSRFGuardError) for cause in chain):
        return NotFetched(Reason.ADDRESS, str(error)[:200])
    if any(isinstance(cause, zlib.error | brotli.error) for cause in chain):
        return NotFetched(Reason.UNREADABLE)
    if any(isinstance(cause, TimeoutError | requests.Timeout) for cause in chain):
        return NotFetched(Reason.TIMEOUT)
    if isinstance(error, requests.exceptions.InvalidURL | UnicodeError):
        return NotFetched(Reason.NOT_A_URL, str(error)[:200])
    known = requests.RequestException | urllib3.exceptions.HTTPError | OSError
    if isinstance(error, known):
        return NotFetched(Reason.UNREACHABLE, str(error)[:200])
    raise error


def _causes(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain
