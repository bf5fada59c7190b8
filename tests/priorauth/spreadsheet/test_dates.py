"""Dates as people type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.errors import UnreadableCell
from priorauth.spreadsheet.dates import read_date
from tests.priorauth.spreadsheet.tracker import TODAY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6/6/2026", date(2026, 6, 6)),
        ("06/20/26", date(2026, 6, 20)),
        ("2026-06-17", date(2026, 6, 17)),
        ("2026/6/7", date(2026, 6, 7)),
        ("11-Jul-2026", date(2026, 7, 11)),
        ("1 jan 26", date(2026, 1, 1)),
        ("11.Jul.2026", date(2026, 7, 11)),
        ("July 4, 2026", date(2026, 7, 4)),
        ("Jul 4 2026", date(2026, 7, 4)),
        ("Sept. 9, 2026", date(2026, 9, 9)),
        ("4th July 2026", date(2026, 7, 4)),
        ("Mon, July 6, 2026", date(2026, 7, 6)),
        ("6-7-2026", date(2026, 6, 7)),
        ("6.7.2026", date(2026, 6, 7)),
        ("6 / 7 / 2026", date(2026, 6, 7)),
        (" 6/7/2026\n", date(2026, 6, 7)),
        ("2026-06-06 00:00:00", date(2026, 6, 6)),
        ("2026-06-06T14:30:00Z", date(2026, 6, 6)),
        ("2026-06-06T14:30:00-05:00", date(2026, 6, 6)),
        ("6/6/2026 2:30 PM", date(2026, 6, 6)),
        ("20260606", date(2026, 6, 6)),
        ("06062026", date(2026, 6, 6)),
        ("46179", date(2026, 6, 6)),
        ("46179.5", date(2026, 6, 6)),
        ("02/29/2024", date(2024, 2, 29)),
    ],
)
def test_a_date_is_understood_however_it_is_typed(text, expected):
    assert read_date(text, today=TODAY).value == expected


@pytest.mark.parametrize("text", ["25/12/2026", "25.12.2026", "25/12/26", "25-12-2026"])
def test_a_date_that_can_only_be_day_first_is_understood_and_said(text):
    read = read_date(text, today=TODAY)
    assert (read.value, read.is_day_first) == (date(2026, 12, 25), True)


def test_the_us_order_is_taken_where_both_would_do_and_that_is_said():
    read = read_date("4/5/2026", today=TODAY)
    assert (read.value, read.is_ambiguous, read.is_day_first) == (date(2026, 4, 5), True, False)
    assert not read_date("4/25/2026", today=TODAY).is_ambiguous
    assert not read_date("4/4/2026", today=TODAY).is_ambiguous


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01/07/53", date(1953, 1, 7)),
        ("08/17/02", date(2002, 8, 17)),
        ("12/26/00", date(2000, 12, 26)),
        ("11/22/26", date(2026, 11, 22)),
        ("11/23/26", date(1926, 11, 23)),
        ("12/31/26", date(1926, 12, 31)),
        ("02/29/00", date(2000, 2, 29)),
        ("02/29/28", date(1928, 2, 29)),
        ("07-Nov-86", date(1986, 11, 7)),
        ("10000", date(1927, 5, 18)),
    ],
)
def test_a_two_digit_year_of_birth_is_the_latest_that_is_not_in_the_future(text, expected):
    assert read_date(text, today=TODAY, is_birth=True).value == expected


def test_a_two_digit_year_elsewhere_is_of_this_century():
    assert read_date("12/29/26", today=TODAY).value == date(2026, 12, 29)
    assert read_date("1/5/30", today=TODAY).value == date(2030, 1, 5)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("13/45/1980", "impossible date of birth"),
        ("2/30/1980", "impossible date of birth"),
        ("02/29/2023", "impossible date of birth"),
        ("1980", "impossible date of birth"),
        ("9999", "impossible date of birth"),
        ("soon", "impossible date of birth"),
        ("1/1/1776", "impossible date of birth"),
        ("0/1/1980", "impossible date of birth"),
        ("1/1/19800", "impossible date of birth"),
        ("99999999", "impossible date of birth"),
        ("32-Jan-1980", "impossible date of birth"),
        ("3-Janet-1980", "impossible date of birth"),
        ("\u0661/1/1980", "impossible date of birth"),
        ("1/1/2027", "date of birth in the future"),
        ("2026-11-23", "date of birth in the future"),
        ("=TODAY()", "formula in place of a date"),
        ("26-06-06", "date of birth could be read in two ways"),
    ],
)
def test_what_is_no_date_of_birth_is_refused(text, problem):
    with pytest.raises(UnreadableCell) as refusal:
        read_date(text, today=TODAY, is_birth=True)
    assert refusal.value.problem == problem
    assert "MM/DD/YYYY" in refusal.value.advice


@pytest.mark.parametrize("text", ["1/1/1999", "1/1/2099", "6/6/0206", "12345"])
def test_a_date_of_another_age_is_refused(text):
    with pytest.raises(UnreadableCell, match="Impossible date"):
        read_date(text, today=TODAY)


FORMATS = ["%m/%d/%Y", "%Y-%m-%d", "%d-%b-%Y", "%B %d, %Y", "%m-%d-%Y", "%Y%m%d", "%m.%d.%Y"]


@given(st.dates(date(2000, 1, 1), date(2046, 12, 31)), st.sampled_from([*FORMATS, "%m/%d/%y"]))
def test_a_date_written_in_any_format_comes_back(day, form):
    assert read_date(day.strftime(form), today=TODAY).value == day


@given(st.dates(date(1907, 1, 1), TODAY), st.sampled_from(FORMATS))
def test_a_birth_written_in_any_format_comes_back(day, form):
    assert read_date(day.strftime(form), today=TODAY, is_birth=True).value == day


@given(st.dates(date(1926, 11, 23), TODAY))
def test_a_birth_within_a_hundred_years_survives_two_digits(day):
    assert read_date(day.strftime("%m/%d/%y"), today=TODAY, is_birth=True).value == day


@given(st.text(max_size=25), st.booleans())
def test_no_text_breaks_the_reading_of_a_date(text, is_birth):
    try:
        read = read_date(text, today=TODAY, is_birth=is_birth)
    except UnreadableCell as refusal:
        assert refusal.problem
    else:
        assert isinstance(read.value, date)
