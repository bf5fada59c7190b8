"""The rules that a case is computed by: those shipped, and its payer's own windows beside them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q

from cases.models import PayerPolicy, PriorAuthRequest
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.rulebook.payer_window import MOST, STARTS, PayerWindow, window_rule
from priorauth.rulebook.rule import Basis, DeadlineRule, Unit
from priorauth.rulebook.rulebook import Rulebook
from priorauth.terms import ClockKind, ItemKind, Urgency


def rules_for(request: PriorAuthRequest) -> Rulebook:
    """The shipped rulebook with the windows of the request's payer and plan. One query."""
    return shipped_rulebook().joined_by(_window_rules(request))


def _window_rules(request: PriorAuthRequest) -> Iterator[DeadlineRule]:
    plan = request.coverage.plan
    rows = PayerPolicy._base_manager.filter(
        Q(plan=None) | Q(plan=plan.pk), clinic_id=request.clinic_id, payer_id=plan.payer_id
    )
    # Of two with equal right the one that was read last governs.
    for row in rows.annotate(payer_name=F("payer__name")).order_by("-checked_on", "-pk"):
        if _is_complete(row):
            yield window_rule(_window(row, row.payer_name))


def _is_complete(row: PayerPolicy) -> bool:
    """Whether it says all that a clock needs; old rows name no start."""
    is_step = row.kind in {kind.value for kind in STARTS}
    return is_step and row.starts_on in STARTS[ClockKind(row.kind)] and 0 < row.amount <= MOST


def _window(row: PayerPolicy, payer: str) -> PayerWindow:
    return PayerWindow(
        key=str(row.pk),
        payer=payer,
        kind=ClockKind(row.kind),
        starts_on=row.starts_on,
        amount=row.amount,
        unit=Unit(row.unit),
        basis=Basis(row.basis),
        source=row.source,
        page=row.page,
        link=row.link,
        checked_on=row.checked_on,
        urgency=Urgency(row.urgency) if row.urgency else None,
        item=ItemKind(row.item) if row.item else None,
        is_of_plan=row.plan_id is not None,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
    )
