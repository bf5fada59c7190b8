"""When somebody in the clinic reads mail: weekly hours in its zone, without holidays and closures.

A clinic that has entered no hours is taken to be there Monday to Friday, 08:00 to 17:00. Federal
holidays count as closed. Instants are aware and come back in UTC; days are local days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from priorauth.calendars.day_table import federal_business_days
from priorauth.calendars.local_time import zone_named
from priorauth.errors import ClockError

Span = tuple[time, time]
OFFICE: Mapping[int, tuple[Span, ...]] = {day: ((time(8), time(17)),) for day in range(5)}
MORNING = time(8)
SEARCHED_DAYS = 30
"""How far an opening is looked for: a clinic closed for longer has nobody to remind anyway."""


@dataclass(frozen=True)
class StaffedHours:
    """`weekly` holds the local spans by weekday (Monday is 0); `closures` first and last days."""

    zone: str
    weekly: Mapping[int, tuple[Span, ...]] = field(default_factory=lambda: OFFICE)
    closures: Sequence[tuple[date, date]] = ()
    _known: dict[date, tuple[tuple[datetime, datetime], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Days already worked out: a ladder asks for the same few again and again."""

    def spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The staffed stretches of a local day, in order; none on a closed one."""
        found = self._known.get(day)
        if found is None:
            found = self._known[day] = tuple(self._spans(day))
        return found

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        hours = self.weekly.get(day.weekday(), ())
        if not hours or any(first <= day <= last for first, last in self.closures):
            return []
        if _is_holiday(day):
            return []
        place = zone_named(self.zone)
        found = [
            (
                datetime.combine(day, opens, place).astimezone(UTC),
                datetime.combine(day, closes, place).astimezone(UTC),
            )
            for opens, closes in sorted(hours)
        ]
        return [(opens, closes) for opens, closes in found if opens < closes]

    def is_staffed(self, at: datetime) -> bool:
        """Whether somebody is there at `at`: from opening, up to but not at closing."""
        return any(opens <= at < closes for opens, closes in self.spans(self._day(at)))

    def morning(self, day: date) -> datetime | None:
        """08:00 of a staffed day, or its opening when that is later; None on a closed day."""
        eight = datetime.combine(day, MORNING, zone_named(self.zone)).astimezone(UTC)
        spans = self.spans(day)
        inside = next((eight for opens, closes in spans if opens <= eight < closes), None)
        return (
            inside
            or next((opens for opens, _ in spans if opens > eight), None)
            or (spans[0][0] if spans else None)
        )

    def at_or_before(self, at: datetime) -> datetime | None:
        """`at` when somebody is there; else the last staffed morning before it."""
        return at if self.is_staffed(at) else self._morning_near(at, -1)

    def at_or_after(self, at: datetime) -> datetime | None:
        """`at` when somebody is there; else the next opening after it."""
        if self.is_staffed(at):
            return at
        return next((opens for opens, _ in self._spans_from(at) if opens >= at), None)

    def last_between(self, after: datetime, before: datetime) -> datetime | None:
        """A staffed moment in the open stretch: its last opening, or the middle of what is left."""
        day = self._day(before)
        for _ in range(SEARCHED_DAYS):
            for opens, closes in reversed(self.spans(day)):
                if after < opens < before:
                    return opens
                first, last = max(opens, after), min(closes, before)
                if first < last:
                    return first + (last - first) / 2
            day -= timedelta(days=1)
        return None

    def add(self, at: datetime, length: timedelta) -> datetime | None:
        """The instant at which `length` of staffed time has passed since `at`."""
        left = length
        for opens, closes in self._spans_from(at):
            start = max(opens, at)
            if start >= closes:
                continue
            if closes - start >= left:
                return start + left
            left -= closes - start
        return None

    def _day(self, at: datetime) -> date:
        return at.astimezone(zone_named(self.zone)).date()

    def _spans_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        first = self._day(at)
        for number in range(SEARCHED_DAYS):
            yield from self.spans(first + timedelta(days=number))

    def _morning_near(self, at: datetime, step: int) -> datetime | None:
        day = self._day(at)
        for _ in range(SEARCHED_DAYS):
            found = self.morning(day)
            if found is not None and found <= at:
                return found
            day += timedelta(days=step)
        return None


def _is_holiday(day: date) -> bool:
    try:
        return federal_business_days().reason(day) not in ("", "weekend")
    except ClockError:
        return False  # beyond the calendar nobody knows
