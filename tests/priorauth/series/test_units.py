"""Minutes and units of one session, by hand from the table of the 96365 family."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from priorauth.errors import ImpossibleFact
from priorauth.series.units import LineAsked, codes_not_asked, minutes_between, session_units

LINES = [LineAsked("1", "96365"), LineAsked("2", "96366"), LineAsked("3", "J3490", 1)]
NINE = datetime(2026, 9, 18, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "units"),
    [
        (40, {"1": 1, "3": 1}),
        (90, {"1": 1, "3": 1}),
        (91, {"1": 1, "2": 1, "3": 1}),
        (151, {"1": 1, "2": 2, "3": 1}),
        (15, {"3": 1}),  # a push: neither code was earned
    ],
)
def test_units_follow_from_the_minutes_and_the_drug_is_used_once(minutes, units):
    assert session_units(LINES, minutes) == units


def test_a_longer_infusion_than_asked_for_is_told():
    assert codes_not_asked(LINES[:1], 100) == {"96366": 1}
    assert codes_not_asked(LINES, 100) == {}
    assert codes_not_asked(LINES, 10) == {"96374": 1}


def test_a_request_without_timed_codes_uses_what_it_asks_for_whatever_the_minutes():
    spray = [LineAsked("1", "G2083"), LineAsked("2", "J0013", 84)]
    assert session_units(spray, 120) == session_units(spray, None) == {"1": 1, "2": 84}
    assert codes_not_asked(spray, 120) == {}


def test_pauses_are_no_infusion_time():
    assert minutes_between(NINE, NINE + timedelta(minutes=65), paused_minutes=25) == 40


def test_midnight_and_the_change_of_the_clocks_do_not_matter():
    place = ZoneInfo("America/New_York")
    # The clocks go back at 2:00 on 1 November 2026: 23:30 to 3:00 are four and a half hours.
    started = datetime(2026, 10, 31, 23, 30, tzinfo=place).astimezone(UTC)
    stopped = datetime(2026, 11, 1, 3, 0, tzinfo=place).astimezone(UTC)
    assert minutes_between(started, stopped) == 270


@pytest.mark.parametrize(
    ("stopped", "pauses", "field"),
    [
        (NINE, 0, "stopped"),
        (NINE - timedelta(minutes=1), 0, "stopped"),
        (NINE + timedelta(hours=25), 0, "stopped"),
        (NINE + timedelta(minutes=40), 40, "paused_minutes"),
        (NINE + timedelta(minutes=40), -1, "paused_minutes"),
    ],
)
def test_times_that_cannot_be_are_refused_at_their_field(stopped, pauses, field):
    with pytest.raises(ImpossibleFact) as refused:
        minutes_between(NINE, stopped, pauses)
    assert refused.value.field == field
