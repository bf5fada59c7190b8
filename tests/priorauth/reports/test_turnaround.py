from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from priorauth.reports.turnaround import calls_by_payer, days_by_payer, ninth_tenth
from priorauth.terms import Outcome
from tests.priorauth.reports.made import a_case, a_denial, a_line


def test_cases_without_a_day_are_counted_and_not_timed():
    table = days_by_payer([a_case(days=3), a_case(days=9), a_case(days=None)])
    assert table.rows[0] == ("Plain Health", 3, 2, "6", "9", "3 of 3 (100%)")


def test_within_the_limit_is_out_of_cases_that_had_one():
    cases = [a_case(was_late=True), a_case(), a_case(had_limit=False)]
    assert days_by_payer(cases).rows[0][-1] == "1 of 2 (50%)"


def test_calls_are_divided_by_what_was_approved_in_the_end():
    cases = [
        a_case(calls=2, call_minutes=50, hold_minutes=20),
        a_denial(calls=4, call_minutes=130, hold_minutes=95),
        a_denial(lines=(a_line(first=Outcome.DENIED, approved_now=6),), calls=3, call_minutes=60),
    ]
    assert calls_by_payer(cases).rows[0] == ("Plain Health", 3, 9, 240, 115, 2, "4.5", "120")


def test_calls_without_an_approval_are_divided_by_nothing():
    assert calls_by_payer([a_denial(calls=3)]).rows[0][-2:] == ("no approval", "no approval")


def test_nine_in_ten_of_ten_is_the_ninth():
    assert ninth_tenth([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]) == 9
    assert ninth_tenth([4]) == 4
    assert ninth_tenth([]) is None


@given(st.lists(st.integers(0, 400), min_size=1))
def test_nine_in_ten_do_fall_within_it_and_no_smaller_number_would_do(days):
    found = ninth_tenth(days)
    assert 10 * sum(one <= found for one in days) >= 9 * len(days)
    assert 10 * sum(one < found for one in days) < 9 * len(days)
