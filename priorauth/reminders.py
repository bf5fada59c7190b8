"""The ladder: when staff are reminded of one deadline, and what may become of one reminder.

How the rungs are chosen
------------------------
A window (from start to due) of at most 96 hours is an *hour clock*, unless it ends with the last
second of a day: its rungs are so many hours before the due instant. Any other is a *day clock*: its
rungs fall at 08:00 in the clinic's zone, so many days before the due date. An offset counts only
when it is at most two thirds of the window: nobody is reminded of what they have just recorded.

What the clinic owes (offsets are those of `HOURS_BEFORE` and `DAYS_BEFORE`):
    before working   the first offset that fits, or else half way to the working date
    at working       the working date, when one is known
    before due       the remaining offsets
    day of due       08:00 that day (hour clock: the last hour)
    after due        once, after the legal limit and the due date have both passed

An appointment (a peer-to-peer agreed for an hour) is announced while people are at work:
    day before       08:00 on the business day before it; also 16:00, when it is before 09:00
    day of it        08:00, and one hour ahead when that is not before 08:00
    after            once, 08:00 on the next business day: how did it end?

What the payer owes, since there is nothing to do before it is time to call:
    at chase         the day a careful clinic calls
    day of legal     08:00 that day (day clocks with a legal limit only)
    after            once: when the legal limit has passed, or without one a day after the due date

Given the clinic's staffed hours, a rung of a day clock that would fall when nobody is there comes
at the staffed morning before it (what the payer owes, and the rung after the end: at the next
opening). An hour clock keeps its hours, nights included. Of what the clinic owes at least one rung
is inside staffed hours before the last safe moment (the working date, or else the due date),
wherever such a moment exists.

At least two rungs lie before the due date of whatever the clinic owes within more than 24 hours.
The word "overdue" is for what is past its legal limit, or past a date that is the clinic's own.
Everything here is a pure function of its arguments; instants are aware and come back in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum
from typing import Literal
from zoneinfo import ZoneInfo

from priorauth.calendars.day_table import federal_business_days
from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.terms import ClockKind, OwedBy, Term

UrgencyWord = Literal["action due", "due soon", "due today", "overdue"]

HOUR_CLOCK = timedelta(hours=96)
MORNING = time(8)
AFTERNOON = time(16)
EARLY = time(9)
SOON = timedelta(days=3)
CLOSEST = timedelta(minutes=30)
"""Two rungs of an hour clock are at least this far apart."""

HOURS_BEFORE = (48, 24, 12, 4, 1)

_FILING = (90, 60, 30, 14, 7, 3, 1, 0)
_RENEWAL = (45, 30, 14, 7, 1, 0)
_SHORT = (30, 14, 7, 3, 1, 0)
_OWN = (14, 7, 3, 1, 0)
DAYS_BEFORE: Mapping[ClockKind, tuple[int, ...]] = {
    ClockKind.APPEAL_FILING: _FILING,
    ClockKind.EXTERNAL_FILING: _FILING,
    ClockKind.FAIR_HEARING: _FILING,
    # A renewal has to be asked for and answered before the old one ends.
    ClockKind.AUTHORIZATION_ENDS: _RENEWAL,
    ClockKind.UNITS_END: _RENEWAL,
    ClockKind.INFUSION_BOOKED: _OWN,
    ClockKind.AGREEMENT_ENDS: _RENEWAL,
    ClockKind.CONSENT_ENDS: _RENEWAL,
    ClockKind.SUBMIT_BY: _OWN,
    ClockKind.MISSING_FACT: _OWN,
    ClockKind.BY_HAND: _OWN,
}

OWN_DATES = frozenset(
    {
        ClockKind.SUBMIT_BY,
        ClockKind.AUTHORIZATION_ENDS,
        ClockKind.UNITS_END,
        ClockKind.INFUSION_BOOKED,
        ClockKind.AGREEMENT_ENDS,
        ClockKind.CONSENT_ENDS,
        ClockKind.MISSING_FACT,
        ClockKind.BY_HAND,
    }
)
"""Dates that no law sets: for these the due date itself is the limit."""


class Audience(IntEnum):
    """How far a rung reaches; each level also reaches those before it."""

    RESPONSIBLE = 0
    BACKUP = 1
    LEADS = 2
    OWNERS = 3


@dataclass(frozen=True, slots=True)
class Rung:
    """One place on the ladder: `number` of `of`, at the UTC instant `at`.

    `is_last` is true of the last rung before the due date and of the one after it: from there on
    the clinic's leads hear of what the clinic owes.
    """

    number: int
    of: int
    at: datetime
    urgency_word: UrgencyWord
    is_last: bool
    audience: Audience = Audience.RESPONSIBLE


def ladder(
    kind: ClockKind,
    owed_by: OwedBy,
    started: datetime,
    due: datetime,
    working: datetime | None = None,
    chase: datetime | None = None,
    *,
    legal: datetime | None = None,
    zone: str = "UTC",
    hours: StaffedHours | None = None,
) -> tuple[Rung, ...]:
    """All rungs of one deadline, strictly increasing, never empty, all after `started`.

    Instants are aware datetimes; `zone` is the clinic's IANA zone, in which mornings and days are
    counted; without `hours` every hour counts as staffed. At most one rung lies after `due`: the
    last. Raises ValueError for a naive instant and
    ZoneInfoNotFoundError for an unknown zone.
    """
    for instant in (started, due, working, chase, legal):
        if instant is not None and instant.tzinfo is None:
            raise ValueError("an instant needs a time zone")
    place = ZoneInfo(zone)
    if owed_by is OwedBy.PAYER:
        before = _payer_rungs(started, due, chase, legal, place)
    elif kind is ClockKind.APPOINTMENT:
        before = _appointment_rungs(started, due, working, place)
    else:
        before = _clinic_rungs(kind, started, due, working, place)
    is_appointment = kind is ClockKind.APPOINTMENT and owed_by is OwedBy.CLINIC and legal is None
    after = _next_office_morning(due, place) if is_appointment else None
    after = after or _after(started, due, legal, place)
    if hours is not None:
        if owed_by is OwedBy.PAYER:
            before = _later_in_hours(before, started, due, hours)
        else:
            before = _earlier_in_hours(before, started, due, working, hours)
        if not is_hour_clock(started, due):
            after = hours.at_or_after(after) or after
    instants = [*before, after]
    return tuple(
        Rung(
            number=position,
            of=len(instants),
            at=at,
            urgency_word=urgency_word(at, kind, owed_by, due, legal=legal, zone=zone),
            is_last=position >= len(before),
        )
        for position, at in enumerate(instants, start=1)
    )


def urgency_word(
    now: datetime,
    kind: ClockKind,
    owed_by: OwedBy,
    due: datetime,
    *,
    legal: datetime | None = None,
    zone: str = "UTC",
) -> UrgencyWord:
    """The word for the subject line at `now`. A late mail says what is true when it leaves."""
    limit = legal
    if limit is None and owed_by is OwedBy.CLINIC and kind in OWN_DATES:
        limit = due
    if limit is not None and now > max(due, limit):
        return "overdue"
    if now > due or (owed_by is OwedBy.PAYER and legal is None):
        return "action due"
    place = ZoneInfo(zone)
    if now.astimezone(place).date() == due.astimezone(place).date():
        return "due today"
    is_near = owed_by is OwedBy.CLINIC and due - now <= SOON
    return "due soon" if is_near else "action due"


def next_rung_at(rungs: Sequence[Rung], after: datetime) -> datetime | None:
    """The instant of the first rung later than `after`, or None when the ladder is at its end."""
    return next((rung.at for rung in rungs if rung.at > after), None)


def first_rung_at(rungs: Sequence[Rung], known_at: datetime) -> datetime:
    """When the first reminder of a deadline that was written down at `known_at` should go out.

    Whoever has just recorded it needs no mail about rungs already behind it, and nobody is called
    in for not answering one of them. But when no rung of its own is left before the due date, the
    newest rung passed is due at once.
    """
    ahead = [rung.at for rung in rungs if rung.at > known_at and not rung.audience]
    return ahead[0] if len(ahead) > 1 or known_at < rungs[0].at else known_at


def newest_due(rungs: Sequence[Rung], now: datetime) -> Rung | None:
    """The one rung to send after however long a sleep: older ones are superseded by it."""
    return next((rung for rung in reversed(rungs) if rung.at <= now), None)


# ------------------------------------------------------------------ choosing the instants


def is_hour_clock(started: datetime, due: datetime) -> bool:
    """Whether the window from `started` to `due` (aware) is counted in hours, nights included."""
    # Days are closed at 23:59:59 of some local day, and every American zone is whole hours off UTC.
    is_end_of_a_day = (due.minute, due.second) == (59, 59)
    return due - started <= HOUR_CLOCK and not is_end_of_a_day


def offset_days(kind: ClockKind) -> tuple[int, ...]:
    """How many days before its due date a day clock of the clinic has rungs, the most first."""
    return DAYS_BEFORE.get(kind, _SHORT)


def _clinic_rungs(
    kind: ClockKind, started: datetime, due: datetime, working: datetime | None, place: ZoneInfo
) -> list[datetime]:
    window = due - started
    if is_hour_clock(started, due):
        fits = [timedelta(hours=hours) for hours in HOURS_BEFORE]
        found = {due - gap for gap in fits if gap <= window * 2 / 3}
        at_working = working
    else:
        fitting = [day for day in offset_days(kind) if timedelta(days=day) <= window * 2 / 3]
        found = {_morning(due, place, day) for day in fitting}
        at_working = _morning(working, place) if working is not None else None
    if at_working is not None:
        found.add(at_working)
    return _settled(found, started, due, at_working)


def _appointment_rungs(
    started: datetime, due: datetime, working: datetime | None, place: ZoneInfo
) -> list[datetime]:
    at = due.astimezone(place)
    before = federal_business_days().subtract(at.date(), 1)
    found = {datetime.combine(before, MORNING, place), _morning(due, place)}
    if at.time() < EARLY:
        found.add(datetime.combine(before, AFTERNOON, place))
    ahead = due - timedelta(hours=1)
    if ahead.astimezone(place).time() >= MORNING:
        found.add(ahead)
    at_working = _morning(working, place) if working is not None else None
    if at_working is not None:
        found.add(at_working)
    return _settled(found, started, due, at_working)


def _next_office_morning(due: datetime, place: ZoneInfo) -> datetime:
    day = federal_business_days().add(due.astimezone(place).date(), 1)
    return datetime.combine(day, MORNING, place).astimezone(UTC)


def _payer_rungs(
    started: datetime,
    due: datetime,
    chase: datetime | None,
    legal: datetime | None,
    place: ZoneInfo,
) -> list[datetime]:
    if is_hour_clock(started, due):
        found = {chase or due - (due - started) / 3}
    else:
        found = {_morning(chase or due, place)}
        if legal is not None:
            found.add(_morning(due, place))
    return _spaced(found, started, due) or _midway(started, due)


def _earlier_in_hours(
    rungs: list[datetime],
    started: datetime,
    due: datetime,
    working: datetime | None,
    hours: StaffedHours,
) -> list[datetime]:
    """Moved to the staffed morning before; and one for sure before the last safe moment."""
    moved = rungs
    if not is_hour_clock(started, due):
        nearer = {hours.at_or_before(at) or at for at in rungs}
        moved = _spaced(nearer, started, due)
        if len(moved) < min(2, len(rungs)):
            moved = _spaced({*moved, *rungs}, started, due)
    safe = min(working, due) if working is not None else due
    if not any(started < at <= safe and hours.is_staffed(at) for at in moved):
        found = hours.last_between(started, safe) or hours.last_between(started, due)
        if found is not None:
            moved = sorted({*(at for at in moved if abs(at - found) >= CLOSEST), found})
    return moved


def _later_in_hours(
    rungs: list[datetime], started: datetime, due: datetime, hours: StaffedHours
) -> list[datetime]:
    """Nothing is to be done before it is time to call: moved to the next opening, if in time."""
    if is_hour_clock(started, due):
        return rungs
    moved = {at: hours.at_or_after(at) for at in rungs}
    return _spaced(
        {later if later is not None and later <= due else at for at, later in moved.items()},
        started,
        due,
    )


def _settled(
    found: set[datetime], started: datetime, due: datetime, at_working: datetime | None
) -> list[datetime]:
    """Sorted and spaced; with a rung before the working one, and two in more than 24 hours."""
    rungs = _spaced(found, started, due)
    if at_working is not None and not any(at < at_working for at in rungs):
        rungs = _spaced({*rungs, *_midway(started, at_working)}, started, due)
    wanted = 0 if started >= due else 2 if due - started > timedelta(hours=24) else 1
    while len(rungs) < wanted:
        # Halve the wider side of what is there.
        only = rungs[0] if rungs else due
        wider = (started, only) if only - started >= due - only else (only, due)
        rungs = sorted({*rungs, *_midway(*wider)})
    return rungs


def _spaced(found: set[datetime], started: datetime, due: datetime) -> list[datetime]:
    """Those inside the window, in UTC and in order, none within half an hour of the one before."""
    rungs: list[datetime] = []
    for at in sorted(instant.astimezone(UTC) for instant in found):
        if started < at <= due and (not rungs or at - rungs[-1] >= CLOSEST):
            rungs.append(at)
    return rungs


def _midway(started: datetime, end: datetime) -> list[datetime]:
    return [(started + (end - started) / 2).astimezone(UTC)] if started < end else []


def _after(started: datetime, due: datetime, legal: datetime | None, place: ZoneInfo) -> datetime:
    """The one rung after the end: minutes later on an hour clock, else the next morning."""
    end = max(started, due, legal or due)
    if is_hour_clock(started, due):
        return (end + (timedelta(minutes=15) if legal else timedelta(hours=24))).astimezone(UTC)
    return _morning(end, place, -1)


def _morning(instant: datetime, place: ZoneInfo, days_before: int = 0) -> datetime:
    """08:00 on the instant's local date, so many days before it."""
    day = instant.astimezone(place).date() - timedelta(days=days_before)
    return datetime.combine(day, MORNING, place).astimezone(UTC)


