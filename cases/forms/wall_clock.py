"""Times as people type them: a day and perhaps an hour on the clinic's wall clock.

A form gives two readings of an hour that the autumn change repeats, and none of an hour that the
spring change skips.
"""

from __future__ import annotations

from datetime import UTC, datetime

from priorauth.calendars.local_time import zone_named

_FAMILIAR = {
    "America/New_York": "Eastern time",
    "America/Detroit": "Eastern time",
    "America/Chicago": "Central time",
    "America/Denver": "Mountain time",
    "America/Phoenix": "Arizona time",
    "America/Los_Angeles": "Pacific time",
    "America/Anchorage": "Alaska time",
    "Pacific/Honolulu": "Hawaii time",
    "UTC": "UTC",
}


def readings(wall: datetime, zone: str) -> list[datetime]:
    """The UTC instants that a naive wall-clock time can mean: none, one or two (earlier first)."""
    info = zone_named(zone)
    found = []
    for fold in (0, 1):
        at = wall.replace(tzinfo=info, fold=fold).astimezone(UTC)
        if at.astimezone(info).replace(tzinfo=None) == wall and at not in found:
            found.append(at)
    return found


def minute_typed(at: datetime, zone: str) -> dict[str, str]:
    """An aware instant as the parts of a form's moment, to the minute: on, time, which."""
    local = at.astimezone(zone_named(zone)).replace(second=0, microsecond=0)
    is_again = len(readings(local.replace(tzinfo=None), zone)) == 2 and local.fold == 1
    return {
        "on": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "which": "second" if is_again else "first",
    }


def short_zone(at: datetime, zone: str) -> str:
    """The zone's own short name at an aware instant, such as EST or EDT."""
    return at.astimezone(zone_named(zone)).tzname() or zone


def zone_label(zone: str) -> str:
    """How a form names the zone of its times: "Eastern time", or the zone's city."""
    return _FAMILIAR.get(zone) or f"{zone.rpartition('/')[2].replace('_', ' ')} time"
