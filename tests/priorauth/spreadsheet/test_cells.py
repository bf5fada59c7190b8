"""Cells with several codes, numbers, member IDs."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.codes.icd10cm import packaged_sets
from priorauth.errors import UnreadableCell
from priorauth.spreadsheet.cells import read_codes, read_count, read_diagnoses, read_member_id

ON = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("96365", [("96365", None, ())]),
        ("96365, 96366", [("96365", None, ()), ("96366", None, ())]),
        ("96365/96366", [("96365", None, ()), ("96366", None, ())]),
        ("96365 96366", [("96365", None, ()), ("96366", None, ())]),
        ("96365-96366", [("96365", None, ()), ("96366", None, ())]),
        ("96365 & 96366", [("96365", None, ()), ("96366", None, ())]),
        ("96365 and 96366", [("96365", None, ()), ("96366", None, ())]),
        ("96365\n96366", [("96365", None, ()), ("96366", None, ())]),
        ("96365 x1; 96366 x2", [("96365", 1, ()), ("96366", 2, ())]),
        ("96365 (1), 96366(x2)", [("96365", 1, ()), ("96366", 2, ())]),
        ("96365 \u00d71 + J3490 *1", [("96365", 1, ()), ("J3490", 1, ())]),
        ("2x 96365", [("96365", 2, ())]),
        ("96365: 1 unit", [("96365", 1, ())]),
        ("96365 6 units", [("96365", 6, ())]),
        ("96365-59", [("96365", None, ("59",))]),
        ("96365 59 x1", [("96365", 1, ("59",))]),
        ("j3490", [("J3490", None, ())]),
        ("96365 (first hour)", [("96365", None, ())]),
        ("96365, 96365", [("96365", None, ())]),
        ("96366, 96365", [("96366", None, ()), ("96365", None, ())]),
    ],
)
def test_codes_units_and_modifiers_are_read(text, expected):
    lines = read_codes(text, ON)
    assert [(line.code, line.units_per_session, line.modifiers) for line in lines] == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "procedure code missing"),
        (" , ;", "procedure code missing"),
        ("9636S", "procedure code malformed"),
        ("96365, 9636S", "procedure code malformed"),
        ("9636596366", "procedure code malformed"),
        ("ketamine", "procedure code malformed"),
        ("=96365", "procedure code malformed"),
        ("96366", "96366 without 96365"),
        ("96366, J3490", "96366 without 96365"),
        ("96367", "96367 without 96365"),
        ("S0013", "procedure code not valid"),
        ("J3000", "procedure code not valid"),
        (",".join(f"{n}" for n in range(99201, 99220)), "too many procedure codes"),
    ],
)
def test_codes_that_cannot_be_asked_for_are_refused(text, problem):
    with pytest.raises(UnreadableCell) as refusal:
        read_codes(text, ON)
    assert refusal.value.problem == problem
    assert refusal.value.advice


def test_the_date_decides_which_esketamine_code_is_right():
    assert read_codes("S0013", date(2025, 12, 31))[0].code == "S0013"
    assert read_codes("J0013", ON)[0].code == "J0013"


@pytest.mark.parametrize(
    ("text", "expected", "left_out"),
    [
        ("F33.2", ["F33.2"], []),
        ("F332", ["F33.2"], []),
        ("f33.2", ["F33.2"], []),
        ("F33.2, Z91.51", ["F33.2", "Z91.51"], []),
        ("F33.2; R45.851", ["F33.2", "R45.851"], []),
        ("F33.2/Z91.51", ["F33.2", "Z91.51"], []),
        ("F33.2 Z91.51", ["F33.2", "Z91.51"], []),
        ("F33.2\nZ91.51", ["F33.2", "Z91.51"], []),
        ("F33.2. Z91.51.", ["F33.2", "Z91.51"], []),
        ("F33 .2", ["F33.2"], []),
        ("F33. 2", ["F33.2"], []),
        ("F33.2, F332", ["F33.2"], []),
        ("t1491xa", ["T14.91XA"], []),
        ("QA0.0101", ["QA0.0101"], []),
        ("F33.2 (MDD, recurrent)", ["F33.2"], ["MDD", "recurrent"]),
        ("MDD - F33.2", ["F33.2"], ["MDD"]),
    ],
)
def test_diagnoses_are_read_in_order(text, expected, left_out):
    found, words = read_diagnoses(text, ON, packaged_sets())
    assert [one.code for one in found] == expected
    assert words == left_out


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "diagnosis missing"),
        ("depression", "diagnosis is no code"),
        ("F33.X9Q", "diagnosis does not exist"),
        ("F33.2, F33.X9Q", "diagnosis does not exist"),
        ("F33.2-F33.4", "diagnosis does not exist"),
        ("F33", "diagnosis needs more characters"),
        ("T14.91", "diagnosis needs more characters"),
    ],
)
def test_diagnoses_that_cannot_be_billed_are_refused(text, problem):
    with pytest.raises(UnreadableCell) as refusal:
        read_diagnoses(text, ON, packaged_sets())
    assert refusal.value.problem == problem


def test_an_unknown_diagnosis_is_refused_outside_every_set_too():
    with pytest.raises(UnreadableCell, match="load the official set"):
        read_diagnoses("F33.X9Q", date(2026, 11, 1), packaged_sets())


def test_a_known_diagnosis_outside_every_set_passes_with_a_warning():
    (found,), _ = read_diagnoses("F33.2", date(2026, 11, 1), packaged_sets())
    assert found.warning


@pytest.mark.parametrize(
    ("text", "count"), [("6", 6), ("6.0", 6), (" 8 sessions", 8), ("12 units", 12), ("6x", 6)]
)
def test_a_count_is_a_whole_number(text, count):
    assert read_count(text, "units") == count


@pytest.mark.parametrize("text", ["0", "-1", "6.5", "six", "1000", "=6", "6/8", "\u0666"])
def test_what_is_no_count_is_refused(text):
    with pytest.raises(UnreadableCell, match="Units is no number"):
        read_count(text, "units")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("SYN579525745", "SYN579525745"), (" abc 123 456 ", "abc123456"), ("1EG4-TE5-MK73",) * 2],
)
def test_a_member_id_keeps_its_letters_and_loses_its_spaces(text, expected):
    assert read_member_id(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "member ID missing"),
        ("  ", "member ID missing"),
        ("1.23457E+11", "member ID damaged"),
        ("=A1", "member ID malformed"),
        ("12;DROP", "member ID malformed"),
        ("7", "member ID malformed"),
    ],
)
def test_what_is_no_member_id_is_refused(text, problem):
    with pytest.raises(UnreadableCell) as refusal:
        read_member_id(text)
    assert refusal.value.problem == problem


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_codes(text):
    for reader in (
        lambda: read_codes(text, ON),
        lambda: read_diagnoses(text, ON, packaged_sets()),
        lambda: read_count(text, "units"),
        lambda: read_member_id(text),
    ):
        try:
            reader()
        except UnreadableCell as refusal:
            assert refusal.problem
