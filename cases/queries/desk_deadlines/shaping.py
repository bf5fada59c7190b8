"""The shape that all of the desk's own deadlines share, and how their days are counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from priorauth.calendars.day_table import federal_business_days
from priorauth.calendars.local_time import day_closes
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening, Moment
from priorauth.terms import ClockKind, EventKind, OwedBy, Standing


def own_deadline(
    rule: str,
    kind: ClockKind,
    owed_by: OwedBy,
    start: str,
    started: Moment,
    due: datetime,
    says: str,
    *,
    working: datetime | None = None,
    settled: Happening | None = None,
    if_missed: str = "",
) -> ComputedDeadline:
    """A deadline that no law sets, from `started` to `due` (an aware instant), told by `says`.

    `start` is the key of the event it counts from; `working` when the clinic should have acted.
    What `settled` it in time, or at a time not known, met it; later, it was missed.
    """
    met = settled is None or settled.when is None or settled.when.earliest <= due
    return ComputedDeadline(
        kind=kind,
        owed_by=owed_by,
        rule=rule,
        rule_effective_from=None,
        item=None,
        start=start,
        proceeding="",
        started=started,
        due=due,
        chase=due if owed_by is OwedBy.PAYER else None,
        working=_still_workable(working, started, due),
        legal=None,
        printed=None,
        is_believed=False,
        standing=Standing.RUNNING if settled is None else Standing.MET if met else Standing.MISSED,
        settled_by=settled.key if settled else "",
        settled=settled.when if settled else None,
        citation="",
        source="",
        says=says,
        if_missed=if_missed,
        derivation=(says,),
        lost=(),
    )


def _still_workable(working: datetime | None, started: Moment, due: datetime) -> datetime | None:
    """The working date; one that had passed when the clock started becomes the next business day.

    Left out, the shortest notice would get the latest date: work would wait for the last day.
    """
    if working is None or working > started.earliest:
        return working
    soon = business_days(started.on, started.zone, 1)
    return soon if soon < due else None


def business_days(on: date, zone: str, count: int) -> datetime:
    """The end of the business day `count` open days after (before, when negative) a local date."""
    days = federal_business_days()
    day = days.add(on, count) if count >= 0 else days.subtract(on, -count)
    return day_closes(day, zone)


def when_told(happening: Happening, zone: str) -> Moment:
    """When it happened; when the clinic learned of it, where that is not known."""
    return happening.when or Moment.instant(happening.learned_at, zone)


def first_of(happenings: Sequence[Happening], *kinds: EventKind) -> Happening | None:
    """The first happening of one of these kinds."""
    return next((told for told in happenings if told.kind in kinds), None)
