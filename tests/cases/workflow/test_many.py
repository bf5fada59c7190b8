"""One act on many rows: tried, then done row by row, each whole or not at all."""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.demo.stories import Teller
from cases.models import Acknowledgement, CaseEvent, Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow import many
from cases.workflow.actor import Actor
from cases.workflow.answering import put_off
from cases.workflow.many import ManyAct, ManyTold, RowResult, do_many
from priorauth.deadlines.facts import Moment
from priorauth.terms import ClockKind, EventKind, Outcome, Role

NEW_YORK = ZoneInfo("America/New_York")
TUESDAY = date(2026, 9, 22)


def decision(request: PriorAuthRequest) -> Deadline:
    return Deadline.objects.get(LIVE, request=request, kind=ClockKind.PA_DECISION)


def first_row(request: PriorAuthRequest) -> Deadline:
    rows = Deadline.objects.filter(LIVE, request=request).select_related("request__clinic")
    return rows.order_by("act_at")[0]


def run(
    teller: Teller, rows: list[Deadline], told: ManyTold, *, is_trial: bool, token: str = ""
) -> list[RowResult]:
    actor = Actor(teller.cast.biller, Role.BILLER, teller.now, token)
    return do_many(actor, rows, told, is_trial=is_trial)


def status(teller: Teller, on: date = TUESDAY) -> ManyTold:
    return ManyTold(ManyAct.STATUS_CHECK, look_again=Moment.day(on, teller.zone))


@pytest.fixture
def pending(teller: Teller) -> PriorAuthRequest:
    return teller.submitted(teller.at(3), plan=teller.cast.plans[0])


@pytest.fixture
def denied(teller: Teller) -> PriorAuthRequest:
    request = teller.submitted(teller.at(8), plan=teller.cast.plans[0])
    teller.decided(request, teller.at(1), Outcome.DENIED)
    return request


def written() -> tuple[int, int, list[tuple[int, str, datetime]]]:
    """All that a run could write, to be compared."""
    rows = Deadline.objects.order_by("pk").values_list("pk", "standing", "act_at")
    return CaseEvent.objects.count(), Acknowledgement.objects.count(), list(rows)


def test_a_trial_tells_what_would_happen_and_writes_nothing(
    teller: Teller, pending: PriorAuthRequest, denied: PriorAuthRequest
) -> None:
    before = written()
    rows = [decision(pending), first_row(denied)]
    tried = run(teller, rows, status(teller), is_trial=True)
    assert [(one.is_done, one.why[:16]) for one in tried] == [
        (True, ""),
        (False, "The payer has de"),
    ]
    assert tried[0].act_at == datetime(2026, 9, 22, 23, 59, 59, tzinfo=NEW_YORK)
    assert written() == before
    pending.refresh_from_db()
    assert pending.verified_how == "ours"

    done = run(teller, rows, status(teller), is_trial=False)
    assert [(one.is_done, one.why) for one in done] == [(one.is_done, one.why) for one in tried]
    assert decision(pending).act_at == tried[0].act_at
    assert not denied.events.filter(kind=EventKind.STATUS_CHECKED).exists()


def test_the_rows_of_one_case_are_one_act(teller: Teller, pending: PriorAuthRequest) -> None:
    rows = list(Deadline.objects.filter(LIVE, request=pending).select_related("request__clinic"))
    twice = [*rows, *rows]
    results = run(teller, twice, status(teller), is_trial=False)
    assert [one.repeats for one in results] == [False, *[True] * (len(twice) - 1)]
    assert pending.events.filter(kind=EventKind.STATUS_CHECKED).count() == 1


def test_the_same_form_sent_twice_records_once(teller: Teller, pending: PriorAuthRequest) -> None:
    token, row = str(uuid.uuid4()), decision(pending)
    give = ManyTold(ManyAct.HAND_OVER, to=other_than(pending, teller))
    for told, kind in ((status(teller), EventKind.STATUS_CHECKED), (give, EventKind.REASSIGNED)):
        for _ in range(2):
            [result] = run(teller, [row], told, is_trial=False, token=token)
            assert result.is_done
        assert "already" in result.why
        assert pending.events.filter(kind=kind).count() == 1


