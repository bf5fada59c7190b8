"""Hours as they really pass, and hours that stand still on closed days."""

from __future__ import annotations

from datetime import datetime, timedelta

from priorauth.calendars.day_table import DayTable
from priorauth.calendars.local_time import day_opens, local_date


def add_hours(at: datetime, hours: int) -> datetime:
    """`hours` real hours after an aware UTC instant: nights, holidays, clock changes included."""
    return at + timedelta(hours=hours)


def add_open_hours(at: datetime, hours: int, zone: str, table: DayTable) -> datetime:
    """`hours` real hours after `at`, counting only those that fall on open local days.

    `at` is an aware UTC instant. The loop runs once per counted day (48 hours: at most three
    times), never once per skipped day.
    """
    left = timedelta(hours=hours)
    on = local_date(at, zone)
    if not table.is_open(on):
        on = table.add(on, 1)
        at = day_opens(on, zone)
    while True:
        midnight = day_opens(on + timedelta(days=1), zone)
        if at + left <= midnight:
            return at + left
        left -= midnight - at
        on = table.add(on, 1)
        at = day_opens(on, zone)
