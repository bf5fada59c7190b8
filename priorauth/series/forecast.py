"""How far an approval carries: units, sessions and days, whichever ends first.

Three columns for each line: *used* by sessions given, *planned* by sessions in the book, *left* of
what was approved. The units carry through the day before the first session that they do not cover.
Sessions in the book are what is known of the future; a course that goes on beyond them is
extrapolated at its own cadence, for without that nobody would see the end coming.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from priorauth.series.course import rhythm
from priorauth.terms import Cadence

SESSIONS = ""
"""The key under which the number of sessions is counted, beside the keys of the lines."""
LOOKED_AHEAD = 400
"""Sessions extrapolated at most: a course that no approval limits ends the search."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session that counts: given or in the book, with the units it used or will use."""

    on: date
    units: Mapping[str, int]
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Approved:
    """What is approved: units by line key, sessions, days with both ends. None: no limit known.

    A line that is not in `units` has no approval.
    """

    units: Mapping[str, int | None] = field(default_factory=dict)
    sessions: int | None = None
    first_on: date | None = None
    last_on: date | None = None

    def limits(self) -> dict[str, int]:
        """What can run out, by line key; the sessions under `SESSIONS`."""
        found = {key: units for key, units in self.units.items() if units is not None}
        return found if self.sessions is None else {**found, SESSIONS: self.sessions}


@dataclass(frozen=True, slots=True)
class GoesOn:
    """The course does not end with the sessions in the book: how often, and with which units."""

    cadence: Cadence
    units: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Balance:
    """One line, or the sessions: approved, used, planned; `left` after what was given."""

    approved: int | None
    used: int
    planned: int

    @property
    def left(self) -> int | None:
        """Approved less used: below zero when more was given than approved."""
        return None if self.approved is None else self.approved - self.used


@dataclass(frozen=True, slots=True)
class Forecast:
    """How far the approval carries.

    `units_through`   last day that the units (or sessions) cover; None when they run out nowhere
    `short_of`        the key of what runs out then
    `uncovered_on`    the day of the first session without units
    `is_booked`       that session is in the book, not extrapolated
    `ends_on`         the approval's last day
    """

    balances: Mapping[str, Balance]
    units_through: date | None = None
    short_of: str | None = None
    uncovered_on: date | None = None
    is_booked: bool = False
    ends_on: date | None = None

    @property
    def covers_through(self) -> date | None:
        """Whichever ends first; None when neither is known."""
        known = [on for on in (self.units_through, self.ends_on) if on is not None]
        return min(known, default=None)

    @property
    def is_by_units(self) -> bool:
        """Units or sessions run out before the days do."""
        return self.units_through is not None and self.units_through == self.covers_through


def forecast(
    approved: Approved, sessions: Sequence[Session], goes_on: GoesOn | None = None
) -> Forecast:
    """How far `approved` carries the `sessions` and the course that goes on after them.

    Sessions given use what is approved first, in the order of their days; then those in the book.
    """
    limits = approved.limits()
    done = sorted((each for each in sessions if each.is_done), key=lambda each: each.on)
    booked = sorted((each for each in sessions if not each.is_done), key=lambda each: each.on)
    left = dict(limits)
    balances = _balances(limits, approved, done, booked)
    reached = date.min
    for session, is_booked in _in_order(done, booked, goes_on):
        # A session in the book that was forgotten lies before some that were given.
        reached = max(reached, session.on)
        short = _short(left, session)
        if short is not None:
            return Forecast(
                balances,
                units_through=reached - timedelta(days=1),
                short_of=short,
                uncovered_on=session.on,
                is_booked=is_booked,
                ends_on=approved.last_on,
            )
        for key in left:
            left[key] -= _wants(session, key)
        if approved.last_on is not None and session.on > approved.last_on:
            break  # the days have ended before the units
    return Forecast(balances, ends_on=approved.last_on)


def _in_order(
    done: Sequence[Session], booked: Sequence[Session], goes_on: GoesOn | None
) -> Iterator[tuple[Session, bool]]:
    for each in (*done, *booked):
        yield each, True
    last = max((each.on for each in (*done, *booked)), default=None)
    if goes_on is None or last is None or goes_on.cadence is Cadence.AS_NEEDED:
        return
    for on in islice(rhythm(goes_on.cadence, last), 1, LOOKED_AHEAD):
        yield Session(on, goes_on.units), False


def _wants(session: Session, key: str) -> int:
    return 1 if key == SESSIONS else session.units.get(key, 0)


def _short(left: Mapping[str, int], session: Session) -> str | None:
    """The key of what does not suffice for the session; lines before the count of sessions."""
    return next((key for key in left if _wants(session, key) > left[key]), None)


def _balances(
    limits: Mapping[str, int],
    approved: Approved,
    done: Sequence[Session],
    booked: Sequence[Session],
) -> dict[str, Balance]:
    keys = dict.fromkeys([*approved.units, *(key for each in done for key in each.units)])
    for each in booked:
        keys |= dict.fromkeys(each.units)
    return {
        key: Balance(
            approved=limits.get(key),
            used=sum(_wants(each, key) for each in done),
            planned=sum(_wants(each, key) for each in booked),
        )
        for key in (*keys, SESSIONS)
    }
