"""A stored deadline on its reminder ladder."""

from __future__ import annotations

from datetime import datetime

from cases.models import Deadline
from priorauth.reminders import Rung, first_rung_at, ladder
from priorauth.terms import ClockKind, OwedBy


def rungs(deadline: Deadline) -> tuple[Rung, ...]:
    """All reminders this deadline calls for, in UTC, counted in the clinic's zone."""
    return ladder(
        ClockKind(deadline.kind),
        OwedBy(deadline.owed_by),
        deadline.started_at,
        deadline.due_at,
        deadline.working_at,
        deadline.chase_at,
        legal=deadline.legal_at,
        zone=deadline.request.clinic.time_zone,
    )


def next_reminder(deadline: Deadline, now: datetime) -> datetime | None:
    """When the sweep should look at a deadline written down at `now` (an aware instant)."""
    return first_rung_at(rungs(deadline), now)
