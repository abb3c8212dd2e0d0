"""A real cluster whose idle worker was killed: Django-Q2 alone would wait for ever."""

import os
import signal
import subprocess
import time

import pytest
from django_q.models import OrmQ

from organizations.models import WorkerHeartbeat
from organizations.queue import enqueue

pytestmark = pytest.mark.browser


def test_cluster_that_froze_is_replaced_and_its_task_runs(live_site):
    os.kill(idle_worker(live_site, "bulk"), signal.SIGKILL)

    row_id = enqueue("django.utils.timezone.now", cluster="bulk")

    wait_until(lambda: not OrmQ.objects.filter(pk=row_id).exists())
    wait_until(lambda: WorkerHeartbeat.objects.get().restarts == 1)


def idle_worker(live_site, cluster):
    """The only worker of a cluster: the first child of its sentinel."""
    supervisor = live_site.site.service("worker").process.pid
    first = next(
        process for process, command in children(supervisor) if f"--cluster {cluster} " in command
    )
    sentinel = children(first)[0][0]
    wait_until(lambda: len(children(sentinel)) == 3)
    return min(process for process, _ in children(sentinel))


def children(parent):
    listing = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    rows = [line.split(None, 2) for line in listing.stdout.splitlines()]
    return [(int(process), args) for process, owner, args in rows if int(owner) == parent]


def wait_until(holds):
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)
