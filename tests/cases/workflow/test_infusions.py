"""Infusions planned, recorded, stopped, billed and taken back; and the dates that follow."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from cases.demo.stories import Teller
from cases.models import Deadline, InfusionSession, Note, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.queries.course import read_course
from cases.workflow import billing, closing, determinations, infusions, undoing
from cases.workflow.actor import Actor
from cases.workflow.infusions import InfusionTold
from priorauth.errors import ImpossibleFact, MissingFact, NotAllowedNow
from priorauth.terms import (
    ClockKind,
    EventKind,
    InfusionStatus,
    Outcome,
    Role,
    SeriesPhase,
)
from tests.cases.courses import PLACE, at, biller, booked

DONE, PLANNED = InfusionStatus.DONE, InfusionStatus.PLANNED


def lead(teller: Teller, now: datetime | None = None) -> Actor:
    return Actor(teller.cast.lead, Role.LEAD, now or teller.now)


def given(start: str, stop: str, paused: int = 0, reason: str = "") -> InfusionTold:
    return InfusionTold(DONE, at(start), at(start), at(stop), paused, reason=reason)


def record(teller, request, told, session=None, now=None):
    when = now or max(told.stopped_at or teller.now, teller.now)
    return infusions.record_infusion(biller(teller, when), request, told, session=session)


def live(request: PriorAuthRequest) -> dict[str, Deadline]:
    return {row.rule: row for row in Deadline.objects.filter(LIVE, request=request)}


def test_a_recorded_infusion_uses_units_by_its_minutes_without_pauses(teller, approved):
    (session,) = booked(teller, approved, "09-17")

    record(teller, approved, given("09-17T09:05", "09-17T10:10", paused=20), session)

    session.refresh_from_db()
    assert (session.status, session.minutes, session.units) == (DONE, 45, {"1": 1, "2": 1})
    assert session.authorization == approved.authorizations.get()
    assert [line.units_used for line in approved.lines.all()] == [1, 1]
    balance = read_course(approved).forecast().balances["1"]
    assert (balance.approved, balance.used, balance.left) == (6, 1, 5)


def test_an_infusion_in_no_plan_belongs_where_it_lies_in_the_course(teller, approved):
    known = read_course(approved)
    assert known.phase_on(date(2026, 9, 17)) == SeriesPhase.INDUCTION, "the course begins"

    booked(teller, approved, "09-21", "09-28")
    row = record(teller, approved, given("09-17T09:00", "09-17T09:40"))

    assert row.phase == SeriesPhase.INDUCTION, "before the induction that is in the book"
    known = read_course(approved)
    assert known.phase_on(date(2026, 9, 23)) == SeriesPhase.INDUCTION
    assert known.phase_on(date(2026, 10, 30)) == SeriesPhase.BOOSTER, "after the last"


def test_the_part_that_was_said_is_kept(teller, approved):
    told = InfusionTold(
        DONE,
        at("09-17T09:00"),
        at("09-17T09:00"),
        at("09-17T09:40"),
        phase=SeriesPhase.MAINTENANCE,
    )
    assert record(teller, approved, told).phase == SeriesPhase.MAINTENANCE


def test_an_infusion_outside_the_approval_is_stopped_until_a_reason_is_given(teller, approved):
    early = given("09-10T09:00", "09-10T09:40")
    with pytest.raises(MissingFact, match="The approval begins on Mon 14 Sep 2026") as refused:
        record(teller, approved, early)
    assert refused.value.field == "override_reason"
    assert not InfusionSession.objects.exists()
    assert not approved.events.filter(kind=EventKind.INFUSION_RECORDED).exists()

    record(teller, approved, given("09-10T09:00", "09-10T09:40", reason="The patient pays."))

    event = approved.events.get(kind=EventKind.INFUSION_RECORDED)
    assert event.facts["outside"] == ["too_early"]
    assert Note.objects.get(event=event).text.endswith("The patient pays.")


def test_without_any_approval_an_infusion_is_stopped(teller):
    request = teller.opened(teller.at(1))
    with pytest.raises(MissingFact, match="No approval is on file"):
        record(teller, request, given("09-17T09:00", "09-17T09:40"))


def test_a_seventh_of_six_approved_sessions_is_stopped(teller, approved):
    for day in ("14", "15", "16", "17", "18"):
        record(teller, approved, given(f"09-{day}T09:00", f"09-{day}T09:40"))
    now = at("09-22T10:00")
    record(teller, approved, given("09-21T09:00", "09-21T09:40"), now=now)
    with pytest.raises(MissingFact, match="0 of 6 approved units left"):
        record(teller, approved, given("09-22T09:00", "09-22T09:40"), now=now)


def test_booked_without_approval_is_for_now_when_it_is_near(teller):
    request = teller.submitted(teller.at(9), plan=teller.cast.plans[0])
    booked(teller, request, "09-21", "11-02")

    row = live(request)["desk-infusion-booked"]

    assert (row.kind, row.due_at) == (ClockKind.INFUSION_BOOKED, at("09-21T09:00"))
    assert row.act_at <= teller.now  # before all other work of the day
    assert "Mon 21 Sep 2026, 09:00 EDT. No approval is on file" in row.derivation["says"]
    assert row.next_reminder_at is not None

    teller.decided(request, teller.now, Outcome.APPROVED)
    assert "desk-infusion-booked" not in live(request)


def test_booked_far_ahead_waits_for_the_week_before(teller):
    request = teller.submitted(teller.at(9), plan=teller.cast.plans[0])
    booked(teller, request, "11-02")
    # Five business days before Monday 2 November is Monday 26 October.
    assert live(request)["desk-infusion-booked"].act_at == at("10-26T23:59:59")


def test_units_that_run_out_before_the_days_are_a_date_of_their_own(teller, approved):
    days = ("09-21", "09-28", "10-05", "10-12", "10-19", "10-26", "11-02")
    booked(teller, approved, *days)

    row = live(approved)["desk-units-end"]

    # Six weekly ones are covered; the seventh, on 2 November, is not.
    assert (row.kind, row.due_at) == (ClockKind.UNITS_END, at("11-01T23:59:59"))
    # 15 days of the payer's (29 CFR 2560.503-1) back from Sunday 1 November: Saturday the 17th, so
    # Friday 16 October; five open days before (the 12th is Columbus Day): Thursday the 8th.
    assert row.working_at == at("10-08T23:59:59")
    assert "96365 do not cover the infusion of Mon 2 Nov 2026" in row.derivation["says"]
    ends = live(approved)["desk-authorization-ends"]
    assert ends.due_at == at("12-15T23:59:59")
    assert row.next_reminder_at is not None


def test_a_course_that_goes_on_runs_out_although_nothing_more_is_booked(teller, approved):
    booked(teller, approved, "09-21", "09-28", goes_on=True)
    assert live(approved)["desk-units-end"].due_at == at("11-01T23:59:59")
    booked(teller, approved, "09-21", "09-28", goes_on=False)
    assert "desk-units-end" not in live(approved)


def test_a_cancelled_infusion_moves_the_day_the_units_run_out(teller, approved):
    days = ("09-21", "09-28", "10-05", "10-12", "10-19", "10-26", "11-02", "11-09")
    first, *_ = booked(teller, approved, *days)
    record(teller, approved, InfusionTold(InfusionStatus.CANCELLED, first.planned_at), first)
    assert live(approved)["desk-units-end"].due_at == at("11-08T23:59:59")


def test_what_became_of_an_infusion_is_asked_after_its_day(teller, approved):
    (session,) = booked(teller, approved, "09-21")
    row = live(approved)["desk-infusion-not-recorded"]
    assert (row.started_at, row.due_at) == (at("09-21T09:00"), at("09-22T23:59:59"))

    now = at("09-21T11:00")
    record(teller, approved, given("09-21T09:00", "09-21T09:40"), session, now=now)
    assert "desk-infusion-not-recorded" not in live(approved)


def test_a_moved_infusion_keeps_its_place_in_the_plan(teller, approved):
    (session,) = booked(teller, approved, "09-21")
    record(teller, approved, InfusionTold(PLANNED, at("09-24T14:00")), session)
    session.refresh_from_db()
    assert (session.status, session.planned_at) == (PLANNED, at("09-24T14:00"))


def test_undoing_a_record_puts_the_infusion_back_into_the_book(teller, approved):
    (session,) = booked(teller, approved, "09-17")
    record(teller, approved, given("09-17T09:05", "09-17T09:45"), session)
    undoing.undo(lead(teller), approved.events.get(kind=EventKind.INFUSION_RECORDED))
    session.refresh_from_db()
    assert (session.status, session.minutes, session.units) == (PLANNED, None, {})
    assert session.planned_at == at("09-17T09:00")
    assert [line.units_used for line in approved.lines.all()] == [0, 0]


def test_undoing_the_record_of_an_infusion_in_no_plan_takes_it_out(teller, approved):
    record(teller, approved, given("09-17T09:05", "09-17T09:45"))
    undoing.undo(lead(teller), approved.events.get(kind=EventKind.INFUSION_RECORDED))
    assert read_course(approved).sessions == ()


def test_a_new_plan_cancels_what_it_does_not_hold_and_undoing_it_brings_that_back(teller, approved):
    booked(teller, approved, "09-21", "09-28")
    booked(teller, approved, "09-28", "10-05")
    days = [
        f"{each.planned_at.astimezone(PLACE):%m-%d}" for each in read_course(approved).planned()
    ]
    assert days == ["09-28", "10-05"]

    undoing.undo(lead(teller), approved.events.filter(kind=EventKind.SERIES_PLANNED).last())
    days = [
        f"{each.planned_at.astimezone(PLACE):%m-%d}" for each in read_course(approved).planned()
    ]
    assert days == ["09-21", "09-28"]


def test_billing_is_marked_in_bulk_with_its_units_and_can_be_taken_back(teller, approved):
    for day in ("14", "15"):
        record(teller, approved, given(f"09-{day}T09:00", f"09-{day}T09:40"))
    rows = list(InfusionSession.objects.all())
    with pytest.raises(ImpossibleFact, match="comes after this day"):
        billing.mark_billed(biller(teller), approved, rows, on=date(2026, 9, 14))

    billing.mark_billed(biller(teller), approved, rows, on=date(2026, 9, 18))

    assert {row.billed_on for row in InfusionSession.objects.all()} == {date(2026, 9, 18)}
    assert rows[0].billed_units == {"1": 1, "2": 1}
    with pytest.raises(MissingFact, match="not billed yet"):
        billing.mark_billed(biller(teller), approved, rows, on=date(2026, 9, 18))
    with pytest.raises(NotAllowedNow, match="was billed"):
        undoing.undo(lead(teller), approved.events.filter(kind=EventKind.INFUSION_RECORDED).last())

    undoing.undo(lead(teller), approved.events.get(kind=EventKind.INFUSIONS_BILLED))
    assert {row.billed_on for row in InfusionSession.objects.all()} == {None}


def test_an_infusion_that_somebody_else_billed_meanwhile_is_not_billed_twice(teller, approved):
    record(teller, approved, given("09-14T09:00", "09-14T09:40"))
    (mine,), (theirs,) = list(InfusionSession.objects.all()), list(InfusionSession.objects.all())
    billing.mark_billed(biller(teller), approved, [theirs], on=date(2026, 9, 18))

    with pytest.raises(MissingFact, match="not billed yet"):
        billing.mark_billed(biller(teller), approved, [mine], on=date(2026, 9, 21))

    assert InfusionSession.objects.get().billed_on == date(2026, 9, 18)
    assert approved.events.filter(kind=EventKind.INFUSIONS_BILLED).count() == 1


def test_a_case_with_infusions_in_the_book_is_not_closed(teller, approved):
    (session,) = booked(teller, approved, "09-21")
    now = teller.moment(teller.now)
    with pytest.raises(NotAllowedNow, match="1 infusion on this case still in the book"):
        closing.close(biller(teller), approved, closed=now, reason="Moved away.")
    record(teller, approved, InfusionTold(InfusionStatus.CANCELLED, session.planned_at), session)
    closing.close(biller(teller), approved, closed=now, reason="Moved away.")


def test_an_approved_renewal_takes_over_the_infusions_of_its_days(teller, approved):
    booked(teller, approved, "12-14", "12-21")
    assert live(approved)["desk-infusion-booked"].due_at == at("12-21T09:00")
    renewal = teller.submitted(teller.at(3), plan=teller.cast.plans[0])
    PriorAuthRequest.objects.filter(pk=renewal.pk).update(
        previous_request=approved, patient=approved.patient, coverage=approved.coverage
    )
    renewal = PriorAuthRequest.objects.get(pk=renewal.pk)
    determinations.log_determination(
        biller(teller),
        renewal,
        decided=teller.moment(teller.now),
        decisions=[
            determinations.LineDecision(line, Outcome.APPROVED) for line in renewal.lines.all()
        ],
        notice=determinations.Notice(),
        granted=determinations.Granted("A-2", None, date(2026, 12, 16), date(2027, 3, 31)),
    )
    assert [each.planned_at for each in read_course(renewal).planned()] == [at("12-21T09:00")]
    assert [each.planned_at for each in read_course(approved).planned()] == [at("12-14T09:00")]
    assert "desk-infusion-booked" not in {*live(approved), *live(renewal)}
