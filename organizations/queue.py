"""The queue: Django-Q2 over the same database, woken by NOTIFY, with delayed tasks.

A task is queued inside the caller's transaction and commits with its rows. It may run twice, and
late: what must happen is decided by our own tables, a queued task is only the nudge.
"""

import logging
from datetime import timedelta
from time import sleep
from typing import Any

import psycopg
from django.db import DatabaseError, connections
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.tasks import async_task

logger = logging.getLogger(__name__)

CHANNEL = "katikn_queue"
CLUSTERS = ("live", "assistant", "bulk")


def enqueue(task: str, *ids: Any, cluster: str = "live", delay: timedelta = timedelta()) -> None:
    """Queue the function with the dotted name `task`; pass ids only.

    Inside a transaction the task commits with it. `cluster` is one of `CLUSTERS`.
    """
    async_task(task, *ids, broker=Broker(list_key=cluster, delay=delay), cluster=cluster)


class Broker(ORM):
    """The ORM broker with the database's clock, SKIP LOCKED, delays and a wake-up by NOTIFY."""

    def __init__(self, list_key: str | None = None, delay: timedelta = timedelta()) -> None:
        super().__init__(list_key=list_key)
        self.delay = delay
        self._listening: psycopg.Connection | None = None

    def enqueue(self, task: str) -> int:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_q_ormq (key, payload, lock) "
                "VALUES (%s, %s, clock_timestamp() + %s) RETURNING id",
                [self.list_key or Conf.CLUSTER_NAME, task, self.delay],
            )
            (task_id,) = cursor.fetchone()
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, self.list_key])
        return task_id

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

    def _claim(self) -> list[tuple[int, str]] | None:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "UPDATE django_q_ormq SET lock = clock_timestamp() + %s WHERE id IN ("
                "SELECT id FROM django_q_ormq WHERE key = %s AND lock <= clock_timestamp() "
                "ORDER BY lock, id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id, payload",
                [timedelta(seconds=Conf.RETRY), self.list_key, Conf.BULK],
            )
            return cursor.fetchall() or None

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
