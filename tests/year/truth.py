"""A slow second opinion: how far an approval carries and when to renew, counted by hand.

Nothing here comes from the code under test. Holidays are those of the federal calendar (5 USC
6103) as observed, the payers' times are 29 CFR 2560.503-1(f)(2)(iii)(A) and 42 CFR 422.568(b).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

_OBSERVED = """
    2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03
    2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25 2027-01-01
    2027-01-18 2027-02-15 2027-05-31 2027-06-18 2027-07-05 2027-09-06
    2027-10-11 2027-11-11 2027-11-25 2027-12-24 2027-12-31 2028-01-17
    2028-02-21 2028-05-29
"""
HOLIDAYS = frozenset(map(date.fromisoformat, _OBSERVED.split()))
ONE = timedelta(days=1)
SELF_FUNDED_DAYS = 15
PREPARATION = 5
LONG = 91
"""From so many minutes on an infusion makes 96366, which nobody here asked for."""


def is_open(on: date) -> bool:
    return on.weekday() < 5 and on not in HOLIDAYS


def back_to_open(on: date) -> date:
    while not is_open(on):
        on -= ONE
    return on


def next_open(on: date) -> date:
    on += ONE
    while not is_open(on):
        on += ONE
    return on


def renewal_begins(through: date, payer_days: int) -> date:
    """Sent so that the payer's time ends by `through`; begun five open days before that."""
    on = back_to_open(through - timedelta(days=payer_days))
    for _ in range(PREPARATION):
        on = back_to_open(on - ONE)
    return on


@dataclass
class Grant:
    """What one approval gives. Every session here takes one unit of each line."""

    units: int
    sessions: int | None
    first_on: date
    last_on: date
    decided_on: date

    @property
    def most(self) -> int:
        return self.units if self.sessions is None else min(self.units, self.sessions)


@dataclass
class Book:
    """Sessions of one case as the clinic knows them."""

    given: list[date] = field(default_factory=list)
    booked: list[date] = field(default_factory=list)
    gap_after: int | None = None
    """Days between the sessions that follow the booked ones; None when the course ends."""


def carries_through(grant: Grant, book: Book) -> date:
    """The last day before the first session without units, or the last day approved."""
    days: Sequence[date] = [*sorted(book.given), *sorted(book.booked)]
    if book.gap_after is not None and days:
        last = max(days)
        days = [*days, *(last + timedelta(days=book.gap_after * n) for n in range(1, 60))]
    short = days[grant.most :]
    if not short:
        return grant.last_on
    reached = max(days[: grant.most + 1])
    return min(grant.last_on, reached - ONE)


def is_outside(grant: Grant | None, book: Book, on: date, minutes: int) -> bool:
    """Whether an infusion on that day is one that the payer would not pay for."""
    if grant is None or not grant.first_on <= on <= grant.last_on:
        return True
    return len(book.given) >= grant.most or minutes >= LONG
