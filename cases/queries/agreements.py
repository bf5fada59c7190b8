"""Networks and agreements that speak of one case."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q, QuerySet

from cases.models import Agreement, NetworkStatus, PriorAuthRequest
from cases.models.spans import in_force

MOST = 8
"""Agreements shown beside a case: more than the codes that it asks for."""


def network_of(request: PriorAuthRequest, on: date) -> NetworkStatus | None:
    """The standing on `on` of who treats (else: asks) with the payer; None when not on file."""
    clinician = request.rendering_clinician_id or request.requesting_clinician_id
    return (
        NetworkStatus.objects.filter(
            in_force(on), clinician=clinician, payer=request.coverage.plan.payer_id
        )
        .select_related("clinician")
        .first()
        if clinician
        else None
    )


def agreements_of(request: PriorAuthRequest) -> QuerySet[Agreement]:
    """The payer's agreements for everybody and for the patient, whatever their days."""
    return Agreement._base_manager.filter(
        Q(patient=None) | Q(patient=request.patient_id),
        clinic=request.clinic_id,
        payer=request.coverage.plan.payer_id,
    ).order_by("patient_id", "effective_from", "pk")


def agreements_on(request: PriorAuthRequest, on: date) -> list[Agreement]:
    """Those in force on `on` that are for the patient or for a code of the request."""
    codes = {line.code for line in request.lines.all()}
    rows = agreements_of(request).filter(in_force(on))
    about = Q(patient__isnull=False) | Q(code="") | Q(code__in=codes)
    own_first = F("patient_id").asc(nulls_last=True)
    return list(rows.filter(about).order_by(own_first, "code", "pk")[:MOST])
