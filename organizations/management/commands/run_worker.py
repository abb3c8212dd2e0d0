"""manage.py run_worker: the three clusters of the queue, and the watch over them."""

import os
import signal
import sys
from argparse import ArgumentParser

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand

from organizations import processes
from organizations.queue import CLUSTERS


class Command(BaseCommand):
    help = "Receive, answer and deliver: run the clusters of the queue and watch over them."

    # Checking everything would import every page into every process.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cluster", choices=CLUSTERS, help="run this one, not watched over")
        parser.add_argument(
            "--grace",
            type=float,
            default=100,
            help="seconds that running tasks get when stopped (default 100)",
        )
        parser.add_argument(
            "--with-parent", type=int, metavar="PID", help="stop when this calling process ends"
        )

    def handle(self, *args, cluster: str | None, grace: float, with_parent: int | None, **options):
        if cluster:
            return self._run_cluster(cluster, with_parent)
        from organizations.supervisor import Supervisor

        self.check(tags=[Tags.database], databases=["default"])
        supervisor = Supervisor()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: supervisor.stopping.set())
        if with_parent:
            processes.when_orphaned(with_parent, supervisor.stopping.set)
        supervisor.run(grace)
        return None

    def _run_cluster(self, name: str, supervisor: int | None) -> None:
        if os.environ.get("Q_CLUSTER_NAME") != name:
            # Django-Q2 reads its cluster's settings once, when it is imported.
            manage = str(settings.BASE_DIR / "manage.py")
            command = [sys.executable, manage, "run_worker", "--cluster", name]
            os.execve(sys.executable, command, os.environ | {"Q_CLUSTER_NAME": name})  # noqa: S606
        from django_q.cluster import Cluster

        from organizations import queue, signs

        signs.connect()
        queue.connect()
        Cluster().start()
        if supervisor:
            # Nobody would replace what gets stuck once the supervisor is gone.
            processes.when_orphaned(supervisor, processes.kill_group)
