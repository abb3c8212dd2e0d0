"""manage.py run_web: the web server."""

import signal
from argparse import ArgumentParser

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError

from organizations import processes, web


class Command(BaseCommand):
    help = "Serve the pages and the webhook."

    # Checking everything would import every page into every process.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument(
            "--with-parent", type=int, metavar="PID", help="stop when this calling process ends"
        )

    def handle(self, *args, host: str, port: int, workers: int, with_parent: int | None, **options):
        # Until the server has set up its own handlers, Ctrl-C ends this quietly.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        self.check(tags=[Tags.database], databases=["default"])
        try:
            listening = web.bind(host, port)
        except OSError as error:
            raise CommandError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
        if with_parent:
            processes.when_orphaned(with_parent, processes.end_gently)
        web.serve(listening, workers)
