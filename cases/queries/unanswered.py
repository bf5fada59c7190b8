"""Lines of a case on which the payer let its time to decide pass and still has not answered."""

from __future__ import annotations

from cases.models import PayerBreach, PriorAuthRequest
from priorauth.terms import ClockKind

_DECISIONS = (ClockKind.PA_DECISION, ClockKind.EXTENSION)


def unanswered_lines(request: PriorAuthRequest) -> frozenset[str]:
    """Keys of those lines, as the ledger of missed limits has them; two queries."""
    late = PayerBreach._base_manager.filter(
        request=request, kind__in=_DECISIONS, answered_at__isnull=True
    )
    items = set(late.values_list("item", flat=True))
    if not items:
        return frozenset()
    lines = request.lines.all()
    return frozenset(line.key for line in lines if "" in items or line.item in items)
