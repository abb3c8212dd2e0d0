"""Working hours: wall times of a week, turned into real intervals across clock changes.

Pure arithmetic. Weekly hours are local wall times; everything returned is aware and in UTC.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Stretch:
    """One stretch of a working week in wall time; `weekday` 0 is Monday, `ends` is exclusive."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True)
class DaysOff:
    """Days without appointments, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def working_intervals(
    stretches: Sequence[Stretch],
    days_off: Sequence[DaysOff],
    zone: ZoneInfo,
    start: datetime,
    end: datetime,
) -> list[Interval]:
    """Return when somebody works between two aware times: in UTC, in order, not touching."""
    intervals = (
        (to_utc(datetime.combine(day, stretch.starts), zone),
         to_utc(datetime.combine(day, stretch.ends), zone))
        for day in _days(start, end, zone)
        if not any(day in off for off in days_off)
        for stretch in stretches
        if stretch.weekday == day.weekday()
    )  # fmt: skip
    return merge(clip(intervals, start, end))


def to_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment of a wall time (naive) in a zone.

    A wall time that the clocks skip becomes the moment of the change, the first that exists after
    it. One that they show twice is its first showing, or with `fold=1` its second.
    """
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall.replace(fold=0):
        return moment
    return _clock_change(wall, zone)


def day_bounds(day: date, zone: ZoneInfo) -> Interval:
    """Return the first moment of a local day and of the next one; 23 to 25 hours apart."""
    midnight = datetime.combine(day, time.min)
    return to_utc(midnight, zone), to_utc(midnight + timedelta(days=1), zone)


def clip(intervals: Iterable[Interval], start: datetime, end: datetime) -> list[Interval]:
    """Return what of the intervals lies between two times."""
    inside = ((max(first, start), min(last, end)) for first, last in intervals)
    return [(first.astimezone(UTC), last.astimezone(UTC)) for first, last in inside if first < last]


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the intervals in order, those that overlap or touch as one."""
    merged: list[Interval] = []
    for first, last in sorted(intervals):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _clock_change(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which the clocks skip over a wall time, to the second."""
    # fold=0 reads the wall time with the offset before the change and so lands after it,
    # fold=1 the other way round.
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    new_offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == new_offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
