"""A stored deadline on its reminder ladder."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from cases.models import Deadline
from cases.queries.staffed_hours import hours_at
from priorauth.answering import answered, last_safe_moment
from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.escalation import escalated
from priorauth.reminders import Rung, first_rung_at, is_hour_clock, ladder, urgency_word
from priorauth.terms import ClockKind, OwedBy


def rungs(deadline: Deadline, hours: StaffedHours | None = None) -> tuple[Rung, ...]:
    """All reminders this deadline calls for, in UTC, counted in the clinic's zone.

    `hours` are the clinic's staffed hours, read here when not given. What was put off falls away,
    and a rung stands where the putting off ends. Whoever is called in when nobody answers has
    rungs too.
    """
    hours = hours or hours_at(deadline.request.clinic)
    kind, owed_by = ClockKind(deadline.kind), OwedBy(deadline.owed_by)
    zone, due, legal = deadline.request.clinic.time_zone, deadline.due_at, deadline.legal_at
    whole = ladder(
        kind,
        owed_by,
        deadline.started_at,
        due,
        deadline.working_at,
        deadline.chase_at,
        legal=legal,
        zone=zone,
        hours=hours,
    )
    word_at = partial(urgency_word, kind=kind, owed_by=owed_by, due=due, legal=legal, zone=zone)
    safe = last_safe_moment(due, deadline.working_at) if owed_by is OwedBy.CLINIC else None
    pruned = answered(whole, deadline.answered_at, deadline.quiet_until, word_at, last=safe)
    if safe is None:
        return pruned
    return escalated(
        pruned,
        due=due,
        safe=safe,
        is_hour_clock=is_hour_clock(deadline.started_at, due),
        hours=hours,
        answered_at=deadline.answered_at,
        word_at=word_at,
    )


def next_reminder(deadline: Deadline, now: datetime) -> datetime | None:
    """When the sweep should look at a deadline written down at `now` (an aware instant)."""
    return first_rung_at(rungs(deadline), now)
