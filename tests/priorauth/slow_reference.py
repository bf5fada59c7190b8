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
    elif roll == "next_day_not_weekend_nor_state_holiday":  # only New York's is on file
        while day.weekday() >= 5 or day in new_york_public_holidays(day.year):
            day += ONE_DAY
    return day


def new_york_public_holidays(year: int) -> frozenset[date]:
    """Gen. Constr. Law 24: the federal days, Lincoln's birthday, the general election; one that
    falls on a Sunday is kept on the Monday."""
    election = _nth_weekday(year, 11, 0, 1) + ONE_DAY
    days = {*statutory_holidays(year), date(year, 2, 12), election}
    return frozenset(days | {day + ONE_DAY for day in days if day.weekday() == 6})


def slow_open_minutes(start: datetime, minutes: int, zone: str, closed: set[str]) -> datetime:
    """Minutes spent one by one, the last before midnight in part; none on a closed local day."""
    at, left, info = start.astimezone(UTC), timedelta(minutes=minutes), ZoneInfo(zone)
    while left > timedelta(0):
        day = at.astimezone(info).date()
        midnight = datetime.combine(day + ONE_DAY, time(0), info).astimezone(UTC)
        step = min(timedelta(minutes=1), midnight - at, left)
        if not _is_closed(day, closed):
            left -= step
        at += step
    return at


def _is_closed(day: date, closed: set[str]) -> bool:
    return ("weekends" in closed and day.weekday() >= 5) or (
        "holidays" in closed and is_observed_holiday(day)
    )


def slow_days_off(start: date, count: int, closed: set[str]) -> date:
    day = start
    while count > 0:
        day += ONE_DAY
        if not _is_closed(day, closed):
            count -= 1
    return day


def _closing(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)


def slow_end(rule: dict[str, Any], unit: str, amount: int, start: datetime, zone: str) -> datetime:
    """`amount` of `unit` from `start` (aware), before caps and rolls."""
    closed = set(rule.get("excluded", []))
    if unit == "hours" and closed:
        return slow_open_minutes(start, amount * 60, zone, closed)
    if unit == "hours":
        at = start.astimezone(UTC)
        for _ in range(amount):
            at += timedelta(hours=1)
        return at
    here = start.astimezone(ZoneInfo(zone))
    day = here.date()
    if rule.get("direction") == "before":
        for _ in range(amount):
            day -= ONE_DAY
            while unit == "business_days" and (day.weekday() >= 5 or is_observed_holiday(day)):
                day -= ONE_DAY
        return _closing(day, zone)
    if unit == "calendar_days":
        day = slow_days_off(day, amount, closed)
    elif unit == "business_days":
        day = slow_business_day(day, amount)
    else:
        day = slow_months(day, amount, rule.get("missing_day", "last_of_month"))
    if rule.get("counting") == "same_time_of_day":
        same = datetime.combine(day, here.time().replace(fold=0), ZoneInfo(zone))
        return same.astimezone(UTC)
    return _closing(day, zone)


def slow_due(rule: dict[str, Any], start: datetime, zone: str) -> datetime:
    """The due instant (UTC) of a rule as its TOML table stands, from an aware start."""
    if staffed := rule.get("staffed"):
        here = start.astimezone(ZoneInfo(zone))
        working = here.weekday() < 5 and not is_observed_holiday(here.date())
        if here.time() >= staffed["business_days" if working else "other_days"][1]:
            tomorrow = here.date() + ONE_DAY
            start = datetime.combine(tomorrow, time(12), ZoneInfo(zone))
    at = slow_end(rule, rule["unit"], rule["amount"], start, zone)
    received, last = (each.astimezone(ZoneInfo(zone)).date() for each in (start, at))
    if more := rule.get("plus_business_days"):
        at = _closing(slow_business_day(last, more), zone)
    if least := rule.get("min_business_days"):
        at = max(at, _closing(slow_business_day(received, least), zone))
    if "cap_hours" in rule:
        at = min(at, start.astimezone(UTC) + timedelta(hours=rule["cap_hours"]))
    if "cap_days" in rule:
        at = min(at, _closing(received + rule["cap_days"] * ONE_DAY, zone))
    second = rule.get("alternative", {})
    if second.get("start") == "clock_start":
        other = slow_end(rule, second["unit"], second["amount"], start, zone)
        at = min(at, other) if second["take"] == "earlier" else max(at, other)
    if rule.get("roll", "none") != "none":
        at = _closing(slow_roll(at.astimezone(ZoneInfo(zone)).date(), rule["roll"]), zone)
    return at


def slow_tolled_due(receipt: date, notice: date, answer: date, total: int) -> date:
    """Spend `total` days one by one; none is spent from the notice to the answer."""
    day, spent = receipt, 0
    while spent < total:
        day += ONE_DAY
        if not notice < day <= answer:
            spent += 1
    return day
