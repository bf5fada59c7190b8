"""Local clocks: zones by name, the close of a local day, and times that a clock change takes away.

Instants are kept in UTC. A day, month or business-day limit ends at 23:59:59 on the local clock.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from priorauth.errors import ClockError

_CLOSING = time(23, 59, 59, fold=1)
_DAY_ENDS = time(23, 59, 59)


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone. Raises ClockError for a name the time-zone database does not have."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ClockError(
            f"time zone {name!r} is not known; write it as the IANA name, such as America/Chicago"
        ) from None


@lru_cache(maxsize=16384)
def day_opens(on: date, zone: str) -> datetime:
    """The first instant (UTC) of a local day."""
    return datetime.combine(on, time.min, zone_named(zone)).astimezone(UTC)


@lru_cache(maxsize=16384)
def day_closes(on: date, zone: str) -> datetime:
    """23:59:59 on the local clock, as a UTC instant: the last moment of a day limit."""
    return datetime.combine(on, _CLOSING, zone_named(zone)).astimezone(UTC)


def local_date(at: datetime, zone: str) -> date:
    """The date on the wall of `zone` at an aware instant."""
    return at.astimezone(zone_named(zone)).date()


@lru_cache(maxsize=10_000)
def is_whole_day(at: datetime, zone: str) -> bool:
    """Whether `at` is the close of a local day, so that only the date means something."""
    return at.astimezone(zone_named(zone)).time().replace(microsecond=0) == _DAY_ENDS


def day_zone(at: datetime, zone: str, payer_zone: str = "") -> str:
    """The zone whose day `at` means: the payer's where it closes a day there and not here."""
    if payer_zone and not is_whole_day(at, zone) and is_whole_day(at, payer_zone):
        return payer_zone
    return zone


def instant_of_wall_time(wall: datetime, zone: str) -> datetime:
    """The UTC instant of a local date-time given without offset.

    Raises ClockError for a time that a clock change skips (it never happened) or repeats (it
    happened twice: the offset must say which).
    """
    info = zone_named(zone)
    first = wall.replace(tzinfo=info, fold=0)
    second = wall.replace(tzinfo=info, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(info).replace(tzinfo=None) != wall:
        raise ClockError(
            f"{wall.isoformat()} never happened in {zone}: the clocks went forward over it. "
            "Give a time before or after the change"
        )
    raise ClockError(
        f"{wall.isoformat()} happened twice in {zone}, when the clocks went back. Say which with "
        f"its offset: {first.isoformat()} or {second.isoformat()}"
    )
