"""The day to begin a renewal, counted back from the payer's own time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.rulebook.loader import shipped_rulebook
from priorauth.series.open_days import OpenDays
from priorauth.series.turnaround import RenewalStart, Turnaround, renewal_start, turnaround
from tests.priorauth.deadlines.casework import MEDICARE, SELF_FUNDED, UNKNOWN, Case

RULES = shipped_rulebook()
WEEKDAYS = OpenDays()


def pace(plan, asked_on: date, **options) -> Turnaround:
    return turnaround(Case(plan=plan).facts(), RULES, asked_on, **options)


def test_an_employer_plan_of_its_own_money_takes_the_federal_fifteen_days():
    # 29 CFR 2560.503-1(f)(2)(iii)(A): not later than 15 days after receipt.
    found = pace(SELF_FUNDED, date(2026, 9, 14))
    assert found.days == 15
    assert found.source.startswith("the law's limit")


def test_medicare_advantage_takes_seven_days_since_2026():
    # 42 CFR 422.568(b)(1): seven calendar days from 1 January 2026.
    assert pace(MEDICARE, date(2026, 9, 14)).days == 7


def test_what_the_clinic_measured_counts_when_it_is_longer():
    assert pace(SELF_FUNDED, date(2026, 9, 14), measured_days=22).days == 22
    assert pace(SELF_FUNDED, date(2026, 9, 14), measured_days=4).days == 15


def test_a_plan_of_unknown_kind_still_gets_a_time():
    assert pace(UNKNOWN, date(2026, 9, 14)).days >= 1


def test_the_renewal_is_sent_the_payers_time_ahead_and_begun_five_open_days_before():
    # Ends Wednesday 30 September 2026; 15 days before is Tuesday the 15th; five open days before
    # that is Tuesday the 8th (Labor Day, the 7th, is not reached).
    found = renewal_start(date(2026, 9, 30), Turnaround(15, ""), WEEKDAYS)
    assert (found.send_on, found.start_on) == (date(2026, 9, 15), date(2026, 9, 8))


def test_closed_days_are_stepped_over_backwards():
    # Ends Monday 21 September; 15 days before is Sunday the 6th, so Friday the 4th; five open days
    # before: Friday 28 August.
    found = renewal_start(date(2026, 9, 21), Turnaround(15, ""), WEEKDAYS)
    assert (found.send_on, found.start_on) == (date(2026, 9, 4), date(2026, 8, 28))


ends = st.dates(date(2026, 1, 1), date(2030, 12, 31))
weeks = st.sets(st.integers(0, 6), min_size=1).map(frozenset)
away = st.tuples(ends, st.integers(0, 20)).map(
    lambda pair: ((pair[0], pair[0] + timedelta(days=pair[1])),)
)


@given(ends, st.integers(1, 90), weeks, away, st.integers(0, 15))
def test_neither_day_is_closed_and_the_payer_has_its_time(end, took, week, closures, preparation):
    days = OpenDays(week, closures)
    found = renewal_start(end, Turnaround(took, ""), days, preparation_days=preparation)
    assert days.is_open(found.start_on)
    assert days.is_open(found.send_on)
    assert found.send_on + timedelta(days=took) <= end
    assert found.start_on <= found.send_on


@given(ends, st.integers(1, 60), st.integers(1, 200), weeks)
def test_a_later_end_never_begins_earlier(end, took, later, week):
    def begins(on: date) -> RenewalStart:
        return renewal_start(on, Turnaround(took, ""), OpenDays(week))

    assert begins(end + timedelta(days=later)).start_on >= begins(end).start_on


@pytest.mark.parametrize("slower", [1, 7, 30])
def test_a_slower_payer_never_lets_the_renewal_begin_later(slower: int):
    end = date(2026, 9, 30)
    quick = renewal_start(end, Turnaround(10, ""), WEEKDAYS).start_on
    assert renewal_start(end, Turnaround(10 + slower, ""), WEEKDAYS).start_on <= quick
