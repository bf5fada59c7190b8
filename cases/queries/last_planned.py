"""The last day that a request asks for: it follows from its first day, sessions and cadence."""

from __future__ import annotations

from datetime import date

from cases.models import PriorAuthRequest
from cases.queries.course import open_days
from priorauth.errors import PriorAuthError
from priorauth.series.course import Phase, course
from priorauth.terms import Cadence, SeriesPhase


def last_planned_on(request: PriorAuthRequest) -> date | None:
    """The day of the last session asked for, or None when the request gives no dates."""
    start, sessions = request.planned_start_on, request.planned_sessions
    if start is None or not sessions or request.cadence not in set(Cadence):
        return None
    phase = Phase(SeriesPhase.INDUCTION, sessions, Cadence(request.cadence))
    try:
        return course([phase], start, open_days(request.clinic_id))[-1].on
    except PriorAuthError:  # more sessions than anybody books, or a cadence without dates
        return None
