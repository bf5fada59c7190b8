"""`manage.py load_icd10cm`: another year's official set, used at once."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cases.queries.code_sets import icd10_sets
from cases.workflow.intake import checked_diagnoses
from priorauth.codes import icd10cm_order_file
from priorauth.codes.icd10cm_changes import changes
from priorauth.codes.icd10cm_table import Entry
from priorauth.errors import InvalidCode

JANUARY_2027 = date(2027, 1, 15)
JULY_2026 = date(2026, 7, 15)

# code, 0 or 1, long title. F33.20 and F33.21 are invented; the rest is as in fiscal year 2026.
CODES = [
    ("F33", 0, "Major depressive disorder, recurrent"),
    ("F331", 1, "Major depressive disorder, recurrent, moderate"),
    ("F332", 0, "Major depressive disorder, recurrent severe without psychotic features"),
    ("F3320", 1, "Recurrent severe, first invented code"),
    ("F3321", 1, "Recurrent severe, second invented code"),
]


def order_file(folder: Path, codes: Any = CODES, name: str = "icd10cm_order_2027.txt") -> Path:
    """Fixed width: order number, code, 0 or 1, short title of 60 characters, long title."""
    path = folder / name
    path.write_text(
        "".join(
            f"{number:05} {code:7} {flag} {title[:60]:60} {title}\n"
            for number, (code, flag, title) in enumerate(codes, start=1)
        )
    )
    return path


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Any:
    settings.DATA_DIR = tmp_path / "data"
    icd10_sets.cache_clear()
    yield
    icd10_sets.cache_clear()


@pytest.fixture
def small(monkeypatch: Any) -> None:
    """A made-up set of a few codes passes for a full one."""
    monkeypatch.setattr(icd10cm_order_file, "FEWEST_BILLABLE", 2)


def load(*files: Path, **options: Any) -> list[str]:
    said = StringIO()
    call_command("load_icd10cm", *map(str, files), **options, stdout=said)
    return said.getvalue().splitlines()


@pytest.mark.usefixtures("small")
def test_a_code_new_in_that_year_is_accepted_for_its_dates_without_a_restart(tmp_path):
    with pytest.raises(InvalidCode, match=r"F33\.20 does not exist"):
        checked_diagnoses(["F33.20"], JULY_2026)
    assert checked_diagnoses(["F33.20"], JANUARY_2027)[0].is_billable is None  # not checked

    load(order_file(tmp_path))

    (found,) = checked_diagnoses(["F33.20"], JANUARY_2027)
    assert (found.is_billable, found.set_name, found.warning) == (True, "October 2026 (FY2027)", "")
    with pytest.raises(InvalidCode, match=r"F33\.2 needs more characters: F33\.20, F33\.21\."):
        checked_diagnoses(["F33.2"], JANUARY_2027)
    assert checked_diagnoses(["F33.2"], JULY_2026)[0].is_billable is True
    with pytest.raises(InvalidCode, match=r"F33\.20 does not exist"):
        checked_diagnoses(["F33.20"], JULY_2026)


@pytest.mark.usefixtures("small")
def test_it_says_how_many_from_when_and_what_changed(tmp_path):
    lines = load(order_file(tmp_path))
    assert lines[0] == (
        "October 2026 (FY2027): 3 billable codes and 2 headings loaded, "
        "for dates of service 2026-10-01 to 2027-09-30"
    )
    assert lines[1] == "against April 2026 (FY2026):"
    assert "  2 new: F33.20, F33.21" in lines
    assert "  1 headings now: F33.2" in lines
    assert any(line.endswith(" gone: A00, A00.0, A00.1, A00.9, A01, A01.0, A01.00, A01.01, "
                             "A01.02, A01.03, A01.04, A01.05 ...") for line in lines)  # fmt: skip
    assert "of the diagnoses offered first, no longer billable" in lines[-1]


@pytest.mark.usefixtures("small")
def test_loaded_again_nothing_has_changed(tmp_path):
    path = order_file(tmp_path)
    load(path)
    assert load(path)[1:] == ["against October 2026 (FY2027):", "  nothing changed"]
    assert [each.name for each in (tmp_path / "data" / "icd10cm").iterdir()] == ["2026-10.txt"]


@pytest.mark.usefixtures("small")
def test_the_update_of_april_holds_from_april(tmp_path):
    october = order_file(tmp_path)
    april = order_file(
        tmp_path, [*CODES, ("F339", 1, "Unspecified")], "icd10cm-order-April-2027.txt"
    )
    lines = load(october, april)
    assert "April 2027 (FY2027): 4 billable codes and 2 headings loaded, " in lines[-3]
    assert "for dates of service 2027-04-01 to 2027-09-30" in lines[-3]
    assert lines[-2:] == ["against October 2026 (FY2027):", "  1 new: F33.9"]
    sets = icd10_sets()
    assert sets.table_for(date(2027, 3, 31)).name == "October 2026 (FY2027)"
    assert sets.table_for(date(2027, 4, 1)).name == "April 2027 (FY2027)"


@pytest.mark.usefixtures("small")
def test_the_year_can_be_said_where_the_name_does_not(tmp_path):
    path = order_file(tmp_path, name="order.txt")
    with pytest.raises(CommandError, match=r"For which fiscal year is order\.txt"):
        load(path)
    assert load(path, year=2028)[0].endswith("for dates of service 2027-10-01 to 2028-09-30")


REFUSED = [
    ("a year that its name denies", CODES, {"year": 2028}, "says 2027, and --year says 2028"),
    ("a code twice", [*CODES, CODES[1]], {}, "F331 stands in the file twice"),
    ("no category", [*CODES, ("F4010", 1, "X")], {}, "F4010 stands in the file without"),
    ("not of this form", [("f33.2", 1, "X")], {}, "Line 1 is not a line of an ICD-10-CM order"),
]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("codes", "options", "said"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_a_file_that_is_not_right_is_refused_and_writes_nothing(tmp_path, codes, options, said):
    with pytest.raises(CommandError, match=said):
        load(order_file(tmp_path, codes), **options)
    assert not (tmp_path / "data" / "icd10cm").exists()


@pytest.mark.usefixtures("small")
def test_one_bad_file_of_two_and_neither_is_loaded(tmp_path):
    bad = order_file(tmp_path, [("F332", 1, "X")] * 3, "icd10cm_order_2028.txt")
    with pytest.raises(CommandError):
        load(order_file(tmp_path), bad)
    assert not (tmp_path / "data" / "icd10cm").exists()


@pytest.mark.usefixtures("small")
def test_the_year_of_the_packaged_set_is_not_needed(tmp_path):
    """An October file beside the packaged April set would take April's codes away again."""
    path = order_file(tmp_path, name="icd10cm_order_2026.txt")
    with pytest.raises(CommandError, match=r"April 2026 \(FY2026\) is already for dates"):
        load(path)


def test_a_file_that_is_cut_off_is_refused(tmp_path):
    with pytest.raises(CommandError, match="holds 3 billable codes and a full set more than 65,00"):
        load(order_file(tmp_path))


def test_a_zip_and_a_file_that_is_not_there_are_told_apart(tmp_path):
    (tmp_path / "icd10cm_2027.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(CommandError, match="unpack it"):
        load(tmp_path / "icd10cm_2027.zip")
    with pytest.raises(CommandError, match=r"Cannot read .*: No such file"):
        load(tmp_path / "icd10cm_order_2027.txt")


def test_what_changed_between_two_sets():
    old = [Entry("A", True, "One"), Entry("B", True, "Two"), Entry("C", False, "Three")]
    new = [Entry("B", False, "two "), Entry("C", True, "Other"), Entry("D", True, "Four")]
    found = changes(old, new)
    assert (found.added, found.gone) == (("D",), ("A",))
    assert (found.opened, found.headed, found.retitled) == (("C",), ("B",), ("C",))
