"""The day on which to look again: sensible, open, ahead, and never after the law's."""

from __future__ import annotations

from datetime import date, time

import pytest

from priorauth.calendars.look_again import look_again_on
from priorauth.calendars.staffed_hours import StaffedHours

ZONE = "America/Chicago"
OFFICE = StaffedHours(ZONE)
WEDNESDAY = date(2026, 11, 18)


def november(day: int) -> date:
    return date(2026, 11, day)


@pytest.mark.parametrize(
    ("chase", "again"),
    [
        (november(24), november(24)),
        (november(22), november(20)),  # a Sunday: the Friday before
        (november(26), november(25)),  # Thanksgiving: the Wednesday before
        (november(18), november(20)),  # today: two open days on
        (november(10), november(20)),  # long past
        (None, november(20)),
    ],
)
def test_it_is_the_last_open_day_up_to_the_chase_and_later_every_other_open_day(chase, again):
    assert look_again_on(WEDNESDAY, chase, None, OFFICE) == again


def test_a_chase_on_the_coming_weekend_leaves_no_open_day_before_it():
    friday = november(20)
    assert look_again_on(friday, november(22), None, OFFICE) == november(24)


def test_it_is_a_day_on_which_the_clinic_itself_is_open():
    mondays = StaffedHours(ZONE, {0: ((time(9), time(12)),)}, ((november(23), november(23)),))
    assert look_again_on(WEDNESDAY, november(25), None, mondays) == date(2026, 12, 7)
    assert look_again_on(november(1), november(25), None, mondays) == november(16)


@pytest.mark.parametrize(
    ("limit", "again"),
    [
        (november(19), november(19)),
        (november(20), november(20)),
        (november(18), november(20)),  # the limit's own day is no day to wait for
        (november(30), november(20)),
    ],
)
def test_it_is_never_after_the_payers_limit_that_lies_ahead(limit, again):
    assert look_again_on(WEDNESDAY, None, limit, OFFICE) == again


def test_a_limit_on_a_closed_day_is_looked_at_on_that_day_when_no_open_one_is_left():
    friday = november(20)
    assert look_again_on(friday, None, november(21), OFFICE) == november(21)
