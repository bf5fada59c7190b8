from __future__ import annotations

from datetime import date, timedelta

import pytest

from cases.demo.stories import Teller
from cases.models import CaseEvent, Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow import missing_facts, submission
from cases.workflow.actor import Actor
from cases.workflow.determinations import Granted, Notice, enter_authorization
from priorauth.errors import ImpossibleFact
from priorauth.terms import Channel, ClockKind, EventKind, Outcome, Role


def biller(teller: Teller) -> Actor:
    return Actor(teller.cast.biller, Role.BILLER, teller.now)


def live(request: PriorAuthRequest, kind: ClockKind) -> list[Deadline]:
    return list(Deadline.objects.filter(LIVE, request=request, kind=kind))


def sent_on_an_unknown_day(teller: Teller) -> tuple[PriorAuthRequest, CaseEvent]:
    request = teller.opened(teller.at(9), plan=teller.cast.plans[0], starts_in=None)
    submission.submit(
        biller(teller), request, channel=Channel.PORTAL, sent=None, confirmation_number="REF1"
    )
    return request, CaseEvent.objects.get(request=request, kind=EventKind.SUBMITTED)


def test_an_event_without_a_date_is_a_task_and_starts_no_clock(teller: Teller) -> None:
    request, _ = sent_on_an_unknown_day(teller)

    assert live(request, ClockKind.PA_DECISION) == []
    (task,) = live(request, ClockKind.MISSING_FACT)
    assert "date" in task.derivation["says"]


def test_the_date_supplied_later_starts_the_clock_from_that_day(teller: Teller) -> None:
    request, event = sent_on_an_unknown_day(teller)
    day = teller.moment(teller.at(5))

    missing_facts.supply_date(biller(teller), request, event_key=event.key, happened=day)

    (clock,) = live(request, ClockKind.PA_DECISION)
    assert clock.started_at == day.at
    assert live(request, ClockKind.MISSING_FACT) == []


def test_a_supplied_date_that_contradicts_the_timeline_is_refused(teller: Teller) -> None:
    request, event = sent_on_an_unknown_day(teller)
    tomorrow = teller.moment(teller.now + timedelta(days=1))

    with pytest.raises(ImpossibleFact):
        missing_facts.supply_date(biller(teller), request, event_key=event.key, happened=tomorrow)

    assert len(live(request, ClockKind.MISSING_FACT)) == 1


def test_a_supplied_date_after_the_decision_is_refused_too(teller: Teller) -> None:
    request, event = sent_on_an_unknown_day(teller)
    teller.decided(request, teller.at(3), Outcome.APPROVED)

    with pytest.raises(ImpossibleFact, match="determination"):
        missing_facts.supply_date(
            biller(teller), request, event_key=event.key, happened=teller.moment(teller.at(1))
        )


def test_an_approval_without_a_number_is_a_task_until_the_number_comes(teller: Teller) -> None:
    request = teller.submitted(teller.at(9))
    teller.decided(request, teller.at(2), Outcome.APPROVED)
    assert len(live(request, ClockKind.MISSING_FACT)) == 1

    enter_authorization(
        biller(teller),
        request.authorizations.get(),
        granted=Granted("A1234567", 6, date(2026, 9, 17), date(2026, 12, 17)),
        zone=teller.zone,
    )

    assert live(request, ClockKind.MISSING_FACT) == []
    (ends,) = live(request, ClockKind.AUTHORIZATION_ENDS)
    assert ends.working_at < ends.due_at


def test_a_refusal_without_its_notice_is_a_task_and_the_notice_starts_the_appeal_window(
    teller: Teller,
) -> None:
    request = teller.submitted(teller.at(9), plan=teller.cast.plans[0])
    teller.decided(request, teller.at(4), Outcome.DENIED, notice=Notice(is_awaited=True))
    (task,) = live(request, ClockKind.MISSING_FACT)

    dated = teller.moment(teller.at(3)).on
    missing_facts.supply_notice(
        biller(teller),
        request,
        event_key=task.start_event.key,
        dated_on=dated,
        received_on=dated,
    )

    assert live(request, ClockKind.MISSING_FACT) == []
    (appeal,) = live(request, ClockKind.APPEAL_FILING)
    assert appeal.legal_at.date() >= dated + timedelta(days=180)
    assert request.determinations.get().notice_dated_on == dated
