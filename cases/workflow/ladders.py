"""A stored deadline on its reminder ladder."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from cases.models import Deadline
from priorauth.answering import answered
from priorauth.reminders import Rung, first_rung_at, ladder, urgency_word
from priorauth.terms import ClockKind, OwedBy


def rungs(deadline: Deadline) -> tuple[Rung, ...]:
    """All reminders this deadline calls for, in UTC, counted in the clinic's zone.

    What was put off falls away, and a rung stands where the putting off ends.
    """
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
    )
    word_at = partial(urgency_word, kind=kind, owed_by=owed_by, due=due, legal=legal, zone=zone)
    return answered(whole, deadline.answered_at, deadline.quiet_until, word_at)


def next_reminder(deadline: Deadline, now: datetime) -> datetime | None:
    """When the sweep should look at a deadline written down at `now` (an aware instant)."""
    return first_rung_at(rungs(deadline), now)
