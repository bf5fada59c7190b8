"""How long is left, in words, over weekends, holidays and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.desk import times

CHICAGO = "America/Chicago"
NEW_YORK = "America/New_York"
LOS_ANGELES = "America/Los_Angeles"


def local(text: str, zone: str = CHICAGO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_a_limit_of_whole_days_is_said_as_a_date() -> None:
    assert times.say_by(local("2026-11-27 23:59:59"), CHICAGO) == "by end of Fri 27 Nov 2026"


def test_a_limit_of_hours_is_said_with_its_time_and_zone() -> None:
    assert times.say_by(local("2026-11-25 16:30"), CHICAGO) == "by Wed 25 Nov 2026, 16:30 CST"
    assert times.say_by(local("2026-07-01 09:05"), CHICAGO) == "by Wed 1 Jul 2026, 09:05 CDT"


def test_the_end_of_a_day_elsewhere_is_a_time_here() -> None:
    # End of the day in Chicago is one second to one in the morning in New York.
    at = local("2026-11-27 23:59:59")
    assert times.say_by(at, NEW_YORK) == "by Sat 28 Nov 2026, 00:59 EST"


def test_the_end_of_a_day_at_the_payers_is_said_as_that_day_with_our_clock_beside_it() -> None:
    at = local("2026-09-30 23:59:59", LOS_ANGELES)
    said = times.say_by(at, NEW_YORK, LOS_ANGELES)
    assert said == "by end of Wed 30 Sep 2026, payer's Pacific time (Thu 02:59 EDT)"
    briefly = times.say_by_briefly(local("2026-09-01 09:00"), at, NEW_YORK, LOS_ANGELES)
    assert briefly == "by end of Wed 30 Sep, payer's Pacific time (Thu 02:59 EDT)"
    assert times.say_limit(at, NEW_YORK, LOS_ANGELES).startswith("end of Wed 30 Sep 2026")


def test_the_end_of_our_own_day_is_ours_whatever_the_payers_zone() -> None:
    at = local("2026-11-27 23:59:59")
    assert times.say_by(at, CHICAGO, NEW_YORK) == "by end of Fri 27 Nov 2026"
    assert times.say_by(at, CHICAGO, CHICAGO) == "by end of Fri 27 Nov 2026"


def test_days_are_counted_to_and_from_the_payers_day() -> None:
    # Wed 30 Sep ends in Los Angeles when it is Thursday in New York: from Fri 25 Sep that is
    # Mon, Tue, Wed; a week later it is seven days past, not six.
    at = local("2026-09-30 23:59:59", LOS_ANGELES)
    friday = local("2026-09-25 10:00", NEW_YORK)
    assert times.until(friday, at, NEW_YORK, LOS_ANGELES) == "in 3 business days"
    next_wednesday = local("2026-10-07 10:00", NEW_YORK)
    assert times.since(next_wednesday, at, NEW_YORK, LOS_ANGELES) == "7 days"


@pytest.mark.parametrize(
    ("now", "at", "words"),
    [
        ("2026-11-25 14:20", "2026-11-25 16:30", "in 2 h 10 min"),
        ("2026-11-25 15:45", "2026-11-25 16:30", "in 45 min"),
        ("2026-11-25 16:29:30", "2026-11-25 16:30", "now"),
        ("2026-11-24 16:30", "2026-11-25 16:30", "in 24 h"),
        ("2026-11-25 08:00", "2026-11-25 23:59:59", "today"),
        ("2026-11-25 23:59:00", "2026-11-26 23:59:59", "tomorrow"),
        # Wed 25 Nov: Thu is Thanksgiving, Fri 27 = 1, Mon 30 = 2.
        ("2026-11-25 08:00", "2026-11-30 23:59:59", "in 2 business days"),
        # Fri 20 Nov to Mon 23 Nov.
        ("2026-11-20 08:00", "2026-11-23 23:59:59", "in 1 business day"),
        # Fri to Sunday: whoever waits for a business day is late.
        ("2026-11-20 08:00", "2026-11-22 23:59:59", "in 2 days, no business day between"),
        ("2026-11-20 08:00", "2026-12-25 23:59:59", "in 35 days"),
        # An instant more than two days off is counted in business days: Mon 23, Tue 24, Wed 25.
        ("2026-11-20 08:00", "2026-11-25 16:30", "in 3 business days"),
    ],
)
def test_what_lies_ahead_is_counted_as_people_plan(now: str, at: str, words: str) -> None:
    assert times.until(local(now), local(at), CHICAGO) == words


@pytest.mark.parametrize(
    ("now", "at", "words"),
    [
        ("2026-11-25 16:42", "2026-11-25 16:30", "12 min"),
        ("2026-11-25 21:50", "2026-11-25 16:30", "5 h 20 min"),
        ("2026-11-26 00:10", "2026-11-25 23:59:59", "1 day"),
        ("2026-11-30 09:00", "2026-11-25 23:59:59", "5 days"),
        ("2026-11-28 09:00", "2026-11-25 16:30", "3 days"),
    ],
)
def test_what_lies_behind_is_counted_in_hours_then_days(now: str, at: str, words: str) -> None:
    assert times.since(local(now), local(at), CHICAGO) == words


def test_hours_are_real_ones_when_the_clocks_go_forward() -> None:
    # 14 Mar 2027, 02:00 becomes 03:00: from 22:00 to 10:00 only 11 hours pass.
    assert times.until(local("2027-03-13 22:00"), local("2027-03-14 10:00"), CHICAGO) == "in 11 h"


def test_hours_are_real_ones_when_the_clocks_go_back() -> None:
    # 1 Nov 2026, 02:00 becomes 01:00: from 22:00 to 10:00 thirteen hours pass.
    assert times.until(local("2026-10-31 22:00"), local("2026-11-01 10:00"), CHICAGO) == "in 13 h"


def test_the_day_of_a_clock_change_still_ends_at_its_own_midnight() -> None:
    now = local("2026-11-01 00:30")
    assert times.day_ends(now, CHICAGO) == datetime(2026, 11, 2, 5, 59, 59, tzinfo=UTC)
    assert times.until(now, times.day_ends(now, CHICAGO), CHICAGO) == "today"


def test_the_same_instant_is_tomorrow_in_one_zone_and_today_in_another() -> None:
    now = local("2026-11-24 22:30")
    at = now + timedelta(days=1, hours=12)
    assert times.say_at(at, CHICAGO) == "Thu 26 Nov 2026, 10:30 CST"
    assert times.say_at(at, "Pacific/Honolulu") == "Thu 26 Nov 2026, 06:30 HST"


def test_business_days_leave_weekends_and_federal_holidays_out() -> None:
    assert times.business_days_between(date(2026, 12, 24), date(2026, 12, 28)) == 1
    assert times.business_days_between(date(2026, 12, 24), date(2026, 12, 24)) == 0
