"""manage.py check_workers: exit 0 while the workers live and the queue moves, else 1."""

from django.core.management.base import BaseCommand, CommandError

from organizations.health import find_problems


class Command(BaseCommand):
    help = "Fail if no worker gave a sign of life lately, or tasks wait too long."

    def handle(self, *args, **options):
        problems = find_problems()
        if problems:
            raise CommandError(" ".join(problems.values()))
        self.stdout.write("The workers live and the queue moves.")
