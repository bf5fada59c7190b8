"""The page of a fax that says what is asked, read back with another program than wrote it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace

import pypdf
import pytest

from priorauth.letters.request_pdf import write_request_sheet
from priorauth.letters.request_sheet import BLANK, AskedLine, RequestSheet

LINES = [
    AskedLine("96365", "IV infusion of a drug, first hour", "1", "6", "6", "11 Office"),
    AskedLine(
        "J3490", "Drug without its own code", "1", "6", "6", "11 Office",
        is_drug=True, drug="Ketamine HCl 50 mg/mL, 0.5 mg/kg IV",
    ),
]  # fmt: skip
SHEET = RequestSheet(
    case_number="PA-00000001",
    made="09/18/2026",
    about="Quill, Ada, born 12/14/1966",
    clinic=[
        ("Name", "Harbor Clinic"),
        ("Address", "200 Harbor Street, Suite 4, Albany, NY 12207"),
        ("Phone", "518-555-0100"),
        ("Fax", "518-555-0101"),
        ("NPI", "1234567893"),
        ("Tax ID", "12-3456789"),
    ],
    clinicians=[
        ("Requesting", "Amal Reyes, MD"),
        ("Requesting NPI", "1487654323"),
        ("Rendering", "Noor Whitfield, PMHNP"),
        ("Rendering NPI", "1700000007"),
    ],
    patient=[
        ("Last name", "Quill"),
        ("First name", "Ada"),
        ("Date of birth", "12/14/1966"),
        ("Sex", ""),
        ("Address", "9 Elm Row, Albany, NY 12207"),
        ("Phone", "518-555-0177"),
    ],
    coverage=[
        ("Payer", "Northfield Health"),
        ("Plan", "Choice PPO"),
        ("Member ID", "SYN000111222"),
        ("Group number", "GRP-7"),
    ],
    dates=[("From", "09/28/2026"), ("Through", "")],
    course=[("Sessions", "6"), ("How often", "Twice a week")],
    lines=LINES,
    diagnoses=[("F33.2", "Major depressive disorder, recurrent severe"), ("R45.851", "")],
    questions=[("Name", "Jo Lindqvist"), ("Call back at", "518-555-0100")],
    talk=[("Clinician", "Amal Reyes, MD")],
)


def said(sheet: RequestSheet) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    made = write_request_sheet(sheet).content
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=made, capture_output=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


def test_it_says_all_that_a_form_asks_for_on_one_page():
    told = said(SHEET)
    for words in (
        "Prior authorization request", "Case PA-00000001, 09/18/2026", "Standard review",
        "Harbor Clinic", "Tax ID 12-3456789", "Amal Reyes, MD", "1700000007", "Last name Quill",
        "Date of birth 12/14/1966", "Member ID SYN000111222", "From 09/28/2026",
        "96365 IV infusion of a drug, first hour 1 6 6 11 Office",
        "Drug, dose, route: Ketamine HCl 50 mg/mL, 0.5 mg/kg IV",
        "F33.2 Major depressive disorder, recurrent severe", "Call back at 518-555-0100",
        "Clinician's signature", "Page 1 of 1 of the request",
    ):  # fmt: skip
        assert words in told, words
    assert write_request_sheet(SHEET).pages == 1
    assert "URGENT" not in told
    assert "payer's own form" not in told


def test_what_is_not_on_file_is_a_blank_to_be_filled_in_by_hand():
    told = said(SHEET)
    assert f"Sex {BLANK}" in told
    assert f"Through {BLANK}" in told
    assert f"NDC: {BLANK}" in told
    assert BLANK in said(replace(SHEET, lines=(), diagnoses=()))


def test_an_urgent_request_says_why_in_the_clinicians_words():
    told = said(replace(SHEET, is_urgent=True, urgency_reason="She may come to harm by waiting."))
    assert "URGENT: expedited review is asked for" in told
    assert "The clinician's reason: She may come to harm by waiting." in told
    assert f"The clinician's reason: {BLANK}" in said(replace(SHEET, is_urgent=True))


def test_it_names_the_form_that_it_stands_for():
    told = said(replace(SHEET, stands_for="Form NH-22"))
    assert "Sent in place of the payer's own form: Form NH-22" in told


def test_the_same_sheet_is_the_same_file():
    assert write_request_sheet(SHEET) == write_request_sheet(SHEET)


def test_two_drugs_six_diagnoses_and_an_urgent_reason_still_fit_on_one_page():
    lines = [replace(each, code=f"{number}{each.code[1:]}") for number in (1, 2) for each in LINES]
    named = [(f"F33.{each}", "Major depressive disorder, recurrent severe") for each in range(6)]
    reason = "Active suicidal ideation; waiting could seriously harm. " * 4
    sheet = replace(
        SHEET, lines=lines, diagnoses=named, is_urgent=True, urgency_reason=reason, stands_for="NH"
    )
    assert write_request_sheet(sheet).pages == 1


@pytest.mark.parametrize("long", ["W" * 300, "Maximiliane Oberammergauer " * 12])
def test_what_is_longer_runs_on_and_every_page_says_whose_it_is(long):
    rows = [(f"Name {each}", long) for each in range(8)]
    line = AskedLine("96365", long, "1", "6", "600000", long, modifiers=long, drug=long, ndc=long)
    sheet = replace(
        SHEET, clinic=rows, clinicians=rows, patient=rows, coverage=rows, dates=rows, course=rows,
        lines=[line] * 8, diagnoses=[("F33.2", long)] * 12, questions=rows, talk=rows,
        is_urgent=True, urgency_reason=long * 20, stands_for=long,
    )  # fmt: skip
    made = write_request_sheet(sheet)
    pages = pypdf.PdfReader(io.BytesIO(made.content)).pages
    assert len(pages) == made.pages > 1
    for number, page in enumerate(pages, 1):
        foot = f"Page {number} of {made.pages} of the request"
        assert foot in page.extract_text()
        assert "PA-00000001, Quill, Ada" in page.extract_text()


def test_a_fax_knows_black_and_white_alone_so_nothing_is_grey():
    page = pypdf.PdfReader(io.BytesIO(write_request_sheet(SHEET).content)).pages[0]
    drawn = page.get_contents().get_data().decode("latin-1")
    colours = set(re.findall(r"([\d. ]+) (?:rg|RG)\b", drawn))
    assert colours
    assert {float(part) for each in colours for part in each.split()} == {0.0}


def test_markup_in_a_name_is_text():
    told = said(replace(SHEET, patient=[("Last name", "<b>O'Brien</b> & Søn")]))
    assert "<b>O'Brien</b> & Søn" in told
