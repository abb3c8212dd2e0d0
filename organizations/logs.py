"""Log lines: JSON in production, a readable line elsewhere, and never what customers wrote.

Everything goes through the standard library, so that the lines of uvicorn, Django and Django-Q
come in the same form. A line holds its text, scrubbed, and the fields of `FIELDS` and no others.
Of an exception it tells the kind and the places in the code; its message only where it is known
to hold no data, because the messages of libraries quote the values that they refuse.
"""

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import structlog

from organizations.scrubbing import scrub

BASE_DIR = Path(__file__).resolve().parent.parent
FIELDS = {
    "correlation_id",
    "caused_by",
    "organization_id",
    "conversation_id",
    "contact_id",
    "message_id",
    "event_id",
    "run_id",
    "user_id",
    "task",
    "cluster",
    "method",
    "route",
    "status",
    "milliseconds",
    "outcome",
    "kind",
    "count",
}
OWN = {
    *("organizations", "privacy", "knowledge", "inbox", "leads", "scheduling", "assistant"),
    *("katikn", "twins", "bench", "__main__"),
}
# Exceptions whose message names code, files or our own ids.
TELLING = {
    "AttributeError",
    "ImportError",
    "ModuleNotFoundError",
    "NameError",
    "NotImplementedError",
    "RecursionError",
    "TimeoutError",
    "django.core.exceptions.ImproperlyConfigured",
    "django.template.exceptions.TemplateDoesNotExist",
    "inbox.whatsapp.client.NetworkInsideTransaction",
    "inbox.whatsapp.client.Unconfirmed",
    "organizations.secrets.SecretUnreadable",
    "organizations.tenancy.OtherOrganizationEntered",
}
MOST_FRAMES = 30
LONGEST_CHAIN = 5
LONGEST_TEXT = 2000


class Handler(logging.StreamHandler):
    """Writes lines, but not the DEBUG lines of libraries: those hold requests and statements."""

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        self.addFilter(_is_wanted)

    def handleError(self, record: logging.LogRecord) -> None:
        # The library's own way prints the arguments, whatever they hold.
        error = sys.exc_info()[0]
        kind = error.__name__ if error else "error"
        sys.stderr.write(f"A line of {record.name} could not be written ({kind}).\n")


class Formatter(structlog.stdlib.ProcessorFormatter):
    """One line of JSON for each record, or with `as_json=False` a line for people."""

    def __init__(self, as_json: bool = True) -> None:
        super().__init__(
            processors=[
                structlog.contextvars.merge_contextvars,
                _add_standard_fields,
                _tell_exception,
                _allow,
                _as_json if as_json else _as_line,
            ],
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(allow=FIELDS)],
        )


def _is_wanted(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.INFO or record.name.split(".")[0] in OWN


def _add_standard_fields(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    record = event.pop("_record")
    event.pop("_from_structlog", None)
    at = datetime.fromtimestamp(record.created, UTC)
    return event | {
        "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname,
        "logger": record.name,
        "process": record.process,
    }


def _tell_exception(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = list(_chain(error))
    return event


def _allow(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    kept = {name: event[name] for name in ("at", "level", "logger")}
    kept["event"] = scrub(str(event.get("event", "")))[:LONGEST_TEXT]
    for name in sorted(FIELDS & event.keys()):
        value = event[name]
        if value is not None:
            kept[name] = value if isinstance(value, int | float) else _text_of(value)
    kept["process"] = event["process"]
    if "exception" in event:
        kept["exception"] = event["exception"]
    return kept


def _text_of(value: Any) -> str:
    return str(value) if isinstance(value, UUID) else scrub(str(value))[:LONGEST_TEXT]


def _as_json(_logger: Any, _method: str, event: dict[str, Any]) -> str:
    return json.dumps(event)


def _as_line(_logger: Any, _method: str, event: dict[str, Any]) -> str:
    fields = " ".join(f"{name}={event[name]}" for name in sorted(FIELDS & event.keys()))
    line = f"{event['at']} {event['level']} {event['logger']} {event['event']} {fields}".rstrip()
    lines = [_printable(line)]
    for error in event.get("exception", ()):
        says = f": {error['says']}" if "says" in error else ""
        lines += [_printable(f"  {error['type']}{says}")]
        lines += [_printable(f"    {frame}") for frame in error["frames"]]
    return "\n".join(lines)


def _printable(text: str) -> str:
    """Keep one line one line, whatever a visitor put into it."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _chain(error: BaseException | None) -> Iterator[dict[str, Any]]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen and len(seen) < LONGEST_CHAIN:
        seen.add(id(error))
        told: dict[str, Any] = {"type": _name(error)}
        if says := _says(error):
            told["says"] = says
        told["frames"] = _frames(error)
        yield told
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _name(error: BaseException) -> str:
    kind = type(error)
    prefix = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return prefix + kind.__qualname__


def _says(error: BaseException) -> str:
    if _name(error) in TELLING:
        return scrub(str(error))[:LONGEST_TEXT]
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    diagnosis = getattr(error, "diag", None)
    if diagnosis is not None:  # psycopg: which rule was broken, without the row that broke it
        told = (error.sqlstate, diagnosis.table_name, diagnosis.constraint_name)
        return " ".join(part for part in told if part)
    return ""


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _place(path: str) -> str:
    for start in ("site-packages/", f"{BASE_DIR}/"):
        if start in path:
            return path.rpartition(start)[2]
    return path


structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
