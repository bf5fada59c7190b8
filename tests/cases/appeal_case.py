"""A refused case with all that a letter of appeal can rest on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from cases.demo.stories import Teller
from cases.models import PriorAuthRequest, ScaleScore, StaffMember, TreatmentTrial
from cases.models.contacts import DocumentKind
from cases.workflow.actor import Actor
from cases.workflow.documents import add_document
from priorauth.terms import Role
from tests.cases import letters


def person(teller: Teller, role: Role) -> StaffMember:
    """Whoever holds that role in the cast's clinic."""
    clinic = teller.cast.clinic
    return StaffMember.objects.get(memberships__clinic=clinic, memberships__role=role)


def actor(teller: Teller, role: Role, **more: Any) -> Actor:
    return Actor(person(teller, role), role, teller.now, **more)


def refused(teller: Teller, *, days_ago: float = 6) -> PriorAuthRequest:
    """Denied as experimental, with history, scores and two papers on file; Reyes has a sign-in."""
    case = teller.denied(days_ago, plan=teller.cast.plans[0], starts_in=30)
    case.rendering_clinician = teller.cast.clinicians[0]
    case.save()
    reyes = teller.cast.clinicians[0]
    reyes.staff = person(teller, Role.CLINICIAN)
    reyes.save()
    case.diagnoses.all().delete()
    case.diagnoses.create(
        clinic=case.clinic,
        rank=1,
        code="F33.2",
        title="Major depressive disorder, recurrent severe without psychotic features",
    )
    told = {"clinic": case.clinic, "patient": case.patient}
    for name, dose, outcome in (("Sertraline", "200 mg daily", "none"), ("Bupropion", "", "lost")):
        TreatmentTrial.objects.create(
            **told,
            kind="antidepressant",
            name=name,
            dose=dose,
            started_on=date(2025, 3, 4),
            ended_on=date(2025, 6, 5),
            outcome=outcome,
            source="Note of visit 3",
        )
    ScaleScore.objects.create(**told, scale="phq9", score=21, taken_on=date(2026, 8, 7))
    for kind in (DocumentKind.DENIAL_LETTER, DocumentKind.CLINICAL_NOTE):
        add_document(
            Actor(teller.cast.biller, Role.BILLER, teller.now - timedelta(minutes=5)), case,
            kind=kind, title=f"Scan of {kind.value}", content=letters.pdf([kind.label], ["two"]),
            zone=teller.zone,
        )  # fmt: skip
    return case
