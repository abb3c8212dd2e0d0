"""What every tool shares: the tenant's transaction, the record of the call and its evidence."""

from collections.abc import Callable
from dataclasses import is_dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from knowledge.models import Listing, Note
from organizations.tenancy import tenant

if TYPE_CHECKING:
    from assistant.turn import Turn

P = ParamSpec("P")
R = TypeVar("R")

# What these return is what they were given, which proves nothing.
WORDS_OF_THE_CALLER = {"ask_colleague", "hand_over", "record_facts", "schedule_follow_up"}


def tool(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function inside `tenant()` and note the call, with what it returned, in the turn."""

    @wraps(function)
    def call(turn: "Turn", /, *args: Any, **kwargs: Any) -> Any:
        with tenant(turn.organization):
            result = function(turn, *args, **kwargs)
        turn.calls.append(
            {
                "tool": function.__name__,
                "arguments": {k: plain(v) for k, v in kwargs.items()} | _positional(args),
                "result": plain(result),
            }
        )
        if function.__name__ not in WORDS_OF_THE_CALLER:
            turn.evidence.append(spoken(result, turn.organization.zone))
        return result

    return call


def inward(effect: Callable[[], None]) -> Callable[[], None]:
    """Mark an effect that only the agency notices: it is carried out for a suggestion as well."""
    effect.is_inward = True
    return effect


def cite(turn: "Turn", row: Listing | Note) -> None:
    """Name the stored row that a reply draws on."""
    source = {
        "kind": row._meta.model_name,
        "id": row.pk,
        "label": str(row),
        "as_of": row.as_of.isoformat(),
    }
    if source not in turn.sources:
        turn.sources.append(source)


def plain(value: Any) -> Any:
    """Return the value as JSON: rows by their label and id, times in ISO form."""
    if hasattr(value, "as_json"):
        return value.as_json()
    if is_dataclass(value):
        return {name: plain(item) for name, item in vars(value).items()}
    if hasattr(value, "_meta"):
        return {"kind": value._meta.model_name, "id": str(value.pk), "label": str(value)}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def spoken(value: Any, zone: ZoneInfo) -> str:
    """What a reply may say of a result: without ids, and times as local wall times."""
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, bool | float | UUID | None):
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if hasattr(value, "_meta"):
        when = getattr(value, "starts_at", None)
        return f"{value.member} {spoken(when, zone)}" if when else str(value)
    if isinstance(value, dict):
        return " | ".join(spoken(item, zone) for item in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return " | ".join(spoken(item, zone) for item in value)
    return str(value)


def _positional(args: tuple[Any, ...]) -> dict[str, Any]:
    return {f"argument_{position}": plain(value) for position, value in enumerate(args)}
