"""What refuses a row, what warns, and what is known again."""

import pytest

from priorauth.spreadsheet.reading import Remark
from priorauth.spreadsheet.rows import read_rows
from priorauth.spreadsheet.words import TrackerStatus
from priorauth.terms import Channel, Funding, LineOfBusiness, Urgency
from tests.priorauth.spreadsheet.tracker import GOOD, TODAY, as_csv, changed, read

APPROVED = {
    "Status": "Approved",
    "Decision_Date": "6/14/2026",
    "Auth": "A123",
    "Sessions_Approved": "6",
    "Auth_Start": "6/14/2026",
    "Auth_End": "9/12/2026",
}


def test_the_good_row_is_good():
    (row,) = read(GOOD).good
    assert (row.last, row.first, row.payer) == ("Weiss", "Kai", "Anthem")
    assert (row.status, row.urgency, row.channel) == (
        TrackerStatus.SUBMITTED,
        Urgency.STANDARD,
        Channel.PORTAL,
    )
    assert (row.line_of_business, row.funding) == (LineOfBusiness.EMPLOYER, Funding.INSURED)
    assert row.group == ""
    assert row.authorization_number is None
    assert row.warnings == ()
    assert row.missing_facts == ()
    assert row.raw == tuple(GOOD.values())


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"DOB": "13/45/1980"}, "DOB", "impossible date of birth"),
        ({"DOB": ""}, "DOB", "date of birth missing"),
        ({"DOB": "1/1/2027"}, "DOB", "date of birth in the future"),
        ({"Patient_Name": ""}, "Patient Name", "patient name missing"),
        ({"Patient_Name": "Weiss"}, "Patient Name", "patient name incomplete"),
        ({"Patient_Name": "=1+1"}, "Patient Name", "formula in place of a name"),
        ({"Patient_Name": "x" * 90 + ", Kai"}, "Patient Name", "text too long"),
        ({"Insurance": ""}, "Insurance", "payer missing"),
        ({"Insurance": "-"}, "Insurance", "payer missing"),
        ({"Member_ID": ""}, "Member ID", "member ID missing"),
        ({"Member_ID": "N/A"}, "Member ID", "member ID missing"),
        ({"State": "Ontario"}, "State", "state is no US state"),
        ({"CPT": "9636S"}, "CPT", "procedure code malformed"),
        ({"CPT": "96366"}, "CPT", "96366 without 96365"),
        ({"Dx": "F33.X9Q"}, "Dx", "diagnosis does not exist"),
        ({"Dx": "F33"}, "Dx", "diagnosis needs more characters"),
        ({"Dx": ""}, "Dx", "diagnosis missing"),
        ({"Units": "six"}, "Units", "units is no number"),
        ({"Urgent": "perhaps"}, "Urgent?", "urgency not understood"),
        ({"Status": "blue"}, "Status", "status not understood"),
        ({"Date_Submitted": "6/31/2026"}, "Date Submitted", "impossible date"),
        ({"Date_Submitted": "11/23/2026"}, "Date Submitted", "submitted in the future"),
        ({"Last_Call": "12/1/2026"}, "Last Call", "call in the future"),
        (
            {"Status": "Denied", "Decision_Date": "6/5/2026"},
            "Decision Date",
            "decided before submitted",
        ),
        (
            {"Status": "Denied", "Decision_Date": "1/5/2027"},
            "Decision Date",
            "decided in the future",
        ),
        (APPROVED | {"Auth_End": "6/13/2026"}, "Auth End", "approval ends before it starts"),
        ({"Status": "draft"}, "Status", "draft with a submission date"),
        ({"Decision_Date": "6/9/2026"}, "Status", "decision date without a decision"),
        ({"Status": "", "Decision_Date": "6/9/2026"}, "Status", "status missing"),
        ({"DOB": "6/7/2026"}, "Date Submitted", "submitted before the birth"),
    ],
)
def test_a_row_is_refused_with_column_and_reason(cells, column, reason):
    reading = changed(**cells)
    assert reading.good == []
    (bad,) = reading.bad
    assert (bad.row, bad.column, bad.reason) == (2, column, reason)
    assert bad.message.endswith((".", "?"))


