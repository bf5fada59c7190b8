"""A state's own holidays: the package's, corrected by our own table. Dates from the statutes."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from priorauth.calendars import state_days
from priorauth.calendars.state_days import (
    computation_statute,
    public_holiday_table,
    state_day_table,
    state_holidays,
)

STATES = tomllib.loads(
    (Path(state_days.__file__).parent / "states.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("state", "day"),
    [
        ("CA", date(2026, 11, 27)),  # the Friday after Thanksgiving
        ("NY", date(2026, 11, 3)),  # general election day
        ("NY", date(2027, 2, 12)),  # Lincoln's birthday
        ("LA", date(2026, 2, 17)),  # Mardi Gras
        ("IN", date(2026, 4, 3)),  # Good Friday
        ("IN", date(2026, 5, 5)),  # primary election
        ("IN", date(2026, 11, 3)),  # general election
        ("WA", date(2026, 11, 27)),
        ("MN", date(2026, 11, 27)),  # ours: the package lacks it
        ("MA", date(2026, 4, 20)),  # Patriots' Day
    ],
)
def test_a_state_closes_on_its_own_days(state: str, day: date) -> None:
    assert state_holidays(state)[day]
    assert not state_day_table(state).is_open(day)
    assert state_day_table("").is_open(day)


@pytest.mark.parametrize(
    ("state", "day"),
    [
        ("NY", date(2027, 2, 15)),  # federal: not the state's own
        ("CA", date(2028, 2, 15)),  # an observance: offices work
        ("TX", date(2026, 3, 2)),  # part of the staff works
        ("OR", date(2026, 11, 27)),
    ],
)
def test_a_day_that_is_not_a_states_own_closing(state: str, day: date) -> None:
    assert day not in state_holidays(state)


def test_a_holiday_of_the_weekend_is_skipped_once_where_weekends_count() -> None:
    federal = state_day_table("", weekends_open=True)
    # Saturday 4 July 2026 is kept on Friday the 3rd.
    assert federal.add(date(2026, 7, 2), 3) == date(2026, 7, 6)
    assert state_day_table("WA", weekends_open=True).add(date(2026, 7, 2), 3) == date(2026, 7, 7)


def test_hours_that_stop_only_on_weekends_know_no_holidays_of_a_state() -> None:
    table = state_day_table("IN", holidays_open=True)
    assert table.is_open(date(2026, 4, 3))
    assert not table.is_open(date(2026, 4, 4))


def test_a_public_holiday_is_its_own_day_and_the_monday_after_a_sunday() -> None:
    table = public_holiday_table("NY")
    assert table.is_open(date(2026, 7, 3))  # offices keep the 4th, a Saturday; the law does not
    assert not table.is_open(date(2027, 7, 5))  # the 4th is a Sunday
    assert not table.is_open(date(2026, 11, 3))


def test_every_correction_names_a_state_and_a_day_of_the_package() -> None:
    from holidays import country_holidays

    for state, told in STATES.items():
        assert set(told) <= {"leave_out", "friday_after_thanksgiving", "computation"}, state
        known = set(country_holidays("US", subdiv=state, years=range(2020, 2031)).values())
        for name in told.get("leave_out", []):
            assert any(name in each for each in known), (state, name)


def test_the_statute_on_computing_time_is_cited_where_one_is_on_file() -> None:
    assert computation_statute("MI") == "MCL 8.6"
    assert computation_statute("NJ") == ""
