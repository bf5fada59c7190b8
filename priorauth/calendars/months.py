"""Adding calendar months, with the two rules for a day that the later month lacks."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from enum import StrEnum


class MissingDay(StrEnum):
    """What "the same day four months on" means when that month has no such day."""

    LAST_OF_MONTH = "last_of_month"  # 31 October -> 28 February
    FIRST_OF_NEXT = "first_of_next_month"  # 31 October -> 1 March: 45 CFR 147.136(d)(2)(i)


def add_months(on: date, months: int, missing: MissingDay) -> date:
    """The same-numbered day `months` later (or earlier, when negative)."""
    year, index = divmod(on.year * 12 + on.month - 1 + months, 12)
    length = monthrange(year, index + 1)[1]
    if on.day <= length:
        return date(year, index + 1, on.day)
    if missing is MissingDay.LAST_OF_MONTH:
        return date(year, index + 1, length)
    year, index = divmod(year * 12 + index + 1, 12)
    return date(year, index + 1, 1)
