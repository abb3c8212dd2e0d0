"""`manage.py seed_demo`: fill the database with the demonstration agencies."""

import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from katikn.demo.seeding import seed
from privacy.purging import AlreadyRunning, HoldStands


class Command(BaseCommand):
    help = (
        "Make the demonstration agencies, and print each login as a line of JSON. Does nothing "
        "where they exist. DEMO_PASSWORD sets one password for all instead of random ones."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--password-file",
            type=Path,
            metavar="PATH",
            help="also write the logins there, readable by the owner only; a later run prints it",
        )
        parser.add_argument(
            "--fresh", action="store_true", help="remove the demonstration agencies first"
        )

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration needs KATIKN_DEMO=1. Never in production.")
        try:
            logins = "".join(f"{login.as_json()}\n" for login in seed(fresh=options["fresh"]))
        except (HoldStands, AlreadyRunning) as error:
            raise CommandError(f"The demonstration cannot be removed now: {error!r}") from error
        path: Path | None = options["password_file"]
        if logins and path:
            _write(path, logins)
        elif path and path.exists():
            logins = path.read_text("utf-8")
        if not logins:
            self.stderr.write("The demonstration is there already; its passwords are not stored.")
        self.stdout.write(logins, ending="")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A file of an earlier demonstration may have been readable by others.
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
