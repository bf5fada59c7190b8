"""ICD-10-CM: validity and billability on the date of service."""

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.codes import diagnoses, icd10cm
from priorauth.codes.icd10cm_order_file import fiscal_year, read_order_file
from priorauth.codes.icd10cm_table import Entry, Icd10Table, write_table
from priorauth.errors import InvalidCode

IN_2026, IN_2027 = date(2026, 6, 1), date(2026, 10, 5)


@pytest.fixture(scope="module")
def packaged() -> Icd10Table:
    return icd10cm.packaged_sets().tables()[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("F33.2", "F33.2"),
        ("F332", "F33.2"),
        ("f33.2", "F33.2"),
        (" F33.2\n", "F33.2"),
        ("F33 .2", "F33.2"),
        ("r45.851", "R45.851"),
        ("QA0.0101", "QA0.0101"),
        ("t1491xa", "T14.91XA"),
        ("S42001A", "S42.001A"),
        ("C7a.00", "C7A.00"),
        ("B20", "B20"),
        ("F32.A", "F32.A"),
        ("U07.1", "U07.1"),
    ],
)
def test_a_code_is_known_however_it_is_typed(text, code):
    found = icd10cm.look_up(text, IN_2026)
    assert (found.code, found.is_billable, found.warning) == (code, True, "")
    assert found.title
    assert icd10cm.validate(text, IN_2026) == code.replace(".", "")
    assert icd10cm.format(text) == code


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("F33.X9Q", "F33.X9Q does not exist in ICD-10-CM .*F33.0, F33.1"),
        ("F33.2X", "F33.2 exists and takes no more characters"),
        ("ZZ9.99", "does not exist"),
        ("C00-C96", "a range"),
        ("C00 - C96", "a range"),
        ("V00-X58", "a range"),
        ("F33.-", "a group of codes"),
        ("F33", r"F33 needs more characters: F33.0, F33.1, .* and 3 more"),
        ("T14.91", r"T14.91 needs more characters: T14.91XA, T14.91XD, T14.91XS\."),
        ("S42.001", "needs more characters: S42.001A"),
        ("", "not a diagnosis code"),
        ("F3", "not a diagnosis code"),
        ("33.2F", "not a diagnosis code"),
        ("F33.2, Z91.51", "not a diagnosis code"),
        ("F33.20000000", "not a diagnosis code"),
        ("\uff2633.2", "not a diagnosis code"),
        ("depression", "not a diagnosis code"),
        ("=F33.2", "not a diagnosis code"),
        ("F33.2\x00", "not a diagnosis code"),
        ("I", "not a diagnosis code"),
        ("5", "not a diagnosis code"),
    ],
)
def test_what_cannot_be_billed_is_refused_with_the_reason(text, why):
    assert not icd10cm.is_valid(text, IN_2026)
    with pytest.raises(InvalidCode, match=why):
        icd10cm.validate(text, IN_2026)


BLOCK_RANGES = [
    "C00-C75",
    "C00-C96",
    "M00-M25",
    "M40-M54",
    "M60-M79",
    "M80-M94",
    "T07-T88",
    "T20-T32",
    "V00-V99",
    "V00-X58",
    "W00-X58",
    "Y62-Y84",
]


@pytest.mark.parametrize("block", BLOCK_RANGES)
def test_a_block_range_is_never_a_code(block, packaged):
    assert not icd10cm.is_valid(block)
    assert packaged.find(block) is None


def test_the_packaged_set_holds_the_official_number_of_billable_codes(packaged):
    # CMS: 74,719 codes for fiscal year 2026. The package that it is built from lists B20, F99,
    # P84, R99 and Z66 twice, which gives the 74,724 of a plain count.
    entries = list(packaged)
    assert sum(entry.is_billable for entry in entries) == 74_719
    assert len(entries) == 98_186
    assert len({entry.code for entry in entries}) == len(entries)


def test_every_code_of_the_set_is_found_and_its_neighbours_are_told_apart(packaged):
    entries = list(packaged)
    for entry in entries[::37] + entries[:3] + entries[-3:]:
        assert packaged.find(entry.code) == entry
        assert packaged.find(entry.code + "~") is None


def test_the_table_agrees_with_the_package_it_was_built_from(packaged):
    simple = pytest.importorskip("simple_icd_10_cm")
    for code in simple.get_all_codes(True)[::101]:
        if simple.is_category_or_subcategory(code):
            entry = packaged.find(code.replace(".", ""))
            assert entry is not None, code
            assert entry.is_billable == simple.is_leaf(code)
            assert entry.title == " ".join(simple.get_description(code).split())


