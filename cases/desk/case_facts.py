"""The facts of a case that its page shows beside the clocks and the timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cases.desk import times
from cases.desk.course_panel import line_units
from cases.desk.event_details import call_details
from cases.models import Plan, PriorAuthRequest
from cases.models.contacts import CallOutcome
from cases.queries.course import Course
from priorauth.lifecycle.offers import named
from priorauth.lifecycle.states import CaseState, ProceedingKind
from priorauth.terms import (
    Cadence,
    Funding,
    LineOfBusiness,
    LineStatus,
    Product,
    RequestStatus,
    ReviewTiming,
    Urgency,
)

Pair = tuple[str, str]


def head(found: PriorAuthRequest) -> dict[str, Any]:
    """Who, what and how urgent; `copies` are what a representative asks for on the phone."""
    patient, coverage = found.patient, found.coverage
    plan = coverage.plan
    clinician = found.rendering_clinician or found.requesting_clinician
    copies = [
        ("Patient", patient.full_name),
        ("Date of birth", f"{patient.birth_date:%m/%d/%Y}"),
        ("Member ID", coverage.member_id),
        ("Group", coverage.group_number),
        ("NPI", clinician.npi if clinician else ""),
    ]
    return {
        "status": RequestStatus(found.status).label,
        "is_urgent": found.urgency == Urgency.EXPEDITED,
        "urgency_reason": found.urgency_reason,
        "product": Product(found.product).label,
        "timing": ReviewTiming(found.review_timing).label,
        "course": _course(found),
        "payer": plan.payer.name,
        "plan": plan.name,
        "law": _law(plan),
        "is_law_unknown": plan.line_of_business == LineOfBusiness.UNKNOWN,
        "reviewing_entity": str(plan.reviewing_entity or ""),
        "clinician": str(clinician or ""),
        "site": str(found.site or ""),
        "assigned": str(found.assigned_to or ""),
        "copies": [(name, text) for name, text in copies if text],
        "previous": found.previous_request.number if found.previous_request else "",
        "renewed_by": [row.number for row in found.next_requests.all()],
    }


def _course(found: PriorAuthRequest) -> str:
    """The planned sessions in a phrase: "6 sessions, twice a week, 40 minutes each"."""
    parts = []
    if found.planned_sessions:
        parts.append(f"{found.planned_sessions} sessions")
    if found.cadence:
        parts.append(Cadence(found.cadence).label.lower())
    if found.minutes_per_session:
        parts.append(f"{found.minutes_per_session} minutes each")
    if found.planned_start_on:
        parts.append(f"from {times.say_on(found.planned_start_on)}")
    return ", ".join(parts)


def contest_rows(state: CaseState) -> list[Pair]:
    """Appeals and external reviews that run, each with its own urgency where it is known."""
    running = (
        *state.running(ProceedingKind.APPEAL),
        *state.running(ProceedingKind.EXTERNAL_REVIEW),
    )
    return [
        (named(one)[:1].upper() + named(one)[1:], one.urgency.label.lower() if one.urgency else "")
        for one in running
    ]


def line_rows(found: PriorAuthRequest, course: Course) -> list[dict[str, Any]]:
    """The service lines: asked, approved, planned, used, billed, left."""
    forecast = course.forecast()
    return [
        {
            "position": line.position,
            "code": line.code,
            "modifiers": line.modifiers,
            "claim": line.code_on_claim,
            "what": line.drug_narrative,
            "asked": line.units_total,
            "approved": line.units_approved,
            **line_units(course, forecast, line),
            "status": LineStatus(line.status).label,
            "key": str(line.status),
        }
        for line in found.lines.all()
    ]


def authorization_rows(found: PriorAuthRequest) -> list[dict[str, Any]]:
    """What approvals gave that still stand."""
    undone = {event.undoes_id for event in found.events.all() if event.undoes_id}
    return [
        {
            "number": row.authorization_number,
            "sessions": row.sessions,
            "first": times.say_on(row.effective_from) if row.effective_from else "",
            "last": times.say_on(row.effective_through) if row.effective_through else "",
        }
        for row in found.authorizations.all()
        if row.event_id not in undone
    ]


_SNAPSHOT = {
    "payer": "Payer",
    "plan": "Plan",
    "member_id": "Member ID",
    "group_number": "Group number",
    "policy_number": "Policy number",
    "issue_state": "State of issue",
    "funding_known_by": "Funding known by",
}


def snapshot_rows(found: PriorAuthRequest) -> list[Pair]:
    """The coverage as it was when the request was sent; empty before that."""
    kept = found.coverage_snapshot
    rows = [(label, str(kept[name])) for name, label in _SNAPSHOT.items() if kept.get(name)]
    for name, term in (("line_of_business", LineOfBusiness), ("funding", Funding)):
        if kept.get(name) in set(term):
            rows.append((name.replace("_", " ").capitalize(), term(kept[name]).label))
    return rows


def call_rows(found: PriorAuthRequest, zone: str, now: datetime) -> list[dict[str, Any]]:
    """Calls, newest first, those that were undone left out."""
    undone = {event.undoes_id for event in found.events.all() if event.undoes_id}
    rows = []
    for call in found.calls.all():
        if call.event_id in undone:
            continue
        rows.append(
            {
                "when": say_called(call, zone),
                "who": call.representative_name,
                "reference": call.reference_number,
                "no_reference": call.no_reference_reason,
                "outcome": CallOutcome(call.outcome).label,
                "by": str(call.made_by or ""),
                "details": [pair for pair in call_details(call, zone, now) if pair[1]],
            }
        )
    return rows


def say_called(call: Any, zone: str) -> str:
    """When a call was: to the minute, the day, or not known."""
    if call.started_at:
        return times.say_at(call.started_at, zone)
    return times.say_on(call.called_on) if call.called_on else "date unknown"


def _law(plan: Plan) -> str:
    """Which law governs the plan, as far as it is known; what is not known is said once."""
    line, funding = LineOfBusiness(plan.line_of_business), Funding(plan.funding)
    known = [] if line is LineOfBusiness.UNKNOWN else [line.label]
    known += [] if funding is Funding.UNKNOWN else [funding.label.lower()]
    return ", ".join(known) or "kind of plan not known yet"
