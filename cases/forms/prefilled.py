"""An intake form filled in from a request on file: to correct it, or to renew it."""

from __future__ import annotations

from typing import Any

from cases.forms.diagnosis_rows import DIAGNOSES_MAX
from cases.forms.service_lines import LINES_MAX
from cases.models import PriorAuthRequest
from cases.workflow.correcting import asked_of

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
