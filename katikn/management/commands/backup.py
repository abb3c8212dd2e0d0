"""`manage.py backup FOLDER`: write database and media files of one moment into a new folder."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from katikn.backups import BackupFailed, back_up
from organizations.postgres import CannotStart


class Command(BaseCommand):
    help = (
        "Write a backup into a new folder below FOLDER: the database as the support role sees it, "
        "the media files, and a manifest with fingerprints of the keys, never the keys. May run "
        "while everything else runs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: object, folder: Path, **options: object) -> None:
        try:
            self.stdout.write(str(back_up(folder)))
        except (BackupFailed, CannotStart, OSError) as error:
            raise CommandError(str(error)) from error
