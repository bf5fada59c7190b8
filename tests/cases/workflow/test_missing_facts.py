from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from cases.demo.stories import Teller
from cases.models import CaseEvent, Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.queries.facts import standing_happenings
from cases.workflow import appeals, missing_facts, submission
from cases.workflow.actor import Actor
from cases.workflow.determinations import (
    Granted,
    LineDecision,
    Notice,
    enter_authorization,
    log_determination,
)
from cases.workflow.step import rebuild
from cases.workflow.undoing import undo
from priorauth.deadlines.facts import Moment
from priorauth.errors import ImpossibleFact
from priorauth.terms import (
    AppealLevel,
    AppealOutcome,
    Channel,
    ClockKind,
    EventKind,
    Outcome,
    OwedBy,
    Role,
)


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


def test_an_upgrade_keeps_the_answers_to_a_task_that_got_another_name(teller: Teller) -> None:
    request, _ = sent_on_an_unknown_day(teller)
    (task,) = live(request, ClockKind.MISSING_FACT)
    now, until = (task.rule, task.key), teller.now + timedelta(days=1)
    old = {"rule": "desk-missing-date", "key": task.key.replace("-submitted@", "@")}
    Deadline.objects.filter(pk=task.pk).update(**old, quiet_until=until)

    migration = import_module("cases.migrations.0058_missing_dates_are_named_by_their_event")
    migration.rename(apps, None)
    rebuild(request, biller(teller))

    (kept,) = live(request, ClockKind.MISSING_FACT)
    assert (kept.pk, kept.rule, kept.key, kept.quiet_until) == (task.pk, *now, until)


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
    assert "desk-missing-number" in rules(request, ClockKind.MISSING_FACT)

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


def denied_on_the_phone(teller: Teller) -> tuple[PriorAuthRequest, CaseEvent]:
    """A denial of which neither the day nor the letter is known."""
    request = teller.submitted(teller.at(9), plan=teller.cast.plans[0])
    log_determination(
        biller(teller),
        request,
        decided=None,
        decisions=[LineDecision(line, Outcome.DENIED) for line in request.lines.all()],
        notice=Notice(is_awaited=True),
    )
    return request, CaseEvent.objects.get(request=request, kind=EventKind.DETERMINED)


def supply_letter(teller: Teller, request: PriorAuthRequest, event: CaseEvent) -> None:
    missing_facts.supply_notice(
        biller(teller),
        request,
        event_key=event.key,
        dated_on=date(2026, 9, 16),
        received_on=date(2026, 9, 17),
        appeal_by_on=date(2026, 11, 2),
    )


def supply_day(teller: Teller, request: PriorAuthRequest, event: CaseEvent) -> None:
    day = Moment.day(date(2026, 9, 16), teller.zone)
    missing_facts.supply_date(biller(teller), request, event_key=event.key, happened=day)


def rules(request: PriorAuthRequest, kind: ClockKind) -> list[str]:
    return [row.rule for row in live(request, kind)]


def test_the_letter_does_not_settle_the_unknown_day_of_the_decision(teller: Teller) -> None:
    request, event = denied_on_the_phone(teller)

    supply_letter(teller, request, event)

    assert rules(request, ClockKind.MISSING_FACT) == ["desk-missing-date-determined"]


def test_the_day_supplied_after_the_letter_leaves_the_appeal_window(teller: Teller) -> None:
    request, event = denied_on_the_phone(teller)
    supply_letter(teller, request, event)
    (before,) = live(request, ClockKind.APPEAL_FILING)

    supply_day(teller, request, event)

    (after,) = live(request, ClockKind.APPEAL_FILING)
    assert (after.due_at, after.printed_on) == (before.due_at, date(2026, 11, 2))
    assert rules(request, ClockKind.MISSING_FACT) == []


def test_the_letter_supplied_after_the_day_leaves_the_day_known(teller: Teller) -> None:
    request, event = denied_on_the_phone(teller)
    supply_day(teller, request, event)
    assert rules(request, ClockKind.MISSING_FACT) == ["desk-missing-notice"]

    supply_letter(teller, request, event)

    assert rules(request, ClockKind.MISSING_FACT) == []
    told = standing_happenings(CaseEvent.objects.filter(request=request))
    (decided,) = [each for each in told if each.key == event.key]
    assert decided.when == Moment.day(date(2026, 9, 16), teller.zone)


def test_a_letter_taken_back_leaves_no_date_behind(teller: Teller) -> None:
    request, event = denied_on_the_phone(teller)
    supply_letter(teller, request, event)
    supplied = CaseEvent.objects.get(request=request, kind=EventKind.MISSING_FACT_SUPPLIED)

    undo(biller(teller), supplied)

    shown = request.determinations.get()
    assert (shown.notice_dated_on, shown.notice_received_on, shown.appeal_by_on) == (None,) * 3
    assert live(request, ClockKind.APPEAL_FILING) == []
    assert "desk-missing-notice" in rules(request, ClockKind.MISSING_FACT)


def test_the_date_that_a_late_appeal_letter_prints_drives_the_next_step(teller: Teller) -> None:
    request = teller.denied(9)
    appeal = appeals.file(
        biller(teller),
        request,
        filed=teller.moment(teller.at(5)),
        level=AppealLevel.FIRST,
        lines=list(request.lines.all()),
        channel=Channel.FAX,
    )
    appeals.log_decision(
        biller(teller),
        appeal,
        decided=teller.moment(teller.at(1)),
        outcome=AppealOutcome.UPHELD,
        notice=appeals.AppealNotice(is_final_internal=True, is_awaited=True),
    )
    event = CaseEvent.objects.get(request=request, kind=EventKind.APPEAL_DECIDED)

    supply_letter(teller, request, event)

    appeal.refresh_from_db()
    assert appeal.next_by_on == date(2026, 11, 2)
    assert [row.printed_on for row in live(request, ClockKind.EXTERNAL_FILING)] == [
        date(2026, 11, 2)
    ]


def test_a_step_without_any_law_or_usual_time_is_a_task_and_not_silence(teller: Teller) -> None:
    """Nobody knows by when an unknown plan decides an appeal: somebody must ask."""
    unknown = teller.cast.plans[5]
    request = teller.appealed(3, plan=unknown).request

    (task,) = live(request, ClockKind.MISSING_FACT)
    assert task.rule == "desk-no-rule-appeal_decision"
    assert "Payer's decision on the appeal" in task.derivation["says"]
    assert task.owed_by == OwedBy.CLINIC
    assert task.legal_at is None

    missing_facts.tick_off(biller(teller), request, event_key=str(task.start_event_id))

    assert live(request, ClockKind.MISSING_FACT) == []


def test_where_law_or_a_usual_time_gives_a_date_there_is_no_such_task(teller: Teller) -> None:
    known = teller.appealed(3, plan=teller.cast.plans[0]).request
    waiting = teller.submitted(teller.at(2), plan=teller.cast.plans[5])

    for request in (known, waiting):
        assert not any("no-rule" in rule for rule in rules(request, ClockKind.MISSING_FACT))
