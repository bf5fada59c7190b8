"""Business days on the observed federal calendar, against dates set down by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.calendars.day_table import day_table, federal_business_days
from priorauth.errors import ClockError
from tests.priorauth.reference.closed_days import is_observed_holiday
from tests.priorauth.reference.walking import business_days_on

# The Office of Personnel Management's lists, as observed.
OBSERVED = {
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2028: "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
    2029: "01-01 01-15 02-19 05-28 06-19 07-04 09-03 10-08 11-12 11-22 12-25",
}
DAYS = st.dates(date(2003, 1, 1), date(2040, 6, 30))


@pytest.mark.parametrize("year", sorted(OBSERVED))
def test_the_closed_weekdays_of_a_year_are_the_observed_holidays(year: int) -> None:
    table = federal_business_days()
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    closed = [
        f"{day:%m-%d}"
        for day in days
        if day.year == year and day.weekday() < 5 and not table.is_open(day)
    ]
    assert closed == OBSERVED[year].split()


def test_the_friday_that_stands_for_new_year_2028_is_closed() -> None:
    assert federal_business_days().reason(date(2027, 12, 31)) == "New Year's Day (observed)"


def test_juneteenth_is_a_holiday_from_2021_on() -> None:
    table = federal_business_days()
    assert table.is_open(date(2020, 6, 19))
    assert not table.is_open(date(2021, 6, 18))  # the 19th was a Saturday


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 20), 3, date(2026, 11, 25)),
        (date(2026, 11, 25), 1, date(2026, 11, 27)),  # past Thanksgiving
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # a Saturday: Monday is day 1
        (date(2026, 11, 11), 1, date(2026, 11, 12)),  # on a holiday: the next business day
        (date(2027, 12, 23), 1, date(2027, 12, 27)),  # Christmas observed on Friday the 24th
        (date(2027, 12, 30), 1, date(2028, 1, 3)),  # New Year observed on Friday the 31st
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
    ],
)
def test_business_days_are_counted_from_the_next_day(start: date, count: int, end: date) -> None:
    assert federal_business_days().add(start, count) == end


@pytest.mark.parametrize(
    ("end", "count", "start"),
    [
        (date(2026, 11, 27), 1, date(2026, 11, 25)),
        (date(2026, 11, 29), 0, date(2026, 11, 27)),  # a Sunday goes back to Friday
        (date(2026, 11, 29), 1, date(2026, 11, 25)),
    ],
)
def test_business_days_are_counted_back(end: date, count: int, start: date) -> None:
    assert federal_business_days().subtract(end, count) == start


@given(DAYS, st.integers(0, 60))
def test_the_table_agrees_with_counting_day_by_day(start: date, count: int) -> None:
    walked = business_days_on(start, count, is_observed_holiday)
    assert federal_business_days().add(start, count) == walked


@given(DAYS)
def test_a_day_is_open_exactly_when_it_is_a_weekday_without_observed_holiday(day: date) -> None:
    expected = day.weekday() < 5 and not is_observed_holiday(day)
    assert federal_business_days().is_open(day) == expected


@given(DAYS, st.integers(1, 60))
def test_counting_back_undoes_counting_on(start: date, count: int) -> None:
    table = federal_business_days()
    start = table.on_or_after(start)
    assert table.subtract(table.add(start, count), count) == start


def test_weekends_can_count_while_holidays_do_not() -> None:
    table = day_table(weekends_open=True)
    assert table.add(date(2026, 12, 23), 3) == date(2026, 12, 27)


def test_a_states_own_holiday_is_closed_when_added() -> None:
    table = day_table(additions=((date(2026, 11, 3), "general election day"),))
    assert table.add(date(2026, 11, 2), 3) == date(2026, 11, 6)
    assert table.reason(date(2026, 11, 3)) == "general election day"


@pytest.mark.parametrize("day", [date(1989, 1, 1), date(2101, 1, 1)])
def test_a_day_outside_the_calendar_is_refused_in_words(day: date) -> None:
    with pytest.raises(ClockError, match="from 1995 to 2040"):
        federal_business_days().add(day, 1)


def test_a_count_that_runs_off_the_calendar_is_refused() -> None:
    with pytest.raises(ClockError, match="leaves it"):
        federal_business_days().add(date(2041, 12, 30), 50)
    with pytest.raises(ClockError, match="leaves it"):
        federal_business_days().subtract(date(1994, 1, 3), 50)
