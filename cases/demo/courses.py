"""Stories of infusions: a course under way whose units run out, and one booked too early."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cases.demo.stories import Teller
from cases.models import PriorAuthRequest
from cases.queries.course import open_days, read_course
from cases.workflow import billing, determinations, infusions
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
        sessions=[
            (datetime.combine(each.on, time(10), ZoneInfo(t.zone)), each.phase) for each in days
        ],
    )


COURSES = (course_under_way, infusion_booked_too_early)
