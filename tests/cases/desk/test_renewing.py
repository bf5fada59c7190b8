"""A decided request is asked for again: filled in from the old one, linked both ways."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cases.demo import stories
from cases.demo.stories import Teller
from cases.models import Deadline, PriorAuthRequest, StaffMember
from cases.models.deadlines import LIVE
from cases.workflow import infusions, undoing
from cases.workflow.infusions import InfusionTold, SeriesAsked
from priorauth.terms import (
    Cadence,
    ClockKind,
    EventKind,
    InfusionStatus,
    Role,
    SeriesPhase,
)
from tests.cases.conftest import FRIDAY
from tests.cases.courses import at, biller
from tests.cases.desk.paper import Desk, said, shown

pytestmark = pytest.mark.usefixtures("friday_morning")


@pytest.fixture
def old(teller: Teller) -> PriorAuthRequest:
    stories.approved_ending_soon(teller)
    return PriorAuthRequest.objects.get()


def page(case: PriorAuthRequest) -> str:
    return f"/case/{case.number}/"


def renew(desk: Desk, old: PriorAuthRequest) -> PriorAuthRequest:
    address = f"/new/?renews={old.number}"
    answer = desk.send(address, desk.form(address))
    assert answer.status_code == 302, answer.content.decode()[-6000:]
    assert "Opened" in said(answer)
    return PriorAuthRequest.objects.latest("pk")


def ends(case: PriorAuthRequest) -> bool:
    rows = Deadline.objects.filter(LIVE, request=case, kind=ClockKind.AUTHORIZATION_ENDS)
    return rows.exists()


def test_the_renewal_is_filled_in_and_starts_where_the_old_one_ends(desk, old):
    address = f"/new/?renews={old.number}"
    assert f'href="{address}"' in desk.open(page(old)).content.decode()
    form = desk.form(address)
    through = old.authorizations.get().effective_through
    assert form["who"] == [f"coverage-{old.coverage_id}"]
    assert form["planned_start_on_on"] == [(through + timedelta(days=1)).isoformat()]
    assert form["line_1_code"] == [old.lines.first().code]
    assert form["dx_1"] == [old.diagnoses.first().code]
    assert form["urgency"] == ["standard"]


def test_old_and_new_lead_to_each_other(desk, old):
    new = renew(desk, old)
    assert new.previous_request == old
    assert new.patient == old.patient
    assert f'Renews</dt><dd><a href="{page(old)}">' in desk.open(page(new)).content.decode()
    assert f'Renewed by</dt><dd><a href="{page(new)}">' in desk.open(page(old)).content.decode()


def test_the_old_end_leaves_the_worklist_once_the_renewal_is_sent_and_comes_back_with_it(
    desk, old, teller
):
    new = renew(desk, old)
    assert ends(old)
    answer = desk.record(new, "submit", channel="fax", confirmation_number="F-1")
    assert answer.status_code == 302
    assert not ends(old)
    for kind in (EventKind.RECEIVED_BY_PAYER, EventKind.SUBMITTED):
        for event in new.events.filter(kind=kind):
            undoing.undo(teller.actor(FRIDAY), event)
    assert ends(old)


def test_what_was_typed_wrongly_keeps_what_it_renews(desk, old):
    address = f"/new/?renews={old.number}"
    answer = desk.send(address, desk.form(address), dx_1="")
    assert shown(answer)["renews"] == [old.number]


def test_a_renewal_for_another_patient_is_refused(desk, old, teller):
    other = teller.opened(teller.at(1))
    address = f"/new/?renews={old.number}"
    form = desk.form(address)
    answer = desk.send(address, form, who=f"coverage-{other.coverage_id}")
    assert "another patient" in answer.content.decode()
    assert not PriorAuthRequest.objects.filter(previous_request=old).exists()


def test_only_what_was_approved_offers_a_renewal_and_a_foreign_number_is_not_found(desk, teller):
    for case in (teller.submitted(teller.at(2)), teller.denied(3)):
        assert "renews=" not in desk.open(page(case)).content.decode()
    desk.open("/new/?renews=PA-00000000", status=404)


def test_the_worklist_leads_to_the_renewal_with_one_click(desk, old):
    assert f'href="/new/?renews={old.number}"' in desk.open("/").content.decode()


def test_who_may_open_no_request_is_offered_no_renewal_on_the_worklist(old, teller):
    clinician = StaffMember.objects.filter(memberships__role=Role.CLINICIAN).first()
    assert "renews=" not in Desk(clinician).open("/").content.decode()


def test_a_renewal_by_units_starts_at_the_first_infusion_not_covered_and_tells_the_progress(
    desk, teller, approved
):
    infusions.plan_series(
        biller(teller),
        approved,
        series=SeriesAsked(
            date(2026, 9, 17),
            5,
            Cadence.WEEKLY,
            maintenance_sessions=4,
            maintenance_cadence=Cadence.EVERY_TWO_WEEKS,
        ),
        sessions=[
            (at(f"{day}T09:00"), SeriesPhase.INDUCTION)
            for day in ("09-17", "09-21", "09-28", "10-05", "10-12")
        ]
        + [
            (at(f"{day}T09:00"), SeriesPhase.MAINTENANCE)
            for day in ("10-26", "11-09", "11-23", "12-07")
        ],
    )
    first = approved.infusions.order_by("planned_at").first()
    told = InfusionTold(InfusionStatus.DONE, first.planned_at, first.planned_at, at("09-17T09:41"))
    infusions.record_infusion(biller(teller), approved, told, session=first)

    form = desk.form(f"/new/?renews={approved.number}")
    # Six are covered: the seventh, on Monday 9 November, is not.
    assert form["planned_start_on_on"] == ["2026-11-09"]
    assert (form["planned_sessions"], form["line_1_total"]) == (["4"], ["4"])
    assert form["cadence"] == ["every_two_weeks"]

    lead = desk.open(f"/new/?renews={approved.number}").content.decode()
    assert "No score of a scale is on file" in lead
    assert f"/patient/{approved.patient_id}/change/#scores-group" in lead

    new = renew(desk, approved)
    note = new.notes.get().text
    assert note == (
        f"Renews {approved.number}. 1 of 6 approved infusions given, on Thu 17 Sep 2026; "
        "41 minutes at the median."
    )
