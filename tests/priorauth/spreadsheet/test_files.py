"""Files of every kind: separators, encodings, workbooks, and hostile ones."""

import csv
import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from priorauth.errors import TooManyRows, UnreadableFile
from priorauth.spreadsheet import limits
from priorauth.spreadsheet.rows import read_rows
from tests.priorauth.spreadsheet.tracker import GOOD, TODAY, as_csv, read, read_bytes

OTHER = GOOD | {
    "Patient Name": "Nu\u00f1ez, Zo\u00eb",
    "Member ID": "SYN000000001",
    "Notes": 'line one\nline two; "quoted", | and\ttab',
}


def _names(reading):
    return [(row.row, row.last, row.first, row.note) for row in reading.good]


EXPECTED = [
    (2, "Weiss", "Kai", "left vm"),
    (3, "Nu\u00f1ez", "Zo\u00eb", 'line one\nline two; "quoted", | and\ttab'),
]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_separator_and_encoding_is_found_out(separator, encoding):
    data = as_csv(GOOD, OTHER, separator=separator).encode(encoding)
    assert _names(read_bytes(data)) == EXPECTED


def test_windows_text_is_read():
    data = as_csv(GOOD, OTHER).encode("cp1252")
    reading = read_bytes(data)
    assert _names(reading) == EXPECTED
    assert reading.source == "cp1252, commas"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_break_is_read(ending):
    text = as_csv(GOOD, GOOD | {"Member ID": "SYN2"}).replace("\r\n", ending)
    assert [row.row for row in read_bytes(text.encode()).good] == [2, 3]


def test_mixed_line_breaks_are_read():
    first, second, third = as_csv(GOOD, GOOD | {"Member ID": "SYN2"}).splitlines()
    data = f"{first}\r\n{second}\n{third}\r".encode()
    assert [row.row for row in read_bytes(data).good] == [2, 3]


def test_letters_that_no_encoding_has_are_refused_with_their_line():
    data = as_csv(GOOD).encode() + b"\x81\x8d"
    with pytest.raises(UnreadableFile, match=r"tracker\.csv: Line 3 .*CSV UTF-8"):
        read_bytes(data)


def test_the_separator_that_excel_states_is_taken_and_is_no_row():
    data = b"sep=;\r\n" + as_csv(GOOD, separator=";").encode()
    assert [row.row for row in read_bytes(data).good] == [2]


def test_title_lines_before_the_heading_are_skipped_and_counted():
    text = "Sunrise Infusion\n,,,\nPrior auths, as of June\n\n" + as_csv(GOOD)
    reading = read_bytes(text.encode())
    assert reading.header_row == 5
    assert [row.row for row in reading.good] == [6]


def test_blank_rows_and_repeated_headings_are_left_out_but_counted():
    lines = as_csv(GOOD, GOOD | {"Member ID": "SYN2"}).splitlines()
    text = "\n".join([lines[0], "", ",,,", lines[1], lines[0], lines[2], " , ,", ""])
    reading = read_bytes(text.encode())
    assert [row.row for row in reading.good] == [4, 6]
    assert reading.bad == []


def test_empty_columns_at_the_end_do_not_matter():
    text = "\n".join(line + ",,,,," for line in as_csv(GOOD).splitlines())
    reading = read_bytes(text.encode())
    assert len(reading.good) == 1
    assert len(reading.header) == len(GOOD)


def test_a_row_with_a_line_break_is_one_row():
    reading = read(OTHER, GOOD)
    assert [row.row for row in reading.good] == [2, 3]


def test_nuls_and_control_characters_are_left_out():
    reading = read(GOOD | {"Notes": "a\x00b\x07c\x1bd", "Rep": "De\x00von"})
    assert reading.good[0].note == "abcd"
    assert reading.good[0].rep == "Devon"


def test_an_unclosed_quotation_mark_is_refused_with_its_row():
    lines = as_csv(*[GOOD | {"Member ID": f"SYN{n}"} for n in range(5)]).splitlines()
    lines[5] = lines[5].replace("left vm", '"left vm')
    with pytest.raises(UnreadableFile, match="opens in row 6 is never closed"):
        read_bytes("\r\n".join(lines).encode())


