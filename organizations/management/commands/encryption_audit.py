"""manage.py encryption_audit: exit 0 if every stored secret is encrypted and opens, else 1."""

from django.core.management.base import BaseCommand, CommandError

from organizations.encryption_audit import audit


class Command(BaseCommand):
    help = (
        "Open every stored secret of all organizations, count them by key, and fail if one is "
        "not encrypted, does not open or belongs elsewhere. Never prints a value."
    )

    def handle(self, *args, **options):
        report = audit()
        for line, count in sorted(report.counts.items()):
            self.stdout.write(f"{line}: {count}")
        for note in report.notes:
            self.stdout.write(f"Note: {note}")
        for finding in report.findings:
            self.stdout.write(f"Finding: {finding}")
        if report.findings:
            raise CommandError(f"{len(report.findings)} findings.")
        self.stdout.write("Every stored secret is encrypted and opens.")
