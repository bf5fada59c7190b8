"""Dates that staff set by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cases.queries.desk_deadlines.shaping import own_deadline, when_told
from priorauth.calendars.local_time import local_date
from priorauth.calendars.wording import say_day
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening, Moment
from priorauth.terms import ClockKind, EventKind, OwedBy


def by_hand(
    happenings: Sequence[Happening], settled: dict[str, Happening]
) -> Iterator[ComputedDeadline]:
    """Each date set by hand, until it is ticked off."""
    for told in happenings:
        due = told.facts.get("due")
        if told.kind is not EventKind.DATE_SET_BY_HAND or not isinstance(due, Moment):
            continue
        owed_by = OwedBy(str(told.facts.get("owed_by", OwedBy.CLINIC)))
        started = when_told(told, due.zone)
        yield own_deadline(
            "desk-by-hand",
            ClockKind.BY_HAND,
            owed_by,
            told.key,
            started,
            due.latest,
            f"Set by hand on {say_day(local_date(told.learned_at, due.zone))}; the note on the "
            "timeline says what for.",
            working=due.latest if owed_by is OwedBy.CLINIC else None,
            settled=settled.get(told.key),
        )
