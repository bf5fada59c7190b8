"""An agreement with the payer on which a case rests, and its last day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from cases.models import Agreement, PriorAuthRequest
from cases.models.spans import meet
from cases.queries.agreements import agreements_of
from cases.queries.course import Course
from cases.queries.desk_deadlines.shaping import business_days, first_of, own_deadline
from priorauth.calendars.local_time import day_closes, local_date
from priorauth.calendars.wording import say_day
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening, Moment
from priorauth.terms import ClockKind, EventKind, OwedBy

RENEW_BUSINESS_DAYS_BEFORE = 10
"""Payers take a week and more to sign: ask two weeks before the last day."""


def agreements_end(
    request: PriorAuthRequest, course: Course, happenings: Sequence[Happening]
) -> Iterator[ComputedDeadline]:
    """The end of a patient's own agreement; of a contract where an infusion is booked after it.

    One deadline for all codes of an agreement that end together. What a later agreement goes on
    with, and what had ended before the request was opened, is no matter of this case.
    """
    opened = first_of(happenings, EventKind.REQUEST_OPENED)
    if opened is None:
        return
    rows = list(agreements_of(request))
    booked = max((course.day_of(each) for each in course.planned()), default=None)
    opened_on = local_date(opened.learned_at, course.zone)
    told = set()
    for row in rows:
        last = row.effective_through
        if last is None or last < opened_on or _goes_on(row, rows):
            continue
        if row.patient_id is None and (booked is None or booked <= last):
            continue
        if (row.kind, row.number, last) in told:
            continue
        told.add((row.kind, row.number, last))
        yield own_deadline(
            f"desk-agreement-{row.pk}",
            ClockKind.AGREEMENT_ENDS,
            OwedBy.CLINIC,
            opened.key,
            Moment.instant(opened.learned_at, course.zone),
            day_closes(last, course.zone),
            f"{row} with the payer ends on {say_day(last)}. Ask for a new one "
            f"{RENEW_BUSINESS_DAYS_BEFORE} business days before, and write it down as another "
            "agreement.",
            working=business_days(last, course.zone, -RENEW_BUSINESS_DAYS_BEFORE),
            if_missed="What is given afterwards is paid at no agreed rate, or not at all.",
        )


def _goes_on(row: Agreement, rows: Sequence[Agreement]) -> bool:
    """Whether another agreement of the same sort holds on the day after its last."""
    if row.effective_through is None:
        return True
    after = row.effective_through + timedelta(days=1)
    return any(
        other.pk != row.pk
        and (other.patient_id, other.code) == (row.patient_id, row.code)
        and meet((after, after), (other.effective_from, other.effective_through))
        for other in rows
    )
