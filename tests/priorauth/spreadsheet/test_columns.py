"""Headings of other clinics."""

import pytest

from priorauth.errors import UnreadableFile
from priorauth.spreadsheet import columns, fields
from priorauth.spreadsheet.columns import field_of, map_columns
from tests.priorauth.spreadsheet.tracker import GOOD, read


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Patient Name", "name"),
        ("PATIENT", "name"),
        ("Pt. Name (Last, First)", "name"),
        ("Last Name", "last"),
        ("Patient Last Name", "last"),
        ("First", "first"),
        ("D.O.B.", "dob"),
        ("Date of Birth", "dob"),
        ("Patient DOB", "dob"),
        ("DOB (mm/dd/yyyy)", "dob"),
        ("Payor", "payer"),
        ("Insurance Company", "payer"),
        ("Plan", "plan"),
        ("Plan Type", "plan_type"),
        ("LOB", "plan_type"),
        ("Line of Business", "plan_type"),
        ("Member #", "member_id"),
        ("MemberID", "member_id"),
        ("Subscriber ID", "member_id"),
        ("Policy No.", "member_id"),
        ("Group No", "group"),
        ("CPT Code(s)", "codes"),
        ("Procedure Codes", "codes"),
        ("CPT 1", "codes"),
        ("# of Sessions", "units"),
        ("ICD-10", "diagnoses"),
        ("Dx Code", "diagnoses"),
        ("Diagnosis 2", "diagnoses"),
        ("Urgent?", "urgency"),
        ("Date\nSubmitted", "submitted"),
        ("PA Submitted", "submitted"),
        ("Submission Method", "channel"),
        ("Reference #", "confirmation"),
        ("Current Status", "status"),
        ("Date Approved", "decided"),
        ("Determination Date", "decided"),
        ("Authorization Number", "authorization_number"),
        ("Approved Units", "sessions_approved"),
        ("Effective Date", "effective_from"),
        ("Expiration Date", "effective_through"),
        ("Reason for Denial", "denial_reason"),
        ("Notice Date", "letter_dated"),
        ("Appeal Deadline", "appeal_by"),
        ("Date Appealed", "appeal_filed"),
        ("Spoke with", "rep"),
        ("Call Reference #", "call_reference"),
        ("Comments", "note"),
        ("# Sessions", "units"),
        ("Session Count No.", ""),
        ("Phone Ref #", "call_reference"),
        ("Phone #", ""),
        ("Fax #", ""),
        ("Date of Submission", "submitted"),
        ("Submission date (portal)", "submitted"),
        ("Approved # of Sessions", ""),
        ("Reason Denied", "denial_reason"),
        ("Auth. No.", "authorization_number"),
        ("Contact Date", "call_on"),
        ("Clinic", ""),
        ("Patient ID", ""),
        ("SSN", ""),
        ("", ""),
        ("=cmd", ""),
    ],
)
def test_a_heading_is_known_by_its_synonyms(heading, field):
    assert field_of(heading) == field


def test_no_synonym_stands_for_two_fields():
    said = [
        (columns.normalised(name), field.id)
        for field in fields.FIELDS.values()
        for name in {columns.normalised(n): n for n in (field.label, *field.synonyms)}.values()
    ]
    names = [name for name, _ in said]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_no_word_set_stands_for_two_fields():
    bags = {}
    for name, field, _ in columns._NAMES:
        assert bags.setdefault(columns._bag(name), field) == field, name
        assert columns._bag(name), name


def test_columns_that_the_clocks_need_are_missed_aloud():
    reading = read({n: t for n, t in GOOD.items() if n not in ("Plan Type", "Urgent?")})
    (warning,) = reading.warnings
    assert "Plan type, Urgent:" in warning
    assert len(reading.good) == 1


def test_a_missing_column_stops_everything_and_is_asked_for_by_name():
    reading = read({name: text for name, text in GOOD.items() if name not in ("DOB", "Member ID")})
    assert reading.missing_columns == ("Date of birth", "Member ID")
    assert reading.missing_fields == ("dob", "member_id")
    assert reading.good == []
    assert reading.bad == []


def test_a_column_that_is_not_known_is_named_and_nothing_of_it_is_kept():
    reading = read(GOOD | {"clinic": "B", "Favourite color": "blue"})
    assert reading.unknown_columns == ("clinic", "Favourite color")
    assert len(reading.good) == 1


def test_a_mapping_says_what_a_column_is():
    row = {("Geb." if name == "DOB" else name): text for name, text in GOOD.items()}
    assert read(row).missing_columns == ("Date of birth",)
    reading = read(row, mapping={"Geb.": "dob", "Notes": "ignore"})
    assert reading.missing_columns == ()
    assert reading.good[0].dob.isoformat() == "1978-09-28"
    assert reading.good[0].note is None
    assert reading.columns["dob"] == ("Geb.",)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [({"Geb.": "dob"}, "no column 'Geb.'"), ({"DOB": "birthday"}, "no field 'birthday'.*dob")],
)
def test_a_mapping_that_names_nothing_is_refused(mapping, said):
    with pytest.raises(UnreadableFile, match=said):
        read(GOOD, mapping=mapping)


def test_last_and_first_name_may_have_columns_of_their_own():
    row = {"Last": "Nu\u00f1ez", "First": "Avery"} | GOOD
    del row["Patient Name"]
    reading = read(row)
    assert (reading.good[0].last, reading.good[0].first) == ("Nu\u00f1ez", "Avery")
    (bad,) = read(row | {"First": ""}).bad
    assert (bad.column, bad.reason) == ("First", "patient name missing")


def test_the_surer_of_two_headings_is_taken():
    reading = read({"ID": "1"} | GOOD)
    assert reading.columns["member_id"] == ("Member ID",)
    assert reading.unknown_columns == ("ID",)


def test_codes_diagnoses_and_notes_may_stand_in_several_columns():
    row = GOOD | {"Dx 2": "Z91.51", "Dx 3": "", "Comments": "call Monday", "CPT 2": "J3490"}
    (good,) = read(row).good
    assert good.diagnoses == ("F33.2", "Z91.51")
    assert good.codes == ("96365", "96366", "J3490")
    assert good.note == "left vm\ncall Monday"


def test_a_decision_may_have_a_column_for_each_outcome():
    row = {n: t for n, t in GOOD.items() if n != "Decision Date"} | {"Status": "Denied"}
    (good,) = read(row | {"Date Approved": "", "Date Denied": "6/9/2026"}).good
    assert good.decided.isoformat() == "2026-06-09"


def test_the_order_of_places_follows_the_file():
    found = map_columns(["Dx 2", "Dx", "Notes"])
    assert found.places["diagnoses"] == (0, 1)
