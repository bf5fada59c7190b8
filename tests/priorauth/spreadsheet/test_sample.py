"""The tracker of a clinic as it really looks, against its key: row by row, value by value."""

import json
from datetime import date
from pathlib import Path

import pytest

from priorauth.spreadsheet.rejects import write_rejects
from priorauth.spreadsheet.rows import read_rows

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
DATA = (SAMPLES / "tracker_export.csv").read_bytes()
KEY = json.loads((SAMPLES / "tracker_export.key.json").read_text())["rows"]
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def reading():
    return read_rows(DATA, filename="tracker_export.csv", today=TODAY)


def _as_in_the_key(value):
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def test_every_row_of_the_key_is_accounted_for_and_no_other(reading):
    rows = sorted(row.row for row in [*reading.good, *reading.bad])
    assert rows == [row["row"] for row in KEY]
    assert (len(reading.good), len(reading.bad)) == (94, 26)


@pytest.mark.parametrize("key", [k for k in KEY if k["ok"]], ids=lambda key: f"row {key['row']}")
def test_a_good_row_has_every_value_of_the_key(reading, key):
    row = next(row for row in reading.good if row.row == key["row"])
    assert {name: _as_in_the_key(getattr(row, name)) for name in key["values"]} == key["values"]


@pytest.mark.parametrize(
    "key", [k for k in KEY if not k["ok"]], ids=lambda key: f"row {key['row']}"
)
def test_a_bad_row_is_refused_for_the_reason_of_the_key(reading, key):
    row = next(row for row in reading.bad if row.row == key["row"])
    assert row.reason == key["why"]
    assert row.message


def test_each_reason_names_its_column(reading):
    columns = {row.reason: row.column for row in reading.bad}
    assert columns == {
        "member ID missing": "Member ID",
        "impossible date of birth": "DOB",
        "diagnosis does not exist": "Dx",
        "decided before submitted": "Decision Date",
        "exact duplicate of the row above": "",
        "procedure code malformed": "CPT",
        "96366 without 96365": "CPT",
    }


def test_a_row_with_two_faults_says_both(reading):
    row = next(row for row in reading.bad if row.row == 16)
    assert [reason.problem for reason in row.reasons] == [
        "exact duplicate of the row above",
        "decided before submitted",
    ]


def test_no_column_is_missing_or_unknown(reading):
    assert reading.missing_columns == ()
    assert reading.unknown_columns == ()
    assert len(reading.columns) == 27
    assert reading.source == "utf-8-sig, commas"


def test_a_formula_stays_the_text_it_was(reading):
    row = next(row for row in reading.good if row.row == 14)
    assert row.note == '=HYPERLINK("http://x")'


def test_the_fingerprints_of_good_rows_all_differ_and_are_stable(reading):
    again = read_rows(DATA, filename="other name.csv", today=date(2026, 12, 1))
    prints = [row.fingerprint for row in reading.good]
    assert prints == [row.fingerprint for row in again.good]
    assert len(set(prints)) == 94


def test_the_rejects_fed_back_unmended_add_nothing(reading):
    again = read_rows(write_rejects(reading), filename="rejects.csv", today=TODAY)
    assert again.unknown_columns == ()
    assert again.header == reading.header
    assert len(again.good) + len(again.bad) == 26
    # Rows 83 and 85 repeated good rows. Alone they are good, and known by their fingerprint.
    assert len(again.good) == 2
    assert {row.fingerprint for row in again.good} < {row.fingerprint for row in reading.good}
    before = [(row.cells, row.reason) for row in reading.bad if row.row not in (83, 85)]
    assert [(row.cells, row.reason) for row in again.bad] == before
