"""One id for everything that one request or message causes, across processes.

A web request gets an id, the queue carries it to the task, and rows that work waits on keep it
(`WebhookEvent`, `ConversationWork`, `OutboundWork`), so that a sweep or a late status finds it
again. All log lines written meanwhile carry it, with the ids that are bound beside it.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from structlog import contextvars

HEADER = "X-Request-ID"
# Names of task arguments that every line of the task shows.
IDS = {"organization_id", "conversation_id", "message_id", "event_id", "contact_id"}
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


def parse(text: object) -> UUID | None:
    """Read an id that came from outside: a UUID in lower case, with or without dashes, or None."""
    if isinstance(text, str) and len(text) in (32, 36) and _UUID.fullmatch(text):
        return UUID(text)
    return None


def current() -> UUID | None:
    """Return the id that lines written now carry."""
    return contextvars.get_contextvars().get("correlation_id")


def current_or_new() -> UUID:
    """Return the current id, or a fresh one where nothing began it: in a command, in a sweep."""
    return current() or uuid4()


@contextmanager
def bound(**fields: Any) -> Iterator[None]:
    """Let the lines written inside carry `fields` too: ids and names of tasks, never text."""
    with contextvars.bound_contextvars(**fields):
        yield


def begin_task(package: dict[str, Any], task: Callable | None) -> None:
    """Begin what the queue hands over: its id, its name and the ids among its arguments."""
    contextvars.clear_contextvars()
    contextvars.bind_contextvars(
        correlation_id=parse(package.get("group")) or uuid4(),
        task=str(package.get("func", "")),
        **_named_ids(task, package.get("args", ())),
    )


def end_task() -> None:
    contextvars.clear_contextvars()


def adopt(correlation_id: UUID | None) -> None:
    """Go on under the id that a row kept. The id so far stays in the lines as `caused_by`."""
    before = current()
    if correlation_id and correlation_id != before:
        contextvars.bind_contextvars(correlation_id=correlation_id, caused_by=before)


@contextmanager
def adopted(correlation_id: UUID | None) -> Iterator[None]:
    """Like `adopt`, until the block ends."""
    before = current()
    if correlation_id and correlation_id != before:
        with bound(correlation_id=correlation_id, caused_by=before):
            yield
    else:
        yield


def _named_ids(task: Callable | None, values: tuple) -> dict[str, Any]:
    if not callable(task):
        return {}
    names = list(inspect.signature(task).parameters)
    return {
        name: value
        for name, value in zip(names, values, strict=False)
        if name in IDS and isinstance(value, int | UUID)
    }
