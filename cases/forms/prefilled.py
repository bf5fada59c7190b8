"""An intake form filled in from a request on file: to correct it, or to renew it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from cases.forms.choices import colleagues
from cases.forms.diagnosis_rows import DIAGNOSES_MAX
from cases.forms.service_lines import LINES_MAX
from cases.forms.step_form import AtHand
from cases.models import PriorAuthRequest
from cases.queries.course import Course, open_days, read_course
from cases.workflow.correcting import asked_of
from priorauth.terms import Urgency

_COPIED = (
    "product",
    "urgency",
    "urgency_reason",
    "review_timing",
    "planned_start_on",
    "planned_sessions",
    "minutes_per_session",
    "cadence",
)
_PEOPLE = ("requesting_clinician", "rendering_clinician", "site", "assigned_to")


def prefilled(request: PriorAuthRequest) -> dict[str, Any]:
    """Initial values of the intake form by field, every line and diagnosis in its row."""
    asked = asked_of(request)
    values: dict[str, Any] = {name: getattr(asked, name) for name in _COPIED}
    values |= {name: getattr(request, f"{name}_id") for name in _PEOPLE}
    values["who"] = f"coverage-{request.coverage_id}"
    for number, line in enumerate(asked.lines[:LINES_MAX], start=1):
        values |= {
            f"line_{number}_code": line.code,
            f"line_{number}_per_session": line.units_per_session,
            f"line_{number}_total": line.units_total,
            f"line_{number}_modifiers": line.modifiers,
            f"line_{number}_place": line.place_of_service,
            f"line_{number}_claim_code": line.code_on_claim,
            f"line_{number}_ndc": line.ndc,
            f"line_{number}_narrative": line.drug_narrative,
        }
    for number, code in enumerate(asked.diagnoses[:DIAGNOSES_MAX], start=1):
        values[f"dx_{number}"] = code
    return values


def renewal(request: PriorAuthRequest, at_hand: AtHand) -> dict[str, Any]:
    """Initial values of a request for more of the same treatment, once the old one is used up.

    It starts where the approval on file ends, by days or by units, on a day on which the clinic is
    open, so that nothing overlaps; it asks for what the plan of the course has after induction.
    How urgent it is must be said anew. The clinic's usual person stays, if they still work here.
    """
    course = read_course(request)
    values = prefilled(request) | {
        "renews": request.number,
        "urgency": Urgency.STANDARD,
        "urgency_reason": "",
        "planned_start_on": _starts_on(course, request, at_hand),
    }
    series = course.series
    if series is not None and series.after_induction[0]:
        values |= _as_many(values, *series.after_induction)
    if not colleagues().filter(pk=values["assigned_to"]).exists():
        del values["assigned_to"]
    return values


def _starts_on(course: Course, request: PriorAuthRequest, at_hand: AtHand) -> date | None:
    """The first open day that the approval does not cover; None when that has passed."""
    through = course.forecast().covers_through
    if through is None or through < at_hand.today:
        return None
    return open_days(request.clinic_id).on_or_after(through + timedelta(days=1))


def _as_many(values: dict[str, Any], sessions: int, cadence: str) -> dict[str, Any]:
    """The request for so many sessions: the units of every line follow."""
    changed: dict[str, Any] = {"planned_sessions": sessions, "cadence": cadence}
    for number in range(1, LINES_MAX + 1):
        per_session = values.get(f"line_{number}_per_session")
        if per_session:
            changed[f"line_{number}_total"] = per_session * sessions
    return changed