def test_a_heading_is_known_but_may_not_be_billed():
    found = icd10cm.look_up("F33", IN_2026)
    assert found.is_billable is False
    assert found.title == "Major depressive disorder, recurrent"


# ------------------------------------------------------------------ dates and sets


@pytest.mark.parametrize("on", [date(2025, 10, 1), IN_2026, date(2026, 9, 30), None])
def test_a_date_inside_the_set_gives_no_warning(on):
    assert icd10cm.look_up("F33.2", on).warning == ""


@pytest.mark.parametrize("on", [date(2025, 9, 30), date(2026, 10, 1)])
def test_a_date_outside_every_set_is_a_warning(on):
    found = icd10cm.look_up("F33.2", on)
    assert found.is_billable
    assert found.warning.startswith(f"Not checked against the set for {on}")
    assert icd10cm.validate("F33.2", on) == "F332"


def test_an_unknown_code_outside_every_set_is_refused_unless_the_caller_lets_it_through():
    with pytest.raises(InvalidCode, match="load the official set of that year or mend the code"):
        icd10cm.look_up("F33.X9Q", IN_2027)
    found = icd10cm.look_up("f33x9q", IN_2027, accept_unknown=True)
    assert (found.code, found.is_billable) == ("F33.X9Q", None)
    assert found.warning
    with pytest.raises(InvalidCode):
        icd10cm.look_up("F33.X9Q", IN_2026, accept_unknown=True)


# Fixed width: order number, code, 0 or 1, short title of 60 characters, long title.
ORDER_FILE = "".join(
    f"{number:05} {code:7} {flag} {short:60} {long}\n"
    for number, code, flag, short, long in [
        (1, "F33", 0, "MDD, recurrent", "Major depressive disorder, recurrent"),
        (2, "F3320", 1, "MDD, recurrent, new", "Recurrent, severe, of another year"),
        (3, "F332", 0, "MDD, recurrent severe", "Recurrent, severe"),
        (4, "F339", 1, "MDD, recurrent, unspecified", "Recurrent, unspecified"),
    ]
)


def _load(directory, text=ORDER_FILE, year=2027):
    first, last = fiscal_year(year)
    return write_table(
        directory / f"{year}.txt",
        read_order_file(text.splitlines()),
        name=f"FY{year}",
        valid_from=first,
        valid_through=last,
        source="test",
    )


def test_another_years_official_file_is_used_from_its_first_day(tmp_path):
    sets = icd10cm.Icd10Sets([tmp_path])
    assert sets.look_up("F33.2", IN_2027).warning
    assert _load(tmp_path) == 2
    assert sets.look_up("F33.20", date(2026, 10, 1)).set_name == "FY2027"
    assert sets.look_up("F33.20", IN_2027).title == "Recurrent, severe, of another year"
    assert sets.look_up("F33.2", date(2026, 9, 30)).set_name == "April 2026 (FY2026)"
    with pytest.raises(InvalidCode, match=r"F33\.2 needs more characters: F33\.20\."):
        sets.validate("F33.2", IN_2027)
    with pytest.raises(InvalidCode, match=r"F33\.20 does not exist .*takes no more"):
        sets.validate("F33.20", IN_2026)


def test_a_code_of_an_older_set_is_known_with_a_warning_after_the_last_set(tmp_path):
    _load(tmp_path)
    found = icd10cm.Icd10Sets([tmp_path]).look_up("F33.1", date(2028, 1, 1))
    assert (found.set_name, found.is_billable) == ("April 2026 (FY2026)", True)
    assert found.warning


def test_a_directory_that_does_not_exist_holds_nothing(tmp_path):
    sets = icd10cm.Icd10Sets([tmp_path / "absent"])
    assert [table.name for table in sets.tables()] == ["April 2026 (FY2026)"]


@pytest.mark.parametrize(
    "line",
    ["F33.2,Major depressive disorder", "00001 F332    2 Short", "00001 F332    1 ", "x" * 300],
)
def test_a_line_that_is_not_of_the_official_file_is_refused_with_its_number(line, tmp_path):
    with pytest.raises(InvalidCode, match="Line 5 is not a line of an ICD-10-CM order file"):
        _load(tmp_path, ORDER_FILE + line)
    assert list(tmp_path.iterdir()) == [], "nothing is left half-written"


def test_two_different_entries_of_one_code_are_refused(tmp_path):
    twice = [Entry("F332", True, "One"), Entry("F332", True, "Other")]
    with pytest.raises(ValueError, match="F332 stands twice"):
        write_table(
            tmp_path / "x.txt",
            twice,
            name="x",
            valid_from=IN_2026,
            valid_through=IN_2026,
            source="",
        )
    with pytest.raises(ValueError, match="no code"):
        write_table(
            tmp_path / "x.txt", [], name="x", valid_from=IN_2026, valid_through=IN_2026, source=""
        )


