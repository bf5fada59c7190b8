"""The same report as CSV, XLSX and PDF, read back with other programs than wrote it."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from datetime import date

import openpyxl
import pytest

from priorauth.reports.breaches import breaches
from priorauth.reports.facts import MissedLimit
from priorauth.reports.outcomes import outcomes
from priorauth.reports.pdf import write_pdf
from priorauth.reports.sheets import write_csv, write_xlsx
from priorauth.reports.table import Report
from priorauth.terms import Outcome
from tests.priorauth.reports.made import a_case, a_denial, a_line

SPAN = "1 Jan 2026 through 31 Mar 2026"
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|calc", "%x", "＝1"]


def rows_of(report) -> list[list[str]]:
    return list(csv.reader(io.StringIO(write_csv(report, span=SPAN).decode("utf-8-sig"))))


def test_the_csv_holds_every_table_with_its_heading():
    rows = rows_of(outcomes([a_case(), a_denial()]))
    assert rows[0] == ["Decisions", SPAN]
    assert ["By payer"] in rows
    assert any(row[:2] == ["Plain Health", "2"] for row in rows)


@pytest.mark.parametrize("name", FORMULAS)
def test_no_payers_name_becomes_a_formula(name: str):
    report = outcomes([a_case(name)])
    for row in rows_of(report):
        for cell in row:
            assert not cell.startswith(tuple("=+-@|%\t\r＝")), cell
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(report, span=SPAN)))
    for sheet in book:
        for cells in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in cells)


def test_a_control_character_in_a_payers_name_does_not_keep_the_xlsx_from_being_made():
    content = write_xlsx(outcomes([a_case("Plain\x0bHealth")]), span=f"{SPAN}, Plain\x0bHealth")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book["By payer"]["A2"].value == "Plain Health"


def test_the_xlsx_keeps_counts_as_numbers():
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(outcomes([a_case()]), span=SPAN)))
    assert book["By payer"]["B2"].value == 1
    assert book["By payer"].freeze_panes == "A2"
    assert "What this rests on" in book.sheetnames


def text_of(pdf: bytes) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True)
    return done.stdout.decode()


def a_pdf(report) -> bytes:
    return write_pdf(report, clinic="Harbor Clinic", span=SPAN, made_on="Wed 1 Apr 2026")


def test_the_pdf_says_the_same_as_the_page():
    said = text_of(a_pdf(outcomes([a_case(), a_denial()])))
    assert "Decisions" in said
    assert "1 of 2 (50%)" in said
    assert "Harbor Clinic" in said
    assert "Page 1 of 1" in said


def a_missed_limit() -> Report:
    limit = MissedLimit(
        "PA-AAAA1111", "Plain Health", "Decision", date(2026, 3, 3), 4, True, "29 CFR 1", False
    )
    return breaches([limit], zone="America/Chicago")


def test_a_day_is_read_with_its_weekday_on_paper_and_sorted_in_a_sheet():
    report = a_missed_limit()
    said = " ".join(text_of(a_pdf(report)).split())
    assert "Tue 3 Mar 2026 PA-AAAA1111" in said
    assert "2026-03-03" not in said
    assert any(row[:2] == ["2026-03-03", "PA-AAAA1111"] for row in rows_of(report))
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(report, span=SPAN)))
    assert book["Each limit"]["A2"].value == "2026-03-03"


def test_the_same_report_is_the_same_file():
    assert a_pdf(outcomes([a_case()])) == a_pdf(outcomes([a_case()]))


@pytest.mark.parametrize(
    "name", ["O'Brien <b>", "</para>", '<img src="/etc/hosts"/>', "&lt;", "A" * 5000, "Zoë Ñandú"]
)
def test_odd_names_print_as_they_are_written(name: str):
    said = text_of(a_pdf(outcomes([a_case(name)])))
    assert name[:5] in said


def test_a_report_of_a_thousand_rows_repeats_its_headings():
    said = text_of(a_pdf(outcomes([a_case(f"Payer {number:04}") for number in range(1000)])))
    assert said.count("Contested") > 5
    assert "Payer 0999" in said


def test_where_a_pdf_table_is_tight_its_headings_break_before_its_figures_do():
    cut = a_case(lines=(a_line(first=Outcome.PARTLY_APPROVED, first_approved=2),))
    cases = [a_case() for _ in range(11)] + [a_denial() for _ in range(23)] + [cut] * 10
    printed = text_of(a_pdf(outcomes(cases)))
    row = next(line for line in printed.splitlines() if line.split()[:1] == ["96365"])
    for figure in ("11 of 44 (25%)", "10 of 44 (23%)", "23 of 44 (52%)"):
        assert figure in row