def test_a_quotation_mark_that_would_swallow_the_next_row_is_refused_with_its_row():
    lines = as_csv(*[GOOD | {"Member ID": f"SYN{n}"} for n in range(5)]).splitlines()
    lines[3] = lines[3].replace("left vm", '"left vm')
    with pytest.raises(UnreadableFile, match="A quotation mark in row 4 stands where none can be"):
        read_bytes("\r\n".join(lines).encode())


def test_a_quotation_mark_inside_a_cell_is_text():
    text = as_csv(GOOD).replace("left vm", "6'2\" tall")
    assert read_bytes(text.encode()).good[0].note == "6'2\" tall"


# ------------------------------------------------------------------ refused files


def _docx():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "is empty"),
        (b",,,\n,,,\n", "holds no rows"),
        (b"%PDF-1.7 ...", "This is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file"),
        (b"<html><table><tr><td>DOB", "web page"),
        (b"PK\x03\x04 not a zip file", "not an Excel workbook"),
        (_docx(), "not an Excel workbook"),
        (bytes(range(256)) * 40, "cannot be read|not a table"),
        (b"\x89PNG\r\n\x1a\n" + b"\x01\x02\x03" * 900, "cannot be read|not a table"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(data, said):
    with pytest.raises(UnreadableFile, match=said) as refusal:
        read_bytes(data, filename="notes.bin")
    assert str(refusal.value).startswith("notes.bin: ")


def test_text_without_a_heading_is_asked_for_all_its_columns():
    reading = read_bytes(b"hello\nworld\n")
    assert reading.missing_fields[0] == "name"
    assert len(reading.missing_fields) == 7


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a," * 1_000_000, "Row 1 has 1,000,001 cells"),
        (as_csv(GOOD).encode() + b"x" * 10_000_000, "row 3 is longer than"),
        (as_csv(GOOD).encode() + b'"' + b"x\n" * 5_000_000 + b'"', "row 3 is longer than"),
        (as_csv(GOOD).encode() + b"x" * 40_000, "A cell of row 3 has 40,000 characters"),
        (b"x" * (limits.MAX_BYTES + 1), "at most 25 MB"),
        (b"x\n" * (limits.MAX_ROWS + 1), "100,001 rows"),
        (b"\n" * 10_000_000, "is empty"),
        (b'"' * 2_000_001, "never closed|longer than|characters"),
    ],
    ids=["columns", "cell", "quoted cell", "long cell", "bytes", "rows", "blank lines", "quotes"],
)
def test_a_file_that_is_too_large_is_refused_and_does_not_hang(data, said):
    with pytest.raises(UnreadableFile, match=said):
        read_bytes(data + b"z" if data.endswith(b",") else data)


def test_no_setting_of_the_csv_module_is_changed():
    before = csv.field_size_limit()
    read(GOOD)
    assert csv.field_size_limit() == before


# ------------------------------------------------------------------ workbooks


