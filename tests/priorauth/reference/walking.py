"""One minute, one day, one month after the other. Nothing here is clever."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.priorauth.reference.closed_days import ONE_DAY, IsClosed, is_weekend

ONE_MINUTE = timedelta(minutes=1)
NOTHING = timedelta(0)


def local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))


def opening(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)


def closing(day: date, zone: str) -> datetime:
    """23:59:59 on the local clock."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)


def stands_still(day: date, excluded: Collection[str], closed: IsClosed) -> bool:
    return ("weekends" in excluded and is_weekend(day)) or ("holidays" in excluded and closed(day))


def minutes_on(
    at: datetime, hours: int, zone: str, excluded: Collection[str], closed: IsClosed
) -> datetime:
    """Real minutes spent one by one; none is spent on a day on which the clock stands still."""
    at = at.astimezone(UTC)
    left = timedelta(hours=hours)
    day = local(at, zone).date()
    midnight = opening(day + ONE_DAY, zone)
    while left > NOTHING:
        step = min(ONE_MINUTE, midnight - at, left)
        if not stands_still(day, excluded, closed):
            left -= step
        at += step
        if at >= midnight and left > NOTHING:
            day += ONE_DAY
            midnight = opening(day + ONE_DAY, zone)
    return at


def days_on(day: date, count: int, excluded: Collection[str], closed: IsClosed) -> date:
    """Day 1 is the next day that counts."""
    while count > 0:
        day += ONE_DAY
        if not stands_still(day, excluded, closed):
            count -= 1
    return day


def business_days_on(day: date, count: int, closed: IsClosed) -> date:
    return days_on(day, count, ("weekends", "holidays"), closed)


def days_back(day: date, count: int, excluded: Collection[str], closed: IsClosed) -> date:
    while count > 0:
        day -= ONE_DAY
        if not stands_still(day, excluded, closed):
            count -= 1
    return day


def months_on(day: date, count: int, missing_day: str) -> date:
    """The same-numbered day; one that is missing is the month's last, or the next month's first."""
    year, month = day.year, day.month
    for _ in range(count):
        month += 1
        if month > 12:
            year, month = year + 1, 1
    last = date(year, month, 1)
    while last.day < day.day and (last + ONE_DAY).month == month:
        last += ONE_DAY
    if last.day < day.day and missing_day == "first_of_next_month":
        return last + ONE_DAY
    return last
