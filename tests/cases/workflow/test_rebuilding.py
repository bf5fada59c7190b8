"""Open cases recounted: what the facts and the rules give stands, whatever stood there before."""

from __future__ import annotations

import logging
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cases.demo.stories import Teller
from cases.models import Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow import clocks, rebuilding
from cases.workflow.actor import Actor
from cases.workflow.rebuilding import (
    open_requests,
    rebuild_open_cases,
    recount,
    recount_open_cases,
)
from cases.workflow.recounting import recount_marked
from priorauth.deadlines import engine
from priorauth.deadlines.engine import Computation
from priorauth.deadlines.facts import CaseFacts
from priorauth.terms import ClockKind, RequestStatus


@pytest.fixture
def request_with_a_lost_date(teller: Teller) -> PriorAuthRequest:
    """A denied request whose appeal window is not in the table, as under rules that lacked it."""
    request = teller.denied(2, plan=teller.cast.plans[0])
    Deadline.objects.filter(LIVE, request=request, kind=ClockKind.APPEAL_FILING).delete()
    return request


def windows(request: PriorAuthRequest) -> int:
    return Deadline.objects.filter(LIVE, request=request, kind=ClockKind.APPEAL_FILING).count()


def test_the_nightly_recount_mends_the_dates_and_names_the_case(
    teller: Teller, request_with_a_lost_date: PriorAuthRequest, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="cases.workflow.rebuilding"):
        assert recount_open_cases(teller.now) == 1
    assert windows(request_with_a_lost_date) == 1
    assert request_with_a_lost_date.number in caplog.text
    assert request_with_a_lost_date.patient.last_name not in caplog.text


def test_a_second_recount_finds_nothing(
    teller: Teller, request_with_a_lost_date: PriorAuthRequest
) -> None:
    recount_open_cases(teller.now)
    assert recount_open_cases(teller.now) == 0


def test_a_case_that_was_closed_when_its_turn_came_does_not_stop_the_others(
    teller: Teller, request_with_a_lost_date: PriorAuthRequest
) -> None:
    later = teller.denied(2, plan=teller.cast.plans[0])
    last = teller.denied(2, plan=teller.cast.plans[0])
    Deadline.objects.filter(LIVE, request=last, kind=ClockKind.APPEAL_FILING).delete()
    found = []
    for number, _ in recount(open_requests(), at=teller.now, is_written=True):
        found.append(number)
        PriorAuthRequest.objects.filter(pk=later.pk).update(status=RequestStatus.CLOSED)
    assert found == [request_with_a_lost_date.number, last.number]


@pytest.fixture
def unreadable(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> PriorAuthRequest:
    """A denied request that cannot be recomputed; its turn comes before any other's here."""
    broken = teller.denied(2, plan=teller.cast.plans[0])

    def compute(facts: CaseFacts, *args: object) -> Computation:
        if any(each.key in events for each in facts.happenings):
            raise ValueError(f"{broken.patient.last_name} cannot be read")
        return engine.compute(facts, *args)  # type: ignore[arg-type]

    events = {str(key) for key in broken.events.values_list("pk", flat=True)}
    monkeypatch.setattr(clocks, "compute", compute)
    return broken


def test_a_case_that_cannot_be_recounted_stops_no_other_and_says_so(
    teller: Teller,
    unreadable: PriorAuthRequest,
    request_with_a_lost_date: PriorAuthRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert recount_open_cases(teller.now) == 1
    assert windows(request_with_a_lost_date) == 1
    unreadable.refresh_from_db()
    assert unreadable.recount_failed_at == teller.now
    assert f"{unreadable.number} could not be recounted: ValueError" in caplog.text
    assert unreadable.patient.last_name not in caplog.text


def test_a_case_that_can_be_recounted_again_says_no_more_that_it_could_not(
    teller: Teller, unreadable: PriorAuthRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    recount_open_cases(teller.now)
    monkeypatch.setattr(clocks, "compute", engine.compute)
    recount_open_cases(teller.now)
    unreadable.refresh_from_db()
    assert unreadable.recount_failed_at is None


def test_the_command_names_the_case_that_cannot_be_recounted_and_fails_at_the_end(
    unreadable: PriorAuthRequest, request_with_a_lost_date: PriorAuthRequest
) -> None:
    said = StringIO()
    with pytest.raises(CommandError, match="1 cases could not be recomputed"):
        call_command("rebuild_deadlines", stdout=said)
    assert f"{unreadable.number}: could not be recomputed" in said.getvalue()
    assert "1 cases differ" in said.getvalue()
    unreadable.refresh_from_db()
    assert unreadable.recount_failed_at is None  # without --write nothing is changed


def test_a_fact_that_few_cases_share_moves_them_at_once(
    teller: Teller, request_with_a_lost_date: PriorAuthRequest
) -> None:
    actor = Actor(None, None, teller.now)
    rebuilt = rebuild_open_cases(actor, PriorAuthRequest.objects.all())
    assert (rebuilt.moved, rebuilt.waiting) == (1, 0)
    assert windows(request_with_a_lost_date) == 1


def test_a_fact_that_many_cases_share_leaves_them_to_the_ticks_some_at_a_time(
    teller: Teller,
    request_with_a_lost_date: PriorAuthRequest,
    unreadable: PriorAuthRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rebuilding, "AT_ONCE", 2)
    teller.denied(2, plan=teller.cast.plans[0])
    open_cases = open_requests().count()
    rebuilt = rebuild_open_cases(Actor(None, None, teller.now), PriorAuthRequest.objects.all())
    assert (rebuilt.moved, rebuilt.waiting) == (0, open_cases)
    assert windows(request_with_a_lost_date) == 0
    found = recount_marked(teller.now, batch=1) + recount_marked(teller.now, batch=open_cases)
    assert found == {"cases": open_cases - 1, "failed": 1}
    assert windows(request_with_a_lost_date) == 1
    assert not recount_marked(teller.now)


def test_a_case_that_stands_as_it_did_was_not_changed_for_whoever_has_it_open(
    teller: Teller,
) -> None:
    request = teller.denied(2, plan=teller.cast.plans[0])
    request.refresh_from_db()
    before = request.version
    recount_open_cases(teller.now)
    request.refresh_from_db()
    assert request.version == before


def test_the_command_lists_differences_and_writes_only_when_asked(
    request_with_a_lost_date: PriorAuthRequest,
) -> None:
    said = StringIO()
    call_command("rebuild_deadlines", stdout=said)
    assert f"{request_with_a_lost_date.number}: started: appeal_filing" in said.getvalue()
    assert "1 cases differ" in said.getvalue()
    assert windows(request_with_a_lost_date) == 0
    call_command("rebuild_deadlines", "--write", stdout=StringIO())
    assert windows(request_with_a_lost_date) == 1
