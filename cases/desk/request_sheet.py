"""The request sheet of a case: what a payer's own form asks for, from what is on file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from cases.forms.step_form import AtHand
from cases.models import Authorization, Coverage, Patient, PriorAuthRequest, ServiceLine
from cases.models.patients import SubscriberRelation
from cases.queries.last_planned import last_planned_on
from cases.queries.payer_stances import stances_on
from priorauth.codes import place_of_service, procedure
from priorauth.letters.request_sheet import AskedLine, RequestSheet
from priorauth.terms import Cadence, ItemKind, Urgency

if TYPE_CHECKING:
    from priorauth.letters.request_pdf import Printed


def printed(at_hand: AtHand) -> Printed:
    """The sheet of the case at hand as a PDF, with the number of its pages."""
    from priorauth.letters.request_pdf import write_request_sheet  # ReportLab: by who asks for it

    return write_request_sheet(sheet_of(at_hand))


def sheet_of(at_hand: AtHand) -> RequestSheet:
    """All that the sheet says of the case at hand; "" for what is not on file."""
    one = at_hand.case
    clinic, patient = one.clinic, one.patient
    requesting = one.requesting_clinician
    return RequestSheet(
        case_number=one.number,
        made=_day(at_hand.today),
        about=f"{patient.last_name}, {patient.first_name}, born {_day(patient.birth_date)}",
        is_urgent=one.urgency == Urgency.EXPEDITED,
        urgency_reason=one.urgency_reason,
        stands_for=_own_form(one, at_hand.today),
        clinic=_clinic(one),
        clinicians=_clinicians(one),
        patient=_patient(patient),
        coverage=list(_coverage(one.coverage)),
        dates=list(_dates(one)),
        course=_course(one),
        lines=[_line(line, one) for line in at_hand.lines],
        diagnoses=[(row.code, row.title) for row in one.diagnoses.order_by("rank")],
        questions=[
            ("Name", str(one.assigned_to) if one.assigned_to else ""),
            ("Call back at", clinic.phone),
            ("Answer by fax to", clinic.fax),
        ],
        talk=[
            ("Clinician", str(requesting) if requesting else ""),
            ("Phone", (requesting.phone if requesting else "") or clinic.phone),
            ("Best times", ""),
        ],
    )


def _own_form(one: PriorAuthRequest, today: date) -> str:
    """The payer's own form, as the policy on file that speaks of this request names it, or ""."""
    named = [row.request_form for row in stances_on(one, today) if row.request_form]
    return named[0] if named else ""


def _clinic(one: PriorAuthRequest) -> list[tuple[str, str]]:
    clinic = one.clinic
    street = ", ".join(part for part in (clinic.address_1, clinic.address_2) if part)
    rows = [
        ("Name", clinic.name),
        ("Address", _address(street, clinic.city, clinic.state, clinic.zip_code)),
        ("Phone", clinic.phone),
        ("Fax", clinic.fax),
        ("NPI", clinic.npi),
    ]
    return [*rows, ("Tax ID", clinic.tin)] if clinic.tin else rows


def _clinicians(one: PriorAuthRequest) -> list[tuple[str, str]]:
    """Who asks and who treats, and where when that is another place than the clinic's own."""
    requesting, site = one.requesting_clinician, one.site
    rendering = one.rendering_clinician
    rows = [
        ("Requesting", str(requesting) if requesting else ""),
        ("Requesting NPI", requesting.npi if requesting else ""),
        ("Rendering", str(rendering) if rendering else ""),
        ("Rendering NPI", rendering.npi if rendering else ""),
    ]
    if site is None:
        return rows
    where = _address(site.address_1, site.city, site.state, site.zip_code) if site.city else ""
    rows.append(("Site", ", ".join(part for part in (site.name, where) if part)))
    return [*rows, ("Site NPI", site.npi)] if site.npi else rows


def _patient(patient: Patient) -> list[tuple[str, str]]:
    where = (patient.address_1, patient.city, patient.state, patient.zip_code)
    return [
        ("Last name", patient.last_name),
        ("First name", patient.first_name),
        ("Date of birth", _day(patient.birth_date)),
        ("Sex", patient.get_sex_display() if patient.sex else ""),
        ("Address", _address(*where) if any(where[:2]) else ""),
        ("Phone", patient.phone),
    ]


def _coverage(coverage: Coverage) -> Iterator[tuple[str, str]]:
    yield "Payer", coverage.plan.payer.name
    yield "Plan", coverage.plan.name
    yield "Member ID", coverage.member_id
    yield "Group number", coverage.group_number
    if coverage.policy_number:
        yield "Policy number", coverage.policy_number
    relation = SubscriberRelation(coverage.subscriber_relation)
    if relation is SubscriberRelation.SELF:
        yield "Subscriber", "The patient"
        return
    yield "Subscriber", coverage.subscriber_name
    yield "Patient is their", relation.label.lower()
    yield "Their birth date", _day(coverage.subscriber_birth_date)


def _dates(one: PriorAuthRequest) -> Iterator[tuple[str, str]]:
    yield "From", _day(one.planned_start_on)
    yield "Through", _day(last_planned_on(one))
    before = one.previous_request_id and (
        Authorization.objects.filter(request=one.previous_request_id, event__undone_by__isnull=True)
        .exclude(authorization_number="")
        .order_by("-pk")
        .first()
    )
    if before:
        yield "Authorized so far", before.authorization_number


def _course(one: PriorAuthRequest) -> list[tuple[str, str]]:
    known = one.cadence in set(Cadence)
    return [
        ("Sessions", str(one.planned_sessions or "")),
        ("How often", Cadence(one.cadence).label if known else ""),
        ("Minutes each", str(one.minutes_per_session or "")),
    ]


def _line(line: ServiceLine, one: PriorAuthRequest) -> AskedLine:
    place = line.place_of_service
    return AskedLine(
        code=line.code,
        modifiers=line.modifiers,
        what=procedure.label(line.code),
        is_drug=line.item == ItemKind.DRUG,
        drug=line.drug_narrative,
        ndc=line.ndc,
        per_session=str(line.units_per_session or ""),
        sessions=str(one.planned_sessions or ""),
        total=str(line.units_total or ""),
        place=f"{place} {place_of_service.label(place)}".strip(),
    )


def _address(street: str, city: str, state: str, zip_code: str) -> str:
    place = ", ".join(part for part in (city, f"{state} {zip_code}".strip()) if part)
    return ", ".join(part for part in (street, place) if part)


def _day(on: date | None) -> str:
    return f"{on:%m/%d/%Y}" if on else ""
