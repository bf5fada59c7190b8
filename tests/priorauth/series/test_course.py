"""Dates of a planned course, by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.errors import ClockError, ImpossibleFact
from priorauth.series.course import Phase, course
from priorauth.series.open_days import OpenDays
from priorauth.terms import Cadence, SeriesPhase

WEEKDAYS = OpenDays()
INDUCTION = SeriesPhase.INDUCTION


def on(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def dates(phases: list[Phase], first: date, days: OpenDays = WEEKDAYS) -> list[date]:
    return [each.on for each in course(phases, first, days)]


def test_six_infusions_twice_a_week_take_three_weeks_on_the_same_two_weekdays():
    # Monday 7 September 2026 is Labor Day; the course begins on the Monday after.
    found = dates([Phase(INDUCTION, 6, Cadence.TWICE_WEEKLY)], on("09-14"))
    assert found == [on("09-14"), on("09-17"), on("09-21"), on("09-24"), on("09-28"), on("10-01")]


def test_a_holiday_moves_one_session_and_not_the_rhythm():
    # Thanksgiving is Thursday 26 November 2026.
    found = dates([Phase(INDUCTION, 3, Cadence.WEEKLY)], on("11-19"))
    assert found == [on("11-19"), on("11-27"), on("12-03")]


def test_maintenance_begins_one_gap_of_its_own_after_the_last_of_induction():
    phases = [
        Phase(INDUCTION, 3, Cadence.THREE_WEEKLY),
        Phase(SeriesPhase.MAINTENANCE, 2, Cadence.EVERY_TWO_WEEKS),
    ]
    found = course(phases, on("09-14"), WEEKDAYS)
    assert [each.on for each in found] == [
        on("09-14"), on("09-16"), on("09-18"), on("10-02"), on("10-16"),
    ]  # fmt: skip
    assert [each.phase for each in found] == [INDUCTION] * 3 + [SeriesPhase.MAINTENANCE] * 2


def test_monthly_is_the_same_day_of_the_month():
    # 31 October 2026 is a Saturday; November has 30 days.
    found = dates([Phase(INDUCTION, 3, Cadence.MONTHLY)], on("08-31"))
    assert found == [on("08-31"), on("09-30"), on("11-02")]


def test_a_clinic_open_on_saturdays_gives_infusions_then():
    tuesday_to_saturday = OpenDays(weekdays={1, 2, 3, 4, 5})
    found = dates([Phase(INDUCTION, 2, Cadence.CONSECUTIVE_DAYS)], on("09-18"), tuesday_to_saturday)
    assert found == [on("09-18"), on("09-19")]
    found = dates([Phase(INDUCTION, 2, Cadence.CONSECUTIVE_DAYS)], on("09-19"), tuesday_to_saturday)
    assert found == [on("09-19"), on("09-22")]


def test_a_closure_of_the_clinic_is_passed_over():
    away = OpenDays(closures=((on("09-21"), on("09-25")),))
    assert dates([Phase(INDUCTION, 2, Cadence.WEEKLY)], on("09-14"), away) == [
        on("09-14"), on("09-28"),
    ]  # fmt: skip


@pytest.mark.parametrize("sessions", [0, 61])
def test_no_session_and_too_many_are_refused(sessions: int):
    with pytest.raises(ImpossibleFact, match="1 to 60"):
        course([Phase(INDUCTION, sessions, Cadence.WEEKLY)], on("09-14"), WEEKDAYS)


def test_as_needed_gives_no_dates():
    with pytest.raises(ImpossibleFact, match="choose how often"):
        course([Phase(INDUCTION, 2, Cadence.AS_NEEDED)], on("09-14"), WEEKDAYS)


def test_a_clinic_that_is_never_open_is_told_so():
    with pytest.raises(ClockError, match="closed on every day"):
        OpenDays(closures=((on("01-01"), date(2028, 1, 1)),)).on_or_after(on("09-14"))


weeks = st.sets(st.integers(0, 6), min_size=1).map(frozenset)
cadences = st.sampled_from([each for each in Cadence if each is not Cadence.AS_NEEDED])
first_days = st.dates(date(2025, 1, 1), date(2030, 12, 31))


@given(weeks, cadences, cadences, st.integers(1, 12), st.integers(0, 12), first_days)
def test_every_course_has_its_number_of_days_each_open_and_none_twice(
    weekdays, one, other, many, more, first
):
    days = OpenDays(weekdays)
    phases = [Phase(INDUCTION, many, one), Phase(SeriesPhase.MAINTENANCE, more, other)]
    found = dates(phases, first, days)
    assert len(found) == many + more
    assert all(days.is_open(each) for each in found)
    assert found == sorted(set(found))
    assert found[0] >= first
