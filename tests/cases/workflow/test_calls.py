from __future__ import annotations

from datetime import timedelta

import pytest

from cases.demo.stories import Teller
from cases.models import Deadline, InsurerCall
from cases.models.contacts import PromiseStanding, SaidWhat
from cases.models.deadlines import LIVE
from cases.workflow import closing
from cases.workflow.actor import Actor
from cases.workflow.answered import Answered
from cases.workflow.calls import CallTold, log_call, settle_promise
from cases.workflow.undoing import undo
from priorauth.errors import ImpossibleFact, MissingFact
from priorauth.terms import ClockKind, EventKind, Outcome, OwedBy, Role, Standing


def told(teller: Teller, **changes: object) -> CallTold:
    values = {
        "called": teller.moment(teller.now - timedelta(minutes=20)),
        "representative_name": "Maria G",
        "reference_number": "C-1",
        **changes,
    }
    return CallTold(**values)


def log(teller: Teller, call: CallTold) -> InsurerCall:
    request = teller.submitted(teller.at(4))
    return log_call(
        Actor(teller.cast.biller, Role.BILLER, teller.now),
        call,
        clinic=teller.cast.clinic,
        payer=request.coverage.plan.payer,
        request=request,
    )


def test_a_promise_becomes_a_deadline_the_payer_owes(teller: Teller) -> None:
    thursday = teller.now + timedelta(days=6)
    call = log(teller, told(teller, promise="Decision", promised_by_at=thursday))

    promise = Deadline.objects.get(LIVE, request=call.request, kind=ClockKind.PROMISE)
    assert promise.due_at == thursday
    assert promise.owed_by == OwedBy.PAYER
    assert promise.legal_at is None
    assert promise.start_event == call.event


