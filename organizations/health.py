"""Whether the web process lives (`/healthz`) and the installation works (`/readyz`)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import now

from organizations.models import WorkerHeartbeat
from organizations.queue import seconds_waited

OLDEST_HEARTBEAT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(seconds=60)


def find_problems(at: datetime | None = None) -> dict[str, str]:
    """Return what is wrong, by part: `database`, `worker`, `queue`. Empty when all is well."""
    try:
        heartbeat = WorkerHeartbeat.objects.order_by("-at").first()
        waited = seconds_waited()
    except (DatabaseError, psycopg.Error):
        # A broken connection must not answer for the database that came back.
        connections["default"].close()
        return {"database": "The database does not answer."}
    problems = {}
    if heartbeat is None:
        problems["worker"] = "No worker has run yet: start manage.py run_worker."
    elif (at or now()) - heartbeat.at > OLDEST_HEARTBEAT:
        problems["worker"] = f"The last sign of life of a worker is from {heartbeat.at:%FT%TZ}."
    late = {name: s for name, s in waited.items() if s > LONGEST_WAIT.total_seconds()}
    if late:
        ages = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in sorted(late.items()))
        problems["queue"] = f"Tasks wait too long: {ages}."
    return problems


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers. Asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Say as JSON whether database, worker and queue are well: 200, else 503."""
    problems = find_problems()
    return JsonResponse(
        {"ready": not problems, "problems": problems}, status=503 if problems else 200
    )


class HealthMiddleware:
    """Answer the two addresses before everything else: no session, no check of the host name."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if self.is_async:
            return self._answer_later(request)
        view = VIEWS.get(request.path_info)
        return view(request) if view else self.get_response(request)

    async def _answer_later(self, request: HttpRequest) -> HttpResponse:
        view = VIEWS.get(request.path_info)
        if view is readyz:
            return await sync_to_async(readyz)(request)
        return view(request) if view else await self.get_response(request)


VIEWS: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}
