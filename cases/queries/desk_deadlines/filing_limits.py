"""Infusions that wait for their claim while nobody knows by when the payer must have it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cases.models import PriorAuthRequest
from cases.queries.course import Course
from cases.queries.desk_deadlines.missing_facts import NOTICE_BUSINESS_DAYS
from cases.queries.desk_deadlines.shaping import business_days, own_deadline
from priorauth.calendars.wording import say_day
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening, Moment
from priorauth.terms import ClockKind, InfusionStatus, OwedBy


def missing_filing_limit(
    request: PriorAuthRequest,
    course: Course,
    happenings: Sequence[Happening],
    counted: Sequence[ComputedDeadline],
) -> Iterator[ComputedDeadline]:
    """One task for a case whose claims have no date: no law on file gives one, only the payer.

    `counted` are the deadlines that the rules gave. The earliest infusion that waits has the date
    of the clock; where the payer's window is on file, it is there and no task is.
    """
    waiting = [
        session
        for session in course.sessions
        if session.status == InfusionStatus.DONE and session.billed_on is None
    ]
    timed = any(each.kind is ClockKind.TIMELY_FILING and not each.settled_by for each in counted)
    if timed or not waiting:
        return
    first = min(waiting, key=lambda session: (course.day_of(session), session.pk))
    told = next((each for each in happenings if each.key == str(first.recorded_event_id)), None)
    if told is None:
        return
    learned = Moment.instant(told.learned_at, course.zone)
    yield own_deadline(
        "desk-no-filing-limit",
        ClockKind.MISSING_FACT,
        OwedBy.CLINIC,
        told.key,
        learned,
        business_days(learned.on, course.zone, NOTICE_BUSINESS_DAYS),
        f"The infusion of {say_day(course.day_of(first))} waits for its claim, and by when "
        f"{request.coverage.plan.payer.name} must have it is not on file. Ask the payer, and write "
        "it down under Payer policies as “File the claim”, counted from the day of the infusion.",
        if_missed="The claim is refused as too late, and no date on this screen warned of it.",
    )
