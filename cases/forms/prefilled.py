"""An intake form filled in from a request on file: to correct it, or to renew it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cases.forms.choices import colleagues
from cases.forms.diagnosis_rows import DIAGNOSES_MAX
from cases.forms.service_lines import LINES_MAX
from cases.forms.step_form import AtHand
from cases.models import PriorAuthRequest
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

    It starts the day after the authorization on file ends, when that lies ahead; how urgent it is
    must be said anew. The clinic's usual person stays, if they still work here.
    """
    last = (
        request.authorizations.filter(
            event__undone_by__isnull=True, effective_through__isnull=False
        )
        .order_by("-effective_through")
        .first()
    )
    ends = last.effective_through if last else None
    values = prefilled(request) | {
        "renews": request.number,
        "urgency": Urgency.STANDARD,
        "urgency_reason": "",
        "planned_start_on": ends + timedelta(days=1) if ends and ends >= at_hand.today else None,
    }
    if not colleagues().filter(pk=values["assigned_to"]).exists():
        del values["assigned_to"]
    return values
