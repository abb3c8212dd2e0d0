"""What tells open browsers that something changed.

A change writes a `Signal` row and notifies with its id, in its own transaction. Each web process
has one hub with one connection that listens, and a look at the table every two seconds for what it
missed. A browser hears only which kind and which row; it fetches the rest through the usual views.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.views import redirect_to_login
from django.core.handlers.asgi import ASGIRequest
from django.db import connection, connections
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET

from inbox.models import Signal
from organizations.models import Organization
from organizations.pages import find_member

logger = logging.getLogger(__name__)

CHANNEL = "katikn_signals"
RETRY_MILLISECONDS = 3000
HEARTBEAT_SECONDS = 15.0
SWEEP_SECONDS = 2.0
OVERLAP_SECONDS = 10  # ids commit out of order; signals are idempotent, so repeats do no harm
LONGEST_QUEUE = 100
LONGEST_REPLAY = 200
REMEMBERED_IDS = 5000

SIGNAL_COLUMNS = "id, organization_id, kind, object_code::text"


def announce(organization: Organization | int, kind: str, code: UUID | None = None) -> None:
    """Tell open browsers of the organization that a row changed, when this transaction commits.

    `kind` is one of `Signal.Kind`; `code` is the row's public code, never its text.
    """
    organization_id = getattr(organization, "pk", organization)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH signal AS (INSERT INTO inbox_signal (organization_id, kind, object_code, at) "
            "VALUES (%s, %s, %s, clock_timestamp()) RETURNING id, organization_id) "
            "SELECT pg_notify(%s, id || ':' || organization_id) FROM signal",
            [organization_id, str(kind), code, CHANNEL],
        )


@dataclass(frozen=True)
class Told:
    """One signal as a browser gets it."""

    id: int
    organization_id: int
    kind: str
    code: str | None

    def as_text(self) -> str:
        data = json.dumps({"kind": self.kind, "id": self.code})
        return f"id: {self.id}\nevent: signal\ndata: {data}\n\n"


REFRESH = "event: refresh\ndata: {}\n\n"
HEARTBEAT = "event: heartbeat\ndata: {}\n\n"


@dataclass(eq=False)
class Subscription:
    """What waits for one browser. A full queue becomes one refresh."""

    organization_id: int
    waiting: deque[str] = field(default_factory=deque)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False

    def put(self, text: str) -> None:
        if len(self.waiting) >= LONGEST_QUEUE:
            self.waiting.clear()
            text = REFRESH
        self.waiting.append(text)
        self.arrived.set()

    def end(self) -> None:
        self.is_over = True
        self.arrived.set()

    async def take(self, timeout: float) -> list[str]:
        """Wait at most `timeout` seconds and return what came."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.arrived.wait(), timeout)
        self.arrived.clear()
        taken = list(self.waiting)
        self.waiting.clear()
        return taken


