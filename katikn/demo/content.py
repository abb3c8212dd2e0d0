"""Reads the content of a demonstration agency, whose days count from today. See README.md."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

JSON = dict[str, Any]


@dataclass(frozen=True)
class Content:
    """What the four files of one agency say."""

    agency: JSON
    listings: list[JSON]
    notes: list[JSON]
    conversations: list[JSON]


@dataclass(frozen=True)
class Calendar:
    """Turns the days of the content into real ones, seen from `now` (aware) in the agency."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def weekday(self, name: str, week_offset: int) -> date:
        """Return the first such weekday after today, moved by whole weeks."""
        ahead = (WEEKDAYS.index(name) - self.today.weekday() - 1) % 7 + 1
        return self.day(ahead + 7 * week_offset)

    def at(self, day: date, clock: str) -> datetime:
        """Return the wall time `clock` ("17:00") of that day in UTC."""
        return datetime.combine(day, time.fromisoformat(clock), self.zone).astimezone(UTC)


def read(folder: Path) -> Content:
    names = ("agency", "listings", "notes", "conversations")
    return Content(*(json.loads((folder / f"{name}.json").read_text("utf-8")) for name in names))
