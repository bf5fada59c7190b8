"""Moments as text: RFC 9557 strings, plain local dates, local date-times, and back.

`2026-11-20T10:00:00-06:00[America/Chicago]` is an instant with its zone. A plain date is a whole
local day; a date-time without offset is read on the wall clock of the zone at hand.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from priorauth.calendars.local_time import instant_of_wall_time, zone_named
from priorauth.deadlines.facts import Moment
from priorauth.errors import ClockError

# Years that a clock may begin in; some rules are older than the program.
FIRST_YEAR, LAST_YEAR = 1995, 2060

_BRACKET = re.compile(r"^(?P<stamp>[^\[\]]+)\[!?(?P<zone>[A-Za-z0-9_+\-/]+)\]$")
_HELP = (
    "write it as 2026-11-20T10:00:00-06:00[America/Chicago], as a plain date 2026-11-20, "
    "or as a local time 2026-11-20T10:00"
)


def read_moment(text: str, zone: str | None) -> Moment:
    """The moment that `text` names; `zone` (IANA) is used where it names none.

    Raises ClockError for text that is no date, a year out of reach, an offset its zone does not
    have then, a skipped or doubled local time, or a missing zone.
    """
    stamp, zone = _split(text.strip(), zone)
    if zone is None:
        raise ClockError(f"{text!r} has no time zone; {_HELP}")
    zone_named(zone)
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        raise ClockError(f"{text!r} is not a date or time; {_HELP}") from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ClockError(f"{text!r} lies outside the calendar ({FIRST_YEAR} to {LAST_YEAR})")
    if len(stamp) == len("2026-11-20"):
        return Moment.day(at.date(), zone)
    if at.tzinfo is None:
        return Moment.instant(instant_of_wall_time(at, zone), zone)
    instant = at.astimezone(UTC)
    local = instant.astimezone(zone_named(zone))
    written_as_utc = stamp.endswith(("Z", "z"))
    if "[" in text and not written_as_utc and local.utcoffset() != at.utcoffset():
        raise ClockError(
            f"{text!r} contradicts itself: at that instant {zone} is at "
            f"{local.strftime('%z')[:3]}:{local.strftime('%z')[3:]}; mend the offset or the zone"
        )
    return Moment.instant(instant, zone)


def _split(text: str, zone: str | None) -> tuple[str, str | None]:
    if "[" not in text and "]" not in text:
        return text, zone
    found = _BRACKET.match(text)
    if found is None:
        raise ClockError(f"{text!r} is not a date or time; {_HELP}")
    return found["stamp"], found["zone"]


def write_moment(at: datetime, zone: str) -> str:
    """An aware instant in RFC 9557 form on the wall clock of `zone`."""
    return f"{at.astimezone(zone_named(zone)).isoformat()}[{zone}]"
