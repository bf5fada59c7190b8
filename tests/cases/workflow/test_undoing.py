from __future__ import annotations

from datetime import date

import pytest

from cases.demo.stories import Teller
from cases.models import CaseEvent, Deadline
from cases.models.deadlines import LIVE
from cases.workflow import plan_facts
from cases.workflow.actor import Actor
from cases.workflow.assignment import reassign
from cases.workflow.determinations import Granted, enter_authorization
from cases.workflow.undoing import undo
from priorauth.errors import NotAllowedNow
from priorauth.terms import ClockKind, EventKind, LineStatus, Outcome, RequestStatus, Role


def event_of(request, kind: EventKind) -> CaseEvent:
    return CaseEvent.objects.filter(request=request, kind=kind).latest("pk")


def lead(teller: Teller) -> Actor:
    return Actor(teller.cast.lead, Role.LEAD, teller.now)


def test_undoing_a_denial_puts_lines_and_clocks_back(teller: Teller) -> None:
    request = teller.denied(2)
    decision = Deadline.objects.get(request=request, kind=ClockKind.PA_DECISION)

    undo(lead(teller), event_of(request, EventKind.DETERMINED))

    request.refresh_from_db()
    assert request.status in (RequestStatus.SUBMITTED, RequestStatus.RECEIVED)
    assert {line.status for line in request.lines.all()} == {LineStatus.REQUESTED}
    live = Deadline.objects.filter(LIVE, request=request)
    assert {each.kind for each in live} >= {ClockKind.PA_DECISION}
    assert not live.filter(kind=ClockKind.APPEAL_FILING).exists()
    assert live.get(kind=ClockKind.PA_DECISION).due_at == decision.due_at


def test_a_step_on_which_others_rest_is_refused_by_name(teller: Teller) -> None:
    request = teller.denied(2)

    with pytest.raises(NotAllowedNow, match="determination"):
        undo(lead(teller), event_of(request, EventKind.SUBMITTED))


def test_a_step_is_undone_once(teller: Teller) -> None:
    event = event_of(teller.denied(2), EventKind.DETERMINED)
    undo(lead(teller), event)

    with pytest.raises(NotAllowedNow, match="already"):
        undo(lead(teller), event)


def test_only_the_recorder_a_lead_or_an_owner_undoes(teller: Teller) -> None:
    event = event_of(teller.denied(2), EventKind.DETERMINED)

    with pytest.raises(NotAllowedNow, match="recorded"):
        undo(Actor(teller.cast.lead, Role.BILLER, teller.now), event)
    with pytest.raises(NotAllowedNow):
        undo(Actor(teller.cast.biller, Role.AUDITOR, teller.now), event)
    undo(Actor(teller.cast.biller, Role.BILLER, teller.now), event)


def test_units_approved_fall_back_on_what_still_stands(teller: Teller) -> None:
    request = teller.submitted(teller.at(9))
    teller.decided(request, teller.at(5), Outcome.APPROVED)
    assert all(line.units_approved for line in request.lines.all())

    undo(lead(teller), event_of(request, EventKind.DETERMINED))

    assert {line.units_approved for line in request.lines.all()} == {None}


def test_a_hand_over_taken_back_gives_the_case_back(teller: Teller) -> None:
    request = teller.submitted(teller.at(9))
    for person in (teller.cast.biller, teller.cast.lead):
        reassign(lead(teller), request, to=person, zone=teller.zone)

    undo(lead(teller), event_of(request, EventKind.REASSIGNED))

    request.refresh_from_db()
    assert request.assigned_to == teller.cast.biller


def test_an_authorization_taken_back_brings_its_task_and_no_wrong_renewal(teller: Teller) -> None:
    request = teller.submitted(teller.at(9))
    teller.decided(request, teller.at(2), Outcome.APPROVED)
    authorization = request.authorizations.get()
    wrong = Granted("A1234567", 6, date(2026, 9, 17), date(2027, 12, 17))
    enter_authorization(lead(teller), authorization, granted=wrong, zone=teller.zone)

    undo(lead(teller), event_of(request, EventKind.AUTHORIZATION_ENTERED))

    authorization.refresh_from_db()
    assert authorization.authorization_number == ""
    live = Deadline.objects.filter(LIVE, request=request)
    assert {row.rule for row in live} == {"desk-missing-number", "desk-missing-end"}


def test_an_earlier_entry_taken_back_leaves_the_later_one(teller: Teller) -> None:
    request = teller.submitted(teller.at(9))
    teller.decided(request, teller.at(2), Outcome.APPROVED)
    authorization = request.authorizations.get()
    first = Granted("WRONG", 6, date(2026, 9, 17), date(2027, 12, 17))
    second = Granted("A1234567", 6, date(2026, 9, 17), date(2026, 12, 17))
    for granted in (first, second):
        enter_authorization(lead(teller), authorization, granted=granted, zone=teller.zone)
    earlier = CaseEvent.objects.filter(request=request, kind=EventKind.AUTHORIZATION_ENTERED)

    undo(lead(teller), earlier.earliest("pk"))

    authorization.refresh_from_db()
    assert authorization.authorization_number == "A1234567"
    assert authorization.effective_through == date(2026, 12, 17)


def test_the_facts_of_a_plan_are_not_taken_back_from_one_case(teller: Teller) -> None:
    request = teller.submitted(teller.at(9))
    plan_facts.change(lead(teller), request, {"issue_state": "CA"}, zone=teller.zone)

    with pytest.raises(NotAllowedNow, match="every case"):
        undo(lead(teller), event_of(request, EventKind.PLAN_FACTS_CHANGED))