def test_every_fault_of_a_row_is_told():
    (bad,) = changed(DOB="13/45/1980", Member_ID="", CPT="9636S", Dx="F33.X9Q").bad
    assert [reason.problem for reason in bad.reasons] == [
        "impossible date of birth",
        "member ID missing",
        "procedure code malformed",
        "diagnosis does not exist",
    ]
    assert bad.cells[1] == "13/45/1980"


def test_decided_on_the_day_of_submission_is_fine():
    (row,) = changed(Status="Denied", Decision_Date="6/6/2026").good
    assert row.decided == row.submitted


def test_an_appeal_without_a_decision_date_is_a_task_and_no_error():
    (row,) = changed(Status="Appealing", Decision_Date="").good
    assert row.missing_facts == ("decided", "denial_reason", "letter_dated", "appeal_filed")


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ({}, ()),
        ({"Date_Submitted": "", "How_Submitted": ""}, ("submitted", "channel")),
        ({"Status": "Pended"}, ("information_requested", "information_due")),
        (APPROVED, ()),
        (APPROVED | {"Auth": "", "Auth_End": ""}, ("authorization_number", "effective_through")),
        ({"Status": "draft", "Date_Submitted": ""}, ()),
    ],
)
def test_what_the_status_calls_for_and_the_row_does_not_give_is_named(cells, missing):
    (row,) = changed(**cells).good
    assert row.missing_facts == missing


@pytest.mark.parametrize(
    ("cells", "column", "problem"),
    [
        ({"Plan_Type": "PPO"}, "Plan Type", "plan type not understood"),
        ({"Plan_Type": ""}, "Plan Type", "plan type missing"),
        ({"How_Submitted": "pigeon"}, "How Submitted", "way of submission not understood"),
        ({"Status": "Pending"}, "Status", "status is vague"),
        ({"Status": ""}, "Status", "status missing"),
        ({"Dx": "F33.2 MDD"}, "Dx", "words left out"),
        ({"Dx": "F33.2, F31.4"}, "Dx", "diagnoses exclude each other"),
        ({"Date_Submitted": "10/5/2026"}, "Dx", "diagnosis not fully checked"),
        ({"DOB": "1/3/22"}, "DOB", "patient is a child"),
        ({"DOB": "25/12/1978"}, "DOB", "date read as day, month, year"),
        (
            APPROVED | {"Sessions_Approved": "9"},
            "Sessions Approved",
            "more approved than requested",
        ),
        (APPROVED | {"Denial_Reason": "x"}, "Denial Reason", "denial reason on an approval"),
        (
            {"Status": "Denied", "Denial_Letter_Date": "6/1/2026"},
            "Denial Letter Date",
            "letter dated before submission",
        ),
    ],
)
def test_a_doubt_lets_the_row_pass_with_a_warning(cells, column, problem):
    (row,) = changed(**({"Last_Call": ""} | cells)).good
    assert (column, problem) in [(one.column, one.problem) for one in row.warnings]


def test_an_unknown_plan_type_has_no_law():
    (row,) = changed(Plan_Type="PPO").good
    assert (row.line_of_business, row.funding) == (LineOfBusiness.UNKNOWN, Funding.UNKNOWN)
    assert row.plan_type == "PPO"


def test_a_status_that_is_not_given_is_read_from_the_dates():
    assert changed(Status="").good[0].status is TrackerStatus.SUBMITTED
    assert changed(Status="", Date_Submitted="").good[0].status is TrackerStatus.DRAFT


def test_a_column_of_mixed_date_orders_is_pointed_out():
    reading = read(GOOD | {"DOB": "25/12/1978"}, GOOD | {"DOB": "3/4/1978"})
    (warning,) = reading.warnings
    assert "'DOB'" in warning
    assert read(GOOD | {"DOB": "3/4/1978"}).warnings == ()


