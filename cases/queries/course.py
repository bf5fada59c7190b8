"""The course of one case: its sessions, what is approved of it, and how far that carries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from cases.models import (
    Authorization,
    Closure,
    InfusionSession,
    PriorAuthRequest,
    SeriesPlan,
    ServiceLine,
    StaffedHours,
)
from cases.models.infusions import STANDING
from priorauth.calendars.local_time import local_date
from priorauth.lifecycle.states import APPROVING_LINES
from priorauth.series.forecast import SESSIONS, Approved, Forecast, GoesOn, Session, forecast
from priorauth.series.open_days import OpenDays
from priorauth.series.stops import Stop, stops
from priorauth.series.units import LineAsked, codes_not_asked, session_units
from priorauth.terms import InfusionStatus, LineStatus, SeriesPhase

COUNTED = (InfusionStatus.PLANNED, InfusionStatus.DONE)


@dataclass(frozen=True, slots=True)
class Course:
    """Everything about the infusions of a case; days are dates in `zone`, the clinic's."""

    lines: tuple[LineAsked, ...]
    sessions: tuple[InfusionSession, ...]
    series: SeriesPlan | None
    authorizations: tuple[Authorization, ...]
    approved: Approved | None
    minutes: int | None
    zone: str

    @property
    def codes(self) -> dict[str, str]:
        """The codes of the lines by key."""
        return {line.key: line.code for line in self.lines}

    def day_of(self, session: InfusionSession) -> date:
        """The date of a session in the clinic: when it began, else when it is planned."""
        return local_date(session.started_at or session.planned_at, self.zone)

    def planned(self) -> list[InfusionSession]:
        """Sessions in the book, the next one first."""
        return [each for each in self.sessions if each.status == InfusionStatus.PLANNED]

    def done(self) -> list[InfusionSession]:
        """Sessions given, in order."""
        return [each for each in self.sessions if each.status == InfusionStatus.DONE]

    def phase_on(self, on: date) -> SeriesPhase:
        """To which part of the course an infusion on `on` belongs that is in no plan.

        Before a session that is planned: to that one's. After the last: a booster. With no session
        on file the course begins.
        """
        counted = [each for each in self.sessions if each.status in COUNTED]
        after = next((each for each in counted if self.day_of(each) >= on), None)
        if after is not None:
            return SeriesPhase(after.phase)
        return SeriesPhase.BOOSTER if counted else SeriesPhase.INDUCTION

    def units_of(self, session: InfusionSession) -> Mapping[str, int]:
        """Units by line key: those used, or those that the planned minutes will use."""
        if session.status == InfusionStatus.DONE:
            return session.units
        return self.units_in(session.planned_minutes)

    def units_in(self, minutes: int | None) -> Mapping[str, int]:
        """Units by line key of a session of so many minutes; None: of the length asked for."""
        return session_units(self.lines, minutes or self.minutes)

    def forecast(self) -> Forecast:
        """How far the approval carries the sessions on file and the course after them."""
        counted = [
            Session(self.day_of(each), self.units_of(each), each.status == InfusionStatus.DONE)
            for each in self.sessions
            if each.status in COUNTED
        ]
        return forecast(self.approved or Approved(), counted, self._goes_on())

    def _goes_on(self) -> GoesOn | None:
        series = self.series
        if series is None or not series.goes_on or series.last_cadence is None:
            return None
        return GoesOn(series.last_cadence, self.units_in(series.minutes))

    def stops_at(
        self, on: date, minutes: int | None, *, apart_from: InfusionSession | None = None
    ) -> Sequence[Stop]:
        """What stands against an infusion of so many minutes on `on`, beside all that was given."""
        given = [each for each in self.done() if apart_from is None or each.pk != apart_from.pk]
        return self._stops(on, minutes or self.minutes, self._used(given))

    def first_uncovered(self) -> tuple[InfusionSession, Sequence[Stop]] | None:
        """The next session in the book that no approval covers, and why; None when all are."""
        used = self._used(self.done())
        for session in self.planned():
            minutes = session.planned_minutes or self.minutes
            found = self._stops(self.day_of(session), minutes, used)
            if found:
                return session, found
            used.update(self.units_of(session))
            used[SESSIONS] += 1
        return None

    def _stops(self, on: date, minutes: int | None, used: Mapping[str, int]) -> Sequence[Stop]:
        units = self.units_in(minutes)
        extra = codes_not_asked(self.lines, minutes)
        return stops(on, units, self._approved_on(on), used, self.codes, extra)

    def _used(self, given: Iterable[InfusionSession]) -> Counter[str]:
        used: Counter[str] = Counter()
        for each in given:
            used.update(each.units)
            used[SESSIONS] += 1
        return used

    def covering(self, on: date) -> list[Authorization]:
        """The authorizations whose days hold `on`, those with a number and the newest first."""
        return sorted(
            (each for each in self.authorizations if _covers(each, on)),
            key=lambda each: (not each.authorization_number, -each.pk),
        )

    def _approved_on(self, on: date) -> Approved | None:
        """What is approved, with the days of the authorization that has to do with `on`."""
        approved = self.approved
        if approved is None or len(self.authorizations) < 2 or self.covering(on):
            return approved if approved is None or not self.covering(on) else _open(approved)
        before = [each for each in self.authorizations if each.effective_through is not None]
        ended = [each for each in before if each.effective_through < on]  # type: ignore[operator]
        if not ended:
            return approved
        return replace(
            approved,
            first_on=None,
            last_on=max(each.effective_through for each in ended),  # type: ignore[type-var]
        )