def test_a_file_that_is_no_table_is_named(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(ValueError, match=r"notes\.txt is not an ICD-10-CM table"):
        icd10cm.Icd10Sets([tmp_path]).look_up("F33.2")


# ------------------------------------------------------------------ search


@pytest.mark.parametrize(
    ("text", "first", "among"),
    [
        ("F33", "F33.0", "F33.42"),
        ("f33.4", "F33.40", "F33.42"),
        ("g905", "G90.50", "G90.511"),
        ("mdd recurrent severe", "F33.2", "F33.3"),
        ("recur MAJOR depr", "F33.0", "F33.9"),
        ("suicidal ideation", "R45.851", "R45.851"),
        ("depression", "F32.0", "F33.2"),
        ("sezary", "C84.10", "C84.11"),
        ("Sézary", "C84.10", "C84.11"),
        ("qa0", "QA0.0101", "QA0.0102"),
        ("human immunodeficiency", "B20", "B20"),
    ],
)
def test_a_search_finds_by_code_and_by_words(text, first, among):
    codes = [found.code for found in icd10cm.search(text)]
    assert codes[0] == first
    assert among in codes
    assert len(codes) == len(set(codes)) <= 20


@pytest.mark.parametrize(
    "text", ["", " ", "zzzzzz", "!!", "a", "fracture zzzz", "%", "\x00", "(" * 50]
)
def test_a_search_without_hits_is_empty(text):
    assert icd10cm.search(text) == []


def test_a_search_gives_no_more_than_asked_and_only_what_may_be_billed():
    found = icd10cm.search("fracture", limit=7)
    assert len(found) == 7
    assert all(one.is_billable for one in found)
    assert "F33" in [c.code for c in icd10cm.packaged_sets().search("F33", billable_only=False)]


def test_a_search_misses_no_title_that_holds_the_words(packaged):
    wanted = {e.code for e in packaged if "migraine" in e.title.lower().split() and e.is_billable}
    found = icd10cm.search("migraine", limit=10_000)
    assert wanted <= {one.code.replace(".", "") for one in found}


@given(st.text(max_size=30))
def test_no_text_breaks_look_up_or_search(text):
    icd10cm.search(text, limit=3)
    assert icd10cm.is_valid(text) in (True, False)


def test_a_process_that_looks_up_a_code_stays_small_and_loads_no_parser():
    script = (
        "import resource, sys\n"
        "from priorauth.codes import icd10cm\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "assert icd10cm.is_valid('F33.2')\n"
        "grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "assert 'simple_icd_10_cm' not in sys.modules\n"
        "print(grown)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 10_000, "kilobytes"


# ------------------------------------------------------------------ pairs and hints


@pytest.mark.parametrize(
    ("codes", "pairs"),
    [
        (["F33.2", "F31.4"], [("F33.2", "F31.4")]),
        (["F32.1", "F33.2"], [("F32.1", "F33.2")]),
        (["R45.851", "T14.91XA"], [("R45.851", "T14.91XA")]),
        (["t1491xa", "r45851"], [("T14.91XA", "R45.851")]),
        (["G89.4", "F45.41"], [("G89.4", "F45.41")]),
        (["G90.511", "G56.41"], [("G90.511", "G56.41")]),
        (["F33.2", "R45.851"], []),
        (["F33.2", "Z91.51", "G89.4"], []),
        (["F33.2"], []),
        ([], []),
        (["F33.2", "R52", "G89.29"], [("R52", "G89.29")]),
    ],
)
def test_diagnoses_that_exclude_each_other_are_named(codes, pairs):
    assert icd10cm.excluded_pairs(codes) == pairs


def test_every_hint_is_for_a_billable_code(packaged):
    for row in diagnoses.matching([]):
        entry = packaged.find(row.replace(".", ""))
        assert entry is not None
        assert entry.is_billable


@pytest.mark.parametrize(
    ("code", "fit", "group"),
    [
        ("f332", diagnoses.Fit.STRONG, "depression"),
        ("F33.9", diagnoses.Fit.WEAK, "depression"),
        ("F33.3", diagnoses.Fit.CONTRA, "depression"),
        ("F43.12", diagnoses.Fit.STRONG, "ptsd"),
        ("G90.511", diagnoses.Fit.STRONG, "crps"),
    ],
)
def test_a_hint_says_how_a_diagnosis_fares(code, fit, group):
    hint = diagnoses.hint(code)
    assert hint is not None
    assert (hint.fit, hint.group) == (fit, group)


def test_a_diagnosis_off_our_list_has_no_hint():
    assert diagnoses.hint("A00.0") is None