class Hub:
    """The one listener of a web process, and everybody it tells. Lives in one event loop."""

    def __init__(self) -> None:
        self.subscriptions: dict[int, set[Subscription]] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.task: asyncio.Task | None = None
        self.listens = asyncio.Event()
        self.told: dict[int, None] = {}

    async def subscribe(self, organization_id: int) -> Subscription:
        """Return a subscription that misses nothing from now on."""
        self._start()
        subscription = Subscription(organization_id)
        self.subscriptions.setdefault(organization_id, set()).add(subscription)
        with contextlib.suppress(TimeoutError):
            # Without the listener the looks at the table still bring everything, a little later.
            await asyncio.wait_for(self.listens.wait(), SWEEP_SECONDS)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        group = self.subscriptions.get(subscription.organization_id, set())
        group.discard(subscription)
        if not group:
            self.subscriptions.pop(subscription.organization_id, None)

    def end_streams(self) -> None:
        """End every stream, so that the server can stop. Call it from any thread."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._end_streams)

    def tell(self, signals: Iterable[Told]) -> None:
        for signal in signals:
            if signal.id in self.told:
                continue
            self.told[signal.id] = None
            if len(self.told) > REMEMBERED_IDS:
                del self.told[next(iter(self.told))]
            for subscription in self.subscriptions.get(signal.organization_id, ()):
                subscription.put(signal.as_text())

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        if self.loop is not loop:
            # A new loop (a test, a reload): the old listener died with the old one.
            self.subscriptions, self.task = {}, None
            self.listens = asyncio.Event()
            self.loop = loop
        if self.task is None or self.task.done():
            self.task = loop.create_task(self._run())

    def _end_streams(self) -> None:
        for group in self.subscriptions.values():
            for subscription in group:
                subscription.end()
        if self.task is not None:
            self.task.cancel()

    async def _run(self) -> None:
        is_first = True
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **_connection_parameters(), autocommit=True
                ) as listening:
                    await listening.execute(f"LISTEN {CHANNEL}")
                    if not is_first:
                        self._refresh_all()
                    is_first = False
                    self.listens.set()
                    await self._listen(listening)
            except (psycopg.Error, OSError):
                logger.warning("The event hub lost the database; trying again in a second.")
            self.listens.clear()
            await asyncio.sleep(1)

    async def _listen(self, listening: psycopg.AsyncConnection) -> None:
        next_look = 0.0
        while True:
            ids = []
            async for notification in listening.notifies(timeout=SWEEP_SECONDS, stop_after=1):
                ids += self._wanted(notification.payload)
            # What came with it is read in the same query.
            async for notification in listening.notifies(timeout=0):
                ids += self._wanted(notification.payload)
            if ids:
                self.tell(await _read(listening, "id = ANY(%s)", [ids]))
            if time.monotonic() >= next_look:
                next_look = time.monotonic() + SWEEP_SECONDS
                self.tell(await self._recent(listening))

    async def _recent(self, listening: psycopg.AsyncConnection) -> list[Told]:
        if not self.subscriptions:
            return []
        return await _read(
            listening,
            "organization_id = ANY(%s) AND at > clock_timestamp() - %s * interval '1 second'",
            [list(self.subscriptions), OVERLAP_SECONDS],
        )

    def _wanted(self, payload: str) -> list[int]:
        signal_id, _, organization_id = payload.partition(":")
        return [int(signal_id)] if int(organization_id) in self.subscriptions else []

    def _refresh_all(self) -> None:
        for group in self.subscriptions.values():
            for subscription in group:
                subscription.put(REFRESH)


hub = Hub()


@require_GET
async def events(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Stream signals to one browser of a member, without holding a database connection.

    Answers 204 under WSGI, where a stream would hold a thread: the browser then polls.
    """
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    try:
        organization_id = await _off_thread(_listener, session_key, slug)
    except NotSignedIn:
        return redirect_to_login(request.get_full_path())
    subscription = await hub.subscribe(organization_id)
    try:
        missed = await _off_thread(
            _missed, organization_id, request.headers.get("Last-Event-ID", "")
        )
    except BaseException:
        hub.unsubscribe(subscription)
        raise
    # The middleware may have opened one on the request's own thread.
    await sync_to_async(give_connections_back)()
    return StreamingHttpResponse(
        _stream(subscription, missed, session_key, slug),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


# Found by the test that asks every address below a slug as a stranger.
events.guard = "members"


class NotSignedIn(Exception):
    """The session is unknown, over, or nobody's."""


async def _stream(
    subscription: Subscription, missed: list[str], session_key: str, slug: str
) -> AsyncIterator[str]:
    try:
        yield f"retry: {RETRY_MILLISECONDS}\n\n"
        for text in missed:
            yield text
        next_beat = time.monotonic() + HEARTBEAT_SECONDS
        while not subscription.is_over:
            for text in await subscription.take(max(next_beat - time.monotonic(), 0)):
                yield text
            if time.monotonic() >= next_beat:
                if not await _may_still_listen(subscription, session_key, slug):
                    return
                next_beat = time.monotonic() + HEARTBEAT_SECONDS
                yield HEARTBEAT
    finally:
        hub.unsubscribe(subscription)


async def _may_still_listen(subscription: Subscription, session_key: str, slug: str) -> bool:
    try:
        return await _off_thread(_listener, session_key, slug) == subscription.organization_id
    except (NotSignedIn, Http404):
        return False


async def _off_thread(function: Any, *args: Any) -> Any:
    """Run a short database step on the request's own thread, and give its connection back."""

    def run() -> Any:
        try:
            return function(*args)
        finally:
            give_connections_back()

    return await sync_to_async(run)()


def give_connections_back() -> None:
    """Give this thread's database connections back before it waits for somebody slow."""
    for each in connections.all(initialized_only=True):
        # A test's transaction is the only one that can be open here.
        if not each.in_atomic_block:
            each.close()


def _listener(session_key: str, slug: str) -> int:
    """Return the organization's id if the session's user is a member of it.

    Raises `NotSignedIn` or `Http404`.
    """
    request = HttpRequest()
    request.session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(session_key)
    user = get_user(request) if session_key else None
    if user is None or not user.is_authenticated or not user.is_active:
        raise NotSignedIn
    return find_member(user, slug).organization_id


def _missed(organization_id: int, last_event_id: str) -> list[str]:
    """Return what the browser did not get since its last event, else of the last seconds."""
    since = Signal.objects.filter(organization_id=organization_id).order_by("-id")
    if last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 19:
        last = since.filter(pk=int(last_event_id)).values_list("at", flat=True).first()
        if last is None:
            return [REFRESH]
        condition, parameters = "at > %s - %s * interval '1 second'", [last, OVERLAP_SECONDS]
    else:
        condition, parameters = (
            "at > clock_timestamp() - %s * interval '1 second'",
            [OVERLAP_SECONDS],
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SIGNAL_COLUMNS} FROM inbox_signal "  # noqa: S608 (constants only)
            f"WHERE organization_id = %s AND {condition} ORDER BY id LIMIT %s",
            [organization_id, *parameters, LONGEST_REPLAY + 1],
        )
        rows = cursor.fetchall()
    if len(rows) > LONGEST_REPLAY:
        return [REFRESH]
    return [Told(*row).as_text() for row in rows]


async def _read(
    listening: psycopg.AsyncConnection, condition: str, parameters: list[Any]
) -> list[Told]:
    cursor = await listening.execute(
        f"SELECT {SIGNAL_COLUMNS} FROM inbox_signal WHERE {condition} ORDER BY id",  # noqa: S608
        parameters,
    )
    return [Told(*row) for row in await cursor.fetchall()]


def _connection_parameters() -> dict[str, Any]:
    ours = ("cursor_factory", "context", "prepare_threshold", "pool")
    parameters = connections["default"].get_connection_params()
    return {key: value for key, value in parameters.items() if key not in ours}
