"""Eligibility and benefits that were checked and hold no longer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cases.models import PriorAuthRequest
from cases.queries.benefits import begins_anew_on, newest_whole_check
from cases.queries.desk_deadlines.shaping import business_days, first_of, own_deadline
from cases.queries.facts import zones
from priorauth.calendars.wording import say_day
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening, Moment
from priorauth.terms import ClockKind, EventKind, OwedBy

NEW_YEAR_BUSINESS_DAYS = 5
"""In the first week of the year, before the first bills of the year go out."""
NEW_PLAN_BUSINESS_DAYS = 2
"""Another plan may have other rules for the very next infusion."""


def benefits_again(
    request: PriorAuthRequest, happenings: Sequence[Happening]
) -> Iterator[ComputedDeadline]:
    """Check again on 1 January and when the coverage got another plan; not a first check."""
    opened, coverage = first_of(happenings, EventKind.REQUEST_OPENED), request.coverage
    check = newest_whole_check(coverage) if opened is not None else None
    if opened is None or check is None:
        return
    zone = zones(request)[0]
    if check.plan_id != coverage.plan_id:
        since = Moment.instant(coverage.plan_changed_at or opened.learned_at, zone)
        yield own_deadline(
            "desk-benefits-plan",
            ClockKind.MISSING_FACT,
            OwedBy.CLINIC,
            opened.key,
            since,
            business_days(since.on, zone, NEW_PLAN_BUSINESS_DAYS),
            "The coverage has another plan than when eligibility and benefits were last checked. "
            "Check them again and write it on the coverage.",
            if_missed="The plan now in force may want its own approval, or not cover it at all.",
        )
        return
    anew = begins_anew_on(check)
    if coverage.effective_through and coverage.effective_through < anew:
        return
    yield own_deadline(
        "desk-benefits-year",
        ClockKind.MISSING_FACT,
        OwedBy.CLINIC,
        opened.key,
        Moment.day(anew, zone),
        business_days(anew, zone, NEW_YEAR_BUSINESS_DAYS),
        f"Eligibility and benefits were last checked on {say_day(check.checked_on)}. Deductible "
        f"and out-of-pocket begin anew on {say_day(anew)}: check again in the first week.",
        working=business_days(anew, zone, 1),
        if_missed="The patient is told last year's share, and a plan that ended goes unseen.",
    )
