"""When mail may go to a patient, and which name of a sender tells too much."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.patient_mail import (
    WAITS,
    WORDINGS,
    PatientMailKind,
    Wording,
    may_go_at,
    telling_word,
)

NEW_YORK = "America/New_York"


def at(text: str, zone: str = NEW_YORK) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("09-18T10:00", "09-18T10:00"),  # a Friday
        ("09-18T08:30", "09-18T09:00"),  # staffed from eight, but a patient sleeps
        ("09-18T16:59", "09-18T16:59"),
        ("09-18T17:00", "09-21T09:00"),  # nobody answers any more: Monday
        ("09-19T12:00", "09-21T09:00"),  # Saturday
        ("11-26T10:00", "11-27T09:00"),  # Thanksgiving
        ("11-01T12:00", "11-02T09:00"),  # the day on which the clocks go back
        ("03-08T12:00", "03-09T09:00"),  # and forward
    ],
)
def test_mail_goes_when_somebody_answers_the_call(asked, goes):
    assert may_go_at(StaffedHours(NEW_YORK), at(asked)) == at(goes)


@pytest.mark.parametrize(
    ("hours", "asked", "goes"),
    [
        ((time(7), time(21)), "09-18T18:00", "09-21T09:00"),  # open late, but not for mail
        ((time(7), time(21)), "09-18T17:59", "09-18T17:59"),
        ((time(11), time(13)), "09-18T09:30", "09-18T11:00"),
        ((time(18), time(22)), "09-18T18:30", "09-21T09:00"),  # open at night only
        ((time(18), time(22)), "09-18T12:00", "09-18T12:00"),
    ],
)
def test_within_the_clinics_own_hours(hours, asked, goes):
    weekly = dict.fromkeys(range(5), (hours,))
    assert may_go_at(StaffedHours(NEW_YORK, weekly), at(asked)) == at(goes)


def test_a_lunch_break_is_waited_out():
    weekly = {4: ((time(8), time(12)), (time(13), time(17)))}
    assert may_go_at(StaffedHours(NEW_YORK, weekly), at("09-18T12:30")) == at("09-18T13:00")


def test_a_saturday_on_which_somebody_answers_counts():
    weekly = {5: ((time(8), time(12)),)}
    assert may_go_at(StaffedHours(NEW_YORK, weekly), at("09-18T10:00")) == at("09-19T09:00")


def test_no_mail_goes_while_the_clinic_is_closed():
    closures = [(date(2026, 9, 18), date(2026, 9, 25))]
    hours = StaffedHours(NEW_YORK, closures=closures)
    assert may_go_at(hours, at("09-18T10:00")) == at("09-28T09:00")
    for_long = StaffedHours(NEW_YORK, closures=[(date(2026, 9, 1), date(2026, 12, 1))])
    assert may_go_at(for_long, at("09-18T10:00")) is None


def test_hours_are_those_of_the_clinics_zone():
    honolulu = "Pacific/Honolulu"
    asked = at("09-18T10:00")  # 04:00 there
    assert may_go_at(StaffedHours(honolulu), asked) == at("09-18T09:00", honolulu)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Lakeview Ketamine Clinic", "ketamin"),
        ("Lakeview Infusion Center", "infus"),
        ("Harbor PSYCHIATRY", "psych"),
        ("Relief from Depression", "depress"),
        ("City Pain Group", "pain"),
        ("NeuroCare", "neuro"),
        ("Boston TMS", "tms"),
        ("Mood and Brain Center", "mood"),
        ("Dr. Paine's office", ""),
        ("Moody & Treat, MD", ""),
        ("Dr. Lee's office", ""),
        ("The office at Main Street", ""),
        ("Lakeview Clinic", ""),
        ("Helmstmss, MD", ""),
    ],
)
def test_a_name_that_tells_is_found(name, word):
    assert telling_word(name) == word


def test_every_sentence_belongs_to_a_kind_and_tells_nothing():
    assert {one for wordings in WORDINGS.values() for one in wordings} == set(Wording)
    assert set(WORDINGS) == set(WAITS) == set(PatientMailKind)
    assert [one for one in Wording if telling_word(one.label)] == []