def other_than(request: PriorAuthRequest, teller: Teller) -> object:
    """One of the two who can have a case and has not this one."""
    request.refresh_from_db()
    cast = teller.cast
    return cast.lead if request.assigned_to_id == cast.biller.pk else cast.biller


def test_only_a_case_that_nobody_has_is_assigned(
    teller: Teller, pending: PriorAuthRequest, denied: PriorAuthRequest
) -> None:
    PriorAuthRequest.objects.filter(pk=pending.pk).update(assigned_to=None)
    rows = [first_row(pending), first_row(denied)]
    to = other_than(denied, teller)
    results = run(teller, rows, ManyTold(ManyAct.ASSIGN, to=to), is_trial=False)
    assert [one.is_done for one in results] == [True, False]
    assert "Hand it over instead" in results[1].why
    pending.refresh_from_db()
    assert pending.assigned_to == to

    results = run(teller, rows, ManyTold(ManyAct.HAND_OVER, to=to), is_trial=False)
    assert [one.is_done for one in results] == [False, True]
    assert "already" in results[0].why


@pytest.mark.parametrize("act", [ManyAct.ASSIGN, ManyAct.HAND_OVER])
def test_of_a_renewal_the_older_request_is_locked_first_as_by_every_step(
    teller: Teller, pending: PriorAuthRequest, denied: PriorAuthRequest, act: ManyAct
) -> None:
    """Two that lock the same two cases the other way round stop each other for good."""
    PriorAuthRequest.objects.filter(pk=pending.pk).update(previous_request=denied, assigned_to=None)
    row = decision(pending)
    assert row.request.previous_request_id == denied.pk
    told = ManyTold(act, to=teller.cast.lead)
    with CaptureQueriesContext(connection) as asked:
        [result] = run(teller, [row], told, is_trial=False)
    assert result.is_done
    by_key = r'"cases_priorauthrequest" (?:SET .*)?WHERE "cases_priorauthrequest"\."id" = (\d+)'
    found = [re.search(by_key, query["sql"]) for query in asked.captured_queries]
    assert next(int(one[1]) for one in found if one) == denied.pk


def test_reminders_are_put_off_row_by_row_and_not_past_the_last_safe_moment(
    teller: Teller, pending: PriorAuthRequest, denied: PriorAuthRequest
) -> None:
    appeal = Deadline.objects.filter(LIVE, request=denied).order_by("-due_at").first()
    soon = decision(pending)
    until = soon.due_at + timedelta(days=1)
    assert appeal is not None and (appeal.working_at or appeal.due_at) > until
    told = ManyTold(ManyAct.PUT_OFF, until=until, reason="Waits for the chart")
    results = run(teller, [soon, appeal], told, is_trial=False)
    assert [one.is_done for one in results] == [False, True]
    assert "last safe moment" in results[0].why
    appeal.refresh_from_db()
    assert appeal.quiet_until == until
    assert Acknowledgement.objects.get().reason == "Waits for the chart"


