"""Many starts through one rule: each local day is counted once by the clock and then looked up.

What a start without further events gives hangs, for nearly every rule, on its local day alone, or
lies the same real hours after every start of that day. So the first start of a day goes through
`clock.py`, and the rest of the day follows from it. A rule for which neither holds (hours that
stand still on closed days, hours and a business day together) is counted start by start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from priorauth.calendars.local_time import zone_named
from priorauth.deadlines.clock import due_by_start
from priorauth.deadlines.facts import Moment
from priorauth.errors import ClockError
from priorauth.rulebook.rule import Counting, DeadlineRule, Limit, Roll, Unit
from priorauth.rulebook.rulebook import Rulebook


def due_dates(
    rule: DeadlineRule, starts: Iterable[date], zone: str, rulebook: Rulebook
) -> list[datetime]:
    """The due instant (UTC) of each of `starts`, in their order: the `due` of `run_clock`.

    A start is an aware datetime, or a bare date: a local day of `zone` (IANA) whose hour is not
    known. No event but the start is known. Raises ClockError for the first start that the rule
    refuses, for a datetime without zone, for an unknown zone.
    """
    info = zone_named(zone)
    by_day = _is_by_day(rule.limit)
    by_length = not by_day and _is_by_length(rule.limit)
    bare: dict[date, datetime] = {}
    ends: dict[date, datetime] = {}
    lengths: dict[date, timedelta] = {}
    found: list[datetime] = []
    add: Callable[[datetime], None] = found.append
    for start in starts:
        if not isinstance(start, datetime):
            due = bare.get(start)
            if due is None:
                due = bare[start] = due_by_start(rule, Moment.day(start, zone), rulebook)
            add(due)
            continue
        if start.tzinfo is None:
            raise ClockError(f"{start.isoformat()} needs a time zone, such as +00:00")
        on = start.astimezone(info).date()
        if by_day:
            due = ends.get(on)
            if due is None:
                due = ends[on] = due_by_start(rule, Moment.instant(start, zone), rulebook)
            add(due)
        elif by_length:
            length = lengths.get(on)
            if length is None:
                first = Moment.instant(start, zone)
                length = lengths[on] = due_by_start(rule, first, rulebook) - first.latest
            add(start.astimezone(UTC) + length)
        else:
            add(due_by_start(rule, Moment.instant(start, zone), rulebook))
    return found


def _is_by_day(limit: Limit) -> bool:
    """Whether every start of one local day ends at the same instant."""
    return (
        limit.unit is not Unit.HOURS
        and limit.counting is Counting.WHOLE_DAYS
        and limit.cap_hours is None
        and limit.staffed is None
        and not _has_second_count(limit, Unit.HOURS)
    )


def _is_by_length(limit: Limit) -> bool:
    """Whether every start of one local day ends the same real time after it."""
    return (
        limit.unit is Unit.HOURS
        and not limit.excluded
        and limit.roll is Roll.NONE
        and not limit.plus_business_days
        and not limit.min_business_days
        and limit.cap_days is None
        and limit.staffed is None
        and not limit.excludes_from
        and not _has_second_count(limit, Unit.CALENDAR_DAYS, Unit.BUSINESS_DAYS, Unit.MONTHS)
    )


def _has_second_count(limit: Limit, *units: Unit) -> bool:
    """Whether a second limit of such units counts from the same start."""
    second = limit.alternative
    return second is not None and second.unit in units
