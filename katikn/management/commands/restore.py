"""`manage.py restore FOLDER`: load a backup into an empty database."""

from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from katikn import backups
from organizations.postgres import CannotStart


class Command(BaseCommand):
    help = (
        "Load the backup in FOLDER into an empty database, fresh from setup_database. Stop web "
        "and worker first. Messages that were under way are left to people; nothing is sent again "
        "by itself."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--check", action="store_true", help="only say whether it would work")

    def handle(self, *args: object, folder: Path, check: bool, **options: object) -> None:
        try:
            manifest = backups.read_manifest(folder)
            backups.check_restorable(manifest)
            if check:
                self.stdout.write(f"The backup of {manifest.made_at} can be restored here.")
                return
            backups.restore_rows(folder, manifest)
            backups.restore_media(folder)
        except (backups.CannotRestore, CannotStart, OSError) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        settled = backups.settle()
        self.stdout.write(f"Restored the backup of {manifest.made_at}.")
        for what, count in sorted(settled.items()):
            self.stdout.write(f"{what}: {count}")
        self.stdout.write(
            "Before traffic: manage.py encryption_audit, and manage.py purge_expired for what was "
            "deleted since the backup."
        )
