"""Stories of infusions: courses under way, booked too early, and over with units left."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cases.demo.stories import Teller
from cases.models import PriorAuthRequest
from cases.queries.course import open_days, read_course
from cases.workflow import billing, closing, determinations, infusions
from cases.workflow.determinations import Granted, LineDecision, Notice
from cases.workflow.infusions import InfusionTold, SeriesAsked
from priorauth.calendars.local_time import local_date
from priorauth.series.course import Phase, course
from priorauth.terms import Cadence, InfusionStatus, Outcome, SeriesPhase


def course_under_way(t: Teller) -> None:
    """Approved two weeks ago; induction is under way, and maintenance outlasts the units."""
    request = t.submitted(t.at(30), starts_in=None)
    when = t.at(17)
    day = t.moment(when).on
    determinations.log_determination(
        t.actor(when),
        request,
        decided=t.moment(when),
        decisions=[LineDecision(line, Outcome.APPROVED) for line in request.lines.all()],
        notice=Notice(dated_on=day, received_on=day),
        granted=Granted(t.number("A", 7), None, day, day + timedelta(days=120)),
    )
    today = local_date(t.now, t.zone)
    first = today - timedelta(days=12)  # four at the most lie before today
    _book(t, request, t.at(15), first, induction=request.planned_sessions or 6)
    for session in read_course(request).planned():
        if local_date(session.planned_at, t.zone) >= today:
            break
        stop = session.planned_at + timedelta(minutes=43)
        told = InfusionTold(
            InfusionStatus.DONE, session.planned_at, session.planned_at, stop, paused_minutes=3
        )
        infusions.record_infusion(t.actor(stop), request, told, session=session)
    given = read_course(request).done()
    billing.mark_billed(t.actor(t.now), request, given[:-2], on=today)


def infusion_booked_too_early(t: Teller) -> None:
    """The request is with the payer, and the first infusion is booked for the day after next."""
    request = t.submitted(t.at(6), starts_in=2)
    first = local_date(t.now, t.zone) + timedelta(days=2)
    _book(t, request, t.at(5), first, induction=request.planned_sessions or 6)


def course_over_with_units_left(t: Teller) -> None:
    """Given in full as planned and billed; the approval ends next week with two infusions left."""
    _given_and_billed(t, approved=50, ends_in=8)


def approval_ended_with_units_left(t: Teller) -> None:
    """The same of an approval that has ended; the patient did not go on and the case is closed."""
    request = _given_and_billed(t, approved=80, ends_in=-12)
    when = t.at(9)
    closing.close(
        t.actor(when), request, closed=t.moment(when), reason="Remission; no renewal wanted."
    )


def _given_and_billed(t: Teller, *, approved: float, ends_in: int) -> PriorAuthRequest:
    """A request approved so many days ago, with two infusions given fewer than were approved."""
    request = t.submitted(t.at(approved + 7), starts_in=None)
    when = t.at(approved)
    day = t.moment(when).on
    today = local_date(t.now, t.zone)
    sessions = request.planned_sessions or 6
    t.decided(
        request,
        when,
        Outcome.APPROVED,
        granted=Granted(t.number("A", 7), sessions, day, today + timedelta(days=ends_in)),
    )
    phases = [Phase(SeriesPhase.INDUCTION, sessions - 2, Cadence.TWICE_WEEKLY)]
    days = course(phases, day + timedelta(days=5), open_days(request.clinic_id))
    infusions.plan_series(
        t.actor(t.at(approved - 1)),
        request,
        series=SeriesAsked(days[0].on, sessions - 2, Cadence.TWICE_WEEKLY, minutes=40),
        sessions=[(_at_ten(each.on, t), each.phase) for each in days],
    )
    for session in read_course(request).planned():
        stop = session.planned_at + timedelta(minutes=41)
        told = InfusionTold(InfusionStatus.DONE, session.planned_at, session.planned_at, stop)
        infusions.record_infusion(t.actor(stop), request, told, session=session)
    billed = days[-1].on + timedelta(days=3)
    billing.mark_billed(
        t.actor(_at_ten(billed, t)), request, read_course(request).done(), on=billed
    )
    return request


def _at_ten(day: date, t: Teller) -> datetime:
    return datetime.combine(day, time(10), ZoneInfo(t.zone))


def _book(
    t: Teller, request: PriorAuthRequest, when: datetime, first: date, *, induction: int
) -> None:
    """Induction twice a week, then four sessions every two weeks; treatment goes on."""
    phases = [
        Phase(SeriesPhase.INDUCTION, induction, Cadence.TWICE_WEEKLY),
        Phase(SeriesPhase.MAINTENANCE, 4, Cadence.EVERY_TWO_WEEKS),
    ]
    days = course(phases, first, open_days(request.clinic_id))
    infusions.plan_series(
        t.actor(when),
        request,
        series=SeriesAsked(
            days[0].on, induction, Cadence.TWICE_WEEKLY, 4, Cadence.EVERY_TWO_WEEKS, 40, True
        ),
        sessions=[(_at_ten(each.on, t), each.phase) for each in days],
    )


COURSES = (
    course_under_way,
    infusion_booked_too_early,
    course_over_with_units_left,
    approval_ended_with_units_left,
)
