"""The clinician's sheet for a peer-to-peer, read back with another program than wrote it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import fields, replace

import pypdf
import pytest

from priorauth.letters.talk_pdf import write_talk_sheet
from priorauth.letters.talk_sheet import (
    ALWAYS_ASK,
    FIRST_ASK,
    MISSING,
    MOST_LINES,
    NOT_KEPT,
    NOTES,
    OUTCOMES,
    Demand,
    Limit,
    Line,
    Number,
    TalkSheet,
)

SHEET = TalkSheet(
    case_number="PA-00000001",
    clinic="Harbor Clinic",
    made="Fri 18 Sep 2026",
    subject="Zoë Ortiz / Prairie Mutual",
    identifiers=[("Patient", "Zoë Ortiz"), ("Member ID", "SYN000111222"), ("Group number", "")],
    appointment="Mon 21 Sep 2026, 15:30 EDT, with Dr. Lowell",
    numbers=[Number("Peer-to-peer", "800-555-0122", "Mon-Fri 8-18, menu 1")],
    limits=[Limit("Hold the peer-to-peer", "by end of Fri 25 Sep 2026", "Why: manual, page 44.")],
    lines=[
        Line("96365", "IV infusion of a drug, first hour", "6 units, 1 a session", "Denied", True),
        Line("96366", "Each further hour", "6 units, 1 a session", "Approved, 6 units", False),
        Line("J3490", "Ketamine 0.5 mg/kg IV", "6 units, 1 a session", "Denied", True),
    ],
    is_decided=True,
    decision="Told by letter; dated Thu 17 Sep 2026.",
    reasons=["Not medically necessary", "Experimental or investigational"],
    quoted="Two adequate trials are not documented.",
    policy=["Prairie Mutual excludes ketamine infusions, policy MP-446."],
    demands=[Demand("Clinical papers", "Missing", "Add notes."), Demand("Diagnoses", "Here")],
    facts=[("Diagnoses", "F33.2 Major depressive disorder"), ("Scores", NOT_KEPT), ("Papers", "")],
    ask=["exact criterion not met", "exact criterion not met"],
    answers=["Show failed adequate trials"],
    cite=["Anand 2023, N Engl J Med", "Singh 2016, Am J Psychiatry"],
    against=["Jelovac 2025, JAMA Psychiatry"],
)


def pages(sheet: TalkSheet) -> int:
    return len(pypdf.PdfReader(io.BytesIO(write_talk_sheet(sheet))).pages)


def said(sheet: TalkSheet) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    made = write_talk_sheet(sheet)
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=made, capture_output=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


def test_it_says_who_calls_whom_why_until_then_and_what_was_refused():
    told = said(SHEET)
    for words in (
        "Case PA-00000001", "Zoë Ortiz / Prairie Mutual", "Member ID SYN000111222",
        "Mon 21 Sep 2026, 15:30 EDT, with Dr. Lowell", "800-555-0122 (Mon-Fri 8-18, menu 1)",
        "Hold the peer-to-peer: by end of Fri 25 Sep 2026", "Why: manual, page 44.",
        "96365 IV infusion of a drug, first hour 6 units, 1 a session Denied",
        "96366 Each further hour 6 units, 1 a session Approved, 6 units",
        "Reasons: Not medically necessary; Experimental or investigational",
        "“Two adequate trials are not documented.”", "policy MP-446",
        "Missing Clinical papers: Add notes.", "Here Diagnoses", "F33.2 Major depressive disorder",
        "Exact criterion not met", "Show failed adequate trials",
        "To cite: Anand 2023, N Engl J Med; Singh 2016, Am J Psychiatry",
        "May be held against it: Jelovac 2025, JAMA Psychiatry",
    ):  # fmt: skip
        assert words in told, words


def test_what_is_not_on_file_is_said_to_be_missing():
    told = said(SHEET)
    assert f"Group number {MISSING}" in told
    assert f"Papers {MISSING}" in told
    assert f"Scores {NOT_KEPT}" in told


def test_there_is_room_for_who_how_it_ended_and_what_was_said():
    told = said(SHEET)
    for words in (*NOTES, *OUTCOMES, "What was said"):
        assert words in told, words


def test_a_question_is_asked_once_and_those_of_every_talk_always():
    assert SHEET.questions() == ["exact criterion not met", *ALWAYS_ASK]
    assert replace(SHEET, ask=[]).questions() == [*FIRST_ASK, *ALWAYS_ASK]
    assert replace(SHEET, ask=[str(each) for each in range(20)]).questions()[-2:] == [*ALWAYS_ASK]


def test_a_refusal_without_reasons_asks_for_them_and_proposes_no_answer():
    bare = replace(
        SHEET, reasons=[], quoted="", policy=[], demands=[], ask=[], answers=[], cite=[], against=[]
    )
    told = said(bare)
    assert "Published" not in told
    for words in (
        "no reason is on file: ask for it first",
        "The payer's own words are not on file",
        "The payer's policy is not on file",
        "No reason is on file that an answer could be proposed for.",
    ):
        assert words in told, words
    before = said(replace(bare, is_decided=False, decision="No decision of the payer is on file."))
    assert "No decision of the payer is on file." in before
    assert "Reasons:" not in before


def test_lines_beyond_those_shown_are_said_to_be_more():
    told = said(replace(SHEET, lines=[SHEET.lines[0]] * (MOST_LINES + 2)))
    assert told.count("96365") == MOST_LINES
    assert "and 2 more on the case page" in told


@pytest.mark.parametrize("many", [1, 30])
@pytest.mark.parametrize("word", ["Wolfeschlegelsteinhausen-O'Shaughnessy ", "W", "Łódź Świątek "])
def test_however_long_and_many_it_is_one_page(many: int, word: str):
    long = word * 400
    sheet = replace(
        SHEET,
        clinic=long,
        subject=long,
        identifiers=[(name, long) for name, _ in SHEET.identifiers] * 4,
        appointment=long,
        numbers=[Number(long, long, long)] * min(many, 3),
        limits=[Limit(long, long, long)] * many,
        lines=[Line("96365", long, long, long, True)] * many,
        decision=long,
        reasons=[long] * many,
        quoted=long,
        policy=[long] * many,
        demands=[Demand(long, "Cannot tell", long)] * many,
        facts=[(long, long)] * many,
        ask=[f"{n} {long}" for n in range(many)],
        answers=[f"{n} {long}" for n in range(many)],
        cite=[long] * many,
        against=[long] * many,
    )
    assert pages(sheet) == 1


@pytest.mark.parametrize(
    "name",
    ["</para><b>", '<img src="/etc/passwd">', "&amp; O'Brien <x", "nul\x00\x0b\u202egnp", "中文"],
)
def test_whatever_is_on_file_stays_text(name: str):
    made = write_talk_sheet(
        replace(SHEET, subject=name, quoted=name, policy=[name], facts=[(name, name)], ask=[name])
    )
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 1
    assert b"/URI" not in made


def test_a_letter_that_the_font_lacks_loses_its_accent_and_is_no_empty_box():
    assert "Swiatek / Łódz" in said(replace(SHEET, subject="Świątek / Łódź"))
    # The same letter, written as two signs.
    assert "Zoë S" in said(replace(SHEET, subject="Zoe\u0308 S\u0301"))


def test_the_same_sheet_is_the_same_file():
    assert write_talk_sheet(SHEET) == write_talk_sheet(SHEET)


def test_the_title_of_the_file_names_no_patient():
    title = pypdf.PdfReader(io.BytesIO(write_talk_sheet(SHEET))).metadata.title
    assert title == "Peer-to-peer sheet PA-00000001"
    assert "patient" not in {each.name for each in fields(TalkSheet)}
