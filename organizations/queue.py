"""The queue: Django-Q2 over the same database, woken by NOTIFY, with delayed tasks.

A task is queued inside the caller's transaction and commits with its rows. It may run twice, and
late: what must happen is decided by our own tables, a queued task is only the nudge.
"""

import logging
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from time import sleep
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db import DatabaseError, connections, router
from django.db.models import QuerySet
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.tasks import async_task

from organizations import correlation, signs

logger = logging.getLogger(__name__)

CHANNEL = "katikn_queue"
CLUSTERS = ("live", "assistant", "bulk")


def enqueue(
    task: str, *ids: Any, cluster: str = "live", delay: timedelta = timedelta()
) -> int | None:
    """Queue the function with the dotted name `task`; pass ids only. Return the queue row's id.

    Inside a transaction the task commits with it. `cluster` is one of `CLUSTERS`. The task goes on
    under the caller's correlation id, which travels as the `group` of its package.
    """
    broker = Broker(list_key=cluster, delay=delay)
    group = str(correlation.current_or_new())
    async_task(task, *ids, broker=broker, cluster=cluster, group=group)
    return broker.queued_id


def connect() -> None:
    """Let the workers of this cluster log each task, under its correlation id.

    Django-Q stores and logs the message of an exception, which may quote a customer. The workers
    write it to our own log instead, which tells the kind and the place, and hand over the kind.
    """
    from django_q import worker
    from django_q.signals import post_execute_in_worker, pre_execute

    pre_execute.connect(_begin)
    post_execute_in_worker.connect(_end)
    worker.error_reporter = _Reporter()


class _Reporter:
    """What Django-Q calls while an exception of a task is being handled."""

    def report(self) -> None:
        logger.exception("The task failed.")
        _running.failure = type(sys.exc_info()[1]).__name__


_running = SimpleNamespace(since=0.0, failure="")


def _begin(func: Callable | None, task: dict[str, Any], **kwargs: Any) -> None:
    correlation.begin_task(task, func)
    _running.since, _running.failure = time.perf_counter(), ""


def _end(task: dict[str, Any], **kwargs: Any) -> None:
    seconds = time.perf_counter() - _running.since
    logger.info(
        "The task ended.",
        extra={
            "cluster": task.get("cluster"),
            "outcome": "success" if task["success"] else _running.failure or "failure",
            "milliseconds": round(seconds * 1000, 1),
        },
    )
    if not task["success"]:
        task["result"] = f"{_running.failure or 'It failed'}, see the log of {task.get('group')}"
    correlation.end_task()


def is_waiting(row_id: int) -> bool:
    """Whether nobody has taken this due row yet. A row taken by a process that died is not."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM django_q_ormq WHERE id = %s AND lock <= clock_timestamp()", [row_id]
        )
        return cursor.fetchone() is not None


def give_back(cluster: str, row_ids: list[int], delay: timedelta = timedelta()) -> None:
    """Make tasks due again whose process died; without this they would wait for `retry`."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE django_q_ormq SET lock = clock_timestamp() + %s "
            "WHERE id = ANY(%s) AND key = %s",
            [delay, row_ids, cluster],
        )
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, cluster])


def seconds_waited() -> dict[str, float]:
    """Return for each cluster with a due task how many seconds the oldest one has been due."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT key, EXTRACT(EPOCH FROM clock_timestamp() - min(lock))::float "
            "FROM django_q_ormq WHERE lock <= clock_timestamp() GROUP BY key"
        )
        return dict(cursor.fetchall())


class Broker(ORM):
    """The ORM broker with the database's clock, SKIP LOCKED, delays and a wake-up by NOTIFY."""

    def __init__(self, list_key: str | None = None, delay: timedelta = timedelta()) -> None:
        super().__init__(list_key=list_key)
        self.delay = delay
        self.queued_id: int | None = None
        self._listening: psycopg.Connection | None = None

    @staticmethod
    def get_connection(list_key: str | None = None) -> QuerySet[OrmQ]:
        """As in the library, which also closes old connections; not while one is in use."""
        if any(c.in_atomic_block for c in connections.all(initialized_only=True)):
            return OrmQ.objects.using(Conf.ORM)
        return ORM.get_connection(list_key)

    def enqueue(self, task: str) -> int:
        # Beside the rows of whoever queues it, so that it commits with them.
        with connections[router.db_for_write(OrmQ)].cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_q_ormq (key, payload, lock) "
                "VALUES (%s, %s, clock_timestamp() + %s) RETURNING id",
                [self.list_key or Conf.CLUSTER_NAME, task, self.delay],
            )
            (self.queued_id,) = cursor.fetchone()
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, self.list_key])
        return self.queued_id

    def dequeue(self) -> list[tuple[int, str]] | None:
        """Claim due tasks, or wait for one and return None."""
        try:
            if self._listening is None:
                self._listening = self._listen()
            claimed = self._claim()
            if not claimed:
                self._wait()
            return claimed
        except (DatabaseError, psycopg.Error):
            logger.warning("The queue is out of reach; trying again in a second.")
            connections["default"].close()
            self._listening = None
            sleep(1)
            return None

    def delete(self, task_id: int) -> None:
        """Forget a task that is done, or cannot be read."""
        super().delete(task_id)
        signs.remove(f"claimed-{task_id}")

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        """Called by the sentinel in each round of its guard, twice a second."""
        signs.leave("guard")

    def _claim(self) -> list[tuple[int, str]] | None:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                # An array, because a subquery after IN may run again for each row, past its LIMIT.
                "UPDATE django_q_ormq SET lock = clock_timestamp() + %s WHERE id = ANY(ARRAY("
                "SELECT id FROM django_q_ormq WHERE key = %s AND lock <= clock_timestamp() "
                "ORDER BY lock, id LIMIT %s FOR UPDATE SKIP LOCKED)) RETURNING id, payload",
                [timedelta(seconds=Conf.RETRY), self.list_key, Conf.BULK],
            )
            claimed = cursor.fetchall()
        for row_id, _payload in claimed:
            signs.leave(f"claimed-{row_id}")
        return claimed or None

    def _wait(self) -> None:
        """Sleep until a task of this cluster is queued or falls due, at most the poll time."""
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT EXTRACT(EPOCH FROM min(lock) - clock_timestamp())::float "
                "FROM django_q_ormq WHERE key = %s",
                [self.list_key],
            )
            (next_due,) = cursor.fetchone()
        pause = Conf.POLL if next_due is None else min(Conf.POLL, max(next_due, 0))
        for notification in self._listening.notifies(timeout=pause):
            if notification.payload == self.list_key:
                return

    def _listen(self) -> psycopg.Connection:
        # A connection of its own: Django's would lose notifications while it runs other queries.
        connection = psycopg.connect(
            **{
                key: value
                for key, value in connections["default"].get_connection_params().items()
                if key not in ("cursor_factory", "context", "prepare_threshold", "pool")
            },
            autocommit=True,
        )
        connection.execute(f"LISTEN {CHANNEL}")
        return connection
