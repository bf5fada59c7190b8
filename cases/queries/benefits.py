"""The newest benefits check of a coverage, and why it may have to be done again."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from cases.models import BenefitsCheck, Coverage
from cases.models.benefits_checks import BenefitLine, Network
from cases.models.spans import in_force

CHECKS_READ = 40
"""More than calls of one year tell, so that what only an older check says is not lost."""
_NOT_TOLD = {
    "is_active": None,
    "network": Network.UNKNOWN,
    "benefit_line": BenefitLine.UNKNOWN,
    "prior_auth_needed": None,
    "deductible_left": None,
    "out_of_pocket_left": None,
    "coinsurance": None,
}
"""What a check can tell, and how it stands where nothing of it was told."""


def newest_check(coverage: Coverage) -> BenefitsCheck | None:
    """The last check of `coverage` by its day; None when there was none. One query."""
    return (
        BenefitsCheck._base_manager.filter(coverage=coverage)
        .select_related("checked_by", "call")
        .order_by("-checked_on", "-pk")
        .first()
    )


def newest_whole_check(coverage: Coverage) -> BenefitsCheck | None:
    """The last check of `coverage` that was one of eligibility too; None when there was none.

    One answer on a call says nothing of whether the coverage is active: it is no such check.
    """
    whole = Q(is_active__isnull=False) | Q(call=None)
    rows = BenefitsCheck._base_manager.filter(whole, coverage=coverage)
    return rows.order_by("-checked_on", "-pk").first()


def told_in_force(coverage: Coverage, today: date) -> list[BenefitsCheck]:
    """The newest checks of `coverage` that still hold, each with what no newer one told; one query.

    `today` is the clinic's date: a check holds until its year ends and under the plan it was about.
    The rows are for reading only. A check that tells nothing new is left out, the newest never.
    """
    rows = (
        BenefitsCheck._base_manager.filter(coverage=coverage)
        .select_related("checked_by", "call")
        .order_by("-checked_on", "-pk")[:CHECKS_READ]
    )
    held = [row for row in rows if row.plan_id == coverage.plan_id and today < begins_anew_on(row)]
    told: set[str] = set()
    for row in held:
        for name, nothing in _NOT_TOLD.items():
            if name in told:
                setattr(row, name, nothing)
            elif getattr(row, name) != nothing:
                told.add(name)
    return [row for place, row in enumerate(held) if place == 0 or _tells(row)]


def _tells(check: BenefitsCheck) -> bool:
    return any(getattr(check, name) != nothing for name, nothing in _NOT_TOLD.items())


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
