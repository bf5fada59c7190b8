"""A happening: an instant, or a whole local day whose hour nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tests.priorauth.reference.walking import closing, local, opening


@dataclass(frozen=True, slots=True)
class Happened:
    first: datetime  # UTC; for a whole day its beginning
    last: datetime  # UTC; for a whole day 23:59:59
    zone: str  # the zone in which its day is read

    @property
    def day(self) -> date:
        return local(self.first, self.zone).date()

    @property
    def is_day(self) -> bool:
        return self.first != self.last

    def written(self) -> str:
        """As the JSON contract spells it."""
        if self.is_day:
            return f"{self.day.isoformat()}[{self.zone}]"
        return f"{local(self.first, self.zone).isoformat()}[{self.zone}]"


def at(instant: datetime, zone: str) -> Happened:
    instant = instant.astimezone(UTC)
    return Happened(instant, instant, zone)


def on(day: date, zone: str) -> Happened:
    return Happened(opening(day, zone), closing(day, zone), zone)


Events = dict[str, Happened | int | None]  # None: it did not happen
