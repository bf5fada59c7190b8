"""The working moment: before the limit, on a business day, inside the window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from priorauth.calendars.day_table import federal_business_days
from priorauth.calendars.local_time import local_date
from priorauth.deadlines.spelling import read_moment
from priorauth.deadlines.working import working_moment

ZONE = "America/New_York"


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        # up to ten days: one business day before (Wed 25 Nov 2026 before Fri 27)
        ("2026-11-20", "2026-11-27", "2026-11-25T22:00:00+00:00"),
        # up to 45: three before (Fri 18 Dec, past nothing)
        ("2026-11-23", "2026-12-23", "2026-12-18T22:00:00+00:00"),
        # beyond: five before; a Sunday limit first goes back to Friday
        ("2026-11-02", "2027-01-31", "2027-01-22T22:00:00+00:00"),
        # never before the start: due on Monday, begun on Friday after hours: at once
        ("2026-11-20T18:00", "2026-11-23", "2026-11-20T23:00:00+00:00"),
    ],
)
def test_the_buffer_fits_the_window(start: str, limit: str, expected: str) -> None:
    begin, end = read_moment(start, ZONE).earliest, read_moment(limit, ZONE).latest
    assert working_moment(begin, end, ZONE, in_hours=False).isoformat() == expected


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        # 48 hours from Tuesday 10:00: twelve before the end, 22:00, back to 17:00
        ("2026-11-17T10:00", "2026-11-19T10:00", "2026-11-18T22:00:00+00:00"),
        # over a weekend: back to Friday's close
        ("2026-11-20T10:00", "2026-11-22T10:00", "2026-11-20T22:00:00+00:00"),
        # begun on Saturday: the first office hour of Monday, if that is still inside
        ("2026-11-21T10:00", "2026-11-23T10:00", "2026-11-23T14:00:00+00:00"),
        # nothing but a weekend: at once
        ("2026-11-21T08:00", "2026-11-22T08:00", "2026-11-21T13:00:00+00:00"),
    ],
)
def test_of_hours_the_last_quarter_is_kept_free(start: str, limit: str, expected: str) -> None:
    begin, end = read_moment(start, ZONE).earliest, read_moment(limit, ZONE).latest
    assert working_moment(begin, end, ZONE, in_hours=True).isoformat() == expected


@settings(max_examples=400, deadline=None)
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.integers(-100, 200 * 24),
    st.booleans(),
)
def test_it_lies_in_the_window_and_on_a_business_day_if_there_is_one(
    start: datetime, hours: int, in_hours: bool
) -> None:
    limit = start + timedelta(hours=hours)
    found = working_moment(start, limit, ZONE, in_hours=in_hours)
    assert found <= limit
    if limit <= start:
        return
    assert found >= start
    table = federal_business_days()
    first, last = local_date(start, ZONE), local_date(limit, ZONE)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if any(table.is_open(day) for day in days):
        assert table.is_open(local_date(found, ZONE))


def test_a_window_that_opens_on_a_weekend_is_worked_on_its_business_day() -> None:
    # Saturday 21 Nov 2026, 23:00 to Monday noon: the last quarter begins in the night to Monday.
    begin, end = read_moment("2026-11-21T23:00", ZONE), read_moment("2026-11-23T12:00", ZONE)
    found = working_moment(begin.earliest, end.latest, ZONE, in_hours=True)
    assert found == read_moment("2026-11-23T09:00", ZONE).earliest
    # To Monday 04:00: no office hour is left, so by the limit itself.
    early = read_moment("2026-11-23T04:00", ZONE).latest
    begin = read_moment("2026-11-22T23:00", ZONE)
    assert working_moment(begin.earliest, early, ZONE, in_hours=True) == early


def test_outside_the_calendar_it_is_the_day_before() -> None:
    start = datetime(2045, 1, 2, tzinfo=UTC)
    limit = start + timedelta(days=30)
    assert working_moment(start, limit, ZONE, in_hours=False) == limit - timedelta(days=1)
