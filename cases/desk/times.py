"""Dates and times in the words of the desk, always in the clinic's zone, the zone named.

A limit that ends with a local day is kept as 23:59:59; a screen says "by end of" that day. `zone`
is everywhere an IANA name, `at` and `now` are aware instants. `payer_zone` is the payer's, "" where
it plays no part: a limit that closes a day there is that day's, not a minute of our night.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from cases.forms.wall_clock import zone_label
from cases.models import Clinic
from priorauth.calendars.day_table import federal_business_days
from priorauth.calendars.local_time import (
    day_closes,
    day_zone,
    is_whole_day,
    local_date,
    zone_named,
)
from priorauth.calendars.wording import say_count, say_day, say_time
from priorauth.errors import ClockError

_COUNTED_IN_HOURS = timedelta(hours=48)
_COUNTED_IN_BUSINESS_DAYS = 14  # calendar days: farther away a count of open days tells nobody much
_MINUTE = timedelta(minutes=1)


def zone_of(clinic: Clinic) -> str:
    """The clinic's zone; UTC when what is stored there is no zone."""
    try:
        zone_named(clinic.time_zone)
    except ClockError:
        return "UTC"
    return clinic.time_zone


def say_by(at: datetime, zone: str, payer_zone: str = "") -> str:
    """A limit: "by end of Fri 27 Nov 2026", or "by Wed 25 Nov 2026, 16:30 CST".

    Of a day that ends with the payer's, with our own clock behind it: "by end of Wed 30 Sep 2026,
    payer's Pacific time (Thu 02:59 EDT)".
    """
    if is_whole_day(at, zone):
        return f"by end of {say_day(local_date(at, zone))}"
    theirs = day_zone(at, zone, payer_zone)
    if theirs == zone:
        return f"by {say_at(at, zone)}"
    day, clock = say_at(at, zone).split(", ")
    closes = f"by end of {say_day(local_date(at, theirs))}, payer's {zone_label(theirs)}"
    return f"{closes} ({day.split()[0]} {clock})"


def say_by_briefly(now: datetime, at: datetime, zone: str, payer_zone: str = "") -> str:
    """`say_by` for lists: without the year when it is this one."""
    return shortened(say_by(at, zone, payer_zone), now, at, zone, payer_zone)


def shortened(words: str, now: datetime, at: datetime, zone: str, payer_zone: str = "") -> str:
    """What `say_by` says of `at`, as `say_by_briefly` does."""
    year = local_date(at, day_zone(at, zone, payer_zone)).year
    return words.replace(f" {year}", "", 1) if year == local_date(now, zone).year else words


def say_limit(at: datetime, zone: str, payer_zone: str = "") -> str:
    """The same without "by": "end of Fri 27 Nov 2026", or "Wed 25 Nov 2026, 16:30 CST"."""
    return say_by(at, zone, payer_zone).removeprefix("by ")


def say_at(at: datetime, zone: str) -> str:
    """An instant to the minute: "Wed 25 Nov 2026, 16:30 CST"."""
    return say_time(at.replace(second=0, microsecond=0), zone)


def say_on(on: date) -> str:
    """A date: "Wed 25 Nov 2026"."""
    return say_day(on)


def say_born(on: date) -> str:
    """A date of birth: "29 Feb 1980"; nobody asks for its weekday."""
    return say_day(on).partition(" ")[2]


def until(now: datetime, at: datetime, zone: str, payer_zone: str = "") -> str:
    """How long until `at`, which lies ahead: "in 2 h 10 min", "today", "in 3 business days"."""
    left = at - now
    whole = is_whole_day(at, zone)
    if not whole and left < _COUNTED_IN_HOURS:
        return "now" if left < _MINUTE else f"in {span(left)}"
    today, day = local_date(now, zone), local_date(at, day_zone(at, zone, payer_zone))
    days = (day - today).days
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow"
    if days > _COUNTED_IN_BUSINESS_DAYS:
        return f"in {days} days"
    open_days = business_days_between(today, day)
    if open_days == 0:
        return f"in {days} days, no business day between"
    return f"in {say_count(open_days, 'business days')}"


def since(now: datetime, at: datetime, zone: str, payer_zone: str = "") -> str:
    """How long since `at`, which lies behind: "12 min", "5 h 20 min", "3 days"."""
    if not is_whole_day(at, zone) and now - at < timedelta(days=1):
        return span(now - at)
    days = (local_date(now, zone) - local_date(at, day_zone(at, zone, payer_zone))).days
    return say_count(max(days, 1), "days")


def span(length: timedelta) -> str:
    """Real hours and minutes, rounded down: "2 h 10 min", "45 min", "3 h", from ten on "26 h"."""
    minutes = max(int(length.total_seconds() // 60), 0)
    hours, rest = divmod(minutes, 60)
    if hours and rest and hours < 10:
        return f"{hours} h {rest} min"
    return f"{hours} h" if hours else f"{rest} min"


def business_days_between(first: date, last: date) -> int:
    """Business days after `first`, up to and including `last` (federal holidays left out)."""
    days = federal_business_days()
    count = (last - first).days
    return count - len(days.closed_between(first + timedelta(days=1), last)) if count > 0 else 0


def day_ends(now: datetime, zone: str, *, days: int = 0) -> datetime:
    """The close of the local day `days` after today, as a UTC instant."""
    return day_closes(local_date(now, zone) + timedelta(days=days), zone)


__all__ = [
    "business_days_between",
    "day_ends",
    "day_zone",
    "is_whole_day",
    "say_at",
    "say_born",
    "say_by",
    "say_by_briefly",
    "say_limit",
    "say_on",
    "shortened",
    "since",
    "span",
    "until",
    "zone_of",
]
