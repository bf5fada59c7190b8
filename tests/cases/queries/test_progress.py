"""What has come of a course: the scores before it and now, in points and percent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cases.models import PriorAuthRequest, ScaleScore
from cases.models.infusions import InfusionSession
from cases.models.treatment_trials import ScaleName
from cases.queries.course import read_course
from cases.queries.progress import progress
from cases.workflow import infusions
from cases.workflow.actor import Actor
from cases.workflow.infusions import InfusionTold
from priorauth.terms import InfusionStatus, Role


@pytest.fixture
def case(approved: PriorAuthRequest) -> PriorAuthRequest:
    """Approved, nothing given yet."""
    return approved


def score(case: PriorAuthRequest, scale: ScaleName, points: str, on: date) -> None:
    ScaleScore(
        clinic=case.clinic, patient=case.patient, scale=scale, score=points, taken_on=on
    ).save()


def said(case: PriorAuthRequest) -> list[str]:
    return [str(each) for each in progress(read_course(case), case).scores]


def test_the_first_the_latest_and_the_change_of_each_scale_are_told(case):
    score(case, ScaleName.PHQ9, "21", date(2026, 8, 3))
    score(case, ScaleName.PHQ9, "14", date(2026, 8, 24))
    score(case, ScaleName.PHQ9, "9", date(2026, 9, 14))
    score(case, ScaleName.PAIN_NRS, "6", date(2026, 8, 3))
    score(case, ScaleName.PAIN_NRS, "6.5", date(2026, 9, 14))
    assert said(case) == [
        "PHQ-9 21 on Mon 3 Aug 2026, 9 on Mon 14 Sep 2026: 12 points lower (57%)",
        "Pain NRS 6 on Mon 3 Aug 2026, 6.5 on Mon 14 Sep 2026: 0.5 points higher (8%)",
    ]


def test_it_is_counted_from_the_last_score_before_the_first_infusion(case, teller):
    at = teller.at(4)
    infusions.record_infusion(
        Actor(teller.cast.biller, Role.BILLER, teller.now),
        case,
        InfusionTold(InfusionStatus.DONE, at, at, at + timedelta(minutes=40)),
        session=None,
    )
    first = InfusionSession.objects.get().started_at.date()
    score(case, ScaleName.PHQ9, "10", date(2024, 1, 8))
    score(case, ScaleName.PHQ9, "20", first)
    score(case, ScaleName.PHQ9, "19", date(2026, 9, 16))
    assert said(case)[0].endswith("19 on Wed 16 Sep 2026: 1 point lower (5%)")


def test_a_single_score_an_unchanged_one_and_none_are_said_as_they_are(case):
    assert said(case) == []
    assert str(progress(read_course(case), case)) == "No infusion is on file yet."
    score(case, ScaleName.PHQ9, "0", date(2026, 8, 3))
    assert said(case) == ["PHQ-9 0 on Mon 3 Aug 2026, no later score"]
    score(case, ScaleName.PHQ9, "0", date(2026, 8, 4))
    assert said(case)[0].endswith("0 on Tue 4 Aug 2026: unchanged")
    score(case, ScaleName.PHQ9, "4", date(2026, 8, 5))
    assert said(case)[0].endswith("4 on Wed 5 Aug 2026: 4 points higher")
