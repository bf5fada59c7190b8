"""Which decision of the payer refused what stands refused on a case."""

from __future__ import annotations

from cases.models import Determination, PriorAuthRequest
from priorauth.lifecycle.states import ADVERSE_LINES
from priorauth.terms import ADVERSE_OUTCOMES


def last_refusal(request: PriorAuthRequest) -> Determination | None:
    """The newest that refused a line which still stands refused, None when there is none.

    A later approval of other lines is none, nor is a decision whose entry was undone.
    """
    rows = Determination.objects.filter(
        request=request,
        event__undone_by__isnull=True,
        line_determinations__outcome__in=ADVERSE_OUTCOMES,
        line_determinations__line__status__in=ADVERSE_LINES,
    )
    return rows.select_related("event").order_by("-pk").first()


def last_decision(request: PriorAuthRequest) -> Determination | None:
    """The refusal that stands; without one the newest decision, None before any."""
    rows = Determination.objects.filter(request=request, event__undone_by__isnull=True)
    newest = rows.select_related("event").order_by("-pk")
    return last_refusal(request) or newest.first()
