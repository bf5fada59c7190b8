"""What a payer's portal asks for, in the order in which portals ask it, each ready to copy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cases.desk.side_panel import Identifier
from cases.models import Clinician, PriorAuthRequest
from cases.queries.last_planned import last_planned_on
from priorauth.codes import ein, npi
from priorauth.terms import Urgency


def portal_order(request: PriorAuthRequest) -> list[Identifier]:
    """Values as portals take them: dates as MM/DD/YYYY, one box each. Not on file: left out."""
    return [Identifier(label, value) for label, value in _asked(request) if value]


def _asked(request: PriorAuthRequest) -> Iterator[tuple[str, str]]:
    coverage, patient, clinic = request.coverage, request.patient, request.clinic
    requesting, rendering = request.requesting_clinician, request.rendering_clinician
    lines = sorted(request.lines.all(), key=lambda line: line.position)
    yield "Member ID", coverage.member_id
    yield "Group number", coverage.group_number
    yield "Date of birth", _day(patient.birth_date)
    yield "Last name, as on the card", patient.last_name
    yield "First name, as on the card", patient.first_name
    yield "Subscriber", coverage.subscriber_name
    yield "Requesting NPI", _npi(requesting)
    yield "Rendering NPI", _npi(rendering or requesting)
    yield "Site or group NPI", (request.site.npi if request.site else "") or clinic.npi
    yield "Tax ID", _digits(clinic.tin)
    yield "Place of service", ", ".join(dict.fromkeys(line.place_of_service for line in lines))
    for row in request.diagnoses.order_by("rank"):
        yield f"Diagnosis {row.rank}", row.code
    for line in lines:
        yield f"Code {line.position}", line.code
        yield f"Modifiers {line.position}", line.modifiers
        yield f"Units {line.position}", str(line.units_total)
        yield f"Drug {line.position}", line.drug_narrative
        yield f"NDC {line.position}", line.ndc
    yield "From", _day(request.planned_start_on)
    yield "Through", _day(last_planned_on(request))
    yield "Urgency", Urgency(request.urgency).label


def _npi(who: Clinician | None) -> str:
    return npi.compact(who.npi) if who else ""


def _digits(tin: str) -> str:
    """Portals take the nine digits; what is no tax number is shown as it was typed."""
    return ein.compact(tin) if ein.is_valid(tin) else tin


def _day(on: date | None) -> str:
    return f"{on:%m/%d/%Y}" if on else ""
