"""What has come of an approved course, as a renewal tells the payer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from statistics import median

from cases.queries.course import Course
from priorauth.calendars.wording import say_count, say_day
from priorauth.terms import InfusionStatus


@dataclass(frozen=True, slots=True)
class Progress:
    """Infusions given, of how many approved, from when to when, and how long they took."""

    given: int
    approved: int | None
    missed: int
    first_on: date | None
    last_on: date | None
    usual_minutes: int | None

    def __str__(self) -> str:
        """ "5 of 6 approved infusions given, Thu 17 Sep 2026 to ...; 40 minutes at the median"."""
        if not self.given or self.first_on is None or self.last_on is None:
            return "No infusion is on file yet."
        of = f" of {self.approved} approved" if self.approved is not None else ""
        span = (
            f"on {say_day(self.first_on)}"
            if self.first_on == self.last_on
            else f"{say_day(self.first_on)} to {say_day(self.last_on)}"
        )
        parts = [f"{self.given}{of} infusions given, {span}"]
        if self.usual_minutes is not None:
            parts.append(f"{say_count(self.usual_minutes, 'minutes')} at the median")
        if self.missed:
            parts.append(f"{self.missed} cancelled or missed")
        return "; ".join(parts) + "."


def progress(course: Course) -> Progress:
    """What is on file of a course."""
    done = course.done()
    days = [course.day_of(each) for each in done]
    minutes = [each.minutes for each in done if each.minutes]
    missed = (InfusionStatus.CANCELLED, InfusionStatus.NO_SHOW)
    return Progress(
        given=len(done),
        approved=course.approved.sessions if course.approved else None,
        missed=sum(1 for each in course.sessions if each.status in missed),
        first_on=min(days, default=None),
        last_on=max(days, default=None),
        usual_minutes=round(median(minutes)) if minutes else None,
    )
