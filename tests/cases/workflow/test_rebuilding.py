"""Open cases recounted: what the facts and the rules give stands, whatever stood there before."""

from __future__ import annotations

import logging
from io import StringIO

import pytest
from django.core.management import call_command

from cases.demo.stories import Teller
from cases.models import Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow.rebuilding import open_requests, recount, recount_open_cases
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
