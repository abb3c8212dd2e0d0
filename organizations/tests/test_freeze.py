"""A real cluster whose idle worker was killed: Django-Q2 alone would wait for ever."""

import os
import signal
import time

import pytest
from django.conf import settings
from django_q.models import OrmQ

from organizations.models import WorkerHeartbeat
from organizations.processes import children
from organizations.queue import CLUSTERS, enqueue

pytestmark = pytest.mark.browser


def test_cluster_that_froze_is_replaced_and_its_task_runs(live_site):
    for worker in idle_workers(live_site, "bulk"):
        os.kill(worker, signal.SIGKILL)

    row_id = enqueue("django.utils.timezone.now", cluster="bulk")

    wait_until(lambda: not OrmQ.objects.filter(pk=row_id).exists())
    wait_until(lambda: WorkerHeartbeat.objects.get().restarts == 1)


def idle_workers(live_site, cluster):
    """All workers of a cluster: the first children of its sentinel, before pusher and monitor.

    Only one of them waits inside the queue's lock, and nobody sees which.
    """
    count = settings.Q_CLUSTER["ALT_CLUSTERS"][cluster]["workers"]
    supervisor = live_site.site.service("worker").process.pid
    # The supervisor starts its clusters in the order of their names in CLUSTERS.
    first = children(supervisor)[CLUSTERS.index(cluster)]
    sentinel = children(first)[0]
    wait_until(lambda: len(children(sentinel)) == count + 2)
    return children(sentinel)[:count]


def wait_until(holds):
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)