def test_an_answer_given_after_the_rows_were_looked_at_stands(
    teller: Teller, pending: PriorAuthRequest
) -> None:
    """The same form sent twice writes one answer; a colleague's newer one is not written over."""
    second = teller.submitted(teller.at(2), plan=teller.cast.plans[0])
    rows = [decision(pending), decision(second)]
    cast, until = teller.cast, teller.now + timedelta(hours=1)
    told = ManyTold(ManyAct.PUT_OFF, until=until, reason="Waits", looked_at=teller.now)
    earlier = Actor(cast.lead, Role.LEAD, teller.now - timedelta(minutes=1))
    put_off(earlier, rows[0], until=until, reason="Was seen before")
    assert [one.is_done for one in run(teller, rows, told, is_trial=False)] == [True, True]
    assert Acknowledgement.objects.count() == 3

    again = run(teller, rows, told, is_trial=False)
    assert [(one.is_done, one.why) for one in again] == [(True, "It was recorded already.")] * 2
    assert Acknowledgement.objects.count() == 3

    later = Actor(cast.lead, Role.LEAD, teller.now + timedelta(minutes=1))
    theirs = put_off(later, rows[0], until=until + timedelta(hours=1), reason="Chart comes later")
    changed, same = run(teller, rows, told, is_trial=False)
    assert not changed.is_done
    assert f"{cast.lead} answered this after you looked" in changed.why
    assert same.is_done
    assert Acknowledgement.objects.count() == 4
    rows[0].refresh_from_db()
    assert rows[0].quiet_until == theirs.until


def test_a_row_that_breaks_leaves_nothing_behind_and_the_others_stand(
    teller: Teller, pending: PriorAuthRequest, denied: PriorAuthRequest,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    record = many.check_status

    def breaks_late(actor: Actor, request: PriorAuthRequest, **told: object) -> None:
        record(actor, request, **told)  # type: ignore[arg-type]
        if request.pk == pending.pk:
            raise RuntimeError("Ada Quill")

    monkeypatch.setattr(many, "check_status", breaks_late)
    second = teller.submitted(teller.at(2), plan=teller.cast.plans[0])
    rows = [decision(pending), decision(second)]
    results = run(teller, rows, status(teller), is_trial=False)
    assert [one.is_done for one in results] == [False, True]
    assert "nothing of it was written" in results[0].why
    assert not pending.events.filter(kind=EventKind.STATUS_CHECKED).exists()
    assert second.events.filter(kind=EventKind.STATUS_CHECKED).exists()
    assert "RuntimeError" in caplog.text
    assert "Quill" not in caplog.text


def test_an_auditor_is_refused_for_every_row(teller: Teller, pending: PriorAuthRequest) -> None:
    actor = Actor(teller.cast.biller, Role.AUDITOR, teller.now)
    for told in (
        status(teller),
        ManyTold(ManyAct.HAND_OVER, to=other_than(pending, teller)),
        ManyTold(ManyAct.PUT_OFF, until=teller.now + timedelta(hours=1), reason="x"),
    ):
        [result] = do_many(actor, [decision(pending)], told, is_trial=False)
        assert not result.is_done
        assert "uditor" in result.why


def test_peer_to_peers_that_were_missed_are_let_go_with_a_reason_and_others_are_not(
    teller: Teller, denied: PriorAuthRequest
) -> None:
    old = teller.submitted(teller.at(70), plan=teller.cast.plans[0])
    teller.decided(old, teller.at(60), Outcome.DENIED)
    rows = {
        (row.request_id, row.kind): row
        for row in Deadline.objects.filter(LIVE).select_related("request__clinic")
    }
    passed = rows[old.pk, ClockKind.PEER_TO_PEER]
    still = rows[denied.pk, ClockKind.PEER_TO_PEER]
    law = rows[old.pk, ClockKind.APPEAL_FILING]
    assert passed.legal_at is None and passed.due_at < teller.now < still.due_at
    assert law.legal_at is not None
    told = ManyTold(ManyAct.LET_PASS, reason="The window is over")
    token, before = str(uuid.uuid4()), written()
    trial = run(teller, [passed, still, law], told, is_trial=True, token=token)
    assert written() == before
    done = run(teller, [passed, still, law], told, is_trial=False, token=token)
    assert [one.is_done for one in trial] == [one.is_done for one in done] == [True, False, False]
    assert "not passed yet" in done[1].why and "no peer-to-peer" in done[2].why
    assert not Deadline.objects.filter(LIVE, pk=passed.pk).exists()
    [again] = run(teller, [passed], told, is_trial=False, token=token)
    let = old.events.filter(kind=EventKind.DEADLINE_LET_PASS)
    assert again.is_done and let.count() == 1
