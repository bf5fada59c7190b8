"""On which days one clinic gives infusions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from priorauth.calendars.day_table import day_table
from priorauth.errors import ClockError

OFFICE_WEEK = frozenset(range(5))
LONGEST_CLOSURE = 366


@dataclass(frozen=True, slots=True)
class OpenDays:
    """The clinic's week (Monday is 0), less federal holidays and its own closures.

    `weekdays` empty stands for Monday to Friday. `closures` are spans with both ends.
    """

    weekdays: Collection[int] = OFFICE_WEEK
    closures: tuple[tuple[date, date], ...] = ()

    def is_open(self, on: date) -> bool:
        """Whether the clinic works on `on`. Raises ClockError outside the holiday calendar."""
        if on.weekday() not in (self.weekdays or OFFICE_WEEK):
            return False
        if not day_table(weekends_open=True).is_open(on):
            return False
        return not any(first <= on <= last for first, last in self.closures)

    def on_or_after(self, on: date) -> date:
        """`on` when it is open, else the next open day. ClockError when none comes in a year."""
        return self._from(on, 1)

    def on_or_before(self, on: date) -> date:
        """`on` when it is open, else the last open day before it. ClockError as above."""
        return self._from(on, -1)

    def subtract(self, on: date, count: int) -> date:
        """`count` open days before `on`, itself first moved back to an open day."""
        day = self.on_or_before(on)
        for _ in range(count):
            day = self.on_or_before(day - timedelta(days=1))
        return day

    def _from(self, on: date, step: int) -> date:
        for days in range(LONGEST_CLOSURE):
            day = on + timedelta(days=step * days)
            if self.is_open(day):
                return day
        raise ClockError(
            "The clinic is closed on every day of a year. Check its staffed hours and closures."
        )