# ------------------------------------------------------------------ what becomes of a reminder


class ReminderState(Term):
    """Where one reminder to one person stands."""

    PLANNED = "planned", "Waiting to be sent"
    CLAIMED = "claimed", "Being prepared"
    ARMED = "armed", "Being handed over"
    SENT = "sent", "Sent"
    UNCERTAIN = "uncertain", "May or may not have arrived"
    HELD = "held", "Held for a person to decide"
    FAILED = "failed", "Could not be sent"
    CANCELLED = "cancelled", "No longer needed"
    SUPERSEDED = "superseded", "Replaced by a newer reminder"
    EXPIRED = "expired", "Too late to be useful"
    BOUNCED = "bounced", "Came back"


_S = ReminderState
MOVES: Mapping[ReminderState, frozenset[ReminderState]] = {
    _S.PLANNED: frozenset({_S.CLAIMED, _S.CANCELLED, _S.SUPERSEDED, _S.EXPIRED}),
    # Nothing has reached a server yet: a lapsed lease goes back to planned.
    _S.CLAIMED: frozenset({_S.ARMED, _S.PLANNED, _S.FAILED, _S.CANCELLED, _S.SUPERSEDED}),
    # The whole mail is out but for its end; from here on silence means "we do not know".
    _S.ARMED: frozenset({_S.SENT, _S.PLANNED, _S.FAILED, _S.UNCERTAIN}),
    _S.UNCERTAIN: frozenset({_S.SENT, _S.PLANNED, _S.HELD}),
    # A person decides; or nobody needs to any more.
    _S.HELD: frozenset({_S.SENT, _S.PLANNED, _S.CANCELLED, _S.SUPERSEDED}),
    _S.SENT: frozenset({_S.BOUNCED}),
    _S.FAILED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.SUPERSEDED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.BOUNCED: frozenset(),
}
"""Every move there is; whatever is not here is a fault."""
