"""Whole ladders, worked out once for all deadlines that are alike but for their start.

Deadlines that come due together mostly share their last day, since days are closed at the end of a
local day. Of its start a ladder knows little: how many of the offsets fit into two thirds of the
window, and that no rung lies before it. So the ladder is worked out for the earliest and for the
latest start to which the same offsets fit. When both give the same one, every start between them
does, and the book keeps it; where they differ, each deadline is worked out for itself.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from priorauth.answering import answered, last_safe_moment
from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.escalation import escalated
from priorauth.reminders import Rung, is_hour_clock, ladder, offset_days, urgency_word
from priorauth.terms import ClockKind, OwedBy

LONG_AGO = timedelta(days=1000)
"""Before every rung there is: the longest offset is 90 days, an opening is sought for 30."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a ladder is made from. Instants are aware, `zone` is the clinic's IANA zone.

    `answered_at` is the newest answer to a reminder of it, `quiet_until` how long it was put off.
    """

    kind: ClockKind
    owed_by: OwedBy
    started: datetime
    due: datetime
    working: datetime | None
    chase: datetime | None
    legal: datetime | None
    zone: str
    hours: StaffedHours
    answered_at: datetime | None = None
    quiet_until: datetime | None = None


@dataclass(slots=True)
class LadderBook:
    """Ladders by what they are made from; made for one sweep, thrown away with it."""

    _ladders: dict[Hashable, tuple[Rung, ...] | None] = field(default_factory=dict)
    _hours: dict[Hashable, StaffedHours] = field(default_factory=dict)

    def whole_ladder(self, window: Window) -> tuple[Rung, ...]:
        """As `whole_ladder` below, and the same for equal windows."""
        span = _alike(window)
        if span is None:
            return whole_ladder(window)
        hours = self._same(window.hours)
        dates = (window.due, window.working, window.chase, window.legal)
        key = (window.kind, window.owed_by, span, *dates, window.zone, id(hours))
        if key not in self._ladders:
            first, last = (whole_ladder(replace(window, started=at)) for at in span)
            self._ladders[key] = first if first == last else None
        return self._ladders[key] or whole_ladder(window)

    def _same(self, hours: StaffedHours) -> StaffedHours:
        """The one kept for all clinics with the same hours: it knows the days already asked for."""
        key = (hours.zone, tuple(sorted(hours.weekly.items())), tuple(hours.closures))
        return self._hours.setdefault(key, hours)


def whole_ladder(window: Window) -> tuple[Rung, ...]:
    """All rungs of a deadline, with those that call others in, less what was put off, in UTC.

    Raises what `priorauth.reminders.ladder` raises.
    """
    kind, owed_by, due, legal = window.kind, window.owed_by, window.due, window.legal
    rungs = ladder(
        kind,
        owed_by,
        window.started,
        due,
        window.working,
        window.chase,
        legal=legal,
        zone=window.zone,
        hours=window.hours,
    )
    word_at = partial(
        urgency_word, kind=kind, owed_by=owed_by, due=due, legal=legal, zone=window.zone
    )
    is_ours = owed_by is OwedBy.CLINIC
    safe = last_safe_moment(due, window.working)
    rungs = answered(
        rungs, window.answered_at, window.quiet_until, word_at, last=safe if is_ours else None
    )
    if not is_ours:
        return rungs
    return escalated(
        rungs,
        due=due,
        safe=safe,
        is_hour_clock=is_hour_clock(window.started, due),
        hours=window.hours,
        answered_at=window.answered_at,
        word_at=word_at,
    )


def _alike(window: Window) -> tuple[datetime, datetime] | None:
    """The earliest and the latest start with the same offsets; None: to be worked out alone."""
    due, length = window.due, window.due - window.started
    if window.answered_at is not None or window.kind is ClockKind.APPOINTMENT:
        return None
    if is_hour_clock(window.started, due):
        return None
    if window.owed_by is OwedBy.PAYER:
        last = min(window.chase or due, due) - timedelta(days=2)
        return (due - LONG_AGO, last) if due - LONG_AGO <= window.started <= last else None
    longer = [days for days in offset_days(window.kind) if timedelta(days=days) > length * 2 / 3]
    fitting = [days for days in offset_days(window.kind) if days not in longer]
    if not fitting or length > LONG_AGO:
        return None
    fits_not = _window_of(min(longer)) if longer else None
    first = due - fits_not + timedelta(microseconds=1) if fits_not else due - LONG_AGO
    return first, due - _window_of(max(fitting))


def _window_of(days: int) -> timedelta:
    """The shortest window into which an offset of so many days fits."""
    return timedelta(days=days) * 3 / 2
