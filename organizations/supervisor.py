"""Keeps the three clusters of the queue alive, from outside them.

A worker of Django-Q2 that is killed while idle leaves the queue's lock taken: its cluster then
looks alive and does nothing for ever (django-q2 issue 23). So this process looks every second
whether due tasks make progress, and replaces a cluster that does not.
"""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.utils.timezone import now

from organizations import signs
from organizations.models import PeriodicJob, WorkerHeartbeat
from organizations.processes import is_alive
from organizations.queue import CLUSTERS, enqueue, give_back, is_waiting, seconds_waited

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
# Looks, a second apart: counted instead of timed, so that a suspended machine proves nothing.
STUCK_AFTER = 10
START_WITHIN = 60
HEARTBEAT_EVERY = timedelta(seconds=5)
# A task that killed its worker runs again after a pause, in case it does so each time.
PAUSE_AFTER_DEATH = timedelta(seconds=5)
LONGEST_PAUSE = 30.0

# Dotted task, its cluster and how often it is queued, by one of any number of machines.
PERIODIC = (
    ("inbox.tasks.sweep", "live", timedelta(seconds=10)),
    ("privacy.tasks.purge", "bulk", timedelta(days=1)),
    ("inbox.tasks.check_channels", "bulk", timedelta(hours=1)),
    ("leads.tasks.rescore_every_day", "bulk", timedelta(days=1)),
    ("leads.tasks.look_for_follow_ups", "bulk", timedelta(minutes=10)),
)


@dataclass(frozen=True)
class Look:
    """One look at a cluster. Times are nanoseconds of its signs, 0 for a sign not left yet."""

    guard: int
    progress: int
    finished: int
    acknowledged: int
    has_idle_worker: bool
    has_waiting_task: bool


@dataclass
class Health:
    """What a row of looks says about one cluster."""

    last: Look | None = None
    looks: Counter[str] = field(default_factory=Counter)

    def judge(self, look: Look) -> str | None:
        """Return why the cluster has to be replaced, or None while it may be well."""
        last, self.last = self.last, look
        if last is None:
            return None
        unstarted = not look.guard
        self._count("unstarted", unstarted)
        self._count("unguarded", not unstarted and look.guard == last.guard)
        stalled = look.has_waiting_task and look.has_idle_worker and look.progress == last.progress
        self._count("stalled", stalled and not unstarted)
        unstored = look.finished > look.acknowledged and look.acknowledged == last.acknowledged
        self._count("unstored", unstored)
        if self.looks["unstarted"] >= START_WITHIN:
            return "it did not start"
        if self.looks["unguarded"] >= STUCK_AFTER:
            return "its guard stopped"
        if self.looks["stalled"] >= STUCK_AFTER:
            return "tasks wait while a worker is idle"
        if self.looks["unstored"] >= STUCK_AFTER:
            return "results are not stored"
        return None

    def _count(self, name: str, holds: bool) -> None:
        self.looks[name] = self.looks[name] + 1 if holds else 0


