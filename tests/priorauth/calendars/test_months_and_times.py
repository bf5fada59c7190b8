"""Month ends, the close of a local day, skipped and doubled hours, hours that stand still."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.calendars.day_table import day_table, federal_business_days
from priorauth.calendars.hours import add_hours, add_open_hours
from priorauth.calendars.local_time import day_closes, instant_of_wall_time, zone_named
from priorauth.calendars.months import MissingDay, add_months
from priorauth.calendars.wording import say_count, say_day, say_list, say_time
from priorauth.errors import ClockError

NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("start", "months", "last", "first"),
    [
        (date(2026, 8, 31), 4, date(2026, 12, 31), date(2026, 12, 31)),
        (date(2026, 10, 30), 4, date(2027, 2, 28), date(2027, 3, 1)),
        (date(2026, 10, 31), 4, date(2027, 2, 28), date(2027, 3, 1)),
        (date(2027, 10, 29), 4, date(2028, 2, 29), date(2028, 2, 29)),
        (date(2027, 10, 31), 4, date(2028, 2, 29), date(2028, 3, 1)),
        (date(2026, 7, 31), 4, date(2026, 11, 30), date(2026, 12, 1)),
        (date(2026, 8, 31), 6, date(2027, 2, 28), date(2027, 3, 1)),
        (date(2027, 3, 31), -1, date(2027, 2, 28), date(2027, 3, 1)),
    ],
)
def test_a_missing_day_becomes_the_last_or_the_first(
    start: date, months: int, last: date, first: date
) -> None:
    assert add_months(start, months, MissingDay.LAST_OF_MONTH) == last
    assert add_months(start, months, MissingDay.FIRST_OF_NEXT) == first


def test_a_day_closes_on_its_own_clock() -> None:
    assert day_closes(date(2026, 11, 1), NEW_YORK) == datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC)
    assert day_closes(date(2026, 7, 1), NEW_YORK) == datetime(2026, 7, 2, 3, 59, 59, tzinfo=UTC)
    assert day_closes(date(2026, 7, 1), "America/Phoenix") == datetime(
        2026, 7, 2, 6, 59, 59, tzinfo=UTC
    )


def test_a_skipped_hour_is_refused() -> None:
    with pytest.raises(ClockError, match="never happened"):
        instant_of_wall_time(datetime(2026, 3, 8, 2, 30), NEW_YORK)


def test_a_doubled_hour_asks_which() -> None:
    with pytest.raises(ClockError, match=r"happened twice.*-04:00 or .*-05:00"):
        instant_of_wall_time(datetime(2026, 11, 1, 1, 30), NEW_YORK)


def test_a_zone_without_clock_changes_skips_and_doubles_nothing() -> None:
    at = instant_of_wall_time(datetime(2026, 3, 8, 2, 30), "America/Phoenix")
    assert at == datetime(2026, 3, 8, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["America/Nowhere", "", "../etc/passwd", "EST5EDT/x"])
def test_an_unknown_zone_is_refused_in_words(name: str) -> None:
    with pytest.raises(ClockError, match="IANA"):
        zone_named(name)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 400),
)
def test_elapsed_hours_are_the_same_everywhere(at: datetime, hours: int) -> None:
    for zone in (NEW_YORK, "America/Phoenix", "Pacific/Honolulu"):
        local = at.astimezone(zone_named(zone))
        assert add_hours(local.astimezone(UTC), hours) - at == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        # Tue 9 h, Wed 24 h, Thanksgiving skipped, Fri 15 h.
        (datetime(2026, 11, 24, 15), 48, datetime(2026, 11, 27, 15)),
        # A Saturday start begins on Monday at midnight.
        (datetime(2026, 11, 21, 10), 24, datetime(2026, 11, 23, 23, 59, 59)),
        # Friday 18:00: 6 h, then Monday 18 h.
        (datetime(2026, 11, 20, 18), 24, datetime(2026, 11, 23, 18)),
    ],
)
def test_hours_that_stand_still_on_closed_days(start: datetime, hours: int, end: datetime) -> None:
    zone = zone_named(NEW_YORK)
    got = add_open_hours(
        start.replace(tzinfo=zone).astimezone(UTC), hours, NEW_YORK, federal_business_days()
    )
    expected = end.replace(tzinfo=zone).astimezone(UTC)
    if end.second == 59:  # the end of a day and the beginning of the next are one instant
        expected += timedelta(seconds=1)
    assert got == expected


def test_hours_that_stop_on_weekends_only_run_on_holidays() -> None:
    # Alaska, by fax: Thu 9 h + Fri 24 h, the weekend stops, Mon 24 h + Tue 15 h = 72.
    zone = zone_named("America/Anchorage")
    start = datetime(2027, 2, 4, 15, tzinfo=zone).astimezone(UTC)
    got = add_open_hours(start, 72, "America/Anchorage", day_table(holidays_open=True))
    assert got == datetime(2027, 2, 9, 15, tzinfo=zone)


def test_dates_are_said_the_same_everywhere() -> None:
    assert say_day(date(2026, 11, 5)) == "Thu 5 Nov 2026"
    at = datetime(2026, 11, 6, 4, 59, 59, tzinfo=UTC)
    assert say_time(at, NEW_YORK) == "Thu 5 Nov 2026, 23:59:59 EST"
    assert say_list(["a", "b", "c"]) == "a, b and c"
    assert say_list(["a"]) == "a"
    assert say_list([]) == ""
    assert (say_count(1, "business days"), say_count(2, "hours")) == ("1 business day", "2 hours")
