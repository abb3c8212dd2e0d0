"""One moment at which a call of the network ends, whatever it is at.

The timeout of a socket counts from the last byte, so a server that drips bytes never meets it: not
in its headers, which the libraries read by themselves, and not in TLS.
"""

import socket
import threading
import time
from contextlib import suppress
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter


class TimeIsUp(TimeoutError):
    """The deadline has passed."""


class Deadline:
    """Ends everything at one moment: past it, the connections are shut from another thread.

    A socket's own timeout counts from the last byte, so a server that drips bytes never meets it.
    The watcher holds duplicates, because TLS takes the socket itself over.
    """

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._held: list[socket.socket] = []
        self._was_cut = False

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for held in self._held:
                held.close()
            self._held.clear()

    @property
    def is_over(self) -> bool:
        return self._was_cut or time.monotonic() >= self._ends

    def left(self) -> float:
        """Seconds that are left. Raises `TimeIsUp` when there are none."""
        if self.is_over:
            raise TimeIsUp
        return self._ends - time.monotonic()

    def watch(self, connection: socket.socket) -> None:
        with self._lock:
            self._held.append(connection.dup())
        if self._was_cut:
            self._cut()

    def _cut(self) -> None:
        self._was_cut = True
        with self._lock:
            for held in self._held:
                with suppress(OSError):
                    held.shutdown(socket.SHUT_RDWR)

    def resolve(self, *arguments: Any) -> Any:
        """`getaddrinfo` knows no timeout, so it runs in a thread that is left behind if late."""
        answer: list[Any] = []

        def look_up() -> None:
            try:
                answer.append(socket.getaddrinfo(*arguments))
            except Exception as error:
                answer.append(error)

        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(self.left())
        if not answer:
            raise TimeIsUp("name resolution")
        if isinstance(answer[0], Exception):
            raise answer[0]
        return answer[0]

    def session(self) -> requests.Session:
        """A session of `requests` whose connections are watched."""
        session = requests.Session()
        for scheme in ("https://", "http://"):
            session.mount(scheme, _WatchedAdapter(self))
        return session

    def watch_pools(self, manager: urllib3.PoolManager) -> None:
        """Watch every connection that the manager opens from now on."""
        manager.pool_classes_by_scheme = {
            scheme: _watched(pool, self) for scheme, pool in manager.pool_classes_by_scheme.items()
        }


class _WatchedAdapter(HTTPAdapter):
    """The adapter of `requests`, each of whose connections the deadline watches."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.deadline.watch_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        is_new = proxy not in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options)
        if is_new:
            self.deadline.watch_pools(manager)
        return manager


def _watched(pool: type, deadline: Deadline) -> type:
    class Connection(pool.ConnectionCls):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            deadline.watch(connection)
            return connection

    return type(pool.__name__, (pool,), {"ConnectionCls": Connection})
