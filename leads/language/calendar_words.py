"""Days by an outside parser: Duckling's wheel where it loads, `dateparser` elsewhere.

Duckling (`pyduckling-native-phihos`) exists for Linux on x86-64 and needs the system's zone files.
"""

import importlib
import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from dateparser.search import search_dates

ZONE_FILES = "/usr/share/zoneinfo"


@dataclass(frozen=True)
class FoundDays:
    """Local days from `first` to `last`, inclusive; `start` and `end` are offsets in the text."""

    start: int
    end: int
    first: date
    last: date


def find_days(text: str, now: datetime, timezone: str, language: str = "en") -> list[FoundDays]:
    """Days in the text as seen from `now`, an aware time in the zone `timezone`."""
    duckling = load_duckling()
    if duckling is None:
        return _by_dateparser(text, now, timezone, language)
    return _by_duckling(duckling, text, now, timezone, language)


@lru_cache(maxsize=1)
def load_duckling() -> tuple[Any, Any] | None:
    """The module and its zone database, or None where the wheel does not load."""
    if not os.path.isdir(ZONE_FILES):
        return None
    try:
        module = importlib.import_module("duckling")
        return module, module.load_time_zones(ZONE_FILES)
    except Exception:
        # A foreign binary: whatever it raises while loading, dateparser does the work.
        return None


def _by_duckling(
    duckling: tuple[Any, Any], text: str, now: datetime, timezone: str, language: str
) -> list[FoundDays]:
    module, zones = duckling
    tongue = module.parse_lang(language.upper())
    context = module.Context(
        module.parse_ref_time(zones, timezone, int(now.timestamp())),
        module.default_locale_lang(tongue),
    )
    results = module.parse(text, context, module.parse_dimensions(["time"]), False)
    found = [_duckling_days(result) for result in results]
    return [days for days in found if days and days.last >= now.date()]


def _duckling_days(result: dict[str, Any]) -> FoundDays | None:
    value = result["value"]
    first, last = value.get("from", value), value.get("to")
    if value.get("type") == "interval":
        first = first or last
    if not first or "value" not in first or first.get("grain") in ("second", "minute"):
        return None
    begin = date.fromisoformat(first["value"][:10])
    if last and "value" in last:
        end = date.fromisoformat(last["value"][:10]) - timedelta(days=1)
    else:
        end = begin + timedelta(days={"week": 6, "month": 27}.get(first.get("grain"), 0))
    return FoundDays(result["start"], result["end"], begin, max(begin, end))


def _by_dateparser(text: str, now: datetime, timezone: str, language: str) -> list[FoundDays]:
    settings = {
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "TIMEZONE": timezone,
        "PREFER_DATES_FROM": "future",
    }
    found, at = [], 0
    for phrase, moment in search_dates(text, languages=[language], settings=settings) or []:
        start = text.find(phrase, at)
        if start >= 0 and moment.date() >= now.date():
            at = start + len(phrase)
            found.append(FoundDays(start, at, moment.date(), moment.date()))
    return found
