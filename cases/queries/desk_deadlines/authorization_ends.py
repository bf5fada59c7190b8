"""What is approved comes to its end, by days or by units, and when its renewal must begin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from cases.models import PriorAuthRequest
from cases.queries.course import Course, open_days
from cases.queries.desk_deadlines.shaping import own_deadline, when_told
from priorauth.calendars.local_time import day_closes
from priorauth.calendars.wording import say_count, say_day
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import CaseFacts, Happening
from priorauth.rulebook.rulebook import Rulebook
from priorauth.series.forecast import SESSIONS
from priorauth.series.turnaround import RenewalStart, renewal_start, turnaround
from priorauth.terms import ClockKind, OwedBy, RequestStatus

USUAL_WEEKS_AHEAD = timedelta(weeks=4)
"""About when a renewal is sent: the payer's time is asked of the rules in force then."""


def authorization_ends(
    request: PriorAuthRequest,
    course: Course,
    happenings: Sequence[Happening],
    facts: CaseFacts,
    rules: Rulebook,
) -> Iterator[ComputedDeadline]:
    """The end of each authorization, and the day the units run out when that comes first.

    None once a renewal was sent. Each is to be worked from the day on which a renewal must begin:
    the payer's own time and the days to prepare it, counted back (priorauth.series.turnaround).
    """
    ending = [each for each in course.authorizations if each.effective_through is not None]
    told = {each.key: each for each in happenings}
    forecast = course.forecast() if course.approved is not None else None
    short_on = forecast.units_through if forecast and forecast.is_by_units else None
    if not (ending or short_on) or is_renewed(request):
        return
    begins = _Beginning(request, facts, rules)
    for authorization in ending:
        through = authorization.effective_through
        if (event := told.get(str(authorization.event_id))) and through is not None:
            yield _ends(course, event, through, begins.of(through))
    newest = max((told[key] for key in _granting(course, told)), key=_order, default=None)
    if short_on is not None and newest is not None and forecast is not None:
        code = course.codes.get(forecast.short_of or SESSIONS, "sessions")
        yield _runs_out(
            course, newest, short_on, begins.of(short_on), code, forecast.uncovered_on or short_on
        )


class _Beginning:
    """When renewals of one case begin; the clinic's days and the payer's pace are read once."""

    def __init__(self, request: PriorAuthRequest, facts: CaseFacts, rules: Rulebook) -> None:
        self.facts, self.rules = facts, rules
        self.days = open_days(request.clinic_id)
        self.measured = request.coverage.plan.payer.decision_days

    def of(self, through: date) -> RenewalStart:
        asked_on = through - USUAL_WEEKS_AHEAD
        pace = turnaround(self.facts, self.rules, asked_on, self.measured)
        return renewal_start(through, pace, self.days)


def _ends(course: Course, told: Happening, through: date, begin: RenewalStart) -> ComputedDeadline:
    return own_deadline(
        "desk-authorization-ends",
        ClockKind.AUTHORIZATION_ENDS,
        OwedBy.CLINIC,
        told.key,
        when_told(told, course.zone),
        day_closes(through, course.zone),
        f"The authorization covers treatment through {say_day(through)}. {_say(begin)}",
        working=day_closes(begin.start_on, course.zone),
        if_missed="Later infusions are not covered.",
    )


def _runs_out(
    course: Course,
    told: Happening,
    through: date,
    begin: RenewalStart,
    code: str,
    uncovered_on: date,
) -> ComputedDeadline:
    return own_deadline(
        "desk-units-end",
        ClockKind.UNITS_END,
        OwedBy.CLINIC,
        told.key,
        when_told(told, course.zone),
        day_closes(through, course.zone),
        f"At this pace the approved {_units(code)} do not cover the infusion of "
        f"{say_day(uncovered_on)}. {_say(begin)}",
        working=day_closes(begin.start_on, course.zone),
        if_missed="Infusions after that are not covered.",
    )


def _units(code: str) -> str:
    return code if code == "sessions" else f"units of {code}"


def _say(begin: RenewalStart) -> str:
    pace = begin.turnaround
    return (
        f"Begin the renewal on {say_day(begin.start_on)} and send it by {say_day(begin.send_on)}: "
        f"the payer may take {say_count(pace.days, 'days')} ({pace.source})."
    )


def _granting(course: Course, told: dict[str, Happening]) -> list[str]:
    keys = {str(each.event_id) for each in course.authorizations}
    return [key for key in keys if key in told]


def _order(told: Happening) -> int:
    return int(told.key)


def is_renewed(request: PriorAuthRequest) -> bool:
    """A later request for the same course was sent: the old end date needs no reminder."""
    renewals = PriorAuthRequest._base_manager.filter(previous_request=request)
    return renewals.exclude(status__in=[RequestStatus.DRAFT, RequestStatus.WITHDRAWN]).exists()
