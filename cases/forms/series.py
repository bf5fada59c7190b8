"""The plan of a course: numbers and cadences that propose dates, and the dates themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from cases.forms.choices import with_blank
from cases.forms.layout import Box, Press, Row
from cases.forms.moments import DayField
from cases.forms.step_form import StepForm
from cases.forms.wall_clock import readings
from cases.queries.course import Course, open_days, read_course
from cases.workflow.infusions import SeriesAsked
from priorauth.calendars.local_time import zone_named
from priorauth.calendars.wording import say_count, say_day
from priorauth.errors import PriorAuthError
from priorauth.series.course import MOST_SESSIONS, Phase, PlannedDay, course
from priorauth.series.open_days import OpenDays
from priorauth.terms import Cadence, SeriesPhase

SPARE = 2
"""Empty date boxes beyond the proposed ones."""
USUAL_HOUR = time(9)
_DAY = re.compile(r"day_(\d{1,3})_on")


def _how_many(phase: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=f"{phase}: how many",
        min_value=0,
        max_value=MOST_SESSIONS,
        required=False,
        help_text=help_text,
    )


def _how_often(phase: str, help_text: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=f"{phase}: how often",
        choices=lambda: with_blank(Cadence.choices(), "Not set"),
        required=False,
        help_text=help_text,
    )


class SeriesForm(StepForm):
    """Dates on the clinic's open days, proposed and then changed at will."""

    first_on = DayField(label="First infusion", help_text="The dates are counted from here.")
    hour = forms.TimeField(
        label="Time of day",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="On the clinic's clock; each can be moved later.",
    )
    minutes = forms.IntegerField(
        label="Minutes each",
        min_value=1,
        max_value=1440,
        required=False,
        help_text="Without pauses: the units follow from them.",
    )
    induction_sessions = _how_many("Induction", "Such as 6 in two to three weeks.")
    induction_cadence = _how_often("Induction", "Closed days are stepped over.")
    maintenance_sessions = _how_many("Maintenance", "After induction; 0 for none.")
    maintenance_cadence = _how_often("Maintenance", "Such as every three weeks.")
    booster_sessions = _how_many("Boosters", "After maintenance; 0 for none.")
    booster_cadence = _how_often("Boosters", "Such as monthly.")
    goes_on = forms.BooleanField(
        label="Treatment goes on after the last of these dates",
        required=False,
        help_text="Then the forecast counts on, and says when to renew.",
    )
    closed_is_meant = forms.BooleanField(
        label="The infusions on closed days are meant",
        required=False,
        help_text="Tick when somebody opens the clinic for them.",
    )

    def prepare(self) -> None:
        """The plan on file, else what the request asks for; and its dates."""
        self.days_open: OpenDays = open_days(self.at_hand.case.clinic_id)
        self.closed: list[date] = []
        if self.is_bound:
            numbers = [int(found[1]) for name in self.data if (found := _DAY.fullmatch(name))]
            self._add_rows(min(max(numbers, default=0), MOST_SESSIONS))
            return
        known = read_course(self.at_hand.case, self.at_hand.lines)
        for name, value in self._known(known).items():
            self.initial.setdefault(name, value)
        planned = [known.day_of(each) for each in known.planned()]
        self._show_rows(planned or [each.on for each in self._proposal(self.initial)])

    def _known(self, known: Course) -> dict[str, Any]:
        request, plan, planned = self.at_hand.case, known.series, known.planned()
        first = planned[0].planned_at.astimezone(zone_named(known.zone)) if planned else None
        values: dict[str, Any] = {
            "first_on": first.date() if first else request.planned_start_on or self.at_hand.today,
            "hour": first.time() if first else USUAL_HOUR,
            "minutes": request.minutes_per_session,
            "induction_sessions": request.planned_sessions,
            "induction_cadence": request.cadence,
        }
        if plan is not None and plan.request_id == request.pk:
            left = len(planned)
            boosters = min(plan.booster_sessions, left)
            maintenance = min(plan.maintenance_sessions, left - boosters)
            values |= {
                "minutes": plan.minutes,
                "induction_sessions": left - maintenance - boosters,
                "induction_cadence": plan.induction_cadence,
                "maintenance_sessions": maintenance,
                "maintenance_cadence": plan.maintenance_cadence,
                "booster_sessions": boosters,
                "booster_cadence": plan.booster_cadence,
                "goes_on": plan.goes_on,
            }
        return values

    def _add_rows(self, count: int) -> None:
        self.count = count
        for number in range(1, count + 1):
            self.fields[f"day_{number}"] = DayField(
                label=f"Infusion {number}", required=False, help_text=""
            )

    def _show_rows(self, days: list[date]) -> None:
        self._add_rows(min(len(days) + SPARE, MOST_SESSIONS))
        for number, day in enumerate(days, start=1):
            self.initial[f"day_{number}"] = day

    def _proposal(self, values: Any) -> list[PlannedDay]:
        """The days that the numbers give; none where they give none."""
        try:
            return course(_phases(values), values["first_on"], self.days_open)
        except (PriorAuthError, KeyError, TypeError, ValueError):
            return []

    def pressed(self) -> bool:
        """“Propose the dates”: the boxes are filled anew from the numbers."""
        if "propose" not in self.data:
            return False
        for name in [name for name in self.fields if name.startswith("day_")]:
            del self.fields[name]
        self.full_clean()
        cleaned = self.cleaned_data
        found: list[PlannedDay] = []
        errors = ErrorDict()
        try:
            found = course(_phases(cleaned), cleaned["first_on"], self.days_open)
        except KeyError:
            errors = self.errors
        except PriorAuthError as error:
            self.add_error("induction_sessions", str(error))
            errors = self.errors
        self._add_rows(min(len(found) + SPARE, MOST_SESSIONS))
        for field in list(self.fields.values()):
            if isinstance(field, DayField):
                field.place(self.at_hand.zone, self.at_hand.now)
        data = {name: "" for name in self.data if _DAY.fullmatch(name)}
        data |= {f"day_{n}_on": each.on.isoformat() for n, each in enumerate(found, start=1)}
        self.put(**data)
        self._errors = errors
        return True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors or "propose" in self.data:
            return cleaned
        self.days = sorted(set(self._days(cleaned)))
        asked = sum(phase.sessions for phase in _phases(cleaned))
        if not self.days:
            self.add_error("first_on", "No date is entered: press “Propose the dates”.")
        elif asked != len(self.days):
            self.add_error(
                "induction_sessions",
                f"The numbers make {say_count(asked, 'infusions')}, and "
                f"{say_count(len(self.days), 'dates')} are entered. Press “Propose the dates”, or "
                "correct the numbers.",
            )
        self.closed = [day for day in self.days if not self.days_open.is_open(day)]
        if self.closed and not cleaned.get("closed_is_meant"):
            said = ", ".join(say_day(day) for day in self.closed)
            self.add_error(
                "closed_is_meant", f"The clinic is closed on {said}: choose other days, or tick."
            )
        return cleaned

    def _days(self, cleaned: dict[str, Any]) -> Iterator[date]:
        for number in range(1, self.count + 1):
            if day := cleaned.get(f"day_{number}"):
                yield day

    def asked(self) -> SeriesAsked:
        """The plan as the workflow takes it."""
        cleaned = self.cleaned_data
        return SeriesAsked(
            first_on=self.days[0],
            induction_sessions=cleaned.get("induction_sessions") or 0,
            induction_cadence=_cadence(cleaned.get("induction_cadence")),
            maintenance_sessions=cleaned.get("maintenance_sessions") or 0,
            maintenance_cadence=_cadence(cleaned.get("maintenance_cadence")),
            booster_sessions=cleaned.get("booster_sessions") or 0,
            booster_cadence=_cadence(cleaned.get("booster_cadence")),
            minutes=cleaned.get("minutes"),
            goes_on=bool(cleaned.get("goes_on")),
        )

    def sessions(self) -> list[tuple[datetime, SeriesPhase]]:
        """Each date at the hour of the plan, as an instant, with its phase."""
        hour, zone = self.cleaned_data["hour"], self.at_hand.zone
        parts = [each.phase for each in _phases(self.cleaned_data) for _ in range(each.sessions)]
        return [(_at(day, hour, zone), phase) for day, phase in zip(self.days, parts, strict=True)]

    @property
    def boxes(self) -> tuple[Box, ...]:  # type: ignore[override]
        """The numbers, then the dates."""
        days = [f"day_{number}" for number in range(1, self.count + 1)]
        rows = [Row(*days[place : place + 3]) for place in range(0, len(days), 3)]
        tick = ("closed_is_meant",) if self.closed else ()
        return (
            Box(
                "The course",
                Row("first_on", "hour", "minutes"),
                Row("induction_sessions", "induction_cadence"),
                Row("maintenance_sessions", "maintenance_cadence"),
                Row("booster_sessions", "booster_cadence"),
                "goes_on",
                Press("propose", "Propose the dates"),
            ),
            Box(
                "The dates",
                *rows,
                *tick,
                note="Change or empty any of them. Dates in the book that do not stand here are "
                "cancelled.",
            ),
        )


def _cadence(value: Any) -> Cadence | None:
    return Cadence(value) if value else None


def _phases(values: Any) -> list[Phase]:
    pairs = (
        (SeriesPhase.INDUCTION, "induction"),
        (SeriesPhase.MAINTENANCE, "maintenance"),
        (SeriesPhase.BOOSTER, "booster"),
    )
    return [
        Phase(
            phase,
            values.get(f"{name}_sessions") or 0,
            _cadence(values.get(f"{name}_cadence")) or Cadence.AS_NEEDED,
        )
        for phase, name in pairs
    ]


def _at(day: date, hour: time, zone: str) -> datetime:
    """That hour of that day; where a change of the clocks skips it, an hour later."""
    found = readings(datetime.combine(day, hour), zone)
    return found[0] if found else datetime.combine(day, hour, zone_named(zone))
