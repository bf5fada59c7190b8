"""What became of one infusion, and which were billed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from cases.forms.layout import Box, Row, Shown
from cases.forms.moments import DayField, MomentField
from cases.forms.step_form import StepForm
from cases.forms.wall_clock import readings
from cases.models import InfusionSession
from cases.queries.course import read_course
from cases.workflow.infusions import InfusionTold, stops_against
from priorauth.calendars.local_time import local_date, zone_named
from priorauth.calendars.wording import say_count, say_day
from priorauth.deadlines.facts import Moment
from priorauth.errors import PriorAuthError
from priorauth.series.stops import Stop, in_words
from priorauth.terms import InfusionStatus, SeriesPhase

USUAL_MINUTES = 40
_DONE, _PLANNED = InfusionStatus.DONE, InfusionStatus.PLANNED


class InfusionForm(StepForm):
    """Given with its times, moved, cancelled, or missed by the patient."""

    status = forms.ChoiceField(
        label="What became of it",
        widget=forms.RadioSelect,
        choices=[
            (_DONE, "Given"),
            (_PLANNED, "Booked for another time"),
            (InfusionStatus.CANCELLED, "Cancelled"),
            (InfusionStatus.NO_SHOW, "The patient did not come"),
        ],
        help_text="Only one that was given uses units.",
    )
    started = MomentField(
        label="Started", required=False, is_past=True, needs_time=True, help_text="Drug running."
    )
    stopped = forms.TimeField(
        label="Stopped",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="Past midnight is the next day.",
    )
    paused_minutes = forms.IntegerField(
        label="Pauses, minutes",
        min_value=0,
        max_value=1440,
        required=False,
        help_text="All pauses together; they are no infusion time.",
    )
    planned = MomentField(
        label="Booked for", required=False, needs_time=True, help_text="Day and time."
    )
    phase = forms.ChoiceField(
        label="Part of the course",
        choices=SeriesPhase.choices,
        help_text="It is not in the plan: say where it belongs.",
    )
    override_reason = forms.CharField(
        label="Why it goes on all the same",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text="Kept on the timeline, such as: the patient pays and has signed for it.",
    )

    answers_to = {"sessions": "status"}

    def prepare(self) -> None:
        """The times it was planned for, and what stands against it before anything is typed."""
        session = self.session
        self.course = read_course(self.at_hand.case, self.at_hand.lines)
        self.stops: Sequence[Stop] = ()
        if session is not None:
            del self.fields["phase"]
        if self.is_bound:
            return
        now = self.at_hand.now
        at = session.planned_at if session else now.replace(second=0, microsecond=0)
        is_ahead = session is not None and at > now
        minutes = (session.planned_minutes if session else None) or self.course.minutes
        self.initial.setdefault("status", _PLANNED if is_ahead else _DONE)
        self.initial.setdefault("planned", at)
        on = local_date(at, self.at_hand.zone)
        self.initial.setdefault("phase", self.course.phase_on(on))
        if not is_ahead:
            begun = at if session else at - timedelta(minutes=minutes or USUAL_MINUTES)
            until = begun + timedelta(minutes=minutes or USUAL_MINUTES)
            self.initial.setdefault("started", begun)
            self.initial.setdefault("stopped", until.astimezone(zone_named(self.at_hand.zone)))
        self.stops = self.course.stops_at(on, minutes, apart_from=session)

    @property
    def session(self) -> InfusionSession | None:
        """The infusion in the book, None for one that was not planned."""
        subject = self.at_hand.subject
        return subject if isinstance(subject, InfusionSession) else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        status = cleaned.get("status")
        if status != _DONE:
            for name in ("started", "stopped", "paused_minutes"):
                self.errors.pop(name, None)
        if status != _PLANNED:
            self.errors.pop("planned", None)
        if status not in (_DONE, _PLANNED):
            self.errors.pop("phase", None)
        if self.errors:
            return cleaned
        if status == _DONE and not (cleaned.get("started") and cleaned.get("stopped")):
            name = "stopped" if cleaned.get("started") else "started"
            self.add_error(name, "Enter when the infusion started and when it stopped.")
            return cleaned
        if status == _PLANNED and not cleaned.get("planned"):
            self.add_error("planned", "Enter the day and the time it is booked for.")
            return cleaned
        try:
            self.stops = stops_against(self.course, self.told(), self.session)
        except PriorAuthError as error:
            self.refuse(error)
            return cleaned
        if self.stops and not self.typed("override_reason"):
            self.add_error(
                "override_reason",
                "This infusion is outside the approval (see above). Say why it goes on all the "
                "same, or move it.",
            )
        return cleaned

    def told(self) -> InfusionTold:
        """The cleaned values as the workflow takes them."""
        cleaned, session = self.cleaned_data, self.session
        status = InfusionStatus(cleaned["status"])
        started = _instant(cleaned.get("started")) if status is _DONE else None
        planned = _instant(cleaned.get("planned")) if status is _PLANNED else None
        kept = session.planned_at if session else None
        return InfusionTold(
            status=status,
            planned_at=planned or kept or started or self.at_hand.now,
            started_at=started,
            stopped_at=self._stopped_at(started, cleaned.get("stopped")),
            paused_minutes=cleaned.get("paused_minutes") or 0,
            phase=SeriesPhase(cleaned["phase"]) if cleaned.get("phase") else None,
            reason=self.typed("override_reason"),
        )

    def _stopped_at(self, started: datetime | None, stopped: time | None) -> datetime | None:
        """The first time after the start at which the clinic's clock shows the stop."""
        if started is None or stopped is None:
            return None
        zone = self.at_hand.zone
        day = local_date(started, zone)
        for on in (day, day + timedelta(days=1)):
            for at in readings(datetime.combine(on, stopped), zone):
                if at > started:
                    return at
        return None

    @property
    def boxes(self) -> tuple[Box, ...]:  # type: ignore[override]
        """What became of it; above all what stands against it, when something does."""
        is_asked = "phase" in self.fields
        part = (Shown(f"status={_DONE}|{_PLANNED}", "phase"),) if is_asked else ()
        what = Box(
            "The infusion" if self.session is None else f"The infusion of {self._planned_on()}",
            "status",
            Shown(f"status={_DONE}", Row("started", "stopped", "paused_minutes")),
            Shown(f"status={_PLANNED}", "planned"),
            *part,
        )
        if not self.stops:
            return (what, Box("Outside the approval", "override_reason", is_folded=True))
        said = in_words(self.stops)
        return (Box("Outside the approval", "override_reason", note=said, is_alarm=True), what)

    def _planned_on(self) -> str:
        session = self.session
        return say_day(local_date(session.planned_at, self.at_hand.zone)) if session else ""


