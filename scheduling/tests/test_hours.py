from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from scheduling.hours import DaysOff, Stretch, day_bounds, merge, to_utc, working_intervals

NICOSIA, NEW_YORK, LONDON = map(ZoneInfo, ("Asia/Nicosia", "America/New_York", "Europe/London"))


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def hours(zone, start, end, *stretches, days_off=()):
    return working_intervals([Stretch(*s) for s in stretches], days_off, zone, start, end)


MONDAY_TO_SUNDAY_9_TO_17 = [(weekday, time(9), time(17)) for weekday in range(7)]


@pytest.mark.parametrize(
    ("zone", "day_before", "starts"),
    [
        # Clocks go forward on the second of the three days.
        (NICOSIA, (2026, 3, 28), [7, 6, 6]),
        (NEW_YORK, (2026, 3, 7), [14, 13, 13]),
        (LONDON, (2026, 3, 28), [9, 8, 8]),
        # Clocks go back on the second of the three days.
        (NICOSIA, (2026, 10, 24), [6, 7, 7]),
        (NEW_YORK, (2026, 10, 31), [13, 14, 14]),
        (LONDON, (2026, 10, 24), [8, 9, 9]),
    ],
)
def test_nine_o_clock_stays_nine_o_clock_across_a_clock_change(zone, day_before, starts):
    year, month, day = day_before
    start, _ = day_bounds(date(year, month, day), zone)
    end = day_bounds(date.fromordinal(date(year, month, day).toordinal() + 2), zone)[1]

    intervals = hours(zone, start, end, *MONDAY_TO_SUNDAY_9_TO_17)

    assert [first.hour for first, _last in intervals] == starts
    assert [last - first for first, last in intervals] == [
        datetime(1, 1, 1, 8) - datetime(1, 1, 1)
    ] * 3


@pytest.mark.parametrize(
    ("zone", "wall", "moment"),
    [
        (NICOSIA, datetime(2026, 3, 29, 3, 30), utc(2026, 3, 29, 1)),
        (NEW_YORK, datetime(2026, 3, 8, 2, 30), utc(2026, 3, 8, 7)),
        (LONDON, datetime(2026, 3, 29, 1, 15), utc(2026, 3, 29, 1)),
    ],
)
def test_a_time_that_the_clocks_skip_becomes_the_moment_of_the_change(zone, wall, moment):
    assert to_utc(wall, zone) == moment
    assert to_utc(wall.replace(fold=1), zone) == moment


@pytest.mark.parametrize(
    ("zone", "wall", "first", "second"),
    [
        (
            NICOSIA,
            datetime(2026, 10, 25, 3, 30),
            utc(2026, 10, 25, 0, 30),
            utc(2026, 10, 25, 1, 30),
        ),
        (NEW_YORK, datetime(2026, 11, 1, 1, 30), utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 6, 30)),
        (LONDON, datetime(2026, 10, 25, 1, 30), utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)),
    ],
)
def test_a_time_shown_twice_is_the_first_unless_its_fold_says_otherwise(zone, wall, first, second):
    assert to_utc(wall, zone) == first
    assert to_utc(wall.replace(fold=1), zone) == second


def test_hours_that_reach_into_the_skipped_hour_end_at_the_change():
    start, end = day_bounds(date(2026, 3, 8), NEW_YORK)

    assert hours(NEW_YORK, start, end, (6, time(1), time(2, 30)), (6, time(2, 45), time(4))) == [
        (utc(2026, 3, 8, 6), utc(2026, 3, 8, 8))
    ]
    assert hours(NEW_YORK, start, end, (6, time(2), time(2, 45))) == []


def test_the_day_of_a_change_has_23_or_25_hours():
    lengths = [
        (last - first).total_seconds() / 3600
        for first, last in (
            day_bounds(date(2026, 3, 29), LONDON),
            day_bounds(date(2026, 10, 25), LONDON),
            day_bounds(date(2026, 7, 1), LONDON),
        )
    ]

    assert lengths == [23, 25, 24]


def test_several_stretches_a_day_keep_their_break_and_overlapping_ones_become_one():
    start, end = day_bounds(date(2026, 7, 6), LONDON)

    intervals = hours(
        LONDON,
        start,
        end,
        (0, time(14), time(18)),
        (0, time(9), time(12)),
        (0, time(11), time(13)),
        (1, time(9), time(12)),
    )

    assert intervals == [
        (utc(2026, 7, 6, 8), utc(2026, 7, 6, 12)),
        (utc(2026, 7, 6, 13), utc(2026, 7, 6, 17)),
    ]


def test_days_off_are_taken_out_with_their_first_and_last_day():
    start, end = utc(2026, 7, 6), utc(2026, 7, 11)

    intervals = hours(
        LONDON,
        start,
        end,
        *MONDAY_TO_SUNDAY_9_TO_17,
        days_off=[DaysOff(date(2026, 7, 7), date(2026, 7, 9))],
    )

    assert [first.day for first, _last in intervals] == [6, 10]


def test_what_lies_outside_the_asked_time_is_cut_off():
    assert hours(NICOSIA, utc(2026, 7, 6, 8), utc(2026, 7, 6, 9, 30), (0, time(9), time(17))) == [
        (utc(2026, 7, 6, 8), utc(2026, 7, 6, 9, 30))
    ]


def test_the_local_day_counts_even_where_it_is_another_day_in_utc():
    # Monday 1 am in Nicosia is still Sunday in UTC.
    assert hours(NICOSIA, utc(2026, 7, 5, 20), utc(2026, 7, 6), (0, time(1), time(2))) == [
        (utc(2026, 7, 5, 22), utc(2026, 7, 5, 23))
    ]


def test_intervals_that_touch_become_one():
    nine, ten, eleven = (utc(2026, 1, 1, hour) for hour in (9, 10, 11))

    assert merge([(ten, eleven), (nine, ten)]) == [(nine, eleven)]
