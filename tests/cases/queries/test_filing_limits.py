from __future__ import annotations

from datetime import date, datetime

from cases.demo.stories import Teller
from cases.models import Deadline, InfusionSession, PayerPolicy, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow import billing, infusions
from cases.workflow.infusions import InfusionTold
from cases.workflow.letting_pass import let_pass
from cases.workflow.rebuilding import rebuild_open_cases
from priorauth.rulebook.rule import Unit
from priorauth.terms import ClockKind, InfusionStatus, OwedBy
from tests.cases.courses import PLACE, approved_course, at, biller, booked

RULE = "desk-no-filing-limit"


def live(request: PriorAuthRequest) -> dict[str, Deadline]:
    return {row.rule: row for row in Deadline.objects.filter(LIVE, request=request)}


def given(teller: Teller, request: PriorAuthRequest, day: str) -> InfusionSession:
    (session,) = [
        each
        for each in InfusionSession.objects.filter(request=request)
        if f"{each.planned_at.astimezone(PLACE):%m-%d}" == day
    ]
    told = InfusionTold(
        InfusionStatus.DONE, session.planned_at, at(f"{day}T09:00"), at(f"{day}T09:40")
    )
    now = at(f"{day}T11:00")
    return infusions.record_infusion(biller(teller, now), request, told, session=session)


def course(teller: Teller) -> PriorAuthRequest:
    request = approved_course(teller)
    booked(teller, request, "09-21", "09-28")
    return request


def write_window(request: PriorAuthRequest, teller: Teller) -> None:
    PayerPolicy(
        clinic=request.clinic,
        payer=request.coverage.plan.payer,
        kind=ClockKind.TIMELY_FILING,
        amount=90,
        unit=Unit.CALENDAR_DAYS,
        starts_on="infusion_given",
        source="Provider manual",
        page="4",
        checked_on=date(2026, 9, 1),
    ).save()
    rebuild_open_cases(biller(teller), PriorAuthRequest.objects.filter(pk=request.pk))


def test_an_infusion_that_waits_for_its_claim_asks_for_the_payers_limit(teller: Teller) -> None:
    request = course(teller)
    assert RULE not in live(request)

    given(teller, request, "09-21")

    task = live(request)[RULE]
    assert (task.kind, task.owed_by) == (ClockKind.MISSING_FACT, OwedBy.CLINIC)
    # Recorded on Monday 21 September: five business days on is the next Monday.
    assert task.due_at == datetime(2026, 9, 28, 23, 59, 59, tzinfo=PLACE)
    assert task.next_reminder_at is not None
    assert "Mon 21 Sep 2026" in task.derivation["says"]


def test_a_second_infusion_adds_no_second_task(teller: Teller) -> None:
    request = course(teller)
    given(teller, request, "09-21")
    given(teller, request, "09-28")

    assert Deadline.objects.filter(LIVE, request=request, rule=RULE).count() == 1


def test_the_payers_window_takes_the_tasks_place(teller: Teller) -> None:
    request = course(teller)
    given(teller, request, "09-21")

    write_window(request, teller)

    assert RULE not in live(request)
    (filing,) = Deadline.objects.filter(LIVE, request=request, kind=ClockKind.TIMELY_FILING)
    assert filing.due_at.astimezone(PLACE).date() == date(2026, 12, 20)


def test_what_was_billed_asks_for_nothing(teller: Teller) -> None:
    request = course(teller)
    session = given(teller, request, "09-21")

    now = at("09-22T09:00")
    billing.mark_billed(biller(teller, now), request, [session], on=date(2026, 9, 22))

    assert RULE not in live(request)


def test_a_claim_that_the_patient_files_is_let_pass_with_the_reason(teller: Teller) -> None:
    request = course(teller)
    given(teller, request, "09-21")

    let_pass(biller(teller), live(request)[RULE], reason="The patient files the claim.")

    assert RULE not in live(request)
