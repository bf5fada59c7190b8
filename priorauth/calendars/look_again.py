"""The day on which to look again at what the payer says, when nobody chose another."""

from __future__ import annotations

from datetime import date, timedelta

from priorauth.calendars.staffed_hours import SEARCHED_DAYS, StaffedHours

LOOK_AGAIN_OPEN_DAYS = 2
"""Once it is time to chase, a pending request is looked at every other day. Our own habit."""


def look_again_on(
    today: date, chase_on: date | None, limit_on: date | None, hours: StaffedHours
) -> date:
    """The next sensible day: the last open day up to the chase, later every other open day.

    Open days are those on which the clinic is staffed. Never after `limit_on`, the day of the
    payer's legal limit, while that lies ahead; always after `today`. All are days in the clinic.
    """
    if chase_on is not None and (found := _last_open(today, chase_on, hours)):
        return found
    found, left = today, LOOK_AGAIN_OPEN_DAYS
    for _ in range(SEARCHED_DAYS):
        found += timedelta(days=1)
        left -= bool(hours.spans(found))
        if not left:
            break
    if limit_on is not None and today < limit_on < found:
        return _last_open(today, limit_on, hours) or limit_on
    return found


def _last_open(after: date, through: date, hours: StaffedHours) -> date | None:
    """The last open day later than `after` and up to `through`."""
    day = through
    while day > after:
        if hours.spans(day):
            return day
        day -= timedelta(days=1)
    return None
