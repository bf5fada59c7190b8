"""The stances and the plan's own words on file that speak of one case."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q

from cases.models import PayerStance, PlanClause, PriorAuthRequest
from cases.models.spans import in_force

MOST = 5
"""Stances shown of one payer: more than the conditions that ketamine is given for."""


def stances_on(request: PriorAuthRequest, on: date) -> list[PayerStance]:
    """Those in force on `on` for the plan of `request` and its product, the plan's own first."""
    plan = request.coverage.plan
    rows = PayerStance.objects.filter(
        in_force(on), Q(plan=None) | Q(plan=plan.pk), payer=plan.payer_id, product=request.product
    )
    return list(rows.order_by(F("plan").asc(nulls_last=True), "-reviewed_on", "pk")[:MOST])


def clauses_of(request: PriorAuthRequest) -> list[PlanClause]:
    """What is quoted of the plan of `request`, with what it is compared with; one query."""
    rows = PlanClause.objects.filter(plan=request.coverage.plan_id)
    return list(rows.select_related("compared_with").order_by("kind", "pk")[:MOST])
