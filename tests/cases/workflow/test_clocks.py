from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.demo.stories import Teller
from cases.models import Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow import closing, submission
from cases.workflow.actor import Actor
from cases.workflow.step import rebuild
from priorauth.deadlines.facts import Moment
from priorauth.errors import NotAllowedNow
from priorauth.terms import Channel, ClockKind, Outcome, OwedBy, RequestStatus, Role, Standing

NEW_YORK = ZoneInfo("America/New_York")
ERISA, MEDICARE, UNKNOWN = 0, 3, 5


def deadlines(request: PriorAuthRequest, kind: ClockKind) -> list[Deadline]:
    return list(Deadline.objects.filter(request=request, kind=kind).order_by("revision", "pk"))


def the(request: PriorAuthRequest, kind: ClockKind) -> Deadline:
    (only,) = Deadline.objects.filter(LIVE, request=request, kind=kind)
    return only


def end_of(*day: int) -> datetime:
    return datetime(*day, 23, 59, 59, tzinfo=NEW_YORK)


def submitted(teller: Teller, plan: int, when: datetime) -> PriorAuthRequest:
    return teller.submitted(when, plan=teller.cast.plans[plan])


TUESDAY = datetime(2026, 9, 8, 10, 0, tzinfo=NEW_YORK)


def test_a_submission_starts_the_payers_clock_with_chase_and_legal_date_apart(
    teller: Teller,
) -> None:
    """29 CFR 2560.503-1(f)(2)(iii)(A): 15 days from 8 September end on the 23rd."""
    clock = the(submitted(teller, ERISA, TUESDAY), ClockKind.PA_DECISION)

    assert clock.owed_by == OwedBy.PAYER
    assert clock.rule == "fed-erisa-pa-standard"
    assert clock.legal_at == end_of(2026, 9, 23)
    # Baseline: three business days (9, 10, 11 September).
    assert clock.chase_at == end_of(2026, 9, 11)
    assert clock.act_at == clock.chase_at
    assert clock.standing == Standing.RUNNING
    assert clock.next_reminder_at is not None
    assert "2560.503-1" in clock.derivation["citation"]
    assert clock.start_event is not None


def test_an_unknown_plan_type_gets_a_chase_date_and_no_legal_one(teller: Teller) -> None:
    clock = the(submitted(teller, UNKNOWN, TUESDAY), ClockKind.PA_DECISION)

    assert clock.legal_at is None
    assert clock.chase_at == end_of(2026, 9, 11)


def test_recomputing_twice_writes_nothing_the_second_time(teller: Teller) -> None:
    request = submitted(teller, MEDICARE, TUESDAY)
    before = list(Deadline.objects.order_by("pk").values())

    difference = rebuild(request, Actor(None, None, TUESDAY + timedelta(days=1)))

    assert not difference
    assert list(Deadline.objects.order_by("pk").values()) == before


def test_a_payer_that_lets_its_time_pass_opens_the_appeal_by_itself_once(teller: Teller) -> None:
    """42 CFR 422.568(f): 7 days for the service and 72 hours for the drug are over on the 18th."""
    request = submitted(teller, MEDICARE, TUESDAY)

    difference = rebuild(request, Actor(None, None, teller.now))

    opened = deadlines(request, ClockKind.APPEAL_FILING)
    assert [row.pk for row in difference.started] == [row.pk for row in opened]
    assert {row.item for row in opened} == {"drug", "service"}
    assert not rebuild(request, Actor(None, None, teller.now))
    request.refresh_from_db()
    assert request.status == RequestStatus.SUBMITTED


def test_a_denial_that_comes_after_all_takes_its_place(teller: Teller) -> None:
    request = submitted(teller, MEDICARE, TUESDAY)
    rebuild(request, Actor(None, None, teller.now))

    teller.decided(request, teller.now, Outcome.DENIED)

    live = [row for row in deadlines(request, ClockKind.APPEAL_FILING) if row.standing == "running"]
    assert live
    assert all(row.legal_at is not None for row in live)
    gone = [row for row in deadlines(request, ClockKind.APPEAL_FILING) if row not in live]
    assert {row.standing for row in gone} == {Standing.SUPERSEDED}


