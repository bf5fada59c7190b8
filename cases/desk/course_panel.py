"""Infusions on the case page: units by line, how far they carry, what is next."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.urls import reverse

from cases.desk import times
from cases.desk.steps import page_of
from cases.models import InfusionSession, PriorAuthRequest, ServiceLine
from cases.queries.course import Course, course_of, plans_of
from priorauth.calendars.local_time import local_date
from priorauth.calendars.wording import say_count, say_day, say_time
from priorauth.series.forecast import SESSIONS, Balance, Forecast
from priorauth.series.stops import in_words
from priorauth.terms import EventKind, InfusionStatus, LineStatus, SeriesPhase

NEXT, LAST = 3, 3
"""Infusions shown at first: those to come and those just past."""
_LESS = (LineStatus.PARTLY_APPROVED, LineStatus.MODIFIED)
_REFUSED = (LineStatus.DENIED, LineStatus.DISMISSED)


def course_on_page(found: PriorAuthRequest) -> Course:
    """The course from what was fetched with the case; one query more, for the plan."""
    undone = {event.undoes_id for event in found.events.all() if event.undoes_id}
    granted = [row for row in found.authorizations.all() if row.event_id not in undone]
    return course_of(
        found, found.lines.all(), found.infusions.all(), list(plans_of(found)), granted
    )


def panel(found: PriorAuthRequest, course: Course) -> dict[str, Any]:
    """What the section on infusions shows."""
    planned, done = course.planned(), course.done()
    other = [
        each
        for each in course.sessions
        if each.status not in (InfusionStatus.PLANNED, InfusionStatus.DONE)
    ]
    forecast = course.forecast()
    uncovered = course.first_uncovered()
    rows = [_row(found.number, each, course) for each in course.sessions]
    near = {each.pk for each in (*done[-LAST:], *planned[:NEXT])}
    return {
        "is_empty": not course.sessions,
        "says": _says(course, forecast),
        "tally": _tally(course, forecast, len(other)),
        "alarm": f"{say_time(uncovered[0].planned_at, course.zone)}: {in_words(uncovered[1])}"
        if uncovered
        else "",
        "near": [row for row in rows if row["pk"] in near],
        "all": rows if len(rows) > len(near) else [],
        "next_url": _record_url(found.number, planned[0]) if planned else "",
        "unbilled": sum(1 for each in done if each.billed_on is None),
    }


def line_units(course: Course, forecast: Forecast, line: ServiceLine) -> dict[str, Any]:
    """Approved, planned, used, billed and left of one line, and what to do with a part."""
    balance = forecast.balances.get(line.key, Balance(line.units_approved, 0, 0))
    billed: Counter[str] = Counter()
    for each in course.done():
        billed.update(each.billed_units)
    left = balance.left if line.units_approved is not None else None
    return {
        "planned": balance.planned,
        "used": balance.used,
        "billed": billed[line.key],
        "left": left,
        "is_short": left is not None and balance.planned > left,
        "hint": _hint(line),
    }


def _hint(line: ServiceLine) -> str:
    """What can be used now and what is left to fight for, where less was given than asked."""
    given = line.units_approved or 0
    if line.status in _LESS and given < line.units_total:
        return f"use {given} now, appeal {say_count(line.units_total - given, 'units')}"
    if line.status in _REFUSED:
        return f"appeal {say_count(line.units_total, 'units')}"
    return ""


def _says(course: Course, forecast: Forecast) -> str:
    """The forecast in a sentence; "" while nothing is approved."""
    if course.approved is None:
        return ""
    through = forecast.covers_through
    if through is None:
        if not course.sessions:
            return "No last day is on file and no infusion is planned: nothing can be forecast."
        return "What is approved covers every infusion on file, and no last day is on file."
    if forecast.is_by_units and forecast.uncovered_on is not None:
        code = course.codes.get(forecast.short_of or SESSIONS, "the sessions")
        how = "booked for" if forecast.is_booked else "due at this pace on"
        then = f"; the days end on {say_day(forecast.ends_on)}" if forecast.ends_on else ""
        return (
            f"Covers treatment through {say_day(through)}: {code} does not suffice for the "
            f"infusion {how} {say_day(forecast.uncovered_on)}{then}."
        )
    return f"Covers treatment through {say_day(through)}, when the days end."


def forecast_sentence(course: Course) -> str:
    """The forecast as the message after a step tells it."""
    return _says(course, course.forecast())


def _tally(course: Course, forecast: Forecast, other: int) -> str:
    """Sessions in a phrase: "4 given of 6 approved, 2 planned, 1 cancelled or missed"."""
    balance = forecast.balances[SESSIONS]
    of = f" of {balance.approved} approved" if balance.approved is not None else ""
    parts = [f"{say_count(balance.used, 'infusions')} given{of}", f"{balance.planned} planned"]
    if other:
        parts.append(f"{other} cancelled or missed")
    if course.series is not None and course.series.goes_on:
        cadence = course.series.last_cadence
        parts.append(f"then goes on {cadence.label.lower()}" if cadence else "then goes on")
    return ", ".join(parts)


def _row(number: str, each: InfusionSession, course: Course) -> dict[str, Any]:
    codes = course.codes
    is_planned = each.status == InfusionStatus.PLANNED
    units = course.units_of(each) if is_planned else each.units
    billed = times.say_on(each.billed_on) if each.billed_on else ""
    return {
        "pk": each.pk,
        "when": say_time(each.started_at or each.planned_at, course.zone),
        "day": local_date(each.planned_at, course.zone),
        "phase": SeriesPhase(each.phase).label,
        "status": InfusionStatus(each.status).label,
        "minutes": each.minutes or each.planned_minutes,
        "units": ", ".join(f"{codes.get(key, key)} x {n}" for key, n in units.items()),
        "billed": billed,
        "is_outside": bool(each.override_reason),
        "url": _record_url(number, each) if is_planned else "",
    }


def _record_url(number: str, session: InfusionSession) -> str:
    page = page_of(EventKind.INFUSION_RECORDED)
    if page is None:
        return ""
    return f"{reverse('desk:step', args=[number, page.slug])}?of=infusion-{session.pk}"
