"""How old what we know of the payer's status is: "as of 26 Nov, 2 days ago (portal)"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from priorauth.calendars.wording import say_count, say_day
from priorauth.terms import KnownBy, RequestStatus


@dataclass(frozen=True, slots=True)
class AsOf:
    """The words, and whether they are older than the payer's usual chase."""

    words: str
    is_stale: bool


def say_as_of(
    verified_on: date | None, how: str, fresh_through: date | None, today: date
) -> AsOf | None:
    """`today` is the date in the clinic. None when no word on the status is on file."""
    if verified_on is None:
        return None
    source = f" ({KnownBy(how).label})" if how in set(KnownBy) else ""
    is_stale = fresh_through is not None and today > fresh_through
    return AsOf(f"as of {_day(verified_on, today)}{source}", is_stale)


AWAITED = frozenset(
    {
        RequestStatus.SUBMITTED,
        RequestStatus.RECEIVED,
        RequestStatus.PENDED,
        RequestStatus.UNDER_APPEAL,
        RequestStatus.UNDER_EXTERNAL_REVIEW,
    }
)
"""The payer still owes an answer: there is a status to look up."""


def status_as_of(
    status: str, verified_on: date | None, how: str, fresh_through: date | None, today: date
) -> AsOf | None:
    """`say_as_of` of a case at that status; None while no answer of the payer's is awaited."""
    return say_as_of(verified_on, how, fresh_through, today) if status in AWAITED else None


def _day(on: date, today: date) -> str:
    days = (today - on).days
    if days <= 0:
        return "today"  # the payer's day may be a day ahead of the clinic's
    day = say_day(on).partition(" ")[2]
    day = day.removesuffix(f" {today.year}")
    return f"{day}, {'yesterday' if days == 1 else say_count(days, 'days') + ' ago'}"
