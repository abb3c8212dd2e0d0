"""manage.py rotate_keys: bring keys under the newest ENCRYPTION_KEYS, or renew data keys."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from organizations import rotating
from organizations.models import Organization


class Command(BaseCommand):
    help = (
        "Encrypt all data keys and second factors with the newest of ENCRYPTION_KEYS; with "
        "--new-data-key also give organizations a new data key and seal their secrets again. May "
        "be run while everything works, and again after it was cut short. Prints counts only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", metavar="SLUG|all", help="whose data key to renew")
        parser.add_argument("--new-data-key", action="store_true")
        parser.add_argument("--dry-run", action="store_true", help="change nothing, only count")

    def handle(self, *args, organization: str | None, new_data_key: bool, dry_run: bool, **options):
        if bool(organization) != new_data_key:
            raise CommandError("--new-data-key and --organization SLUG|all go together.")
        chosen = self._choose(organization) if organization else []
        failures = self._rewrap(dry_run)
        for each in chosen:
            failures += self._renew(each, dry_run)
        if dry_run:
            self.stdout.write("Nothing was changed.")
        if failures:
            raise CommandError(
                f"{failures} values do not open and were left alone: see encryption_audit."
            )

    def _choose(self, slug: str) -> list[Organization]:
        found = Organization.objects.order_by("pk")
        if slug != "all":
            found = found.filter(slug=slug)
        if not found and slug != "all":
            raise CommandError(f"There is no organization {slug}.")
        return list(found)

    def _rewrap(self, dry_run: bool) -> int:
        counts = rotating.rewrap(dry_run)
        for name, title in (("keys", "Data keys"), ("factors", "Second factors")):
            self.stdout.write(
                f"{title}: {counts[f'{name} rewrapped']} re-wrapped, "
                f"{counts[f'{name} current']} under the newest key already, "
                f"{counts[f'{name} unreadable']} unreadable."
            )
        return counts["keys unreadable"] + counts["factors unreadable"]

    def _renew(self, organization: Organization, dry_run: bool) -> int:
        try:
            renewal = rotating.renew_data_key(organization, dry_run)
        except Organization.DoesNotExist:
            return 0  # removed meanwhile
        made = "new data key" if renewal.is_new else "an earlier renewal is finished with data key"
        said = (
            f"{organization.slug}: {made} {renewal.version}; {renewal.sealed} values sealed again"
        )
        for verb, versions in (("deleted", renewal.deleted), ("kept", renewal.kept)):
            if versions:
                said += f"; key {', '.join(map(str, versions))} {verb}"
        self.stdout.write(f"{said}.")
        for place in renewal.unreadable:
            self.stdout.write(f"  does not open: {place}")
        return len(renewal.unreadable)
