"""A slow second opinion: day by day and hour by hour, from the prose of the law.

Shares no code with `priorauth`: its own holidays from the statute's words (5 U.S.C. 6103 and the
observance rule), its own stepping. It reads the rule files as plain TOML.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    day = date(year, month, 1)
    while day.weekday() != weekday:
        day += ONE_DAY
    return day + timedelta(weeks=nth - 1)


def _last_monday_of_may(year: int) -> date:
    day = date(year, 5, 31)
    while day.weekday() != 0:
        day -= ONE_DAY
    return day


@lru_cache(maxsize=64)
def statutory_holidays(year: int) -> frozenset[date]:
    fixed = [date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    if year >= 2021:
        fixed.append(date(year, 6, 19))
    moving = [
        _nth_weekday(year, 1, 0, 3),
        _nth_weekday(year, 2, 0, 3),
        _last_monday_of_may(year),
        _nth_weekday(year, 9, 0, 1),
        _nth_weekday(year, 10, 0, 2),
        _nth_weekday(year, 11, 3, 4),
    ]
    return frozenset(fixed + moving)


@lru_cache(maxsize=64)
def observed_holidays(year: int) -> frozenset[date]:
    found = set()
    for holiday in statutory_holidays(year) | statutory_holidays(year + 1):
        if holiday.weekday() == 5:
            holiday -= ONE_DAY
        elif holiday.weekday() == 6:
            holiday += ONE_DAY
        if holiday.year == year:
            found.add(holiday)
    return frozenset(found)


def is_observed_holiday(day: date) -> bool:
    return day in observed_holidays(day.year)


def slow_business_day(start: date, count: int) -> date:
    day = start
    while count > 0:
        day += ONE_DAY
        if day.weekday() < 5 and not is_observed_holiday(day):
            count -= 1
    return day


def slow_months(start: date, months: int, missing: str) -> date:
    year, month = start.year, start.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    for shorter in range(4):
        try:
            found = date(year, month, start.day - shorter)
        except ValueError:
            continue
        break
    if shorter and missing == "first_of_next_month":
        return found + ONE_DAY
    return found


def slow_roll(day: date, roll: str) -> date:
    if roll == "next_day_not_weekend_nor_statutory_holiday":
        while day.weekday() >= 5 or day in statutory_holidays(day.year):
            day += ONE_DAY
    return day


def slow_due(rule: dict[str, Any], start: datetime, zone: str) -> datetime:
    """The due instant (UTC) of a rule as its TOML table stands, from an aware start."""
    unit, amount = rule["unit"], rule["amount"]
    if unit == "hours":
        at = start.astimezone(UTC)
        for _ in range(amount):
            at += timedelta(hours=1)
        return at
    day = start.astimezone(ZoneInfo(zone)).date()
    if unit == "calendar_days":
        for _ in range(amount):
            day += -ONE_DAY if rule.get("direction") == "before" else ONE_DAY
    elif unit == "business_days":
        day = slow_business_day(day, amount)
    else:
        day = slow_months(day, amount, rule.get("missing_day", "last_of_month"))
    day = slow_roll(day, rule.get("roll", "none"))
    last = datetime.combine(day, time(23, 59, 59), ZoneInfo(zone))
    return last.astimezone(UTC)


def slow_tolled_due(receipt: date, notice: date, answer: date, total: int) -> date:
    """Spend `total` days one by one; none is spent from the notice to the answer."""
    day, spent = receipt, 0
    while spent < total:
        day += ONE_DAY
        if not notice < day <= answer:
            spent += 1
    return day
