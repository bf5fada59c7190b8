"""The dates of a planned course: induction, maintenance, boosters, each with a cadence.

Six infusions in two to three weeks, then one every two to four weeks, is the usual course; nothing
here depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, cycle, islice
from types import MappingProxyType

from priorauth.calendars.months import MissingDay, add_months
from priorauth.errors import ImpossibleFact
from priorauth.series.open_days import OpenDays
from priorauth.terms import Cadence, SeriesPhase

MOST_SESSIONS = 60
"""More dates than this in one plan are a slip: nobody books two years of infusions at once."""

_GAPS = MappingProxyType(
    {
        Cadence.CONSECUTIVE_DAYS: (1,),
        Cadence.THREE_WEEKLY: (2, 2, 3),
        Cadence.TWICE_WEEKLY: (3, 4),
        Cadence.WEEKLY: (7,),
        Cadence.EVERY_TWO_WEEKS: (14,),
        Cadence.EVERY_THREE_WEEKS: (21,),
    }
)


@dataclass(frozen=True, slots=True)
class Phase:
    """So many sessions of one part of the course, at one cadence."""

    phase: SeriesPhase
    sessions: int
    cadence: Cadence


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One session of the plan."""

    on: date
    phase: SeriesPhase


def course(phases: Sequence[Phase], first_on: date, days: OpenDays) -> list[PlannedDay]:
    """The days of all phases in order, from `first_on` on, each an open day and none twice.

    A day on which the clinic is closed moves to the next open one; the rhythm is kept, so that one
    holiday does not push a whole course. A phase begins one gap of its own cadence after the last
    session of the phase before it. Raises ImpossibleFact for no session, too many, or a cadence
    that gives no dates.
    """
    wanted = [phase for phase in phases if phase.sessions > 0]
    total = sum(phase.sessions for phase in wanted)
    if not 0 < total <= MOST_SESSIONS:
        raise ImpossibleFact(
            "sessions", f"A plan has 1 to {MOST_SESSIONS} infusions; these numbers make {total}."
        )
    found: list[PlannedDay] = []
    start = first_on
    for phase in wanted:
        ideal = rhythm(phase.cadence, start)
        if found:
            next(ideal)  # the last session of the phase before stands for the first beat
        for aim in islice(ideal, phase.sessions):
            earliest = max(aim, found[-1].on + timedelta(days=1)) if found else aim
            found.append(PlannedDay(days.on_or_after(earliest), phase.phase))
        start = found[-1].on
    return found


def rhythm(cadence: Cadence, first_on: date) -> Iterator[date]:
    """The days of a cadence without end, `first_on` being the first; closed days not heeded.

    Raises ImpossibleFact for a cadence "as needed", which has no dates.
    """
    if cadence is Cadence.MONTHLY:
        return (add_months(first_on, months, MissingDay.LAST_OF_MONTH) for months in count())
    if cadence not in _GAPS:
        raise ImpossibleFact(
            "cadence", f"“{cadence.label}” gives no dates: choose how often, or enter the dates."
        )
    return _beats(first_on, _GAPS[cadence])


def _beats(on: date, gaps: Sequence[int]) -> Iterator[date]:
    yield on
    for gap in cycle(gaps):
        on += timedelta(days=gap)
        yield on
