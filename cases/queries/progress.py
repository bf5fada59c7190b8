"""What has come of an approved course, as a renewal tells the payer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from statistics import median

from cases.models import PriorAuthRequest, ScaleScore
from cases.models.treatment_trials import ScaleName
from cases.queries.course import Course
from priorauth.calendars.wording import say_count, say_day
from priorauth.terms import InfusionStatus


@dataclass(frozen=True, slots=True)
class ScaleChange:
    """One scale before the course and now; `latest` is `first` when there is but one score."""

    scale: ScaleName
    first: ScaleScore
    latest: ScaleScore

    def __str__(self) -> str:
        """ "PHQ-9 21 on Tue 15 Sep 2026, 9 on Thu 26 Nov 2026: 12 points lower (57%)"."""
        told = f"{self.scale.label} {self.first.shown} on {say_day(self.first.taken_on)}"
        if self.latest.pk == self.first.pk:
            return f"{told}, no later score"
        told += f", {self.latest.shown} on {say_day(self.latest.taken_on)}"
        change = self.latest.score - self.first.score
        if not change:
            return f"{told}: unchanged"
        points = f"{abs(change).normalize():f}"
        way = "lower" if change < 0 else "higher"
        share = f" ({round(abs(change) * 100 / self.first.score)}%)" if self.first.score else ""
        return f"{told}: {points} point{'' if points == '1' else 's'} {way}{share}"


@dataclass(frozen=True, slots=True)
class Progress:
    """Infusions given, of how many approved, from when to when, how long they took, and scores."""

    given: int
    approved: int | None
    missed: int
    first_on: date | None
    last_on: date | None
    usual_minutes: int | None
    scores: tuple[ScaleChange, ...] = ()

    def __str__(self) -> str:
        """ "5 of 6 approved infusions given, ...; 40 minutes at the median. PHQ-9 21 on ..."."""
        return " ".join([self._infusions(), *(f"{each}." for each in self.scores)])

    def _infusions(self) -> str:
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


def progress(course: Course, request: PriorAuthRequest) -> Progress:
    """What is on file of the course of `request`, with its patient's scores of scales."""
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
        scores=tuple(_changes(request, min(days, default=None))),
    )


def _changes(request: PriorAuthRequest, began_on: date | None) -> Iterator[ScaleChange]:
    """By scale: the last score before the first infusion, else the first on file; and the newest.

    What was scored years before tells nothing of this course.
    """
    by_scale: dict[ScaleName, list[ScaleScore]] = {}
    for row in ScaleScore.objects.filter(patient=request.patient_id).order_by("taken_on", "pk"):
        by_scale.setdefault(ScaleName(row.scale), []).append(row)
    for scale, rows in by_scale.items():
        before = [row for row in rows if began_on and row.taken_on <= began_on]
        yield ScaleChange(scale, (before or rows[:1])[-1], rows[-1])
