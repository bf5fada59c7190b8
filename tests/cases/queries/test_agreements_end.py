"""The end of an agreement with the payer is a date of ours on the cases that rest on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cases.demo.stories import Teller
from cases.models import Agreement, Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow.step import rebuild
from priorauth.terms import ClockKind
from tests.cases.courses import biller, booked

PLACE = ZoneInfo("America/New_York")


def agreed(teller: Teller, request: PriorAuthRequest, **fields: Any) -> Agreement:
    return Agreement.objects.create(
        **{
            "clinic": teller.cast.clinic,
            "kind": "single_case",
            "payer": request.coverage.plan.payer,
            "patient": request.patient,
            "number": "SCA-1",
            "code": "96365",
            "effective_from": date(2026, 9, 1),
            "effective_through": date(2026, 10, 30),
            **fields,
        }
    )


def ends(teller: Teller, request: PriorAuthRequest) -> list[Deadline]:
    rebuild(request, biller(teller))
    rows = Deadline.objects.filter(LIVE, request=request, kind=ClockKind.AGREEMENT_ENDS)
    return list(rows.order_by("due_at"))


def test_a_patients_own_agreement_is_renewed_two_weeks_before_it_ends(
    teller: Teller, approved: PriorAuthRequest
) -> None:
    agreed(teller, approved)
    (row,) = ends(teller, approved)
    # Friday 30 October; ten open days before, past Columbus Day on the 12th: Friday the 16th.
    assert row.due_at == datetime(2026, 10, 30, 23, 59, 59, tzinfo=PLACE)
    assert row.act_at == datetime(2026, 10, 16, 23, 59, 59, tzinfo=PLACE)
    assert row.legal_at is None
    assert row.overdue_at == row.due_at
    assert "Single-case agreement SCA-1" in row.derivation["says"]


def test_the_codes_of_one_agreement_are_one_date(
    teller: Teller, approved: PriorAuthRequest
) -> None:
    agreed(teller, approved)
    agreed(teller, approved, code="J3490")
    assert len(ends(teller, approved)) == 1


def test_an_agreement_that_another_goes_on_from_is_no_date(
    teller: Teller, approved: PriorAuthRequest
) -> None:
    agreed(teller, approved)
    agreed(
        teller,
        approved,
        number="SCA-2",
        effective_from=date(2026, 10, 31),
        effective_through=date(2026, 12, 31),
    )
    (row,) = ends(teller, approved)
    assert row.due_at == datetime(2026, 12, 31, 23, 59, 59, tzinfo=PLACE)


def test_a_contract_is_a_date_only_where_an_infusion_is_booked_after_it(
    teller: Teller, approved: PriorAuthRequest
) -> None:
    agreed(teller, approved, kind="contract", patient=None)
    assert ends(teller, approved) == []
    booked(teller, approved, "10-30")
    assert ends(teller, approved) == []
    booked(teller, approved, "11-02")
    assert len(ends(teller, approved)) == 1


def test_what_ended_before_the_request_was_opened_and_another_patients_are_no_dates(
    teller: Teller, approved: PriorAuthRequest
) -> None:
    other = teller.submitted(teller.at(3), plan=teller.cast.plans[0])
    agreed(teller, approved, patient=other.patient)
    agreed(teller, approved, effective_through=date(2026, 9, 2), number="SCA-0")
    assert ends(teller, approved) == []