def test_a_receipt_proved_later_moves_the_date_by_a_new_revision(teller: Teller) -> None:
    request = teller.opened(TUESDAY - timedelta(hours=1), plan=teller.cast.plans[ERISA])
    sent = Moment.instant(TUESDAY, teller.zone)
    actor = Actor(teller.cast.biller, Role.BILLER, TUESDAY)
    submission.submit(actor, request, channel=Channel.PORTAL, sent=sent, confirmation_number="REF1")
    first = the(request, ClockKind.PA_DECISION)

    next_day = TUESDAY + timedelta(days=1)
    submission.record_receipt(
        Actor(teller.cast.biller, Role.BILLER, next_day),
        request,
        received=Moment.instant(next_day, teller.zone),
    )

    second = the(request, ClockKind.PA_DECISION)
    first.refresh_from_db()
    assert second.legal_at == end_of(2026, 9, 24)
    assert first.standing == Standing.SUPERSEDED
    assert first.legal_at == end_of(2026, 9, 23)
    assert first.next_reminder_at is None


def test_a_decision_meets_the_payers_clock_and_starts_ours(teller: Teller) -> None:
    request = submitted(teller, ERISA, TUESDAY)
    teller.decided(request, TUESDAY + timedelta(days=3), Outcome.DENIED)

    (decision,) = deadlines(request, ClockKind.PA_DECISION)
    assert decision.standing == Standing.MET
    assert decision.next_reminder_at is None
    appeal = the(request, ClockKind.APPEAL_FILING)
    assert appeal.owed_by == OwedBy.CLINIC
    # 180 days from receipt on 11 September 2026: 19 + 31 + 30 + 31 + 31 + 28 + 10.
    assert appeal.legal_at == datetime(2027, 3, 10, 23, 59, 59, tzinfo=NEW_YORK)
    assert appeal.working_at < appeal.legal_at
    assert appeal.working_at.astimezone(NEW_YORK).weekday() < 5
    assert the(request, ClockKind.PEER_TO_PEER)


def test_a_deadline_that_passes_unseen_stays_on_the_worklist(teller: Teller) -> None:
    request = submitted(teller, MEDICARE, TUESDAY)
    long_after = TUESDAY + timedelta(days=60)

    rebuild(request, Actor(None, None, long_after))

    live = Deadline.objects.filter(LIVE, request=request, kind=ClockKind.PA_DECISION)
    # The infusion and the Part B drug run on clocks of their own (72 hours for the drug).
    assert {each.rule for each in live} == {"fed-ma-pa-standard", "fed-ma-partb-drug-standard"}
    assert all(each.due_at < long_after for each in live)


def test_closing_a_case_ends_its_clocks_and_reopening_starts_them_again(teller: Teller) -> None:
    request = submitted(teller, ERISA, TUESDAY)
    teller.decided(request, TUESDAY + timedelta(days=3), Outcome.DENIED)
    due = the(request, ClockKind.APPEAL_FILING).due_at
    closed = Moment.instant(teller.now, teller.zone)
    lead = Actor(teller.cast.lead, Role.LEAD, teller.now)

    closing.close(lead, request, closed=closed, reason="No appeal wanted.")
    assert not Deadline.objects.filter(LIVE, request=request).exists()
    assert not Deadline.objects.filter(request=request, next_reminder_at__isnull=False).exists()

    closing.reopen(lead, request, reopened=closed, reason="The patient wants it after all.")
    again = the(request, ClockKind.APPEAL_FILING)
    assert again.due_at == due
    assert again.next_reminder_at is not None


def test_the_date_printed_on_the_letter_stands_beside_the_computed_one(teller: Teller) -> None:
    from cases.workflow.determinations import Notice

    request = submitted(teller, ERISA, TUESDAY)
    teller.decided(
        request,
        TUESDAY + timedelta(days=3),
        Outcome.DENIED,
        notice=Notice(date(2026, 9, 11), date(2026, 9, 11), appeal_by_on=date(2026, 11, 10)),
    )

    appeal = the(request, ClockKind.APPEAL_FILING)
    assert appeal.printed_on == date(2026, 11, 10)
    assert appeal.legal_at == datetime(2027, 3, 10, 23, 59, 59, tzinfo=NEW_YORK)
    assert appeal.due_at == end_of(2026, 11, 10)
    assert appeal.working_at < appeal.due_at


def test_an_illegal_step_is_refused_in_words_and_writes_nothing(teller: Teller) -> None:
    request = teller.opened(teller.at(1))
    events = request.events.count()

    with pytest.raises(NotAllowedNow, match="submi"):
        teller.decided(request, teller.at(0.5), Outcome.APPROVED)

    assert request.events.count() == events
    assert not request.determinations.exists()