def _open(approved: Approved) -> Approved:
    return replace(approved, first_on=None, last_on=None)


def _covers(authorization: Authorization, on: date) -> bool:
    first, last = authorization.effective_from, authorization.effective_through
    return (first is None or first <= on) and (last is None or on <= last)


def course_of(
    request: PriorAuthRequest,
    lines: Iterable[ServiceLine],
    sessions: Iterable[InfusionSession],
    plans: Iterable[SeriesPlan],
    authorizations: Iterable[Authorization],
) -> Course:
    """The course from rows in hand. Only rows whose step stands may be given."""
    lines = list(lines)
    granted = tuple(authorizations)
    return Course(
        lines=tuple(LineAsked(one.key, one.code, one.units_per_session) for one in lines),
        sessions=tuple(sorted(sessions, key=lambda each: (each.planned_at, each.pk))),
        series=max(plans, key=lambda one: (one.request_id == request.pk, one.pk), default=None),
        authorizations=granted,
        approved=_approved(lines, granted),
        minutes=request.minutes_per_session,
        zone=request.clinic.time_zone,
    )


def _approved(lines: Sequence[ServiceLine], granted: Sequence[Authorization]) -> Approved | None:
    units = {
        line.key: line.units_approved
        for line in lines
        if LineStatus(line.status) in APPROVING_LINES
    }
    if not units:
        return None
    firsts = [each.effective_from for each in granted]
    lasts = [each.effective_through for each in granted]
    counts = [each.sessions for each in granted]
    return Approved(
        units=units,
        sessions=_if_all(max, counts),
        first_on=_if_all(min, firsts),
        last_on=_if_all(max, lasts),
    )


def _if_all(choose, values):
    """The least or greatest of `values`; None when one of them sets no limit, or there are none."""
    return choose(values) if values and None not in values else None


def read_course(request: PriorAuthRequest, lines: Iterable[ServiceLine] | None = None) -> Course:
    """The course of a case, read anew. Three queries; four when `lines` are not given."""
    found = ServiceLine._base_manager.filter(request=request) if lines is None else lines
    return course_of(
        request,
        found,
        InfusionSession._base_manager.filter(STANDING, request=request),
        plans_of(request),
        Authorization._base_manager.filter(request=request, event__undone_by__isnull=True),
    )


def plans_of(request: PriorAuthRequest) -> QuerySet[SeriesPlan]:
    """The plans that stand, of the request and of those it renews: the course is one."""
    return SeriesPlan._base_manager.filter(
        request__clinic=request.clinic_id,
        request__patient=request.patient_id,
        request__product=request.product,
        request__pk__lte=request.pk,
        event__undone_by__isnull=True,
    )


def open_days(clinic_id: int) -> OpenDays:
    """On which days that clinic gives infusions: its staffed weekdays, less its closures."""
    hours = StaffedHours._base_manager.filter(clinic=clinic_id)
    closures = Closure._base_manager.filter(clinic=clinic_id)
    return OpenDays(
        frozenset(hours.values_list("weekday", flat=True)),
        tuple(closures.values_list("closed_from", "closed_through")),
    )
