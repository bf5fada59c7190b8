"""A payer's window for claims runs from each infusion until it is billed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cases.demo.stories import Teller
from cases.models import Deadline, PayerPolicy, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow import billing, infusions, undoing
from cases.workflow.infusions import InfusionTold
from cases.workflow.step import rebuild
from priorauth.terms import ClockKind, EventKind, InfusionStatus
from tests.cases.courses import at, biller

PLACE = ZoneInfo("America/New_York")


@pytest.fixture(autouse=True)
def windows(teller: Teller) -> None:
    for kind, amount in (("timely_filing", 90), ("retro_authorization", 14)):
        PayerPolicy.objects.create(
            clinic=teller.cast.clinic,
            payer=teller.cast.plans[0].payer,
            kind=kind,
            starts_on="infusion_given",
            amount=amount,
            unit="calendar_days",
            source="Provider manual 2026",
            page="12",
            checked_on=date(2026, 1, 5),
        )


def given(teller: Teller, request: PriorAuthRequest, day: str, **other: Any):
    return infusions.record_infusion(
        biller(teller),
        request,
        InfusionTold(
            status=InfusionStatus.DONE,
            planned_at=at(f"{day}T09:00"),
            started_at=at(f"{day}T09:00"),
            stopped_at=at(f"{day}T09:40"),
            **other,
        ),
    )


def live(request: PriorAuthRequest, kind: ClockKind) -> Deadline | None:
    return Deadline.objects.filter(LIVE, request=request, kind=kind).first()


def test_the_claim_of_an_infusion_in_no_plan_is_settled_by_its_bill_and_back_by_undoing_it(
    teller: Teller, approved: PriorAuthRequest
) -> None:
    row = given(teller, approved, "09-17")
    claim = live(approved, ClockKind.TIMELY_FILING)
    # 90 days after 17 September: 13 left of it, 31 and 30 make 74, so 16 December.
    assert claim and claim.due_at == datetime(2026, 12, 16, 23, 59, 59, tzinfo=PLACE)
    assert claim.legal_at is None

    billing.mark_billed(biller(teller), approved, [row], on=date(2026, 9, 18))
    assert live(approved, ClockKind.TIMELY_FILING) is None

    event = approved.events.get(kind=EventKind.INFUSIONS_BILLED)
    undoing.undo(biller(teller), event)
    assert live(approved, ClockKind.TIMELY_FILING) is not None


def test_only_an_infusion_outside_the_approval_asks_for_approval_after_the_fact(
    teller: Teller, approved: PriorAuthRequest
) -> None:
    given(teller, approved, "09-17")
    assert live(approved, ClockKind.RETRO_AUTHORIZATION) is None

    given(teller, approved, "09-10", reason="The clinician decided.")  # before the first day
    retro = live(approved, ClockKind.RETRO_AUTHORIZATION)
    assert retro and retro.due_at == datetime(2026, 9, 24, 23, 59, 59, tzinfo=PLACE)


def test_another_payers_window_does_not_run(teller: Teller, approved: PriorAuthRequest) -> None:
    PayerPolicy.objects.update(payer=teller.cast.plans[2].payer)
    given(teller, approved, "09-17")
    rebuild(approved, biller(teller))
    assert live(approved, ClockKind.TIMELY_FILING) is None
