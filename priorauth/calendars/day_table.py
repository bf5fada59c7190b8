"""Open days counted by looking up a table: adding a thousand costs as much as adding one."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from priorauth.calendars.federal_holidays import FIRST_YEAR, LAST_YEAR, federal_holidays
from priorauth.errors import ClockError

_FIRST = date(FIRST_YEAR, 1, 1).toordinal()
_LAST = date(LAST_YEAR, 12, 31).toordinal()
_SATURDAY = 5


class DayTable:
    """Which days are open between 2002 and 2041, with constant-time counting.

    `closed` maps a closed date to the reason shown to staff. Weekends are closed as well unless
    `weekends_open`. Immutable after it is built.
    """

    __slots__ = ("_before", "_open", "closed", "weekends_open")

    def __init__(self, closed: Mapping[date, str], *, weekends_open: bool) -> None:
        self.closed = closed
        self.weekends_open = weekends_open
        shut = {on.toordinal() for on in closed}
        # _open[k] is the ordinal of the k-th open day; _before[d] counts open days up to and
        # including day d.
        self._open = array("l")
        self._before = array("l")
        for ordinal in range(_FIRST, _LAST + 1):
            weekend = not weekends_open and (ordinal + 6) % 7 >= _SATURDAY
            if not weekend and ordinal not in shut:
                self._open.append(ordinal)
            self._before.append(len(self._open))

    def _rank(self, on: date) -> int:
        ordinal = on.toordinal()
        if not _FIRST <= ordinal <= _LAST:
            raise ClockError(_outside(on))
        return self._before[ordinal - _FIRST]

    def _at(self, rank: int, on: date) -> date:
        if not 0 <= rank < len(self._open):
            raise ClockError(_outside(on))
        return date.fromordinal(self._open[rank])

    def is_open(self, on: date) -> bool:
        """Whether `on` counts. Raises ClockError outside 2002-2041."""
        rank = self._rank(on)
        return rank > 0 and self._open[rank - 1] == on.toordinal()

    def add(self, on: date, count: int) -> date:
        """The `count`-th open day after `on`, which itself is not counted (0: `on` unchanged).

        A start on a closed day makes the next open day the first. Raises ClockError when the
        calendar does not reach that far.
        """
        return on if count == 0 else self._at(self._rank(on) + count - 1, on)

    def subtract(self, on: date, count: int) -> date:
        """`count` open days before `on`, itself first moved back to an open day."""
        return self._at(self._rank(on) - 1 - count, on)

    def on_or_after(self, on: date) -> date:
        """`on` when it is open, else the next open day."""
        return on if self.is_open(on) else self.add(on, 1)

    def on_or_before(self, on: date) -> date:
        """`on` when it is open, else the last open day before it."""
        return self.subtract(on, 0)

    def closed_between(self, first: date, last: date) -> tuple[tuple[date, str], ...]:
        """Each closed day from `first` through `last` with its reason ("weekend" or a holiday)."""
        days = (first + timedelta(n) for n in range((last - first).days + 1))
        return tuple((on, self.reason(on)) for on in days if not self.is_open(on))

    def reason(self, on: date) -> str:
        """Why `on` is closed, in a word for staff; empty when it is open."""
        if name := self.closed.get(on):
            return name
        return "weekend" if not self.is_open(on) else ""


def _outside(on: date) -> str:
    return (
        f"the holiday calendar reaches from {FIRST_YEAR + 1} to {LAST_YEAR - 1}; "
        f"a count from {on.isoformat()} leaves it. Check the year, or set the date by hand"
    )


@lru_cache(maxsize=64)
def day_table(
    *,
    weekends_open: bool = False,
    holidays_open: bool = False,
    observed: bool = True,
    additions: tuple[tuple[date, str], ...] = (),
) -> DayTable:
    """A shared table: weekends and federal holidays closed unless told otherwise.

    `additions` are further closed days (a state's own holidays), as (date, name).
    """
    closed: dict[date, str] = {}
    if not holidays_open:
        closed.update(federal_holidays(observed=observed))
    for on, name in additions:
        closed.setdefault(on, name)
    return DayTable(closed, weekends_open=weekends_open)


def federal_business_days() -> DayTable:
    """Monday to Friday less federal holidays as observed."""
    return day_table()
