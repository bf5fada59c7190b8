"""The page about importing says what the reader does."""

from __future__ import annotations

from priorauth.spreadsheet.describe import describe, holds
from priorauth.spreadsheet.fields import FIELDS
from priorauth.spreadsheet.row_reader import _DATES
from priorauth.spreadsheet.words import TrackerStatus, known_words, read_plan_type, read_status


def test_every_column_stands_on_the_page_with_what_it_holds() -> None:
    page = describe()
    for field in FIELDS.values():
        assert f"| {field.label} | `{field.id}` |" in page


def test_what_the_reader_takes_for_a_date_is_called_one() -> None:
    dates = {name for name, field in FIELDS.items() if holds(field).startswith("a date")}
    assert dates == {*_DATES, "dob"}


def test_every_word_on_the_page_is_read_as_the_page_says() -> None:
    for label, spelled in known_words()["status"].items():
        for word in spelled:
            assert read_status(word) is next(one for one in TrackerStatus if one.label == label)
    for spelled in known_words()["plan_type"].values():
        assert all(read_plan_type(word) for word in spelled)


def test_what_a_reject_says_is_what_the_reader_said() -> None:
    page = describe()
    assert "| Units: `a few` | Units is no number: a few: give a whole number. |" in page
    assert "| Date submitted: `25/6/2026` | Date read as day, month, year" in page
