"""`manage.py purge_expired`: delete what is older than the privacy policy promises."""

from collections import Counter
from datetime import UTC, datetime

from django.core.management.base import BaseCommand, CommandError, CommandParser

from organizations.models import Organization
from privacy import purging
from privacy.registry import Category

COLUMNS = "{:<14} {:<32} {:>9}  {}"


class Command(BaseCommand):
    help = "Delete what is older than the privacy policy promises. Holds are respected."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count; change nothing")
        parser.add_argument(
            "--as-of", metavar="ISO", help="act as if it were this time (default: now)"
        )
        parser.add_argument("--category", choices=[*Category], default="", help="only this one")
        parser.add_argument("--organization", metavar="SLUG", help="only this organization's rows")
        parser.add_argument(
            "--force",
            action="store_true",
            help="go on even where more than a fifth of a table would be deleted",
        )

    def handle(self, *args: object, **options: object) -> None:
        try:
            lines = purging.purge(
                _time(options["as_of"]),
                dry_run=options["dry_run"],
                category=options["category"],
                organization=_organization(options["organization"]),
                force=options["force"],
            )
        except purging.WouldDeleteTooMuch as error:
            raise CommandError(f"{error} Nothing was deleted. --force does it.") from error
        except purging.AlreadyRunning as error:
            raise CommandError(str(error)) from error
        self._print(lines)

    def _print(self, lines: list[purging.Line]) -> None:
        total: Counter[str] = Counter()
        self.stdout.write(COLUMNS.format("CATEGORY", "TABLE", "ROWS", "PERIOD"))
        for line in lines:
            # A promise without expired rows is shown too: zero is an answer.
            for label, rows in sorted((line.counts or {line.label: 0}).items()):
                self.stdout.write(COLUMNS.format(line.category, label, rows, line.reason))
            total += line.counts
        self.stdout.write(COLUMNS.format("", "TOTAL", total.total(), "").rstrip())


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            f"--as-of {text} is not an ISO time, such as 2026-03-01T00:00:00+00:00."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _organization(slug: str | None) -> Organization | None:
    if slug is None:
        return None
    try:
        return Organization.objects.get(slug=slug)
    except Organization.DoesNotExist as error:
        raise CommandError(f"There is no organization {slug}.") from error
