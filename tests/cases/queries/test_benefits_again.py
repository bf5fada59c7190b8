"""Benefits that were checked are checked again on 1 January and when the plan changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from cases.demo.stories import Teller
from cases.models import BenefitsCheck, Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow import closing
from cases.workflow.actor import Actor
from cases.workflow.step import rebuild
from priorauth.terms import Role

PLACE = ZoneInfo("America/New_York")


def biller(teller: Teller) -> Actor:
    return Actor(teller.cast.biller, Role.BILLER, teller.now)


def checked(teller: Teller, request: PriorAuthRequest, **fields: Any) -> BenefitsCheck:
    coverage = request.coverage
    row = BenefitsCheck.objects.create(
        **{
            "clinic": teller.cast.clinic,
            "coverage": coverage,
            "plan": coverage.plan,
            "checked_on": date(2026, 9, 3),
            "channel": "portal",
            **fields,
        }
    )
    rebuild(request, biller(teller))
    return row


def again(request: PriorAuthRequest) -> list[Deadline]:
    return list(Deadline.objects.filter(LIVE, request=request, rule__startswith="desk-benefits"))


@pytest.fixture
def request_(teller: Teller) -> PriorAuthRequest:
    return teller.submitted(teller.at(9), plan=teller.cast.plans[0])


def test_a_case_whose_benefits_nobody_checked_has_no_such_task(request_: PriorAuthRequest) -> None:
    assert again(request_) == []


def test_they_are_checked_again_in_the_first_week_of_the_year(
    teller: Teller, request_: PriorAuthRequest
) -> None:
    checked(teller, request_)
    (task,) = again(request_)
    # 1 January 2027 is a holiday and a Friday: the first open day is Monday the 4th, the fifth
    # Friday the 8th.
    assert task.started_at == datetime(2027, 1, 1, tzinfo=PLACE)
    assert task.act_at == datetime(2027, 1, 4, 23, 59, 59, tzinfo=PLACE)
    assert task.due_at == datetime(2027, 1, 8, 23, 59, 59, tzinfo=PLACE)
    assert task.legal_at is None
    # Nobody is reminded before there is anything to ask.
    assert task.next_reminder_at is not None and task.next_reminder_at > task.started_at


def test_a_check_of_the_new_year_moves_the_task_to_the_next(
    teller: Teller, request_: PriorAuthRequest
) -> None:
    checked(teller, request_)
    checked(teller, request_, checked_on=date(2027, 1, 4))
    (task,) = again(request_)
    # 1 January 2028 is a Saturday, kept on Friday 31 December: the fifth open day is the 7th.
    assert task.due_at == datetime(2028, 1, 7, 23, 59, 59, tzinfo=PLACE)


def test_a_coverage_that_ends_before_the_new_year_is_not_checked_again(
    teller: Teller, request_: PriorAuthRequest
) -> None:
    request_.coverage.effective_through = date(2026, 12, 31)
    request_.coverage.save()
    checked(teller, request_)
    assert again(request_) == []


def test_another_plan_is_checked_within_two_business_days(
    teller: Teller, request_: PriorAuthRequest
) -> None:
    checked(teller, request_)
    with time_machine.travel(teller.now, tick=False):
        request_.coverage.plan = teller.cast.plans[1]
        request_.coverage.save()
    rebuild(request_, biller(teller))
    (task,) = again(request_)
    # Changed on Friday 18 September.
    assert task.rule == "desk-benefits-plan"
    assert task.due_at == datetime(2026, 9, 22, 23, 59, 59, tzinfo=PLACE)

    checked(teller, request_, checked_on=date(2026, 9, 18))
    assert [row.rule for row in again(request_)] == ["desk-benefits-year"]


def test_saving_a_coverage_with_the_same_plan_dates_no_change(
    teller: Teller, request_: PriorAuthRequest
) -> None:
    request_.coverage.group_number = "G-2"
    request_.coverage.save()
    assert request_.coverage.plan_changed_at is None


def test_the_task_ends_with_the_case(teller: Teller, request_: PriorAuthRequest) -> None:
    checked(teller, request_)
    closing.withdraw(biller(teller), request_, withdrawn=teller.moment(teller.now), reason="moved")
    assert again(request_) == []


def test_one_answer_on_a_call_is_no_check_of_the_new_plan(
    teller: Teller, request_: PriorAuthRequest
) -> None:
    checked(teller, request_, plan=teller.cast.plans[1], is_active=True)
    assert [task.rule for task in again(request_)] == ["desk-benefits-plan"]
    call = teller.call(request_, teller.at(1))
    answered = {"checked_on": teller.now.date(), "channel": "phone", "network": "in"}
    checked(teller, request_, call=call, **answered)
    assert [task.rule for task in again(request_)] == ["desk-benefits-plan"]
    second = teller.call(request_, teller.at(0.5))
    checked(teller, request_, call=second, is_active=True, **answered)
    assert [task.rule for task in again(request_)] == ["desk-benefits-year"]
