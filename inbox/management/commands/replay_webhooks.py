from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from inbox.models import WebhookEvent
from inbox.replaying import replay


class Command(BaseCommand):
    help = (
        "Process deliveries of Meta again. What is stored already stays as it is: a replay only "
        "adds what is missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--id", type=int, action="append", help="an event; may be repeated")
        parser.add_argument("--since", type=_time, help="received at or after, ISO with zone")
        parser.add_argument("--state", choices=WebhookEvent.State.values)
        parser.add_argument("--dry-run", action="store_true", help="only say which ones")

    def handle(self, *args: Any, **options: Any) -> None:
        events = _chosen(options["id"], options["since"], options["state"])
        for event in events.only("pk", "received_at", "state", "reason").iterator():
            said = f"event {event.pk} {event.received_at:%Y-%m-%d %H:%M:%S} {event.state}"
            self.stdout.write(f"{said} {event.reason}".rstrip())
            if not options["dry_run"]:
                replay(event)


def _chosen(
    ids: list[int] | None, since: datetime | None, state: str | None
) -> QuerySet[WebhookEvent]:
    if not (ids or since or state):
        raise CommandError("Say which ones: --id, --since or --state.")
    events = WebhookEvent.objects.order_by("received_at", "pk")
    if ids:
        events = events.filter(pk__in=ids)
    if since:
        events = events.filter(received_at__gte=since)
    if state:
        events = events.filter(state=state)
    return events


def _time(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None or is_naive(moment):
        raise CommandError("--since takes a time such as 2026-11-24T08:00:00+02:00.")
    return moment
