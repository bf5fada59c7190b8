"""The clinician's sheet for a peer-to-peer: what is on file, what is not, and who may have it."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from django.test import Client
from django_scopes import scope

from cases.demo.stories import Teller
from cases.models import (
    Determination,
    Diagnosis,
    PayerDemand,
    PayerStance,
    PeerToPeer,
    PriorAuthRequest,
    ScaleScore,
    StaffMember,
    TreatmentTrial,
)
from cases.workflow import peer_to_peer
from cases.workflow.undoing import undo
from priorauth.terms import AppealOutcome, Outcome
from tests.cases.conftest import FRIDAY
from tests.cases.desk import made
from tests.cases.desk.paper import Desk, said

pytestmark = pytest.mark.usefixtures("friday_morning")


@pytest.fixture
def denied(teller: Teller) -> PriorAuthRequest:
    return teller.denied(2, plan=teller.cast.plans[1])


def address(case: PriorAuthRequest) -> str:
    return f"/case/{case.number}/peer-to-peer-sheet/"


def sheet(desk: Desk, case: PriorAuthRequest) -> str:
    answer = desk.open(address(case))
    assert answer["Content-Type"] == "application/pdf"
    paper = pypdf.PdfReader(io.BytesIO(b"".join(answer)))
    assert len(paper.pages) == 1
    return " ".join(paper.pages[0].extract_text().split())


def test_it_tells_what_is_on_file_and_what_is_not(desk: Desk, denied: PriorAuthRequest) -> None:
    told = sheet(desk, denied)
    decision = Determination.objects.get(request=denied)
    for words in (
        denied.number,
        denied.patient.full_name,
        f"{denied.patient.birth_date:%m/%d/%Y}",
        denied.coverage.member_id,
        denied.requesting_clinician.npi,
        "800-555-0122",
        "no time is agreed yet",
        "File the internal appeal",
        "Denied",
        decision.reasons_verbatim[:40],
        f"{denied.diagnoses.first().code} {denied.diagnoses.first().title[:12]}",
        "Earlier treatments not on file: take it from the chart",
        "Scores not on file: take it from the chart",
        "Papers here not on file",
        "Missing Clinical papers",
    ):
        assert words in told, words


def test_the_appointment_and_its_number_stand_first(
    desk: Desk, denied: PriorAuthRequest, teller: Teller
) -> None:
    asked = teller.at(1)
    talk = peer_to_peer.ask(
        teller.actor(asked), denied, asked=teller.moment(asked), phone="800-555-0177"
    )
    peer_to_peer.schedule(
        teller.actor(asked), talk, scheduled_at=FRIDAY + timedelta(days=3), zone=teller.zone,
        reviewer_name="Dr. Łowell",
    )  # fmt: skip
    told = sheet(desk, denied)
    assert "Agreed for Mon 21 Sep 2026, 10:00 EDT, with Dr. Łowell" in told
    assert told.index("800-555-0177") < told.index("800-555-0122")


def test_what_the_payer_wants_is_told_with_whether_it_is_here(
    desk: Desk, denied: PriorAuthRequest
) -> None:
    payer = denied.coverage.plan.payer
    PayerStance.objects.all().delete()
    PayerStance(
        clinic=denied.clinic, payer=payer, product=denied.product, stance="excludes",
        policy_number="MP-446", reviewed_on=FRIDAY.date(), notes="Two failed trials wanted.",
    ).save()  # fmt: skip
    PayerDemand(
        clinic=denied.clinic, payer=payer, kind="letter_of_necessity", source="Manual, page 12",
        checked_on=FRIDAY.date(),
    ).save()  # fmt: skip
    told = sheet(desk, denied)
    assert "excludes ketamine infusions, policy MP-446" in told
    assert "Two failed trials wanted." in told
    assert "Missing Letter of medical necessity" in told
    assert "Manual, page 12" in told


def test_before_a_decision_nothing_is_called_refused(desk: Desk, teller: Teller) -> None:
    pending = teller.submitted(teller.at(3), plan=teller.cast.plans[1])
    told = sheet(desk, pending)
    assert "No decision of the payer is on file." in told
    assert "Denied" not in told
    assert "Reasons:" not in told


def test_a_decision_that_was_undone_is_not_told(
    desk: Desk, denied: PriorAuthRequest, teller: Teller
) -> None:
    decision = Determination.objects.get(request=denied)
    words = decision.reasons_verbatim
    assert words and words[:40] in sheet(desk, denied)
    undo(teller.actor(teller.now), decision.event)
    assert words[:40] not in sheet(desk, denied)


def test_no_diagnosis_and_no_clinician_are_missing_and_not_invented(
    desk: Desk, denied: PriorAuthRequest
) -> None:
    Diagnosis.objects.filter(request=denied).delete()
    PriorAuthRequest.objects.update(requesting_clinician=None)
    told = sheet(desk, denied)
    assert "Diagnoses not on file" in told
    assert "Our clinician not on file" in told
    assert "Clinician's NPI not on file" in told


def test_papers_to_cite_follow_the_diagnosis_and_the_reasons(
    desk: Desk, denied: PriorAuthRequest
) -> None:
    Diagnosis.objects.filter(request=denied).update(code="F33.2")
    Determination.objects.update(reasons=["experimental_investigational"])
    told = sheet(desk, denied)
    assert "To cite: Anand 2023, N Engl J Med; Singh 2016, Am J Psychiatry;" in told
    assert "May be held against it: " in told and "Jelovac 2025, JAMA Psychiatry" in told
    Determination.objects.update(reasons=["unclear_or_missing_reason"])
    assert "To cite" not in sheet(desk, denied)
    Diagnosis.objects.filter(request=denied).update(code="Z63.0")
    assert "Published" not in sheet(desk, denied)


def test_the_case_page_offers_it_only_while_a_talk_may_come(desk: Desk, teller: Teller) -> None:
    plan = teller.cast.plans[1]
    for case, is_offered in (
        (teller.opened(teller.at(1), plan=plan), False),
        (teller.submitted(teller.at(3), plan=plan), True),
        (teller.denied(2, plan=plan), True),
    ):
        page = desk.open(f"/case/{case.number}/").content.decode()
        assert (address(case) in page) is is_offered, case.status
    approved = teller.submitted(teller.at(6), plan=plan)
    teller.decided(approved, teller.at(1), Outcome.APPROVED)
    assert address(approved) not in desk.open(f"/case/{approved.number}/").content.decode()
    answer = desk.open(address(approved), status=302)
    assert answer.url == f"/case/{approved.number}/"
    assert "No peer-to-peer is asked for or may be asked for" in said(answer)


def test_a_talk_that_is_over_is_not_the_next_one(
    desk: Desk, denied: PriorAuthRequest, teller: Teller
) -> None:
    asked = teller.at(1)
    talk = peer_to_peer.ask(
        teller.actor(asked), denied, asked=teller.moment(asked), phone="800-555-0177"
    )
    peer_to_peer.record(
        teller.actor(teller.now), talk, held=teller.moment(teller.at(0)),
        outcome=AppealOutcome.UPHELD,
    )  # fmt: skip
    assert PeerToPeer.objects.get().outcome == AppealOutcome.UPHELD
    assert "800-555-0177" not in sheet(desk, denied)


def test_all_who_see_the_case_may_have_it_and_nobody_else(
    denied: PriorAuthRequest, teller: Teller
) -> None:
    auditor = Desk(StaffMember.objects.get(username="auditor"))
    assert denied.number in sheet(auditor, denied)
    clinician = StaffMember.objects.filter(username="clinician").first()
    if clinician is not None:
        page = Desk(clinician).open(f"/case/{denied.number}/").content.decode()
        assert address(denied) in page
    there = made.clinic("elsewhere")
    with scope(clinic=there):
        other = Desk(made.staff(there, name="Eve Else"))
    other.open(address(denied), status=404)
    assert Client().get(address(denied)).status_code == 302


def test_it_is_kept_nowhere_and_named_by_the_case_alone(
    desk: Desk, denied: PriorAuthRequest
) -> None:
    answer: Any = desk.open(address(denied))
    assert answer["Content-Disposition"] == (
        f'attachment; filename="{denied.number}-peer-to-peer.pdf"'
    )
    assert "no-store" in answer["Cache-Control"]
    assert desk.client.post(address(denied)).status_code == 405


def test_earlier_treatments_and_scores_on_file_are_told(
    desk: Desk, denied: PriorAuthRequest
) -> None:
    mine = {"clinic": denied.clinic, "patient": denied.patient}
    TreatmentTrial.objects.create(
        **mine, kind="antidepressant", name="Sertraline", outcome="none", source="Note"
    )
    ScaleScore.objects.create(**mine, scale="phq9", score=21, taken_on=date(2026, 8, 7))
    told = sheet(desk, denied)
    assert "Earlier treatments Sertraline: no effect" in told
    assert "Scores PHQ-9 21 on Fri 7 Aug 2026" in told
