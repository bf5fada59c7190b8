"""When to look again at what the payer owes on one case."""

from __future__ import annotations

from datetime import date, datetime

from cases.models import Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.queries.staffed_hours import hours_at
from priorauth.calendars.local_time import local_date
from priorauth.calendars.look_again import look_again_on
from priorauth.terms import ClockKind, OwedBy


def next_look(request: PriorAuthRequest, now: datetime) -> date:
    """The next sensible day in the clinic, by the payer's live dates and the clinic's open days.

    `now` is an aware instant.
    """
    zone = request.clinic.time_zone
    owed = Deadline._base_manager.filter(LIVE, request=request, owed_by=OwedBy.PAYER)
    rows = list(owed.exclude(kind=ClockKind.PROMISE).values_list("chase_at", "legal_at"))
    chases = [local_date(chase, zone) for chase, _ in rows if chase is not None and chase > now]
    limits = [local_date(legal, zone) for _, legal in rows if legal is not None and legal > now]
    return look_again_on(
        local_date(now, zone),
        min(chases, default=None),
        min(limits, default=None),
        hours_at(request.clinic),
    )
