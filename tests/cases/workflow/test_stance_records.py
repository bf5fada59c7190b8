"""How often a payer refused what its policy refuses: counted with what it is out of."""

from __future__ import annotations

from datetime import date
from typing import Any

from cases.demo.stories import Teller
from cases.models import PayerStance
from cases.workflow import undoing
from cases.workflow.actor import Actor
from cases.workflow.stance_records import count, count_all
from priorauth.terms import EventKind, Outcome, Product, Role


def stance(teller: Teller, **fields: Any) -> PayerStance:
    return PayerStance.objects.create(
        **{
            "clinic": teller.cast.clinic,
            "payer": teller.cast.plans[0].payer,
            "stance": "excludes",
            "reviewed_on": date(2026, 9, 3),
            **fields,
        }
    )


def counted(teller: Teller, row: PayerStance) -> tuple[int | None, int | None]:
    count(row, teller.now)
    row.refresh_from_db()
    return row.requests_denied, row.requests_decided


def test_a_denial_on_the_policys_ground_counts_and_every_decision_is_the_denominator(
    teller: Teller,
) -> None:
    plan = teller.cast.plans[0]
    teller.denied(5, plan=plan)
    teller.denied(4, plan=plan, reason="not_covered_benefit")
    teller.denied(3, plan=plan, reason="insufficient_documentation")
    approved = teller.submitted(teller.at(9), plan=plan)
    teller.decided(approved, teller.at(2), Outcome.APPROVED)
    teller.submitted(teller.at(1), plan=plan)  # not decided

    assert counted(teller, stance(teller)) == (2, 4)


def test_another_payers_another_products_and_another_plans_decisions_do_not_count(
    teller: Teller,
) -> None:
    choice, open_access, prairie = teller.cast.plans[:3]
    teller.denied(5, plan=choice)
    teller.denied(5, plan=open_access)
    teller.denied(5, plan=prairie)

    assert counted(teller, stance(teller)) == (2, 2)
    assert counted(teller, stance(teller, plan=open_access)) == (1, 1)
    assert counted(teller, stance(teller, product=Product.ESKETAMINE)) == (0, 0)


def test_only_decisions_from_the_first_day_of_the_policy_on_count(teller: Teller) -> None:
    plan = teller.cast.plans[0]
    teller.denied(8, plan=plan)  # Thursday 10 September
    teller.denied(2, plan=plan)  # Wednesday 16 September

    assert counted(teller, stance(teller, effective_from=date(2026, 9, 14))) == (1, 1)
    assert counted(teller, stance(teller, effective_from=date(2026, 9, 1))) == (2, 2)


def test_a_denial_that_was_undone_never_happened(teller: Teller) -> None:
    request = teller.denied(5, plan=teller.cast.plans[0])
    row = stance(teller)
    assert counted(teller, row) == (1, 1)

    decision = request.events.get(kind=EventKind.DETERMINED)
    undoing.undo(Actor(teller.cast.biller, Role.BILLER, teller.now), decision)

    assert counted(teller, row) == (0, 0)


def test_a_request_decided_twice_counts_once(teller: Teller) -> None:
    request = teller.submitted(teller.at(9), plan=teller.cast.plans[0])
    first, *others = request.lines.all()
    reasons = ["experimental_investigational"]
    teller.decided(request, teller.at(4), Outcome.DENIED, lines=[first], reasons=reasons)
    teller.decided(request, teller.at(2), Outcome.APPROVED, lines=others)
    assert counted(teller, stance(teller)) == (1, 1)


def test_the_night_counts_every_stance(teller: Teller) -> None:
    teller.denied(5, plan=teller.cast.plans[0])
    row = stance(teller)
    assert count_all(teller.now) == 1
    row.refresh_from_db()
    assert (row.requests_denied, row.counted_at) == (1, teller.now)
