"""Dates and times in the words of a screen: "Wed 25 Nov 2026, 23:59 CST"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from priorauth.calendars.local_time import zone_named

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=4096)
def say_day(on: date) -> str:
    """A date with its weekday, the same in every locale."""
    return f"{_DAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]} {on.year}"


@lru_cache(maxsize=4096)
def say_time(at: datetime, zone: str) -> str:
    """An aware instant on the wall clock of `zone`, with the zone's own short name."""
    local = at.astimezone(zone_named(zone))
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{say_day(local.date())}, {clock} {local.tzname()}"


def say_list(items: Sequence[str]) -> str:
    """Items joined as a sentence joins them: "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def say_count(amount: int, thing: str) -> str:
    """An amount with its noun: "1 day", "3 days"."""
    return f"{amount} {thing}" if amount != 1 else f"{amount} {thing.removesuffix('s')}"
