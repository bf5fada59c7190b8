"""Which days are closed: the federal holidays from the statute's own words, and a state's own days.

Federal: 5 U.S.C. 6103(a) and the observance rule of 6103(b)(1) for Saturdays, and of Executive
Order 11582 for Sundays. A state's days: the `holidays` package, which the project decided on, with
the corrections of `priorauth/calendars/states.toml`; both are data here, put together anew.
New York's public holidays for its roll: General Construction Law 24.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import holidays

import priorauth

ONE_DAY = timedelta(days=1)
MON, THU, FRI, SAT, SUN = 0, 3, 4, 5, 6
CORRECTIONS = Path(priorauth.__file__).parent / "calendars" / "states.toml"

IsClosed = Callable[[date], bool]  # a holiday; weekends are asked for apart


def nth(year: int, month: int, weekday: int, which: int) -> date:
    """The `which`-th `weekday` of a month, found by walking from its first day."""
    day = date(year, month, 1)
    seen = 0
    while True:
        if day.weekday() == weekday:
            seen += 1
            if seen == which:
                return day
        day += ONE_DAY


def last(year: int, month: int, weekday: int) -> date:
    day = date(year, month, 31)
    while day.weekday() != weekday:
        day -= ONE_DAY
    return day


@lru_cache(maxsize=64)
def statutory_holidays(year: int) -> frozenset[date]:
    """The days that 5 U.S.C. 6103(a) names, wherever in the week they fall."""
    days = {
        date(year, 1, 1),  # New Year's Day
        nth(year, 1, MON, 3),  # Birthday of Martin Luther King, Jr.
        nth(year, 2, MON, 3),  # Washington's Birthday
        last(year, 5, MON),  # Memorial Day
        date(year, 7, 4),  # Independence Day
        nth(year, 9, MON, 1),  # Labor Day
        nth(year, 10, MON, 2),  # Columbus Day
        date(year, 11, 11),  # Veterans Day
        nth(year, 11, THU, 4),  # Thanksgiving Day
        date(year, 12, 25),  # Christmas Day
    }
    if year >= 2021:
        days.add(date(year, 6, 19))  # Juneteenth, Pub. L. 117-17
    return frozenset(days)


@lru_cache(maxsize=64)
def observed_holidays(year: int) -> frozenset[date]:
    """As kept: a Saturday's on the Friday before, a Sunday's on the Monday after."""
    kept = set()
    for day in statutory_holidays(year) | statutory_holidays(year + 1):
        if day.weekday() == SAT:
            day -= ONE_DAY
        elif day.weekday() == SUN:
            day += ONE_DAY
        kept.add(day)
    return frozenset(day for day in kept if day.year == year)


def is_statutory_holiday(day: date) -> bool:
    return day in statutory_holidays(day.year)


def is_observed_holiday(day: date) -> bool:
    return day in observed_holidays(day.year)


def is_weekend(day: date) -> bool:
    return day.weekday() in (SAT, SUN)


@lru_cache(maxsize=1)
def _corrections() -> dict[str, dict[str, object]]:
    return tomllib.loads(CORRECTIONS.read_text(encoding="utf-8"))


@lru_cache(maxsize=1024)
def state_days(state: str, year: int) -> frozenset[date]:
    """The days a state adds in a year, on the day itself and as kept."""
    corrected = _corrections().get(state, {})
    left_out = tuple(corrected.get("leave_out", ()))  # type: ignore[arg-type]
    found = {
        day
        for day, names in holidays.US(subdiv=state, years=(year, year + 1), observed=True).items()
        for name in names.split("; ")
        if not (left_out and name.startswith(left_out))
    }
    if corrected.get("friday_after_thanksgiving"):
        found.add(nth(year, 11, THU, 4) + ONE_DAY)
    return frozenset(day for day in found if day.year == year)


def calendar_of(state: str) -> IsClosed:
    """Closed by the federal holidays as observed; with a state, by its own days as well."""
    if not state:
        return is_observed_holiday
    return lambda day: is_observed_holiday(day) or day in state_days(state, day.year)


@lru_cache(maxsize=64)
def new_york_public_holidays(year: int) -> frozenset[date]:
    """Gen. Constr. Law 24; one that falls on a Sunday is kept on the day after."""
    named = statutory_holidays(year) | {
        date(year, 2, 12),  # Lincoln's birthday
        nth(year, 6, SUN, 2),  # Flag day
        nth(year, 11, MON, 1) + ONE_DAY,  # general election day
    }
    flag_day = nth(year, 6, SUN, 2)  # always a Sunday by its own definition: not moved
    kept = {day + ONE_DAY for day in named if day.weekday() == SUN and day != flag_day}
    return frozenset(named | kept)
