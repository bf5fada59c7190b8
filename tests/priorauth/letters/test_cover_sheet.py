"""The first page of a fax, read back with another program than wrote it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import fields, replace

import pypdf
import pytest

from priorauth.letters.cover_sheet import TO_BE_FILLED, CoverSheet
from priorauth.letters.pdf import write_cover_sheet

SHEET = CoverSheet(
    payer="Northfield Health",
    payer_fax="800-555-0110",
    clinic="Harbor Clinic",
    clinic_address=("200 Harbor Street, Suite 4", "Albany, NY 12207"),
    clinic_phone="518-555-0100",
    clinic_fax="518-555-0101",
    case_number="PA-00000001",
    member_id="SYN000111222",
    made="Fri 18 Sep 2026",
    pages=4,
    enclosed=("Letter of medical necessity", "Clinical note"),
)


def said(sheet: CoverSheet) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    made = write_cover_sheet(sheet)
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=made, capture_output=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


def test_it_says_from_whom_for_whom_and_how_many_pages():
    told = said(SHEET)
    for words in (
        "Northfield Health, prior authorization", "Fax 800-555-0110", "From Harbor Clinic",
        "Answer by fax to 518-555-0101", "Date Fri 18 Sep 2026", "Pages with this one 4",
        "Our case number PA-00000001", "Member ID SYN000111222",
        "Enclosed Letter of medical necessity, Clinical note", "destroy every page",
    ):  # fmt: skip
        assert words in told, words
    assert "URGENT" not in told


def test_it_has_no_room_for_a_patient():
    names = {each.name for each in fields(CoverSheet)}
    assert not names & {"patient", "first_name", "last_name", "birth_date", "diagnoses", "codes"}


def test_an_urgent_request_says_so_to_whoever_takes_the_pages():
    assert "URGENT: expedited review is asked for" in said(replace(SHEET, is_urgent=True))


def test_what_is_not_on_file_is_a_blank_to_be_filled_in_by_hand():
    blank = replace(SHEET, payer_fax="", pages=None)
    assert dict(blank.rows())["Fax"] == TO_BE_FILLED
    assert dict(blank.rows())["Pages with this one"] == TO_BE_FILLED
    assert TO_BE_FILLED in said(blank)


def test_the_same_sheet_is_the_same_file_of_one_page():
    assert write_cover_sheet(SHEET) == write_cover_sheet(SHEET)
    assert len(pypdf.PdfReader(io.BytesIO(write_cover_sheet(SHEET))).pages) == 1


@pytest.mark.parametrize(
    "name",
    [
        "</para><b>", '<img src="/etc/passwd">', "&amp; O'Brien <x", "Łódź Health",
        "W" * 5000, "nul\x00\x0b\u202egnp", '<a href="javascript:alert(1)">x</a>',
    ],
)  # fmt: skip
def test_whatever_a_payer_is_called_stays_text_on_one_page(name: str):
    made = write_cover_sheet(replace(SHEET, payer=name, enclosed=(name,)))
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) <= 2
    assert b"/URI" not in made
    if "<" in name:
        assert name.split("<")[1].split(">")[0][:4] in said(replace(SHEET, payer=name))
