"""Ten thousand local times around clock changes, against the C library's own reading of the zones.

`time.localtime` under TZ is another implementation (libc) than `zoneinfo`. What instant a wall time
is, is found by looking: every quarter of an hour around it is read off the wall.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest

from priorauth.calendars.local_time import day_closes, day_opens, instant_of_wall_time
from priorauth.errors import ClockError
from priorauth.reminders import ladder
from priorauth.terms import ClockKind, OwedBy

SEED = 20261101
PAIRS = 10_000
US = [
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Adak",
    "Pacific/Honolulu",
    "America/Detroit",
    "America/Boise",
    "America/Indiana/Knox",
    "America/Puerto_Rico",
    "Pacific/Guam",
]
ODD = ("Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Chatham", "America/St_Johns")

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="no tzset on this system")


@contextmanager
def wall_of(zone: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def reads(instant: int) -> tuple[int, ...]:
    return tuple(time.localtime(instant)[:6])


def instants_of(wall: datetime) -> list[int]:
    """Every instant at which the wall of the zone that is set shows `wall`; none in a gap."""
    naive = int(wall.replace(tzinfo=UTC).timestamp())
    offsets = {time.localtime(naive + hours * 3600).tm_gmtoff for hours in range(-26, 27)}
    wanted = tuple(wall.timetuple()[:6])
    return sorted({naive - one for one in offsets if reads(naive - one) == wanted})


def near_a_change(luck: random.Random) -> date:
    """A day within two of a change in the United States or Europe, or any day."""
    if luck.random() < 0.2:
        return date(2024, 1, 1) + timedelta(days=luck.randrange(3 * 365))
    changes = [date(2025, 3, 9), date(2025, 11, 2), date(2026, 3, 8), date(2026, 11, 1)]
    changes += [date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5), date(2026, 10, 4)]
    return luck.choice(changes) + timedelta(days=luck.randrange(-2, 3))


def draws() -> dict[str, list[datetime]]:
    luck = random.Random(SEED)
    everywhere = sorted(zone for zone in available_timezones() if "/" in zone)
    found: dict[str, list[datetime]] = {}
    for _ in range(PAIRS):
        zone = luck.choice((*US, *US, *ODD, luck.choice(everywhere)))
        hour, minute = luck.choice((0, 1, 2, 3, luck.randrange(24))), luck.choice((0, 15, 30, 59))
        day = near_a_change(luck)
        found.setdefault(zone, []).append(datetime(day.year, day.month, day.day, hour, minute))
    return found


def test_ten_thousand_wall_times_are_the_instants_that_the_c_library_says():
    kinds = {0: 0, 1: 0, 2: 0}
    for zone, walls in draws().items():
        with wall_of(zone):
            for wall in walls:
                expected = instants_of(wall)
                kinds[len(expected)] += 1
                try:
                    ours = [int(instant_of_wall_time(wall, zone).timestamp())]
                except ClockError:
                    ours = []
                # A time that never was, and one that was twice, are refused.
                assert ours == (expected if len(expected) == 1 else []), (zone, wall)
    assert sum(kinds.values()) == PAIRS
    assert kinds[0] > 50 and kinds[2] > 50  # both kinds of trouble were among them


def test_local_days_open_and_close_where_the_wall_says_so():
    for zone, walls in draws().items():
        with wall_of(zone):
            for day in {wall.date() for wall in walls}:
                opens, closes = day_opens(day, zone), day_closes(day, zone)
                assert reads(int(closes.timestamp()))[:3] == day.timetuple()[:3], (zone, day)
                after = reads(int(closes.timestamp()) + 1)[:3]
                assert after == (day + timedelta(days=1)).timetuple()[:3], (zone, day)
                if instants_of(datetime(day.year, day.month, day.day)):
                    first = instants_of(datetime(day.year, day.month, day.day))[0]
                    assert int(opens.timestamp()) == first, (zone, day)


def test_mornings_of_a_ladder_are_eight_o_clock_on_the_wall_on_both_sides_of_a_change():
    looked_at = 0
    for zone in US:
        with wall_of(zone):
            for change in (date(2026, 3, 8), date(2026, 11, 1)):
                for days in range(-4, 5):
                    due_on = change + timedelta(days=days)
                    due = day_closes(due_on, zone)
                    started = due - timedelta(days=80)
                    rungs = ladder(
                        ClockKind.APPEAL_FILING, OwedBy.CLINIC, started, due, legal=due, zone=zone
                    )
                    for rung in rungs:
                        wall = reads(int(rung.at.timestamp()))
                        gap = due_on - date(*wall[:3])
                        if gap.days in (30, 14, 7, 3, 1, 0):
                            assert wall[3:] == (8, 0, 0), (zone, due_on, wall)
                            looked_at += 1
    assert looked_at > 1000