def _book(*rows, title="PA tracker", extra=None):
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if extra:
        extra(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_is_read_with_its_dates_numbers_and_formulas():
    values = GOOD | {
        "DOB": datetime(1978, 9, 28),
        "CPT": 96365,
        "Units": 6,
        "Date Submitted": date(2026, 6, 6),
        "Last Call": datetime(2026, 6, 7, 14, 30),
        "Notes": '=HYPERLINK("http://x")',
    }
    data = _book(["Tracker"], [], list(values), list(values.values()))
    reading = read_bytes(data, filename="tracker.xlsx")
    (row,) = reading.good
    assert row.row == 4
    assert (row.dob, row.submitted) == (date(1978, 9, 28), date(2026, 6, 6))
    assert row.call_on == date(2026, 6, 7)
    assert (row.codes, row.units) == (("96365",), 6)
    assert row.note == '=HYPERLINK("http://x")'
    assert reading.source == "sheet PA tracker"


def test_the_content_decides_and_not_the_name():
    assert len(read_bytes(_book(list(GOOD), list(GOOD.values())), filename="a.csv").good) == 1
    assert len(read_bytes(as_csv(GOOD).encode(), filename="a.xlsx").good) == 1


def test_the_sheet_with_the_heading_is_read_and_the_others_are_named():
    def more(book):
        book.create_sheet("Phone list").append(["Payer", "Phone"])
        book.create_sheet("Empty")
        hidden = book.create_sheet("Hidden")
        hidden.sheet_state = "hidden"
        hidden.append(list(GOOD))

    data = _book(list(GOOD), list(GOOD.values()), extra=more)
    reading = read_bytes(data)
    assert len(reading.good) == 1
    assert reading.warnings == ("Sheet 'Phone list' was not read.",)


def test_leading_zeros_of_a_number_format_come_back():
    def zeros(book):
        book.active["E2"] = 1234
        book.active["E2"].number_format = "000000000"

    (row,) = read_bytes(_book(list(GOOD), list(GOOD.values()), extra=zeros)).good
    assert row.member_id == "000001234"


def test_a_formula_in_a_date_is_refused():
    values = GOOD | {"DOB": "=DATE(1978,9,28)"}
    (bad,) = read_bytes(_book(list(values), list(values.values()))).bad
    assert (bad.column, bad.reason) == ("DOB", "formula in place of a date")


def test_a_cell_at_the_far_corner_of_a_workbook_does_not_hang():
    def corner(book):
        book.active["XFD90000"] = "x"

    reading = read_bytes(_book(list(GOOD), list(GOOD.values()), extra=corner))
    assert len(reading.good) == 1


def test_a_damaged_workbook_is_refused():
    data = _book(list(GOOD), list(GOOD.values()))
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    with pytest.raises(UnreadableFile, match="damaged"):
        read_bytes(file.getvalue())


def test_a_workbook_that_unpacks_to_hundreds_of_megabytes_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b" " * 210_000_000)
    assert len(file.getvalue()) < limits.MAX_BYTES
    with pytest.raises(UnreadableFile, match="unpacks to more"):
        read_bytes(file.getvalue())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_be_refused(data):
    for start in (b"", b"DOB,CPT,Dx\n", b"PK\x03\x04", b"\xff\xfe"):
        try:
            read_bytes(start + data)
        except UnreadableFile as refusal:
            assert str(refusal)


def test_a_workbook_with_entities_that_multiply_is_refused():
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 50}">' for n in range(10)
    )
    sheet = (
        f'<?xml version="1.0"?><!DOCTYPE worksheet [{entities}]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    data = _book(list(GOOD), list(GOOD.values()))
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    with pytest.raises(UnreadableFile, match="damaged"):
        read_bytes(file.getvalue())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_caller_may_take_fewer_rows_at_once(kind):
    """Two rows under a title and a heading: the heading is the first of three, titles are free."""
    lines = [["Our tracker"], list(GOOD), list(GOOD.values()), list(OTHER.values())]
    data = workbook(lines) if kind == "xlsx" else separated(lines)
    taken = read_rows(data, filename="t", today=TODAY, most_rows=3)
    assert len(taken.good) == 2
    with pytest.raises(TooManyRows) as refusal:
        read_rows(data, filename="t", today=TODAY, most_rows=2)
    assert refusal.value.most == 2


def test_the_first_filled_cell_of_each_column_is_an_example():
    reading = read(GOOD | {"Notes": "", "Group #": " "}, OTHER | {"Group #": "G7"})
    examples = dict(zip(reading.header, reading.examples, strict=True))
    assert examples["Patient Name"] == "Weiss, Kai"
    assert examples["Group #"] == "G7"
    assert examples["Auth #"] == ""


def test_a_column_without_a_heading_that_holds_something_is_named_by_its_letter():
    blanks = [""] * 26
    header, row = [*blanks, "", "", *GOOD], [*blanks, "", "left vm again", *GOOD.values()]
    reading = read_bytes(separated([header, row]))
    assert len(reading.good) == 1
    assert reading.warnings == ("Column AB has no heading and was not read: give it one.",)


def separated(lines):
    file = io.StringIO(newline="")
    csv.writer(file).writerows(lines)
    return file.getvalue().encode()


def workbook(lines):
    book, file = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(file)
    return file.getvalue()