class ClusterGroup:
    """One cluster of the queue, run as a process group of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.process: subprocess.Popen | None = None
        self.folder = Path()
        self.health = Health()
        self.restarts = 0
        self._failures = 0
        self._next_start = 0.0
        self._started = 0.0

    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"katikn-signs-{os.getpid()}-"))
        self.health = Health()
        self.process = subprocess.Popen(
            [
                sys.executable,
                str(settings.BASE_DIR / "manage.py"),
                "run_worker",
                "--cluster",
                self.name,
                "--with-parent",
                str(os.getpid()),
            ],
            env=os.environ | {"Q_CLUSTER_NAME": self.name, signs.FOLDER: str(self.folder)},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._started = time.monotonic()

    def watch(self, has_due_task: bool) -> None:
        """Take one look, and replace the cluster if it ended or is stuck."""
        if self.process is None:
            if time.monotonic() >= self._next_start:
                self.start()
            return
        code = self.process.poll()
        reason = f"it ended with code {code}" if code is not None else None
        reason = reason or self.health.judge(self._look(has_due_task))
        if reason:
            logger.warning("Restarting the cluster %s: %s.", self.name, reason)
            self._replace()
        else:
            self._give_back_of_dead_workers()

    def ask_to_stop(self) -> None:
        # Only the first process: a worker that gets SIGTERM itself dies in mid-task.
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def has_stopped(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def clean_up(self) -> None:
        """Make what the killed cluster had taken due again, and forget its signs."""
        claimed = signs.read_claimed(self.folder) if self.folder.name else []
        if claimed:
            with suppress(DatabaseError, psycopg.Error):
                give_back(self.name, claimed)
        if self.folder.name:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = Path()

    def _look(self, has_due_task: bool) -> Look:
        times, busy = signs.read_times(self.folder), signs.read_busy(self.folder)
        working = [process for process in busy if is_alive(process)]
        # A task that was taken but not begun waits too, in a queue that may be frozen.
        untouched = set(signs.read_claimed(self.folder)) - set(busy.values())
        return Look(
            guard=times.get("guard", 0),
            progress=times.get("progress", 0),
            finished=times.get("finished", 0),
            acknowledged=times.get("acknowledged", 0),
            has_idle_worker=len(working) < _configured_workers(self.name),
            has_waiting_task=has_due_task or bool(untouched),
        )

    def _replace(self) -> None:
        self.kill()
        self.clean_up()
        self.restarts += 1
        lasted = time.monotonic() - self._started
        self._failures = 0 if lasted > 60 else self._failures + 1
        pause = 0.0 if self._failures < 3 else min(LONGEST_PAUSE, 2.0 ** (self._failures - 2))
        self._next_start = time.monotonic() + pause
        if not pause:
            self.start()

    def _give_back_of_dead_workers(self) -> None:
        lost = {
            process: row_id
            for process, row_id in signs.read_busy(self.folder).items()
            if not is_alive(process)
        }
        if not lost:
            return
        rows = [row_id for row_id in lost.values() if row_id is not None]
        try:
            give_back(self.name, rows, PAUSE_AFTER_DEATH)
        except (DatabaseError, psycopg.Error):
            return  # the signs stay, so the next look tries again
        logger.warning("A worker of the cluster %s was killed in mid-task.", self.name)
        for name in (*(f"busy-{p}" for p in lost), *(f"claimed-{r}" for r in rows)):
            (self.folder / name).unlink(missing_ok=True)


class Supervisor:
    """The loop of `manage.py run_worker`."""

    def __init__(self, clusters: Iterable[str] = CLUSTERS) -> None:
        self.groups = [ClusterGroup(name) for name in clusters]
        self.stopping = threading.Event()
        self._queued: dict[str, int | None] = {}
        self._next_question: dict[str, float] = {}
        self._next_heartbeat = 0.0
        self._database_answers = True

    def run(self, grace: float) -> None:
        """Work until `stopping` is set, then let tasks end for at most `grace` seconds."""
        _remove_abandoned_signs()
        for group in self.groups:
            group.start()
        while not self.stopping.is_set():
            waited = self._ask_database()
            for group in self.groups:
                group.watch(has_due_task=group.name in waited)
            self.stopping.wait(LOOK_EVERY)
        self._stop(grace)

    def _ask_database(self) -> dict[str, float]:
        """Do what needs the database, which may be away; return `seconds_waited()` or nothing."""
        try:
            waited = seconds_waited()
            self._beat()
            for task, cluster, period in PERIODIC:
                self._queue_when_due(task, cluster, period)
        except (DatabaseError, psycopg.Error) as error:
            if self._database_answers:
                logger.warning("The database is out of reach: %s", str(error).strip())
            self._database_answers = False
            connections["default"].close()
            return {}
        if not self._database_answers:
            logger.warning("The database answers again.")
        self._database_answers = True
        return waited

    def _beat(self) -> None:
        if time.monotonic() < self._next_heartbeat:
            return
        restarts = sum(group.restarts for group in self.groups)
        WorkerHeartbeat.objects.update_or_create(
            machine=socket.gethostname()[:120], defaults={"at": now(), "restarts": restarts}
        )
        self._next_heartbeat = time.monotonic() + HEARTBEAT_EVERY.total_seconds()

    def _queue_when_due(self, task: str, cluster: str, period: timedelta) -> None:
        if time.monotonic() < self._next_question.get(task, 0):
            return
        pause = min(period.total_seconds() / 10, 60)
        self._next_question[task] = time.monotonic() + pause
        queued = self._queued.get(task)
        if queued is not None and is_waiting(queued):
            return
        with transaction.atomic():
            if claim_period(task, period):
                self._queued[task] = enqueue(task, cluster=cluster)

    def _stop(self, grace: float) -> None:
        for group in self.groups:
            group.ask_to_stop()
        deadline = time.monotonic() + grace
        while time.monotonic() < deadline and not all(g.has_stopped() for g in self.groups):
            time.sleep(0.1)
        for group in self.groups:
            group.kill()
            group.clean_up()


def claim_period(name: str, period: timedelta) -> bool:
    """Whether this caller, of all machines, may queue the job `name` for the period that begins."""
    at = now()
    PeriodicJob.objects.bulk_create(
        [PeriodicJob(name=name, last_queued_at=at - period)], ignore_conflicts=True
    )
    due = PeriodicJob.objects.filter(name=name, last_queued_at__lte=at - period)
    return due.update(last_queued_at=at) == 1


def _remove_abandoned_signs() -> None:
    """Remove the folders of supervisors that were killed before they could."""
    for folder in Path(tempfile.gettempdir()).glob("katikn-signs-*"):
        supervisor = folder.name.split("-")[2]
        if supervisor.isdigit() and not is_alive(int(supervisor)):
            shutil.rmtree(folder, ignore_errors=True)


def _configured_workers(cluster: str) -> int:
    settings_of_all = settings.Q_CLUSTER
    own = settings_of_all["ALT_CLUSTERS"].get(cluster, {})
    return own.get("workers", settings_of_all["workers"])
