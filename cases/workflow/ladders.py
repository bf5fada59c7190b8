"""A stored deadline on its reminder ladder."""

from __future__ import annotations

from datetime import datetime

from cases.models import Deadline
from cases.queries.staffed_hours import hours_at
from cases.workflow.due import Due
from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.ladder_book import Window, whole_ladder
from priorauth.reminders import Rung, first_rung_at
from priorauth.terms import ClockKind, OwedBy


def rungs(deadline: Deadline) -> tuple[Rung, ...]:
    """All reminders this deadline calls for, in UTC, counted in the clinic's zone and hours.

    What was put off falls away, and a rung stands where the putting off ends. Whoever is called in
    when nobody answers has rungs too.
    """
    return whole_ladder(window(Due.of(deadline), hours_at(deadline.request.clinic)))


def window(one: Due, hours: StaffedHours) -> Window:
    """What its ladder is made from; `hours` are the clinic's staffed hours."""
    return Window(
        ClockKind(one.kind),
        OwedBy(one.owed_by),
        one.started_at,
        one.due_at,
        one.working_at,
        one.chase_at,
        one.legal_at,
        one.zone,
        hours,
        one.answered_at,
        one.quiet_until,
    )


def next_reminder(deadline: Deadline, now: datetime) -> datetime | None:
    """When the sweep should look at a deadline written down at `now` (an aware instant)."""
    return first_rung_at(rungs(deadline), now)