def _instant(moment: Moment | None) -> datetime | None:
    return moment.at if moment else None


class BilledForm(StepForm):
    """Which infusions were billed, all those open ticked."""

    sessions = forms.MultipleChoiceField(
        label="Infusions given and not billed yet",
        widget=forms.CheckboxSelectMultiple,
        help_text="Take the tick off those whose claim has not gone out.",
    )
    billed_on = DayField(label="Billed on", is_past=True, help_text="The day the claims went out.")
    boxes = (Box("Billed", "sessions", "billed_on"),)

    def prepare(self) -> None:
        """Every infusion that waits for its claim."""
        known = read_course(self.at_hand.case, self.at_hand.lines)
        self.open = {str(row.pk): row for row in known.done() if row.billed_on is None}
        codes = known.codes
        self.fields["sessions"].choices = [  # type: ignore[attr-defined]
            (key, _in_words(row, known.day_of(row), codes)) for key, row in self.open.items()
        ]
        self.initial.setdefault("sessions", list(self.open))
        self.initial.setdefault("billed_on", self.at_hand.today)

    def ticked(self) -> list[InfusionSession]:
        """The infusions that were ticked."""
        return [self.open[key] for key in self.cleaned_data["sessions"]]


def _in_words(row: InfusionSession, on: date, codes: dict[str, str]) -> str:
    """ "Thu 17 Sep 2026: 45 minutes; 96365 x 1, J3490 x 1"."""
    units = ", ".join(f"{codes.get(key, key)} x {count}" for key, count in row.units.items())
    minutes = f"{say_count(row.minutes, 'minutes')}; " if row.minutes else ""
    return f"{say_day(on)}: {minutes}{units}"
