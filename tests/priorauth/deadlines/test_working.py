"""The working moment: before the limit, on a business day, inside the window."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from priorauth.calendars.day_table import federal_business_days
from priorauth.calendars.local_time import local_date
from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.deadlines.spelling import read_moment
from priorauth.deadlines.working import working_moment
from priorauth.reminders import ladder
from priorauth.terms import ClockKind, OwedBy

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


# Mondays, Tuesdays and Thursdays, 10:00 to 15:00; closed from 14 to 18 December 2026.
THREE_DAYS = StaffedHours(
    ZONE,
    {day: ((time(10), time(15)),) for day in (0, 1, 3)},
    ((date(2026, 12, 14), date(2026, 12, 18)),),
)


@pytest.mark.parametrize(
    ("start", "limit", "in_hours", "expected"),
    [
        # one business day before Friday 20 is Thursday 19, and the clinic closes at three
        ("2026-11-13", "2026-11-20", False, "2026-11-19T20:00:00+00:00"),
        # one before Thursday 19 is Wednesday: nobody is there, so Tuesday
        ("2026-11-12", "2026-11-19", False, "2026-11-17T20:00:00+00:00"),
        # three before Wednesday 23 December is Friday 18: closed all week, so Thursday the 10th
        ("2026-11-23", "2026-12-23", False, "2026-12-10T20:00:00+00:00"),
        # Thanksgiving is a Thursday, and closed: Tuesday
        ("2026-11-20", "2026-11-27", False, "2026-11-24T20:00:00+00:00"),
        # 48 hours from Tuesday ten: twelve before the end is Wednesday night; Tuesday's close
        ("2026-11-17T10:00", "2026-11-19T10:00", True, "2026-11-17T20:00:00+00:00"),
        # begun after Tuesday's close: the next opening, Thursday ten
        ("2026-11-17T16:00", "2026-11-19T16:00", True, "2026-11-19T15:00:00+00:00"),
        # nobody is there from Friday to Sunday: as if no hours were on file
        ("2026-11-20T10:00", "2026-11-22T10:00", True, "2026-11-20T22:00:00+00:00"),
    ],
)
def test_a_clinics_own_hours_and_closed_days_are_kept(
    start: str, limit: str, in_hours: bool, expected: str
) -> None:
    begin, end = read_moment(start, ZONE).earliest, read_moment(limit, ZONE).latest
    found = working_moment(begin, end, ZONE, in_hours=in_hours, hours=THREE_DAYS)
    assert found.isoformat() == expected


spans = st.tuples(st.integers(6, 12), st.integers(13, 21)).map(
    lambda pair: ((time(pair[0]), time(pair[1])),)
)
calendars = st.builds(
    StaffedHours,
    st.sampled_from((ZONE, "America/Phoenix", "Pacific/Honolulu")),
    st.dictionaries(st.integers(0, 6), spans, min_size=1),
    st.lists(
        st.tuples(st.dates(date(2025, 1, 1), date(2027, 1, 1)), st.integers(0, 20)).map(
            lambda pair: (pair[0], pair[0] + timedelta(days=pair[1]))
        ),
        max_size=4,
    ).map(tuple),
)


def staffed_in(hours: StaffedHours, start: datetime, limit: datetime) -> bool:
    """Whether somebody is there for a moment between the two."""
    first, last = local_date(start, hours.zone), local_date(limit, hours.zone)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return any(
        max(opens, start) < min(closes, limit) for day in days for opens, closes in hours.spans(day)
    )


@settings(max_examples=400, deadline=None)
@given(
    calendars,
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    st.integers(1, 100 * 24),
    st.booleans(),
)
def test_of_any_clinic_it_is_in_staffed_hours_and_a_reminder_comes_inside_them_before(
    hours: StaffedHours, start: datetime, length: int, in_hours: bool
) -> None:
    limit = start + timedelta(hours=length)
    found = working_moment(start, limit, hours.zone, in_hours=in_hours, hours=hours)
    assert start <= found <= limit
    if not staffed_in(hours, start, limit):
        return
    day = hours.spans(local_date(found, hours.zone))
    assert any(opens <= found <= closes for opens, closes in day)
    if not staffed_in(hours, max(start, limit - timedelta(days=25)), limit):
        return  # closed for a month: longer than a reminder looks back
    rungs = ladder(
        ClockKind.INFO_SUPPLY,
        OwedBy.CLINIC,
        start,
        limit,
        found,
        legal=limit,
        zone=hours.zone,
        hours=hours,
    )
    assert any(hours.is_staffed(rung.at) and rung.at < limit for rung in rungs)
