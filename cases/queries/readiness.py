"""What the readiness checklist looks at, read from a request and what hangs on it."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from cases.models import Clinician, Document, PayerDemand, PriorAuthRequest
from cases.models.contacts import DocumentKind
from cases.queries.code_sets import icd10_sets, set_not_on_file
from cases.queries.policy_criteria import criteria_of
from priorauth.calendars.wording import say_day
from priorauth.errors import InvalidCode
from priorauth.readiness.checklist import checklist
from priorauth.readiness.point import Point
from priorauth.readiness.seen import (
    ClinicianSeen,
    Demand,
    DiagnosisSeen,
    LineSeen,
    RequestSeen,
)
from priorauth.terms import ItemKind, LineOfBusiness, Product, Urgency

CLINICAL = (DocumentKind.CLINICAL_NOTE, DocumentKind.LETTER_OF_NECESSITY)
"""Kinds of papers that show what was tried before."""


def readiness(request: PriorAuthRequest, today: date) -> list[Point]:
    """Every point of the checklist for `request`. `today` is the clinic's day."""
    coverage = request.coverage
    plan, payer, site = coverage.plan, coverage.plan.payer, request.site
    served_on = request.planned_start_on or today
    kinds = _kinds(request)
    return checklist(
        RequestSeen(
            today=today,
            product=Product(request.product),
            urgency=Urgency(request.urgency),
            urgency_reason=request.urgency_reason,
            diagnoses=[_diagnosis(row.code, served_on) for row in request.diagnoses.all()],
            code_set_wanted=set_not_on_file(served_on),
            policies=criteria_of(request, today),
            lines=[
                LineSeen(
                    line.code,
                    line.units_per_session,
                    line.units_total,
                    line.item == ItemKind.DRUG,
                    line.drug_narrative,
                )
                for line in sorted(request.lines.all(), key=lambda line: line.position)
            ],
            planned_start_on=request.planned_start_on,
            planned_sessions=request.planned_sessions,
            requesting=_clinician(request.requesting_clinician),
            rendering=_clinician(request.rendering_clinician),
            npi=(site.npi if site else "") or request.clinic.npi,
            tin=request.clinic.tin,
            member_id=coverage.member_id,
            group_number=coverage.group_number,
            covered_from=coverage.effective_from,
            covered_through=coverage.effective_through,
            line_of_business=LineOfBusiness(plan.line_of_business),
            ways_in=[
                *(["portal"] if payer.portal_url else []),
                *([f"fax {payer.fax}"] if payer.fax else []),
                *(["phone"] if payer.phone_lines.exists() else []),
            ],
            demands=_demands(request, kinds),
            papers=[kind.label for kind in CLINICAL if kind in kinds],
        )
    )


def _demands(request: PriorAuthRequest, kinds: set[str]) -> list[Demand]:
    rows = PayerDemand.objects.filter(
        Q(product="") | Q(product=request.product), payer=request.coverage.plan.payer_id
    )
    return [
        Demand(
            f"paper_{row.kind}",
            DocumentKind(row.kind).label,
            is_met=row.kind in kinds,
            is_hard=row.is_hard,
            source=f"{row.source}, read {say_day(row.checked_on)}",
        )
        for row in rows
    ]


def _kinds(request: PriorAuthRequest) -> set[str]:
    """The kinds of papers on the case, those whose adding was undone left out."""
    rows = Document.objects.filter(request=request, event__undone_by__isnull=True)
    return set(rows.values_list("kind", flat=True))


def _diagnosis(code: str, on: date) -> DiagnosisSeen:
    try:
        found = icd10_sets().look_up(code, on, accept_unknown=True)
    except InvalidCode:
        return DiagnosisSeen(code, is_billable=False)
    return DiagnosisSeen(code, found.is_billable, found.fiscal_year if found.warning else "")


def _clinician(who: Clinician | None) -> ClinicianSeen | None:
    return ClinicianSeen(str(who), who.npi) if who else None
