from __future__ import annotations

from datetime import date

from priorauth.reports.facts import EndedAuthorization
from priorauth.reports.money import money, unused
from priorauth.terms import Outcome
from tests.priorauth.reports.made import a_case, a_denial, a_line

TODAY = date(2026, 6, 1)


def denied(**given):
    return a_line(first=Outcome.DENIED, unit_cents=30_000, **given)


def row_of(cases):
    return money(cases).tables[0].rows[0]


def test_refused_units_of_an_open_case_are_still_in_play():
    assert row_of([a_denial(lines=(denied(asked=6),))]) == (
        "Plain Health", "$1,800", "$0", "$1,800", "$0", 0,
    )  # fmt: skip


def test_refused_units_of_a_closed_case_are_lost():
    assert row_of([a_denial(lines=(denied(asked=6),), is_live=False)])[4] == "$1,800"


def test_units_approved_later_were_won_back():
    case = a_denial(lines=(denied(asked=6, approved_now=4),), is_live=False)
    assert row_of([case])[1:5] == ("$1,800", "$1,200", "$0", "$600")


def test_more_units_than_were_asked_win_back_no_more_than_was_denied():
    case = a_denial(lines=(denied(asked=6, approved_now=10),))
    assert row_of([case])[1:5] == ("$1,800", "$1,800", "$0", "$0")


def test_units_without_a_price_are_in_no_amount_and_are_counted():
    case = a_denial(lines=(a_line(first=Outcome.DENIED, asked=6),))
    assert row_of([case])[5] == 6
    assert "$" not in "".join(map(str, row_of([case])))


def test_no_amount_is_shown_where_no_refused_unit_has_a_price():
    case = a_denial(lines=(a_line(first=Outcome.DENIED, asked=6),))
    assert row_of([case]) == ("Plain Health", *["no price"] * 4, 6)
    priced = a_denial(lines=(denied(asked=6), a_line("J3490", Outcome.DENIED, asked=2)))
    assert row_of([priced]) == ("Plain Health", "$1,800", "$0", "$1,800", "$0", 2)


def test_a_payer_that_denied_nothing_has_no_row():
    assert money([a_case()]).tables[0].rows == ()


def ending(on: date, used: int = 2, cents: int | None = 10_000) -> EndedAuthorization:
    return EndedAuthorization("PA-AAAA1111", "Plain Health", on, "96365", 6, used, cents)


def test_units_left_are_listed_by_whether_they_can_still_be_used():
    soon, gone = unused([ending(date(2026, 6, 1)), ending(date(2026, 5, 31))], today=TODAY).tables
    assert [row[0] for row in soon.rows] == [date(2026, 6, 1)]
    assert [row[0] for row in gone.rows] == [date(2026, 5, 31)]
    assert gone.rows[0][4:] == (6, 2, 4, "$400")


def test_an_approval_used_to_the_last_unit_is_not_listed():
    assert all(not table.rows for table in unused([ending(TODAY, used=6)], today=TODAY).tables)


def test_units_left_without_a_price_are_listed_without_an_amount():
    assert unused([ending(TODAY, cents=None)], today=TODAY).tables[0].rows[0][-1] == ""
