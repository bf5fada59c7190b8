"""When somebody in the clinic is there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from priorauth.calendars.staffed_hours import StaffedHours

ZONE = "America/New_York"
OFFICE = StaffedHours(ZONE)
SPLIT = StaffedHours(
    ZONE, {0: ((time(9), time(12)), (time(13), time(16)))}, ((date(2026, 3, 9), date(2026, 3, 15)),)
)


def at(*parts: int) -> datetime:
    return datetime(2026, *parts, tzinfo=UTC)


def test_the_office_is_there_on_weekdays_from_eight_to_five():
    assert OFFICE.is_staffed(at(3, 2, 13))  # Monday 08:00
    assert not OFFICE.is_staffed(at(3, 2, 12, 59))
    assert not OFFICE.is_staffed(at(3, 2, 22))  # 17:00
    assert not OFFICE.is_staffed(at(3, 7, 15))  # Saturday


def test_nobody_is_there_on_a_federal_holiday_or_while_the_clinic_is_closed():
    assert not OFFICE.is_staffed(at(11, 26, 15))  # Thanksgiving
    assert SPLIT.is_staffed(at(3, 2, 15))
    assert not SPLIT.is_staffed(at(3, 9, 15))


def test_the_morning_is_eight_or_the_opening_when_that_is_later():
    assert OFFICE.morning(date(2026, 3, 2)) == at(3, 2, 13)
    assert SPLIT.morning(date(2026, 3, 2)) == at(3, 2, 14)
    assert SPLIT.morning(date(2026, 3, 3)) is None
    early = StaffedHours(ZONE, {0: ((time(6), time(7)),)})
    assert early.morning(date(2026, 3, 2)) == at(3, 2, 11)


def test_a_closed_moment_moves_to_the_staffed_morning_before_or_the_opening_after():
    saturday = at(3, 7, 15)
    assert OFFICE.at_or_before(saturday) == at(3, 6, 13)
    assert OFFICE.at_or_after(saturday) == at(3, 9, 12)  # daylight saving began on Sunday
    assert OFFICE.at_or_before(at(3, 6, 15)) == at(3, 6, 15)


def test_staffed_hours_pass_only_while_somebody_is_there():
    friday_three = at(3, 6, 20)
    assert OFFICE.add(friday_three, timedelta(hours=2)) == at(3, 6, 22)
    assert OFFICE.add(friday_three, timedelta(hours=3)) == at(3, 9, 13)  # Monday 09:00
    assert SPLIT.add(at(3, 2, 16), timedelta(hours=2)) == at(3, 2, 19)  # over lunch


def test_a_clinic_that_never_opens_has_no_staffed_moment():
    never = StaffedHours(ZONE, {0: ()})
    assert never.add(at(3, 2), timedelta(hours=1)) is None
    assert never.at_or_before(at(3, 2)) is None
    assert never.last_between(at(3, 2), at(3, 20)) is None


def test_the_last_staffed_moment_between_two_is_an_opening_or_the_middle_of_what_is_left():
    assert OFFICE.last_between(at(3, 2), at(3, 4, 13, 30)) == at(3, 4, 13)
    assert OFFICE.last_between(at(3, 4, 14), at(3, 4, 16)) == at(3, 4, 15)
    assert OFFICE.last_between(at(3, 7), at(3, 8)) is None
