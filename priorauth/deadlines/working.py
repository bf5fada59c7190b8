"""When the clinic should have done what it owes: well before the limit, on a business day.

The buffer fits the window from the start to the earliest plausible limit: one business day for
windows of up to 10 days, three up to 45, five beyond; of a window in hours, its last quarter. The
working moment is at 17:00 local or, of hours, earlier in the office day; never before the start,
never after the limit, and on a federal business day wherever the window holds one.

Of a clinic whose hours or closures are on file the buffer is counted in the same business days, for
neither mail nor payers move on others; the moment then goes back into the clinic's own staffed
hours, so that whoever signs is there: never on a day on which it is closed, wherever the window
holds a staffed moment.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from priorauth.calendars.day_table import federal_business_days
from priorauth.calendars.local_time import local_date, zone_named
from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.errors import ClockError

OFFICE_OPENS = time(9)
OFFICE_CLOSES = time(17)
SHORT_WINDOW_DAYS, SHORT_BUFFER = 10, 1
MIDDLE_WINDOW_DAYS, MIDDLE_BUFFER = 45, 3
LONG_BUFFER = 5


def working_moment(
    start: datetime,
    limit: datetime,
    zone: str,
    *,
    in_hours: bool,
    hours: StaffedHours | None = None,
) -> datetime:
    """The working moment (aware UTC) of a window from `start` to `limit` (aware UTC).

    `zone` is the IANA zone of the clinic's office hours; `hours` its staffed hours, None when none
    are on file. A window that is already over when it starts, or that leaves the calendar, is
    worked at once or by the limit.
    """
    if limit <= start:
        return limit
    usual = _usual_moment(start, limit, zone, in_hours=in_hours)
    if hours is None:
        return usual
    wanted = limit - (limit - start) / 4 if in_hours else usual
    return staffed_moment(wanted, start, limit, hours) or usual


def staffed_moment(
    wanted: datetime, start: datetime, limit: datetime, hours: StaffedHours
) -> datetime | None:
    """The last staffed moment of the window up to `wanted`, else the first one after it.

    All aware UTC. A closing hour still counts as staffed: what is due then is done by then. None
    when nobody is there between `start` and `limit`.
    """
    wanted = min(max(wanted, start), limit)
    on, first, last = (local_date(each, hours.zone) for each in (wanted, start, limit))
    day = on
    while day >= first:
        for opens, closes in reversed(hours.spans(day)):
            if opens <= wanted and closes > start:
                return max(min(wanted, closes), start)
        day -= timedelta(days=1)
    day = on
    while day <= last:
        for opens, _ in hours.spans(day):
            if wanted <= opens < limit:
                return opens
        day += timedelta(days=1)
    return None


def _usual_moment(start: datetime, limit: datetime, zone: str, *, in_hours: bool) -> datetime:
    """As of a clinic with office hours from 9 to 17 on federal business days."""
    try:
        if in_hours:
            wanted = limit - (limit - start) / 4
        else:
            wanted = _office_close(_day_before(start, limit, zone), zone)
        return _on_a_business_day(wanted, start, limit, zone)
    except ClockError:
        return max(start, limit - timedelta(days=1))


def _day_before(start: datetime, limit: datetime, zone: str) -> date:
    """The business day that lies the buffer before the limit's day."""
    first, last = local_date(start, zone), local_date(limit, zone)
    window = (last - first).days
    if window <= SHORT_WINDOW_DAYS:
        buffer = SHORT_BUFFER
    elif window <= MIDDLE_WINDOW_DAYS:
        buffer = MIDDLE_BUFFER
    else:
        buffer = LONG_BUFFER
    return federal_business_days().subtract(last, buffer)


def _on_a_business_day(wanted: datetime, start: datetime, limit: datetime, zone: str) -> datetime:
    """`wanted`, or the nearest moment of a business day that still lies in the window."""
    table = federal_business_days()
    wanted = min(max(wanted, start), limit)
    on = local_date(wanted, zone)
    if table.is_open(on):
        return _in_office_hours(wanted, on, start, limit, zone)
    before = _office_close(table.on_or_before(on), zone)
    if before >= start:
        return before
    after = _at(table.on_or_after(on), OFFICE_OPENS, zone)
    if after <= limit:
        return after
    # Not one office hour lies in the window: on its last business day, or at once.
    last = local_date(limit, zone)
    return limit if table.is_open(last) else start


def _in_office_hours(
    wanted: datetime, on: date, start: datetime, limit: datetime, zone: str
) -> datetime:
    """Back from the night to the end of an office day, or on to the opening, in the window."""
    opens = _at(on, OFFICE_OPENS, zone)
    if wanted >= opens:
        return max(min(wanted, _office_close(on, zone)), start)
    table = federal_business_days()
    before = _office_close(table.subtract(on, 1), zone)
    if before >= start or table.is_open(local_date(start, zone)):
        return max(before, start)
    return min(opens, limit)


def _office_close(on: date, zone: str) -> datetime:
    return _at(on, OFFICE_CLOSES, zone)


def _at(on: date, hour: time, zone: str) -> datetime:
    return datetime.combine(on, hour, zone_named(zone)).astimezone(UTC)
