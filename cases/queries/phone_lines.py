"""A payer's phone lines in the order in which to try them for a case."""

from __future__ import annotations

from cases.models import PayerLine, PriorAuthRequest
from cases.models.payers import PhoneLineKind
from cases.queries.script_answers import benefit_line_of

FIRST_CALLED = (
    PhoneLineKind.PRIOR_AUTHORIZATION,
    PhoneLineKind.MENTAL_HEALTH,
    PhoneLineKind.MEDICAL,
)
"""Tried in this order while nobody told under which benefits the treatment falls."""


def in_calling_order(request: PriorAuthRequest) -> list[PayerLine]:
    """The line of the benefits that the treatment falls under first, when that was told; then the
    usual order, then the rest. Two queries, three until a check told it.
    """
    told = benefit_line_of(request)
    order = [kind for kind in (told, *FIRST_CALLED) if kind]

    def place(line: PayerLine) -> tuple[int, int]:
        return (order.index(line.kind) if line.kind in order else len(order), line.pk)

    return sorted(request.coverage.plan.payer.phone_lines.all(), key=place)