def test_a_settled_promise_leaves_the_worklist(teller: Teller) -> None:
    call = log(
        teller,
        told(teller, promise="Decision", promised_by_at=teller.now + timedelta(days=1)),
    )
    settle_promise(
        Actor(teller.cast.biller, Role.BILLER, teller.now),
        call,
        standing=PromiseStanding.KEPT,
        zone=teller.zone,
    )

    (promise,) = Deadline.objects.filter(request=call.request, kind=ClockKind.PROMISE)
    assert promise.standing == Standing.MET


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"representative_name": " "}, "representative_name"),
        ({"reference_number": ""}, "reference_number"),
        ({"promise": "Decision"}, "promised_by_at"),
    ],
)
def test_what_a_call_must_tell_is_asked_for_by_name(
    teller: Teller, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(MissingFact) as refused:
        log(teller, told(teller, **changes))

    assert refused.value.field == field
    assert not InsurerCall.objects.exists()


def test_no_reference_needs_a_reason(teller: Teller) -> None:
    call = log(teller, told(teller, reference_number="", no_reference_reason="Refused to give one"))

    assert call.reference_number == ""
    assert call.no_reference_reason == "Refused to give one"


def test_answers_are_kept_and_questions_not_asked_are_not(teller: Teller) -> None:
    call = log(
        teller,
        told(
            teller,
            answers=[
                Answered("covered", SaidWhat.SAID_NO),
                Answered("pa_required", SaidWhat.NOT_ASKED),
            ],
        ),
    )

    assert [(a.question, a.answer) for a in call.answers.all()] == [("covered", SaidWhat.SAID_NO)]


def test_a_call_that_says_look_again_moves_the_chase_and_not_the_law(teller: Teller) -> None:
    request = teller.submitted(teller.at(5), plan=teller.cast.plans[0])
    before = Deadline.objects.get(LIVE, request=request, kind=ClockKind.PA_DECISION)
    again = before.chase_at + timedelta(days=2)

    log_call(
        Actor(teller.cast.biller, Role.BILLER, teller.now),
        told(teller, look_again_at=again),
        clinic=teller.cast.clinic,
        payer=request.coverage.plan.payer,
        request=request,
    )

    after = Deadline.objects.get(pk=before.pk)
    assert after.act_at == again
    assert (after.chase_at, after.legal_at) == (before.chase_at, before.legal_at)


@pytest.mark.parametrize(("plan", "days", "taken"), [(5, 30, True), (5, 31, False), (0, 31, True)])
def test_without_a_legal_date_a_case_is_left_alone_for_thirty_days_at_most(
    teller: Teller, plan: int, days: int, taken: bool
) -> None:
    # Of plan 5 nobody knows what law governs it; of plan 0 the legal date is the bound.
    request = teller.submitted(teller.at(5), plan=teller.cast.plans[plan])

    def call() -> None:
        log_call(
            Actor(teller.cast.biller, Role.BILLER, teller.now),
            told(teller, look_again_at=teller.now + timedelta(days=days)),
            clinic=teller.cast.clinic,
            payer=request.coverage.plan.payer,
            request=request,
        )

    if taken:
        call()
        return
    with pytest.raises(ImpossibleFact, match="30 days at most") as refused:
        call()
    assert refused.value.field == "look_again_at"
    assert not request.events.filter(kind=EventKind.CALL_LOGGED).exists()


def test_a_call_without_a_case_is_kept_for_the_payer(teller: Teller) -> None:
    payer = teller.cast.plans[0].payer
    call = log_call(
        Actor(teller.cast.biller, Role.BILLER, teller.now),
        told(teller),
        clinic=teller.cast.clinic,
        payer=payer,
        request=None,
    )

    assert call.request is None
    assert call.payer == payer


def standing(call: InsurerCall) -> str:
    call.refresh_from_db()
    return call.promise_standing


def test_a_promise_to_decide_is_no_longer_awaited_once_all_is_decided(teller: Teller) -> None:
    call = log(
        teller, told(teller, promise="Decision", promised_by_at=teller.now + timedelta(days=1))
    )
    assert standing(call) == PromiseStanding.OPEN
    teller.decided(call.request, teller.now, Outcome.DENIED)

    assert not Deadline.objects.filter(LIVE, request=call.request, kind=ClockKind.PROMISE).exists()
    kept = Deadline.objects.get(request=call.request, kind=ClockKind.PROMISE)
    assert kept.standing == Standing.MET
    assert standing(call) == PromiseStanding.NO_LONGER_AWAITED


def test_a_decision_taken_back_brings_the_promise_back(teller: Teller) -> None:
    call = log(
        teller, told(teller, promise="Decision", promised_by_at=teller.now + timedelta(days=1))
    )
    teller.decided(call.request, teller.now, Outcome.DENIED)
    undo(teller.actor(teller.now), call.request.events.get(kind=EventKind.DETERMINED))

    assert Deadline.objects.filter(LIVE, request=call.request, kind=ClockKind.PROMISE).exists()
    assert standing(call) == PromiseStanding.OPEN


def test_a_promise_about_an_appeal_stays_while_the_appeal_runs(teller: Teller) -> None:
    appeal = teller.appealed(3)
    call = teller.call(appeal.request, teller.at(1), promised_by=teller.now + timedelta(days=1))

    assert Deadline.objects.filter(LIVE, request=appeal.request, kind=ClockKind.PROMISE).exists()
    assert standing(call) == PromiseStanding.OPEN


def test_the_end_of_a_case_ends_its_promises_and_reopening_brings_them_back(teller: Teller) -> None:
    request = teller.denied(4)
    call = teller.call(request, teller.at(2), promised_by=teller.now + timedelta(days=1))
    by = teller.actor(teller.now)
    closing.close(by, request, closed=teller.moment(teller.now), reason="No appeal wanted.")
    assert standing(call) == PromiseStanding.NO_LONGER_AWAITED

    closing.reopen(by, request, reopened=teller.moment(teller.now), reason="It goes on.")
    assert standing(call) == PromiseStanding.OPEN
    assert Deadline.objects.filter(LIVE, request=request, kind=ClockKind.PROMISE).exists()


def test_what_a_person_settled_stays_as_they_settled_it(teller: Teller) -> None:
    call = log(
        teller, told(teller, promise="Decision", promised_by_at=teller.now + timedelta(days=1))
    )
    by = Actor(teller.cast.biller, Role.BILLER, teller.now)
    settle_promise(by, call, standing=PromiseStanding.BROKEN, zone=teller.zone)
    teller.decided(call.request, teller.now, Outcome.DENIED)
    assert standing(call) == PromiseStanding.BROKEN
