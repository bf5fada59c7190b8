"""A draft is put right on the form that took it in, until the payer has it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cases.demo.stories import Teller
from cases.models import Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow import undoing
from priorauth.terms import ClockKind, EventKind
from tests.cases.conftest import FRIDAY
from tests.cases.desk.paper import Desk, said

pytestmark = pytest.mark.usefixtures("friday_morning")


@pytest.fixture
def draft(teller: Teller) -> PriorAuthRequest:
    return teller.opened(teller.at(1), plan=teller.cast.plans[0], starts_in=None)


def correct(desk: Desk, case: PriorAuthRequest, **typed):
    answer = desk.record(case, "correct", **typed)
    assert answer.status_code == 302, answer.content.decode()[-6000:]
    case.refresh_from_db()
    return said(answer)


def events(case: PriorAuthRequest):
    return case.events.filter(kind=EventKind.REQUEST_CORRECTED)


def due(case: PriorAuthRequest) -> date:
    row = Deadline.objects.get(LIVE, request=case, kind=ClockKind.SUBMIT_BY)
    return row.due_at.date()


def test_the_form_shows_what_is_on_file_and_saving_it_untouched_is_refused(desk, draft):
    form = desk.form(desk.step(draft, "correct"))
    lines = list(draft.lines.all())
    assert form["line_1_code"] == [lines[0].code]
    assert form["line_2_narrative"] == [lines[1].drug_narrative]
    assert form["dx_1"] == [draft.diagnoses.first().code]
    assert form["who"] == [f"coverage-{draft.coverage_id}"]
    answer = desk.send(desk.step(draft, "correct"), form)
    assert "Nothing is different from what is on file" in answer.content.decode()
    assert not events(draft).exists()


def test_codes_diagnoses_and_start_are_put_right_and_the_timeline_says_what(desk, draft):
    was = draft.diagnoses.first().code
    words = correct(
        desk, draft, dx_1="F32.1", dx_2="", line_1_modifiers="59",
        planned_start_on_on="2026-11-02",
    )  # fmt: skip
    assert [row.code for row in draft.diagnoses.all()] == ["F32.1"]
    assert draft.lines.get(position=1).modifiers == "59"
    assert draft.planned_start_on == date(2026, 11, 2)
    # The planned start dates the submission now.
    assert due(draft) == date(2026, 11, 3)  # the end of 2 November in New York, in UTC
    assert "Submit the request" in words
    html = desk.open(f"/case/{draft.number}/").content.decode()
    assert "Draft corrected" in html and f"F32.1 (was: {was}" in html


def test_another_urgency_needs_its_reason_and_moves_the_date(desk, draft):
    refused = desk.record(draft, "correct", urgency="expedited")
    assert 'id="id_urgency_reason_error"' in refused.content.decode()
    before = due(draft)
    correct(desk, draft, urgency="expedited", urgency_reason="Suicidal ideation.")
    assert (draft.urgency, draft.urgency_reason) == ("expedited", "Suicidal ideation.")
    assert due(draft) < before


def test_a_wrong_coverage_is_replaced_by_a_new_one_of_the_same_patient(desk, draft, teller):
    words = {"who": f"patient-{draft.patient_id}", "member_id": "SYN 1", "plan": "2"}
    plan = teller.cast.plans[2]
    correct(desk, draft, **(words | {"plan": str(plan.pk)}))
    assert (draft.coverage.plan, draft.coverage.member_id) == (plan, "SYN1")
    assert draft.coverage.patient == draft.patient


def test_another_patients_coverage_cannot_be_chosen(desk, draft, teller):
    other = teller.opened(teller.at(1))
    answer = desk.record(draft, "correct", who=f"coverage-{other.coverage_id}")
    assert answer.status_code == 200
    draft.refresh_from_db()
    assert draft.coverage.patient == draft.patient


def test_a_line_is_added_and_taken_out(desk, draft):
    correct(desk, draft, line_3_code="96366", minutes_per_session="95")
    assert [line.code for line in draft.lines.all()] == ["96365", "J3490", "96366"]
    form = {f"line_3_{part}": "" for part in ("code", "per_session", "total", "place")}
    correct(desk, draft, **form, minutes_per_session="40")
    assert [line.code for line in draft.lines.all()] == ["96365", "J3490"]


def test_proposing_the_usual_codes_changes_nothing_yet(desk, draft):
    answer = desk.record(draft, "correct", product="esketamine", propose="1")
    assert 'value="J0013"' in answer.content.decode()
    assert not events(draft).exists()


def test_a_correction_taken_back_puts_everything_back(desk, draft, teller):
    was = [row.code for row in draft.diagnoses.all()]
    correct(desk, draft, dx_1="F32.1", dx_2="", line_3_code="96366", minutes_per_session="95",
            urgency="expedited", urgency_reason="Worse.")  # fmt: skip
    undoing.undo(teller.actor(FRIDAY), events(draft).get())
    draft.refresh_from_db()
    assert [row.code for row in draft.diagnoses.all()] == was
    assert [line.code for line in draft.lines.all()] == ["96365", "J3490"]
    assert (draft.urgency, draft.urgency_reason) == ("standard", "")
    assert draft.minutes_per_session == 40


def test_what_the_payer_has_is_not_corrected_and_what_came_back_is(desk, teller):
    case = teller.submitted(teller.at(2), plan=teller.cast.plans[0])
    answer = desk.open(desk.step(case, "correct"), status=409)
    assert "The payer has this request" in answer.content.decode()
    assert f'href="{desk.step(case, "correct")}"' not in (
        desk.open(f"/case/{case.number}/").content.decode()
    )
    assert desk.record(case, "sent-back", reason="Wrong group").status_code == 302
    correct(desk, case, planned_start_on_on=(FRIDAY.date() + timedelta(days=30)).isoformat())