@pytest.mark.parametrize(
    ("problem", "advice", "said"),
    [
        ("units is no number", "give one.", "Units is no number: give one."),
        ("Nobody may do that.", "", "Nobody may do that."),
        ("submitted twice", "", "Submitted twice."),
    ],
)
def test_a_remark_is_one_sentence(problem, advice, said):
    assert str(Remark("", problem, advice)) == said


# ------------------------------------------------------------------ repeats


def test_an_exact_duplicate_is_refused_and_the_first_is_kept():
    reading = read(GOOD, GOOD, GOOD | {"Member ID": "SYN2"}, GOOD)
    assert [row.row for row in reading.good] == [2, 4]
    assert [(bad.row, bad.reason) for bad in reading.bad] == [
        (3, "exact duplicate of the row above"),
        (5, "exact duplicate of row 2"),
    ]


def test_the_same_request_typed_differently_is_refused():
    again = GOOD | {"DOB": "28-Sep-1978", "Patient Name": "KAI  WEISS", "Notes": "other"}
    (bad,) = read(GOOD, again).bad
    assert (bad.row, bad.reason) == (3, "same request as row 2")


@pytest.mark.parametrize(
    "change",
    [
        {"DOB": "1978-09-28"},
        {"Patient Name": "kai weiss"},
        {"Member ID": " syn 579525745"},
        {"CPT": "96366/96365"},
        {"Date Submitted": "06-Jun-26"},
        {"Notes": "something new"},
        {"Status": "Denied"},
        {"Insurance": "ANTHEM"},
    ],
)
def test_a_request_is_known_again_however_it_is_typed(change):
    assert read(GOOD | change).good[0].fingerprint == read(GOOD).good[0].fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"DOB": "9/29/1978"},
        {"Patient Name": "Weiss, Kay"},
        {"Member ID": "SYN2"},
        {"CPT": "96365"},
        {"Date Submitted": "6/7/2026"},
        {"Insurance": "Aetna"},
        {"Ref #": "REF2"},
    ],
)
def test_another_request_has_another_fingerprint(change):
    assert read(GOOD | change).good[0].fingerprint != read(GOOD).good[0].fingerprint


# ------------------------------------------------------------------ shapes


def test_a_row_longer_than_the_heading_is_refused():
    text = as_csv(GOOD, GOOD | {"Member ID": "SYN2"}).splitlines()
    reading = read_rows(
        "\n".join([text[0], text[1] + ",spilled", text[2]]).encode(), filename="x.csv", today=TODAY
    )
    assert [row.row for row in reading.good] == [3]
    assert reading.bad[0].reason == "row longer than the heading"


def test_a_row_shorter_than_the_heading_is_filled_with_blanks():
    row = {name: GOOD[name] for name in GOOD if name not in ("Last Call", "Rep", "Call Ref")}
    text = as_csv(row | {"Notes": ""}).rstrip().rstrip(",")
    (good,) = read_rows(text.encode(), filename="x.csv", today=TODAY).good
    assert good.note is None


def test_one_bad_row_among_ten_thousand_is_found_and_numbered():
    rows = [GOOD | {"Member ID": f"SYN{number}"} for number in range(2_000)]
    rows[1_998]["DOB"] = "13/45/1980"
    reading = read(*rows)
    assert len(reading.good) == 1_999
    assert [(bad.row, bad.column) for bad in reading.bad] == [(2_000, "DOB")]


@pytest.mark.parametrize("formula", ['=HYPERLINK("http://x")', "=1+1", "@SUM(1)", "+1", "-1"])
def test_a_formula_in_a_text_is_kept_as_inert_text(formula):
    (row,) = changed(Notes=formula, Rep=formula, Denial_Reason=formula).good
    assert (row.note, row.rep, row.denial_reason) == (formula,) * 3


def test_an_apostrophe_that_a_safe_export_put_is_taken_off():
    (row,) = changed(Notes="'=1+1", Rep="'Tis me").good
    assert (row.note, row.rep) == ("=1+1", "'Tis me")
