"""Infusions: planned as a course, recorded one by one, taken over by a renewal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from cases.models import (
    CaseEvent,
    InfusionSession,
    Note,
    PriorAuthRequest,
    SeriesPlan,
    ServiceLine,
)
from cases.models.infusions import STANDING
from cases.queries.course import Course, read_course
from cases.queries.facts import decode_facts
from cases.workflow.actor import Actor
from cases.workflow.step import Step, lock, step
from priorauth.calendars.local_time import local_date
from priorauth.deadlines.facts import Fact, Moment
from priorauth.errors import ImpossibleFact, MissingFact, NotAllowedNow
from priorauth.series.stops import Stop, in_words
from priorauth.series.units import minutes_between
from priorauth.terms import Cadence, EventKind, InfusionStatus, SeriesPhase

OUTSIDE = "override_reason"
"""The field that asks why an infusion outside the approval is given all the same."""


@dataclass(frozen=True, slots=True)
class SeriesAsked:
    """How the course is meant to go. `goes_on`: it does not end with the last planned infusion."""

    first_on: date
    induction_sessions: int = 0
    induction_cadence: Cadence | None = None
    maintenance_sessions: int = 0
    maintenance_cadence: Cadence | None = None
    minutes: int | None = None
    goes_on: bool = False
    booster_sessions: int = 0
    booster_cadence: Cadence | None = None


def plan_series(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    series: SeriesAsked,
    sessions: Sequence[tuple[datetime, SeriesPhase]],
) -> SeriesPlan:
    """Put the course into the book: `sessions` are aware instants with the phase of each.

    Infusions still in the book that the new plan does not hold are cancelled; those whose day it
    holds stay and take its hour. Raises MissingFact for an empty plan, ImpossibleFact for two
    infusions on one day.
    """
    zone = request.clinic.time_zone
    if not sessions:
        raise MissingFact("day_1", "Enter at least one date.")
    days = [local_date(at, zone) for at, _ in sessions]
    twice = next((day for day, times in Counter(days).items() if times > 1), None)
    if twice is not None:
        raise ImpossibleFact("day_1", f"{twice:%B} {twice.day} is entered twice: take one out.")
    with step(
        request,
        EventKind.SERIES_PLANNED,
        actor,
        happened=Moment.instant(actor.now, zone),
        facts={"sessions": len(sessions), "first_on": min(days), "last_on": max(days)},
    ) as taken:
        plan = SeriesPlan(
            clinic_id=request.clinic_id,
            request=request,
            event=taken.event,
            first_on=series.first_on,
            induction_sessions=series.induction_sessions,
            induction_cadence=series.induction_cadence or "",
            maintenance_sessions=series.maintenance_sessions,
            maintenance_cadence=series.maintenance_cadence or "",
            booster_sessions=series.booster_sessions,
            booster_cadence=series.booster_cadence or "",
            minutes=series.minutes,
            goes_on=series.goes_on,
        )
        plan.save()
        _put_into_the_book(taken, series.minutes, sessions)
    return plan


def _put_into_the_book(
    taken: Step, minutes: int | None, sessions: Sequence[tuple[datetime, SeriesPhase]]
) -> None:
    request, zone = taken.request, taken.request.clinic.time_zone
    wanted = {local_date(at, zone): (at, phase) for at, phase in sessions}
    for row in _standing(request).filter(status=InfusionStatus.PLANNED):
        kept = wanted.pop(local_date(row.planned_at, zone), None)
        if kept is None:
            row.status, row.recorded_event = InfusionStatus.CANCELLED, taken.event
        else:
            (row.planned_at, row.phase), row.planned_minutes = kept, minutes
        row.version += 1
        row.save()
    for at, phase in wanted.values():
        InfusionSession(
            clinic_id=request.clinic_id,
            request=request,
            event=taken.event,
            phase=phase,
            planned_at=at,
            planned_minutes=minutes,
        ).save()


@dataclass(frozen=True, slots=True)
class InfusionTold:
    """What became of one infusion. Instants are aware.

    `planned_at` is the time it is (now) planned for; `started_at` and `stopped_at` are needed of
    one that was given. `phase` is that of one in no plan; None: by its place in the course.
    `reason` says why it goes on where no approval covers it.
    """

    status: InfusionStatus
    planned_at: datetime
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    paused_minutes: int = 0
    phase: SeriesPhase | None = None
    reason: str = ""

    @property
    def minutes(self) -> int | None:
        """Minutes of infusion, of one that was given. Raises MissingFact or ImpossibleFact."""
        if self.status is not InfusionStatus.DONE:
            return None
        if self.started_at is None or self.stopped_at is None:
            name = "started" if self.started_at is None else "stopped"
            raise MissingFact(name, "Enter when the infusion started and when it stopped.")
        return minutes_between(self.started_at, self.stopped_at, self.paused_minutes)


def stops_against(
    course: Course, told: InfusionTold, session: InfusionSession | None
) -> Sequence[Stop]:
    """What stands against an infusion as told; empty for one that was not given nor booked.

    One that is only booked is judged once something is approved: before that it stands on the
    worklist by itself, for a request is asked for infusions that are planned.
    """
    if told.status is InfusionStatus.DONE:
        on = local_date(told.started_at or told.planned_at, course.zone)
        return course.stops_at(on, told.minutes, apart_from=session)
    if told.status is InfusionStatus.PLANNED and course.approved is not None:
        minutes = session.planned_minutes if session else None
        on = local_date(told.planned_at, course.zone)
        return course.stops_at(on, minutes, apart_from=session)
    return ()


def record_infusion(
    actor: Actor,
    request: PriorAuthRequest,
    told: InfusionTold,
    *,
    session: InfusionSession | None = None,
) -> InfusionSession:
    """Write down what became of `session`, or of one that was in no plan (None).

    Outside the approval it is refused with MissingFact("override_reason") until a reason is given;
    the reason is kept with the session and stands on the timeline. Raises MissingFact or
    ImpossibleFact for times that cannot be.
    """
    zone, minutes = request.clinic.time_zone, told.minutes
    with transaction.atomic():
        lock(request)
        if session is not None:
            session.refresh_from_db()
            if session.status != InfusionStatus.PLANNED:
                raise NotAllowedNow(
                    "This infusion was recorded meanwhile. Open the case to see what was said of "
                    "it; undo that on the timeline if it is wrong."
                )
        course = read_course(request)
        found = stops_against(course, told, session)
        if found and not told.reason.strip():
            raise MissingFact(OUTSIDE, in_words(found))
        row = session or InfusionSession(
            clinic_id=request.clinic_id, request=request, planned_at=told.planned_at
        )
        with step(
            request,
            EventKind.INFUSION_RECORDED,
            actor,
            happened=Moment.instant(told.started_at or actor.now, zone)
            if minutes is not None
            else Moment.instant(actor.now, zone),
            facts=_facts(told, row, found, zone, minutes),
        ) as taken:
            if session is None:
                on = local_date(told.started_at or told.planned_at, zone)
                row.event, row.phase = taken.event, told.phase or course.phase_on(on)
            _write(row, taken.event, told, course, minutes)
            if found:
                _keep_reason(row, taken.event, told.reason.strip())
            store_units_used(request)
    return row


def _facts(
    told: InfusionTold,
    row: InfusionSession,
    found: Sequence[Stop],
    zone: str,
    minutes: int | None,
) -> dict[str, Fact]:
    """What the timeline tells, and what an undoing puts back."""
    return {
        "infusion": str(row.pk or ""),
        "status": str(told.status),
        "planned_for": Moment.instant(told.planned_at, zone),
        "minutes": minutes,
        "paused_minutes": told.paused_minutes or None,
        "outside": tuple(str(each.kind) for each in found) or None,
        "was_planned_for": Moment.instant(row.planned_at, zone),
    }


def _write(
    row: InfusionSession,
    event: CaseEvent,
    told: InfusionTold,
    course: Course,
    minutes: int | None,
) -> None:
    row.recorded_event, row.status, row.planned_at = event, told.status, told.planned_at
    row.started_at = told.started_at if minutes is not None else None
    row.stopped_at = told.stopped_at if minutes is not None else None
    row.paused_minutes = told.paused_minutes if minutes is not None else 0
    row.minutes = minutes
    row.units = dict(course.units_in(minutes)) if minutes is not None else {}
    if minutes is not None:
        on = local_date(told.started_at or told.planned_at, course.zone)
        row.authorization = next(iter(course.covering(on)), None)
    row.version += 1
    row.save()


def _keep_reason(row: InfusionSession, event: CaseEvent, reason: str) -> None:
    row.override_reason = reason
    row.save(update_fields=["override_reason"])
    Note(
        clinic_id=row.clinic_id,
        request_id=row.request_id,
        event=event,
        text=f"Outside the approval, because: {reason}",
    ).save()


def store_units_used(request: PriorAuthRequest) -> None:
    """Keep on each line the units that sessions given have used, as a hint for lists."""
    used: Counter[str] = Counter()
    for row in _standing(request).filter(status=InfusionStatus.DONE):
        used.update(row.units)
    for line in ServiceLine._base_manager.filter(request=request):
        if line.units_used != used[line.key]:
            ServiceLine._base_manager.filter(pk=line.pk).update(units_used=used[line.key])


def take_over(request: PriorAuthRequest, from_on: date) -> int:
    """Infusions that the renewed request still has in the book from `from_on` on move over.

    `request` is the renewal that was approved. Returns how many moved; the caller recomputes the
    dates of the renewed request.
    """
    zone = request.clinic.time_zone
    rows = InfusionSession._base_manager.filter(
        STANDING, request=request.previous_request_id, status=InfusionStatus.PLANNED
    )
    moved = [row for row in rows if local_date(row.planned_at, zone) >= from_on]
    for row in moved:
        row.request, row.version = request, row.version + 1
        row.save()
    return len(moved)


def _standing(request: PriorAuthRequest):
    return InfusionSession._base_manager.filter(STANDING, request=request)


# ------------------------------------------------------------------ taken back


def take_back_plan(request: PriorAuthRequest, event: CaseEvent) -> None:
    """A plan was undone: what it had cancelled is in the book again, its own sessions are not."""
    InfusionSession._base_manager.filter(request=request, recorded_event=event).update(
        status=InfusionStatus.PLANNED, recorded_event=None
    )


def take_back_record(request: PriorAuthRequest, event: CaseEvent) -> None:
    """What was said of an infusion was undone: it is in the book again, where it was.

    Raises NotAllowedNow while a later record, or a bill, rests on it.
    """
    row = InfusionSession._base_manager.filter(request=request, recorded_event=event).first()
    if row is None:
        raise NotAllowedNow(
            "Something else was recorded of this infusion since. Undo that first, further up on "
            "the timeline."
        )
    if row.billed_on is not None:
        raise NotAllowedNow(
            "This infusion was billed. Undo “Infusions billed” first, further up on the timeline."
        )
    was = decode_facts(event.facts).get("was_planned_for")
    if isinstance(was, Moment) and was.at is not None:
        row.planned_at = was.at
    row.status, row.recorded_event, row.authorization = InfusionStatus.PLANNED, None, None
    row.started_at = row.stopped_at = row.minutes = None
    row.paused_minutes, row.units, row.override_reason = 0, {}, ""
    row.version += 1
    row.save()
    store_units_used(request)
