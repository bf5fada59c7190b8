"""Task 5: a request for a known patient, and for a new one, with codes, units and its clock."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cases.demo.cast import Cast
from cases.models import Coverage, Deadline, Patient, PriorAuthRequest
from cases.models.deadlines import LIVE
from priorauth.terms import ClockKind, RequestStatus
from tests.flows.tasks.hand import Hand

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DRUG = "Ketamine 50 mg/mL, 0.5 mg/kg IV"


def ask(hand: Hand) -> None:
    """Treatment, diagnosis and drug of the usual course; then open the request."""
    page = hand.page
    hand.fill(page.get_by_label("Sessions"), "6")
    hand.fill(page.get_by_label("Minutes a session"), "40")
    hand.fill_day(page.locator("#id_planned_start_on"), start())
    hand.fill(page.get_by_label("Primary diagnosis"), "f33.2")
    hand.fill(page.get_by_label("Drug in words").nth(1), DRUG)
    hand.press(page.get_by_role("button", name="Open the request").last)
    page.wait_for_url("**/case/PA-*/")


def start() -> date:
    return timezone.localdate() + timedelta(days=21)


def opened() -> PriorAuthRequest:
    """The request, once all that was to be done is seen to be done."""
    case = PriorAuthRequest.objects.get()
    assert case.status == RequestStatus.DRAFT
    assert case.planned_start_on == start()
    assert case.diagnoses.get().code == "F33.2"
    lines = case.lines.order_by("position")
    asked = [(line.code, line.units_per_session, line.units_total) for line in lines]
    assert asked == [("96365", 1, 6), ("J3490", 1, 6)]
    assert lines[1].drug_narrative == DRUG
    assert Deadline.objects.filter(LIVE, request=case, kind=ClockKind.SUBMIT_BY).exists()
    return case


def test_a_known_patients_request(hand: Hand, cast: Cast) -> None:
    patient = Patient(
        clinic=cast.clinic, first_name="Jane", last_name="Quillson", birth_date=date(1985, 5, 3)
    )
    patient.save()
    Coverage(clinic=cast.clinic, patient=patient, plan=cast.plans[1], member_id="M-1").save()
    page = hand.page
    hand.at("/")

    hand.key("n")
    hand.fill(page.get_by_label("Find a patient"), "quill")
    hand.press(page.get_by_label("Quillson, Jane, born 05/03/1985 · Northfield"))
    ask(hand)

    assert opened().patient == patient
    hand.within("New request, known patient", interactions=12, seconds=90)


def test_a_new_patients_request(hand: Hand, cast: Cast) -> None:
    page = hand.page
    hand.at("/")

    hand.key("n")
    hand.press(page.get_by_label("A new patient"))
    hand.fill(page.get_by_label("First name"), "Jane")
    hand.fill(page.get_by_label("Last name"), "Quillson")
    hand.fill_day(page.get_by_label("Date of birth"), date(1985, 5, 3))
    hand.fill(page.get_by_role("textbox", name="Member ID"), "SYN445566778")
    hand.fill(page.get_by_label("Group number"), "GRP-1001")
    hand.key("Tab")
    page.keyboard.type("Northfield Health: O")
    ask(hand)

    case = opened()
    assert (case.patient.full_name, case.patient.birth_date) == ("Jane Quillson", date(1985, 5, 3))
    assert case.coverage.plan == cast.plans[1]
    assert (case.coverage.member_id, case.coverage.group_number) == ("SYN445566778", "GRP-1001")
    hand.within("New request, new patient", seconds=180)
