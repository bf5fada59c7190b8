"""Who else is called in when nobody answers a reminder: further rungs of the same ladder.

What the clinic owes is critical from three days before its last safe moment, and of a clock in
hours from the start. A critical rung that nobody answers goes, each time to those before as well,
to the backup, then to the leads, then to the owners: after four staffed hours each (one on the day
it is due; of a clock in hours, after 30 minutes, whatever the hour). After that everybody is told
again each staffed morning (each four hours) until the next rung or the due date. An answer ends it:
the next rung asks anew. What is not critical calls nobody in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.reminders import CLOSEST, SOON, Audience, Rung, UrgencyWord

ANSWER = timedelta(hours=4)
ANSWER_ON_THE_DAY = timedelta(hours=1)
ANSWER_OF_HOURS = timedelta(minutes=30)
AGAIN_OF_HOURS = timedelta(hours=4)
NIGHT = timedelta(hours=14)
"""Told again the next staffed morning: at least this long after the last time."""
MOST_REPEATS = 10
AFTER_THE_END = timedelta(days=3)


def escalated(
    rungs: Sequence[Rung],
    *,
    due: datetime,
    safe: datetime,
    is_hour_clock: bool,
    hours: StaffedHours,
    answered_at: datetime | None,
    word_at: Callable[[datetime], UrgencyWord],
) -> tuple[Rung, ...]:
    """`rungs` with those that call others in, in order, numbered anew.

    `due` is the due date, `safe` the last safe moment, `answered_at` the newest answer; all aware.
    """
    found = list(rungs)
    for position, rung in enumerate(rungs):
        if not (is_hour_clock or rung.at >= safe - SOON):
            continue
        is_over = rung.at > due
        end = rungs[position + 1].at if position + 1 < len(rungs) else rung.at + AFTER_THE_END
        for at, audience in _calls(rung.at, due, end, is_hour_clock, hours, is_over):
            if answered_at is not None and rung.at <= answered_at < at:
                break
            found.append(Rung(0, 0, at, word_at(at), rung.is_last, audience))
    found.sort(key=lambda rung: rung.at)
    # Made anew by hand: `dataclasses.replace` took a quarter of a sweep's time.
    return tuple(
        Rung(number, len(found), rung.at, rung.urgency_word, rung.is_last, rung.audience)
        for number, rung in enumerate(found, start=1)
    )


def _calls(
    asked: datetime,
    due: datetime,
    end: datetime,
    is_hour_clock: bool,
    hours: StaffedHours,
    is_over: bool,
) -> list[tuple[datetime, Audience]]:
    """When whom: strictly later than `asked`, and half an hour clear of `end`."""
    calls: list[tuple[datetime, Audience]] = []
    at = asked
    for audience in (Audience.BACKUP, Audience.LEADS, Audience.OWNERS):
        later = _wait(at, due, is_hour_clock, hours)
        if later is None or later > end - CLOSEST:
            return calls
        at = later
        calls.append((at, audience))
    for _ in range(0 if is_over else MOST_REPEATS):
        again = at + AGAIN_OF_HOURS if is_hour_clock else hours.at_or_after(at + NIGHT)
        if again is None or again > min(end, due) - CLOSEST:
            break
        at = again
        calls.append((at, Audience.OWNERS))
    return calls


def _wait(at: datetime, due: datetime, is_hour_clock: bool, hours: StaffedHours) -> datetime | None:
    if is_hour_clock:
        return at + ANSWER_OF_HOURS
    is_near = due - at <= timedelta(hours=24)
    return hours.add(at, ANSWER_ON_THE_DAY if is_near else ANSWER)
