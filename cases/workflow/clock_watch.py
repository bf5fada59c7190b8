"""Whether this machine's clock was set while a process lived.

The clock on the wall is held against one that nobody sets. That one counts on while the machine
sleeps (CLOCK_BOOTTIME, Linux): a sleep is no jump, and after it what came due is sent. Where there
is no such clock nothing is said, because a sleep could not be told from a jump.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Jump:
    """`by` is positive for a clock set forward; `unseen` is the true time since the last look."""

    by: timedelta
    unseen: timedelta


def _boot_clock() -> Callable[[], float] | None:
    number = getattr(time, "CLOCK_BOOTTIME", None)
    return None if number is None else lambda: time.clock_gettime(number)


class ClockWatch:
    """Kept by a process that ticks again and again. `steady` gives seconds that only grow."""

    def __init__(self, steady: Callable[[], float] | None = None) -> None:
        self._steady = steady or _boot_clock()
        self._last: tuple[datetime, float] | None = None
        self._lock = threading.Lock()

    def steady(self, clock: Callable[[], datetime]) -> Callable[[], datetime]:
        """A clock that reads `clock` once and then goes on by the one that nobody sets.

        For the length of a tick: what is claimed, written and sent in it must not be dated by a
        wall clock that is set meanwhile. The next look sees the jump. `clock` itself where there
        is no such clock.
        """
        if self._steady is None:
            return clock
        steady, began, at = self._steady, clock(), self._steady()
        return lambda: began + timedelta(seconds=steady() - at)

    def look(self, now: datetime) -> Jump | None:
        """The jump since the last look when the wall clock at `now` (aware) is more than ten
        minutes off; each jump is told once. The first look only remembers."""
        if self._steady is None:
            return None
        with self._lock:
            seconds = self._steady()
            last, self._last = self._last, (now, seconds)
        if last is None:
            return None
        unseen = timedelta(seconds=seconds - last[1])
        by = now - last[0] - unseen
        return Jump(by, unseen) if abs(by) > LONGEST else None
