"""Infusions in the book: those that no approval covers, and those nobody has told of yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cases.queries.course import Course
from cases.queries.desk_deadlines.shaping import business_days, own_deadline
from priorauth.calendars.wording import say_time
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening, Moment
from priorauth.series.stops import in_words
from priorauth.terms import ClockKind, OwedBy

BOOKED_BUSINESS_DAYS_BEFORE = 5
"""A week before an infusion that is not approved there is still time to chase, move or warn."""
RECORD_BUSINESS_DAYS = 1
"""What became of an infusion is written down by the end of the next business day."""


def booked_without_approval(
    course: Course, happenings: Sequence[Happening]
) -> Iterator[ComputedDeadline]:
    """The first session in the book that is outside the approval, until it is inside or moved."""
    found = course.first_uncovered()
    if found is None:
        return
    session, reasons = found
    booked = _told_at(session.event_id, happenings)
    if booked is None:
        return
    at, zone = session.planned_at, course.zone
    day = course.day_of(session)
    answer = own_deadline(
        "desk-infusion-booked",
        ClockKind.INFUSION_BOOKED,
        OwedBy.CLINIC,
        booked.key,
        Moment.instant(booked.learned_at, zone),
        at,
        f"An infusion is booked for {say_time(at, zone)}. {in_words(reasons)}",
        if_missed="The infusion is given without cover: the payer will refuse the claim.",
    )
    # Booked at shorter notice than a week: it is for now, ahead of all other work of the day.
    week_before = business_days(day, zone, -BOOKED_BUSINESS_DAYS_BEFORE)
    yield replace(answer, working=min(at, max(week_before, booked.learned_at)))


def not_recorded(course: Course, happenings: Sequence[Happening]) -> Iterator[ComputedDeadline]:
    """The next session in the book: once its day is over, somebody says what became of it."""
    session = next(iter(course.planned()), None)
    if session is None:
        return
    booked = _told_at(session.event_id, happenings)
    if booked is None:
        return
    day = course.day_of(session)
    yield own_deadline(
        "desk-infusion-not-recorded",
        ClockKind.MISSING_FACT,
        OwedBy.CLINIC,
        booked.key,
        Moment.instant(session.planned_at, course.zone),
        business_days(day, course.zone, RECORD_BUSINESS_DAYS),
        f"An infusion is planned for {say_time(session.planned_at, course.zone)}. Afterwards "
        "record start, stop and pauses, or that it was moved, cancelled or missed.",
        if_missed="Nobody knows how many units are left, nor when they run out.",
    )


def _told_at(event_id: int, happenings: Sequence[Happening]) -> Happening | None:
    """The event that planned a session; of one that was undone, the first of the case."""
    key = str(event_id)
    return next((told for told in happenings if told.key == key), next(iter(happenings), None))
