from __future__ import annotations

import pytest

from cases.demo.stories import Teller
from cases.models import CaseEvent, Deadline
from cases.models.deadlines import LIVE
from cases.workflow.actor import Actor
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
