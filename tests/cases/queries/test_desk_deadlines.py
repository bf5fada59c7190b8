from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cases.demo.stories import Teller
from cases.models import Deadline, PeerToPeer, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow import appeals, closing, peer_to_peer, submission
from cases.workflow.actor import Actor
from cases.workflow.ladders import rungs
from priorauth.deadlines.facts import Moment
from priorauth.terms import (
    AppealLevel,
    AppealOutcome,
    Channel,
    ClockKind,
    Outcome,
    Role,
    Standing,
)


def biller(teller: Teller) -> Actor:
    return Actor(teller.cast.biller, Role.BILLER, teller.now)


def live(request: PriorAuthRequest) -> dict[str, Deadline]:
    return {row.rule: row for row in Deadline.objects.filter(LIVE, request=request)}


def submit(teller: Teller, request: PriorAuthRequest, sent: datetime) -> None:
    submission.submit(
        biller(teller),
        request,
        channel=Channel.FAX,
        sent=teller.moment(sent),
        confirmation_number="F1",
    )


def test_a_receipt_known_by_its_day_counts_beside_a_sending_told_to_the_minute(
    teller: Teller,
) -> None:
    request = teller.opened(teller.at(9), plan=teller.cast.plans[0], starts_in=None)
    sent = teller.now - timedelta(hours=2)
    submit(teller, request, sent)

    received = Moment.day(sent.date(), teller.zone)
    submission.record_receipt(biller(teller), request, received=received)

    decision = Deadline.objects.get(LIVE, request=request, kind=ClockKind.PA_DECISION)
    # 29 CFR 2560.503-1(f)(2)(iii)(A): 15 days after receipt.
    limit = datetime(2026, 10, 3, 23, 59, 59, tzinfo=ZoneInfo("America/New_York"))
    assert decision.legal_at == limit


def test_what_the_payer_sent_back_stays_on_the_worklist_until_it_is_sent_again(
    teller: Teller,
) -> None:
    request = teller.opened(teller.at(9), starts_in=None)
    submit(teller, request, teller.at(4))
    submission.record_rejection(biller(teller), request, learned=teller.moment(teller.now))

    again = live(request)["desk-send-again"]
    # Friday 18 September: two business days on is Tuesday.
    tuesday = datetime(2026, 9, 22, 23, 59, 59, tzinfo=ZoneInfo("America/New_York"))
    assert (again.kind, again.due_at) == (ClockKind.SUBMIT_BY, tuesday)

    submit(teller, request, teller.now)

    assert "desk-send-again" not in live(request)


def test_a_won_appeal_is_a_task_until_the_approval_is_on_file(teller: Teller) -> None:
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
        outcome=AppealOutcome.OVERTURNED,
        notice=appeals.AppealNotice(),
    )
    assert live(request)["desk-missing-approval"].kind == ClockKind.MISSING_FACT

    teller.decided(request, teller.now, Outcome.APPROVED)

    assert "desk-missing-approval" not in live(request)


def test_short_notice_is_work_for_the_next_business_day_not_for_the_last(teller: Teller) -> None:
    # The infusion is eight days off: ten business days before it lie in the past.
    request = teller.opened(teller.now, starts_in=8)

    submit_by = live(request)["desk-submit-by"]

    # Friday 18 September: the next business day is Monday.
    monday = datetime(2026, 9, 21, 23, 59, 59, tzinfo=ZoneInfo("America/New_York"))
    assert submit_by.working_at == monday
    assert submit_by.act_at == monday
    assert submit_by.due_at > monday


def test_a_draft_without_a_planned_start_is_on_the_worklist_with_its_reminders(
    teller: Teller,
) -> None:
    request = teller.opened(teller.now, starts_in=None)

    draft = live(request)["base-submit"]

    # Friday 18 September: Monday, Tuesday, Wednesday.
    wednesday = datetime(2026, 9, 23, 23, 59, 59, tzinfo=ZoneInfo("America/New_York"))
    assert (draft.kind, draft.due_at) == (ClockKind.SUBMIT_BY, wednesday)
    assert draft.act_at < wednesday
    assert len([rung for rung in rungs(draft) if rung.at <= wednesday]) >= 2
    assert draft.next_reminder_at is not None

    submit(teller, request, teller.now)
    assert "base-submit" not in live(request)


def test_a_draft_that_ends_takes_its_date_along(teller: Teller) -> None:
    request = teller.opened(teller.at(1), starts_in=None)
    closing.withdraw(
        biller(teller), request, withdrawn=teller.moment(teller.now), reason="Moved away."
    )
    assert live(request) == {}


def agreed(teller: Teller) -> tuple[PriorAuthRequest, PeerToPeer, datetime]:
    """A refused request whose peer-to-peer is agreed for Tuesday, 14:00 on the payer's clock."""
    request = teller.denied(2)
    talk = peer_to_peer.ask(biller(teller), request, asked=teller.moment(teller.at(1)))
    at = datetime(2026, 9, 22, 14, 0, tzinfo=ZoneInfo("America/Chicago"))
    peer_to_peer.schedule(biller(teller), talk, scheduled_at=at, zone="America/Chicago")
    return request, talk, at


def test_a_scheduled_peer_to_peer_is_on_the_worklist_at_its_time_with_reminders_before_it(
    teller: Teller,
) -> None:
    request, talk, at = agreed(teller)

    row = live(request)["desk-appointment"]

    assert (row.kind, row.due_at, row.act_at) == (ClockKind.APPOINTMENT, at, at)
    assert row.proceeding == talk.proceeding
    morning = datetime(2026, 9, 21, 8, 0, tzinfo=ZoneInfo("America/New_York"))
    assert row.next_reminder_at == morning
    # Shown on the clinic's clock; the payer's stands beside it, as it was agreed.
    assert "Tue 22 Sep 2026, 15:00 EDT (14:00 CDT" in row.derivation["says"]


def test_a_talk_that_moved_has_its_new_time_only_and_one_that_is_over_has_none(
    teller: Teller,
) -> None:
    request, talk, at = agreed(teller)
    later = at + timedelta(days=1)
    peer_to_peer.schedule(biller(teller), talk, scheduled_at=later, zone=teller.zone)
    assert live(request)["desk-appointment"].due_at == later

    held = Actor(teller.cast.biller, Role.BILLER, later + timedelta(hours=1))
    peer_to_peer.record(
        held, talk, held=teller.moment(later + timedelta(minutes=30)),
        outcome=AppealOutcome.UPHELD,
    )  # fmt: skip
    assert "desk-appointment" not in live(request)
    kept = Deadline.objects.filter(request=request, rule="desk-appointment")
    assert set(kept.values_list("standing", flat=True)) == {Standing.MET, Standing.SUPERSEDED}
