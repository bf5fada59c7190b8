"""What the payer's policy on file asks for, compared on the case page with what is recorded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cases.demo.stories import Teller
from cases.models import PayerStance, PriorAuthRequest, ScaleScore, TreatmentTrial
from cases.models.payer_stances import Stance
from cases.models.treatment_trials import ScaleName, TrialKind, TrialOutcome
from cases.workflow import infusions
from cases.workflow.actor import Actor
from cases.workflow.infusions import InfusionTold
from priorauth.terms import InfusionStatus, Role
from tests.cases.desk.test_readiness import panel
from tests.cases.desk.test_request_sheet import sheet

pytestmark = pytest.mark.usefixtures("friday_morning")


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    """A draft for 28 September whose payer's policy asks for two antidepressants and a score."""
    case = teller.opened(teller.at(1), plan=teller.cast.plans[0], starts_in=10)
    PayerStance(
        clinic=case.clinic,
        payer=case.coverage.plan.payer,
        stance=Stance.COVERS,
        policy_number="MP-1.23",
        reviewed_on=date(2026, 9, 1),
        request_form="Form NH-22",
        asks_trials=2,
        asks_trial_kind=TrialKind.ANTIDEPRESSANT,
        asks_scale=ScaleName.PHQ9,
        asks_score=20,
        asks_places="22, 19",
        asks_prescribers="2084P0800X",
    ).save()
    return case


def trial(case: PriorAuthRequest, name: str, **values: object) -> None:
    told = {
        "kind": TrialKind.ANTIDEPRESSANT, "outcome": TrialOutcome.NO_EFFECT, "source": "Note",
        **values,
    }  # fmt: skip
    TreatmentTrial(clinic=case.clinic, patient=case.patient, name=name, **told).save()


def score(case: PriorAuthRequest, points: int, on: date) -> None:
    ScaleScore(
        clinic=case.clinic, patient=case.patient, scale="phq9", score=points, taken_on=on
    ).save()


def test_each_criterion_is_met_not_met_or_not_recorded_with_the_way_there(desk, case):
    told = panel(desk.open(f"/case/{case.number}/"))
    patient = f"/patient/{case.patient_id}/change/"
    assert "none is on file. <a" in told
    assert f'{patient}#trials-group">' in told
    assert f'{patient}#scores-group">' in told
    assert told.count(">Not recorded<") == 2
    assert "on the request: 11 Office." in told
    assert told.count(">Not met<") == 1
    assert told.count(">Met<") == 1  # the psychiatrist
    assert "Policy MP-1.23, read Tue 1 Sep 2026" in told


def test_what_is_recorded_counts_each_failed_treatment_of_the_sort_once(desk, case):
    trial(case, "Sertraline")
    trial(case, "sertraline ")
    trial(case, "Lithium", kind=TrialKind.AUGMENTATION)
    trial(case, "Bupropion", outcome=TrialOutcome.RESPONSE)
    score(case, 21, date(2026, 9, 8))
    told = panel(desk.open(f"/case/{case.number}/"))
    assert "on file: 1 (Sertraline)." in told
    assert "The policy asks for 20 or more; on file: 21 on Tue 8 Sep 2026." in told
    trial(case, "Venlafaxine", outcome=TrialOutcome.NOT_TOLERATED)
    assert "on file: 2 (Sertraline and Venlafaxine)." in panel(desk.open(f"/case/{case.number}/"))


def test_the_score_before_the_first_infusion_counts_and_not_what_came_of_it(
    desk, case, approved, teller
):
    at = teller.at(4)
    told = InfusionTold(InfusionStatus.DONE, at, at, at + timedelta(minutes=40))
    biller = Actor(teller.cast.biller, Role.BILLER, teller.now)
    infusions.record_infusion(biller, approved, told, session=None)
    PriorAuthRequest.objects.filter(pk=approved.pk).update(patient=case.patient)
    began = at.date()
    score(case, 22, began - timedelta(days=2))
    score(case, 8, began + timedelta(days=1))
    assert "on file: 22 on" in panel(desk.open(f"/case/{case.number}/"))


def test_the_request_sheet_names_the_form_it_stands_in_for(desk, case):
    assert "Sent in place of the payer's own form: Form NH-22" in sheet(desk, case)
