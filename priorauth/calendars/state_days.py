"""The days that a state closes beside the federal ones, and what its law does to a last day.

A rule's own date is counted on the federal calendar. A state's further holidays are another
reading: they only make the day later on which a payer is called late, unless a rule names them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from priorauth.calendars.day_table import DayTable, day_table
from priorauth.calendars.federal_holidays import FIRST_YEAR, LAST_YEAR, federal_holidays

_FILE = Path(__file__).parent / "states.toml"
_SATURDAY, _SUNDAY = 5, 6


@lru_cache(maxsize=1)
def _corrections() -> Mapping[str, Mapping[str, Any]]:
    return MappingProxyType(tomllib.loads(_FILE.read_text(encoding="utf-8")))


@lru_cache(maxsize=64)
def state_holidays(state: str) -> Mapping[date, str]:
    """Date to name of each day from 2002 to 2041 that `state` (two letters) closes on its own.

    Days that are federal holidays as well are not in it.
    """
    from holidays import country_holidays

    told = _corrections().get(state, {})
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    found = country_holidays("US", subdiv=state, years=years, observed=True)
    federal = federal_holidays(observed=True)
    left_out = tuple(told.get("leave_out", ()))
    own = {
        on: found[on]
        for on in found
        if on not in federal and not any(name in found[on] for name in left_out)
    }
    if told.get("friday_after_thanksgiving"):
        for on, name in federal.items():
            if "Thanksgiving" in name:
                own.setdefault(on + timedelta(days=1), "Friday after Thanksgiving")
    return MappingProxyType({on: own[on] for on in sorted(own)})


def computation_statute(state: str) -> str:
    """The citation of the statute that moves a last day off a closed day; empty: none on file."""
    return str(_corrections().get(state, {}).get("computation", ""))


@lru_cache(maxsize=256)
def state_day_table(
    state: str, *, weekends_open: bool = False, holidays_open: bool = False
) -> DayTable:
    """Weekends and federal holidays as observed, with the holidays of `state` unless it is "".

    With `holidays_open` no holiday is closed, a state's neither. With `weekends_open` a holiday
    that falls on a weekend is skipped once, on the day it is observed; on a state's calendar, as
    the other reading, on its own day as well.
    """
    additions = tuple(state_holidays(state).items()) if state and not holidays_open else ()
    if weekends_open and not holidays_open and not state:
        observed = federal_holidays(observed=True).items()
        kept = {on: name for on, name in observed if on.weekday() < _SATURDAY}
        return DayTable(kept, weekends_open=True)
    return day_table(weekends_open=weekends_open, holidays_open=holidays_open, additions=additions)


@lru_cache(maxsize=64)
def public_holiday_table(state: str) -> DayTable:
    """Weekends and public holidays on their own day; one on a Sunday is kept on the Monday.

    The cautious list for a filing that moves off a public holiday: the Friday on which offices
    keep a Saturday's holiday is not in it.
    """
    itself = federal_holidays(observed=False)
    own = state_holidays(state)
    kept = {on: name for on, name in own.items() if "(observed)" not in name}
    for on, name in [*itself.items(), *kept.items()]:
        if on.weekday() == _SUNDAY:
            kept.setdefault(on + timedelta(days=1), f"{name}, kept on the Monday")
    return day_table(observed=False, additions=tuple(sorted(kept.items())))
