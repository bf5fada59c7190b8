"""The newest benefits check of a coverage, and why it may have to be done again."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from cases.models import BenefitsCheck, Coverage
from cases.models.spans import in_force


def newest_check(coverage: Coverage) -> BenefitsCheck | None:
    """The last check of `coverage` by its day; None when there was none. One query."""
    return (
        BenefitsCheck._base_manager.filter(coverage=coverage)
        .select_related("checked_by")
        .order_by("-checked_on", "-pk")
        .first()
    )


def begins_anew_on(check: BenefitsCheck) -> date:
    """The first 1 January after a check: deductible and out-of-pocket start from nothing."""
    return date(check.checked_on.year + 1, 1, 1)


def others_in_force(coverage: Coverage, on: date) -> list[Coverage]:
    """The patient's other coverages on that day, in the order in which they pay.

    The same membership written down twice, as two joined records leave it, is no other one.
    """
    rows = Coverage.objects.filter(in_force(on), patient=coverage.patient_id)
    same = Q(plan=coverage.plan_id, member_id_folded=coverage.member_id_folded)
    return list(rows.exclude(same | Q(pk=coverage.pk)).select_related("plan__payer")[:5])
