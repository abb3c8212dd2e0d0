"""Days and times of day in a sentence, as the customer means them at a given moment.

The grammar here decides whatever it understands, the same on every machine. What is left over
("the last Friday of April", "Christmas Eve") goes to Duckling, or to `dateparser` where Duckling's
wheel does not load, and counts only if it names a day or a month in words.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import ModuleType
from zoneinfo import ZoneInfo

from babel.core import get_global

from leads.language import calendar_words, en
from leads.language.sieve import Sieved
from leads.language.text import find, has, number, pattern

MONTH_FIRST = ("US", "PH")
NEVER = r"(?!)"


@dataclass(frozen=True)
class When:
    """Local days `first` to `last` and hours `time_from` to `time_to`; None is open or unsaid.

    `exact`: a clock time was named, and both hours are it. `wanted` is False for "not Friday".
    `sureness` is 0 to 1; "next Tuesday" said on a Monday is 0.7, for two readings exist.
    """

    start: int
    end: int
    first: date | None = None
    last: date | None = None
    time_from: time | None = None
    time_to: time | None = None
    exact: bool = False
    wanted: bool = True
    sureness: float = 0.95

    @property
    def has_day(self) -> bool:
        return self.first is not None or self.last is not None

    @property
    def has_time(self) -> bool:
        return self.time_from is not None or self.time_to is not None

    @property
    def one_day(self) -> date | None:
        """The day to write down: the only one, or the nearest end of an open range."""
        return self.first or self.last

    @property
    def clock(self) -> time | None:
        return self.time_from if self.exact else None


@dataclass(frozen=True)
class _Item:
    start: int
    end: int
    kind: str  # "day" or "time"
    first: date | None = None
    last: date | None = None
    time_from: time | None = None
    time_to: time | None = None
    exact: bool = False
    sureness: float = 0.95
    dated: bool = False  # named by its number, not only by its weekday


def find_times(
    text: str, now: datetime, timezone: str, *, asked: bool = False, words: ModuleType = en
) -> list[When]:
    """Every day, time or window in the text, in order; a day and its hour are one `When`.

    `now` is aware. `asked`: the assistant has just asked for a time, so a bare "5" is an hour.
    An hour without "am" or "pm" is read by office hours: 1 to 7 are afternoon.
    """
    local = now.astimezone(ZoneInfo(timezone))
    text = find(words.NOT_A_TIME).sub(lambda match: "_" * len(match.group()), text)
    items = _items(text, local, timezone, words)
    if not items and asked:
        items = _bare_hour(text, words)
    if not items:
        items = _left_over(text, local, timezone, words)
    found = _join(items, text, words)
    return [_with_polarity(when, found, text, local.date(), words) for when in found]


def _items(text: str, now: datetime, timezone: str, words: ModuleType) -> list[_Item]:
    items: list[_Item] = []
    for fragment, read in _readers(words, _month_first(timezone)):
        for match in fragment.finditer(text):
            if any(match.start() < i.end and i.start < match.end() for i in items):
                continue
            item = read(match, now, text)
            if item:
                items.append(item)
    return sorted([*items, *_after_a_day(text, items, words)], key=lambda item: item.start)


@lru_cache(maxsize=64)
def _month_first(timezone: str) -> bool:
    return get_global("zone_territories").get(timezone) in MONTH_FIRST


Reader = Callable[[re.Match[str], datetime, str], _Item | None]


@lru_cache(maxsize=32)
def _readers(words: ModuleType, month_first: bool) -> Sequence[tuple[Sieved, Reader]]:
    def whole(fragment: str) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w.,/:#$€£]){fragment}(?!\w)", re.IGNORECASE)

    month = "|".join(sorted(words.MONTHS, key=len, reverse=True))
    ordinal = "|".join(words.ORDINALS) or NEVER
    day = rf"(?P<day>\d{{1,2}}{words.ORDINAL_SUFFIX}?|{ordinal})"
    nth = rf"(?P<day>\d{{1,2}}{words.NTH_SUFFIX}|{ordinal})"
    year = r"(?:,?\s*(?P<year>20\d\d))?"
    weekday = "|".join(sorted(words.WEEKDAYS, key=len, reverse=True))
    short = "|".join(sorted(words.SHORT_WEEKDAYS, key=len, reverse=True)) or NEVER
    titled = "|".join(name.title() for name in words.SHORT_WEEKDAYS) or NEVER
    spoken = "|".join(w for w in words.NUMBERS if len(w) > 2)
    count = rf"(?P<count>\d{{1,3}}|{spoken}|{words.A_SPAN})"
    span = "|".join(words.SPAN_UNITS)
    this, following = words.THIS, words.NEXT
    the, of, hour_the = words.THE, words.OF, words.HOUR_THE
    hours = "|".join([*words.HOURS, *_small(words)])
    hour = rf"(?:[01]?\d|2[0-4]|{hours})"
    minute = r"(?:[:.h](?P<minute>[0-5]\d))"
    homes = "|".join(words.PROPERTY_TYPES.values())
    noon, units = words.NOON, words.NOT_MONEY_UNITS
    ampm = rf"(?:(?P<am>{words.AM})|(?P<pm>{words.PM}))"
    to = words.RANGE
    readers: list[tuple[re.Pattern[str], Reader]] = [
        (whole(r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)"), _read_date(words)),
        (
            whole(
                r"(?P<one>\d{1,2})[/.](?P<two>\d{1,2})(?:[/.](?P<year>20\d\d|\d\d))?"
                rf"(?!\s*-?\s*(?:{units})\b)(?!\s+(?:{homes})\b)"
            ),
            _read_numeric(month_first),
        ),
        (
            whole(rf"(?:(?:{the})\s+)?{day}\s*(?:(?:{of})\s+)?(?P<month>{month}){year}"),
            _read_date(words),
        ),
        (
            whole(
                rf"(?P<month>{month})\.?\s+(?:(?:{the})\s+)?{day}{year}(?!\s*(?:{words.O_CLOCK}))"
            ),
            _read_date(words),
        ),
        (
            whole(
                rf"(?:(?:{the})\s+)?{day}\s+(?:(?:{of})\s+)?(?:(?P<this>{this}|{the})|(?P<next>{following}))"
                rf"\s+(?:{words.MONTH})(?:\s+(?P<nextafter>{words.NEXT_AFTER}))?"
            ),
            _read_day_of_month(words),
        ),
        (whole(words.DAY_AFTER_TOMORROW), _read_offset(2)),
        (whole(words.TOMORROW), _read_offset(1)),
        (
            whole(
                rf"(?:(?P<weekbefore>{words.NEXT_WEEK})\s+(?:(?:{the})\s+)?)?"
                rf"(?:(?:(?P<this>{this})|(?P<next>{following})|{the})\s+)?(?P<weekday>{weekday})"
                rf"(?!\s+(?:{words.WEEKDAY_OF_A_MONTH}|(?:{of})\s+(?:{month}))\b)"
                rf"(?:\s+(?:(?P<thisweek>{words.OF_THIS_WEEK})|(?P<nextweek>{words.OF_NEXT_WEEK})|"
                rf"(?P<after>{words.AFTER_NEXT})|(?P<nextafter>{words.NEXT_AFTER})|(?:{words.THIS_AFTER})))?"
            ),
            _read_weekday(words),
        ),
        (
            whole(
                rf"(?:(?P<this>{this})|(?P<next>{following})|{words.BEFORE_SHORT_DAY})\s+"
                rf"(?P<weekday>{short})\.?(?:\s+(?P<nextweek>{words.OF_NEXT_WEEK}))?"
            ),
            _read_weekday(words),
        ),
        (
            re.compile(rf"(?:^|(?<=[\s,(]))(?P<weekday>(?:{titled}))\b"),
            _read_weekday(words),
        ),
        (
            whole(rf"(?P<weekday>{short})(?=\s+{words.AFTER_SHORT_DAY})"),
            _read_weekday(words),
        ),
        (
            whole(
                rf"(?:(?:(?P<this>{this}|{the}|at the|on the)|(?P<next>{following}))\s+)?"
                rf"(?:{words.WEEKEND})"
                rf"(?:\s+(?:(?P<after>{words.AFTER_NEXT})|(?P<nextafter>{words.NEXT_AFTER})))?"
            ),
            _read_weekend,
        ),
        (
            whole(rf"(?:{words.WEEKDAY_PLURAL})(?:\s+(?P<next>{words.OF_NEXT_WEEK}))?"),
            _read_working_days,
        ),
        (
            whole(
                rf"(?:{words.IN_A_SPAN})\s+{count}\s+(?P<unit>{span})(?:'?\s*time)?|"
                rf"(?P<count2>\d{{1,3}}|{spoken}|{words.A_SPAN})\s+(?P<unit2>{span})\s+(?:{words.FROM_NOW})"
            ),
            _read_span(words),
        ),
        (
            whole(
                rf"(?:(?P<part>{words.WEEK_START}|{words.WEEK_MIDDLE}|{words.WEEK_END})\s+)?"
                rf"(?:(?P<this>{words.THIS_WEEK})|(?P<next>{words.NEXT_WEEK}))"
            ),
            _read_week(words),
        ),
        (whole(words.TODAY), _read_today(words)),
        (
            whole(
                rf"(?:{words.NTH_CUE})\s+{nth}(?![\d:]|{words.NOT_A_DAY_AFTER_ORDINAL})|"
                rf"(?P<digits>{words.BARE_NTH})(?!{words.NOT_A_DAY_AFTER_ORDINAL})"
            ),
            _read_nth(words),
        ),
        # hours
        (
            whole(
                rf"(?:(?P<cue>{words.BETWEEN})\s+)?(?:(?:{hour_the})\s+)?(?P<h1>{hour})(?:[:.h](?P<m1>[0-5]\d))?"
                rf"\s*(?P<am1>am|pm|{words.O_CLOCK})?(?P<to>{to})(?:(?:{hour_the})\s+)?"
                rf"(?P<h2>{hour})(?:[:.h](?P<m2>[0-5]\d))?\s*(?:{words.O_CLOCK})?\s*(?:{ampm})?(?!\s*-?\s*(?:{units})\b)(?![.,]\d)"
            ),
            _read_hours(words),
        ),
        (
            whole(
                rf"(?:(?:{hour_the})\s+)?(?P<hour>{hour})\s*(?:{words.O_CLOCK})?\s*"
                rf"(?:(?P<half>{words.HALF_AFTER})|(?P<past>{words.QUARTER_AFTER})|"
                rf"(?P<to>{words.QUARTER_TO_AFTER}))\s*(?:{ampm})?"
            ),
            _read_clock(words),
        ),
        (
            whole(
                rf"(?:(?:{hour_the})\s+)?(?P<hour>{hour})(?:\s*(?:{words.O_CLOCK})\s*(?P<spoken>[0-5]\d)|{minute})?"
                rf"\s*(?:{words.O_CLOCK})?\s*{ampm}"
            ),
            _read_clock(words),
        ),
        (
            whole(
                rf"(?:(?P<half>{words.HALF_PAST})|(?P<past>{words.QUARTER_PAST})|(?P<to>{words.QUARTER_TO})|(?P<halfto>{words.HALF_TO}))\s+"
                rf"(?P<hour>{hour})\s*(?:{words.O_CLOCK})?\s*(?:{ampm})?"
            ),
            _read_clock(words),
        ),
        (
            whole(rf"(?P<hour>{hour}){minute}\s*(?:{words.O_CLOCK})?(?!\s*(?:{units})\b)"),
            _read_clock(words),
        ),
        (
            whole(
                rf"(?:(?:{hour_the})\s+)?(?P<hour>{hour})\s*(?:{words.O_CLOCK})(?:\s*(?P<minute>[0-5]\d)(?!\d))?"
                rf"\s*(?:{ampm})?"
            ),
            _read_clock(words),
        ),
        (whole(noon), lambda m, _now, _text: _point(m.start(), m.end(), time(12, 0))),
        *[
            (whole(fragment), _read_daypart(first, last))
            for fragment, first, last in words.DAYPARTS.values()
        ],
        (
            whole(
                rf"(?P<cue>{words.TIME_CUE})\s+(?P<hour>{hour})(?!\s*(?:-|to|or)?\s*\d*\s*(?:{units}|pets?)\b)"
                rf"(?![.,:/]?\d)(?!\s+[A-Z]\w+\s+(?:{words.STREET})\b)(?!\s*(?:{'|'.join(words.CURRENCIES.values())}))"
            ),
            _read_cued_hour(words),
        ),
    ]
    return [(Sieved(fragment), read) for fragment, read in readers]


def _small(words: ModuleType) -> list[str]:
    """Number words that may be an hour."""
    return [word for word, value in words.NUMBERS.items() if len(word) > 2 and value <= 12]


def _read_date(words: ModuleType) -> Reader:
    def read(match: re.Match[str], now: datetime, _text: str) -> _Item | None:
        day = number(match["day"].replace(" ", ""), words)
        month = match["month"].lower()
        month = int(month) if month.isdigit() else words.MONTHS[month]
        return _dated(_day_item(match, _coming_date(now.date(), month, day, match["year"])))

    return read


def _dated(item: _Item | None) -> _Item | None:
    return replace(item, dated=True) if item else None


def _read_numeric(month_first: bool) -> Reader:
    def read(match: re.Match[str], now: datetime, text: str) -> _Item | None:
        one, two, separator = int(match["one"]), int(match["two"]), text[match.end("one")]
        if separator == "." and not match["year"]:
            return None  # "5.30" is an hour, "2.5" a number
        day, month = (two, one) if month_first else (one, two)
        if month > 12:
            day, month = month, day
        coming = _coming_date(now.date(), month, day, match["year"])
        return _dated(_day_item(match, coming, 0.85))

    return read


def _read_day_of_month(words: ModuleType) -> Reader:
    def read(match: re.Match[str], now: datetime, _text: str) -> _Item | None:
        day, today = number(match["day"], words), now.date()
        if match["next"] or match["nextafter"]:
            today = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return _day_item(match, _valid(today.year, today.month, day))

    return read


def _read_offset(days: int) -> Reader:
    return lambda match, now, _text: _day_item(match, now.date() + timedelta(days=days))


def _read_today(words: ModuleType) -> Reader:
    def read(match: re.Match[str], now: datetime, _text: str) -> _Item | None:
        item = _day_item(match, now.date())
        for fragment, first, last in words.DAYPARTS.values():
            if item and pattern(rf"(?:this )?(?:{fragment})").fullmatch(match.group()):
                return replace(item, time_from=time(first), time_to=time(last))
        return item

    return read


def _read_weekday(words: ModuleType) -> Reader:
    def read(match: re.Match[str], now: datetime, _text: str) -> _Item | None:
        groups, name, today = match.groupdict(), match["weekday"].lower(), now.date()
        wanted = words.WEEKDAYS.get(name, words.SHORT_WEEKDAYS.get(name))
        monday = today - timedelta(days=today.weekday())
        if groups.get("after"):
            return _day_item(match, monday + timedelta(days=14 + wanted), 0.8)
        next_week = groups.get("nextweek") or groups.get("weekbefore")
        if next_week or groups.get("next") or groups.get("nextafter"):
            sureness = 0.95 if next_week or wanted <= today.weekday() else 0.7
            return _day_item(match, monday + timedelta(days=7 + wanted), sureness)
        ahead = (wanted - today.weekday()) % 7
        if ahead == 0 and not (groups.get("this") or groups.get("thisweek")):
            ahead = 7
        item = _day_item(match, today + timedelta(days=ahead))
        part = words.JOINED_DAYPARTS.get(name)  # "Donnerstagnachmittag"
        if item and part:
            return replace(item, time_from=time(part[0]), time_to=time(part[1]))
        return item

    return read


def _read_weekend(match: re.Match[str], now: datetime, _text: str) -> _Item | None:
    today = now.date()
    saturday = today + timedelta(days=5 - today.weekday())
    if match["after"]:
        saturday += timedelta(days=14)
    elif match["next"] or match["nextafter"]:
        saturday += timedelta(days=7)
    first = max(saturday, today)
    return _Item(match.start(), match.end(), "day", first, saturday + timedelta(days=1))


def _read_working_days(match: re.Match[str], now: datetime, _text: str) -> _Item | None:
    today = now.date()
    monday = today - timedelta(days=today.weekday())
    if match["next"] or today.weekday() > 3:
        monday += timedelta(days=7)
    return _Item(match.start(), match.end(), "day", max(monday, today), monday + timedelta(days=4))


def _read_week(words: ModuleType) -> Reader:
    def read(match: re.Match[str], now: datetime, _text: str) -> _Item | None:
        today = now.date()
        monday = today - timedelta(days=today.weekday() - (7 if match["next"] else 0))
        first, last = 0, 6
        part = match["part"] or ""
        if pattern(words.WEEK_START).fullmatch(part):
            last = 2
        elif pattern(words.WEEK_END).fullmatch(part):
            first = 3
        elif pattern(words.WEEK_MIDDLE).fullmatch(part):
            first, last = 1, 3
        begin = max(monday + timedelta(days=first), today)
        return _Item(match.start(), match.end(), "day", begin, monday + timedelta(days=last))

    return read


def _read_span(words: ModuleType) -> Reader:
    def read(match: re.Match[str], now: datetime, _text: str) -> _Item | None:
        count = number(match["count"] or match["count2"], words)
        unit = match["unit"] or match["unit2"]
        days = next(d for u, d in words.SPAN_UNITS.items() if pattern(u).fullmatch(unit))
        return _day_item(match, now.date() + timedelta(days=min((count or 1) * days, 3650)), 0.8)

    return read


def _read_nth(words: ModuleType) -> Reader:
    def read(match: re.Match[str], now: datetime, _text: str) -> _Item | None:
        written = match["day"] or match["digits"]
        day, today = number(written.replace(" ", ""), words), now.date()
        if match["day"] and not written[0].isdigit() and not _on_a_day(match, words):
            return None
        if day is not None and day < today.day:
            today = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return _dated(_day_item(match, _valid(today.year, today.month, day), 0.9))

    return read


def _on_a_day(match: re.Match[str], words: ModuleType) -> bool:
    """ "The second" alone is a choice; "on the second" and "until the second" are days."""
    before = match.string[: match.start()]
    return bool(
        pattern(rf"(?<!\w)(?:{words.BEFORE_A_DAY})\s+$").search(before)
        or pattern(rf"(?:{words.ON})\s").match(match.group())
    )


def _read_hours(words: ModuleType) -> Reader:
    def read(match: re.Match[str], _now: datetime, text: str) -> _Item | None:
        named = match["cue"] or match["m1"] or match["m2"] or match["am1"] or match["am"]
        joined = match["to"].strip().lower()
        is_and = pattern(words.AND).fullmatch(joined) is not None
        if (is_and and not match["cue"]) or pattern(words.OR).fullmatch(joined):
            return None
        if not (named or match["pm"] or _follows_a_day(text[: match.start()], words)):
            return None
        later = _hour(match["h2"], match["m2"], bool(match["am"]), bool(match["pm"]), words)
        am1 = (match["am1"] or "").lower()
        earlier = _hour(match["h1"], match["m1"], am1 == "am", am1 == "pm", words)
        if later is None or earlier is None:
            return None
        if earlier >= later and earlier.hour >= 12:
            earlier = earlier.replace(hour=earlier.hour - 12)
        if earlier >= later:
            return None
        return _Item(match.start(), match.end(), "time", None, None, earlier, later)

    return read


def _read_clock(words: ModuleType) -> Reader:
    def read(match: re.Match[str], _now: datetime, _text: str) -> _Item | None:
        groups = match.groupdict()
        minute = groups.get("minute") or groups.get("spoken")
        if groups.get("half"):
            minute = "30"
        elif groups.get("past"):
            minute = "15"
        at = (
            _hour(match["hour"], minute, bool(groups["am"]), bool(groups["pm"]), words)
            if ("am" in groups)
            else _hour(match["hour"], minute, False, False, words)
        )
        if at and groups.get("halfto"):  # "halb sechs" is half past five
            at = (datetime.combine(date(2000, 1, 2), at) - timedelta(minutes=30)).time()
        if at and groups.get("to"):
            at = (datetime.combine(date(2000, 1, 2), at) - timedelta(minutes=15)).time()
        return _point(match.start(), match.end(), at) if at else None

    return read


def _read_cued_hour(words: ModuleType) -> Reader:
    def read(match: re.Match[str], _now: datetime, _text: str) -> _Item | None:
        at = _hour(match["hour"], None, False, False, words)
        if at is None or not 7 <= at.hour <= 21:
            return None
        return replace(_point(match.start("hour"), match.end(), at), sureness=0.8)

    return read


def _read_daypart(first: int, last: int) -> Reader:
    return lambda match, _now, _text: _Item(
        match.start(), match.end(), "time", None, None, time(first), time(last)
    )


def _hour(written: str, minute: str | None, am: bool, pm: bool, words: ModuleType) -> time | None:
    hour = number(written, words)
    if hour is None or hour > 24:
        return None
    hour %= 24
    if pm and hour < 12:
        hour += 12
    elif am and hour == 12:
        hour = 0
    elif not am and not pm and 1 <= hour <= 7 and not written.startswith("0"):
        hour += 12
    return time(hour, int(minute or 0))


def _point(start: int, end: int, at: time) -> _Item:
    return _Item(start, end, "time", None, None, at, at, exact=True)


def _day_item(match: re.Match[str], day: date | None, sureness: float = 0.95) -> _Item | None:
    if day is None:
        return None
    return _Item(match.start(), match.end(), "day", day, day, sureness=sureness)


def _coming_date(today: date, month: int, day: int | None, year: str | None) -> date | None:
    if year:
        return _valid(int(year) + (2000 if len(year) == 2 else 0), month, day)
    found = _valid(today.year, month, day)
    if found and found < today:
        return _valid(today.year + 1, month, day)
    return found


def _valid(year: int, month: int, day: int | None) -> date | None:
    try:
        return date(year, month, day or 0)
    except ValueError:
        return None


def _follows_a_day(before: str, words: ModuleType) -> bool:
    day = "|".join([*words.WEEKDAYS, *words.SHORT_WEEKDAYS, words.TOMORROW, words.TODAY])
    return bool(
        pattern(rf"(?<!\w)(?:{day})[\s,]+(?:(?:{words.BETWEEN}|{words.HOUR_THE}|at)\s+)?$").search(
            before
        )
    )


def _after_a_day(text: str, items: list[_Item], words: ModuleType) -> list[_Item]:
    """The 5 of "tomorrow 5" and of "Saturday, 5 works"."""
    found = []
    for item in items:
        if item.kind != "day":
            continue
        match = re.match(
            rf",?\s+(?P<hour>\d{{1,2}})(?![\d:/.,]*\d)(?!\s*(?:{words.NOT_MONEY_UNITS})\b)(?!\w)",
            text[item.end :],
            re.IGNORECASE,
        )
        at = match and _hour(match["hour"], None, False, False, words)
        if at and 7 <= at.hour <= 21:
            start, end = item.end + match.start("hour"), item.end + match.end()
            if not any(start < other.end and other.start < end for other in items):
                found.append(replace(_point(start, end, at), sureness=0.8))
    return found


def _bare_hour(text: str, words: ModuleType) -> list[_Item]:
    around = rf"\W*(?:(?:{words.BEFORE_BARE_HOUR})\W+)*(?P<hour>\d{{1,2}})"
    match = pattern(rf"{around}(?:\W+(?:{words.AFTER_BARE_HOUR}))*\W*").fullmatch(text)
    at = match and _hour(match["hour"], None, False, False, words)
    if not at or not 7 <= at.hour <= 21:
        return []
    return [replace(_point(*match.span("hour"), at), sureness=0.7)]


def _left_over(text: str, now: datetime, timezone: str, words: ModuleType) -> list[_Item]:
    if not has(words.DATE_HINT, text):
        return []
    items = []
    # "By the end of May" is for an outside parser all the time from now; the end of it is meant.
    plain = find(rf"(?<!\w)(?:{words.BEFORE})(?=\s)").sub(lambda m: " " * len(m.group()), text)
    for found in calendar_words.find_days(plain, now, timezone, words.CODE):
        if has(words.DATE_HINT, text[found.start : found.end]):
            around = text[max(0, found.start - len("end of ")) : found.end]
            first = found.last if has(words.WEEK_END, around) else found.first
            items.append(_Item(found.start, found.end, "day", first, found.last, sureness=0.75))
    return items


def _join(items: list[_Item], text: str, words: ModuleType) -> list[When]:
    """Items that belong together become one `When`: "Saturday" + "at 11", "10th" to "15th"."""
    found: list[When] = []
    for item in items:
        bounded = _with_bound(item, text, words)
        last = found[-1] if found else None
        gap = text[last.end : item.start] if last else ""
        if last and item.kind == "day" and _is_range(last, gap, text, words):
            found[-1] = replace(last, end=item.end, last=item.last)
        elif last and _names_same_day(last, item, gap, words):
            found[-1] = replace(last, end=item.end, first=item.first, last=item.last)
        elif last and _fits(last, item, gap, words):
            found[-1] = _merge(last, bounded)
        else:
            found.append(bounded)
    return found


def _with_bound(item: _Item, text: str, words: ModuleType) -> When:
    when = When(
        item.start, item.end, item.first, item.last, item.time_from, item.time_to, item.exact,
        True, item.sureness,
    )  # fmt: skip
    before, after = text[: item.start], text[item.end :]
    filler = rf"\s+(?:(?:{words.THE}|{words.ON}|{words.ABOUT}|{words.HOUR_THE})\s+)?"
    lower = pattern(rf"(?<!\w)(?:{words.AFTER}){filler}$").search(before)
    upper = pattern(rf"(?<!\w)(?:{words.BEFORE}){filler}$").search(before)
    if pattern(rf"\s*,?\s*(?:{words.AFTER_SUFFIX})(?!\w)").match(after):
        lower = lower or pattern("$").search(before)
    elif pattern(rf"\s*,?\s*(?:{words.BEFORE_SUFFIX})(?!\w)").match(after):
        upper = upper or pattern("$").search(before)
    if item.kind == "time" and item.exact and (lower or upper):
        when = replace(when, exact=False)
        return replace(when, time_to=None) if lower else replace(when, time_from=None)
    if item.kind == "time" and lower and not item.exact:
        return (
            replace(when, time_from=item.time_to, time_to=None)
            if pattern(words.STRICTLY_AFTER).search(lower.group())
            else when
        )
    if item.kind == "time" and upper and not item.exact:
        return replace(when, time_from=None, time_to=item.time_from)
    if item.kind == "day" and lower:
        strictly = pattern(rf"(?<!\w)(?:{words.STRICTLY_AFTER})\s").search(lower.group() + " ")
        first = (item.last or item.first) + timedelta(days=1) if strictly else item.first
        return replace(when, first=first, last=None)
    if item.kind == "day" and upper:
        is_month = item.first and item.last and (item.last - item.first).days > 7
        return replace(when, first=None, last=item.first if is_month else item.last)
    return when


def _is_range(last: When, gap: str, text: str, words: ModuleType) -> bool:
    if not last.has_day or last.has_time:
        return False
    joined = pattern(rf"\s*(?P<word>{words.DAY_RANGE})\s*(?:(?:{words.THE})\s+)?").fullmatch(gap)
    if not joined:
        return False
    opening = rf"(?<!\w)(?:{words.BETWEEN})\s+(?:(?:{words.THE})\s+)?$"
    loose = pattern(rf"{words.AND}|{words.OR}").fullmatch(joined["word"])
    return not loose or bool(pattern(opening).search(text[: last.start]))


def _names_same_day(last: When, item: _Item, gap: str, words: ModuleType) -> bool:
    """ "Sunday the 29th" is one day: the date decides."""
    near = pattern(rf"[\s,(]*(?:(?:{words.ON}|{words.THE})\s+)*").fullmatch(gap)
    single = item.first is not None and item.first == item.last and last.first == last.last
    return bool(near and gap and single and item.dated and last.has_day)


def _fits(last: When, item: _Item, gap: str, words: ModuleType) -> bool:
    """Whether an hour belongs to the day before it, or a day to the hour before it."""
    if not pattern(rf"[\s,(]*(?:(?:{words.BETWEEN_DAY_AND_HOUR}|[-–@])[\s,]*)*").fullmatch(gap):
        return False
    if item.kind == "time":
        return last.has_day and not last.exact and not (last.has_time and not item.exact)
    return last.has_time and not last.has_day


def _merge(when: When, other: When) -> When:
    day, hours = (when, other) if when.has_day else (other, when)
    start, end = min(when.start, other.start), max(when.end, other.end)
    time_from, time_to = hours.time_from, hours.time_to
    if when.has_time and other.exact:  # "Saturday morning at 9"
        time_from = time_to = _within(when, other.time_from)
    return When(
        start, end, day.first, day.last, time_from, time_to, hours.exact or other.exact, True,
        min(when.sureness, other.sureness),
    )  # fmt: skip


def _within(part: When, at: time | None) -> time | None:
    """The clock time moved by twelve hours if only then it lies in the part of the day."""
    if at is None or part.time_from is None or part.time_to is None:
        return at
    shifted = at.replace(hour=(at.hour + 12) % 24)
    inside = part.time_from <= at <= part.time_to
    return shifted if not inside and part.time_from <= shifted <= part.time_to else at


def _with_polarity(
    when: When, found: Sequence[When], text: str, today: date, words: ModuleType
) -> When:
    earlier = max((w.end for w in found if w.end <= when.start), default=0)
    later = min((w.start for w in found if w.start >= when.end), default=len(text))
    before = pattern(rf"[.;!?]|,(?=\s*(?:{words.NEW_THOUGHT}))").split(text[earlier : when.start])[
        -1
    ]
    after = pattern(rf"[.;!?,]|(?<!\w)(?:{words.BUT})(?!\w)").split(text[when.end : later])[0]
    denied = pattern(words.NEGATED_TIME_BEFORE).search(before)
    bound = pattern(rf"(?:{words.AFTER}|{words.BEFORE})\s+(?:the\s+)?$").search(before)
    if denied and bound and bound.group().lower().startswith("not"):
        denied = None
    if denied and pattern(rf"{words.UNTIL[:-1]}(?:(?:{words.THE})\s+)?$").search(before):
        return _from_there_on(when)
    if denied and bound and when.has_time and not when.has_day and not when.exact:
        return replace(when, wanted=False)
    if denied or pattern(words.NEGATED_TIME_AFTER).search(after):
        return replace(when, wanted=False)
    joins = rf"(?:{words.OR}|{words.AND})(?:\s+(?:{words.THE}|{words.ON}))?"
    if earlier and pattern(joins).fullmatch(before.strip()):
        nearest = max((w for w in found if w.end == earlier), key=lambda w: w.end)
        if not _with_polarity(nearest, found, text, today, words).wanted:
            return replace(when, wanted=False)
    return when


def _from_there_on(when: When) -> When:
    """ "I can't until the 10th": from the 10th on."""
    if when.has_day:
        return replace(when, first=when.first or when.last, last=None)
    return replace(when, time_from=when.time_from or when.time_to, time_to=None, exact=False)
