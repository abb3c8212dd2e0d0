from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inbox import tracing


class Command(BaseCommand):
    help = "Show what became of a message, given its wamid, or of a conversation, given its code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", metavar="WAMID|CONVERSATION")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            story = tracing.trace(options["id"])
        except tracing.NotFound as error:
            raise CommandError(str(error)) from None
        for line in story.lines():
            self.stdout.write(line)
