"""A new patient, a new coverage, a plan or payer not yet on file: written before the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases.models import Clinic, Coverage, Patient, Payer, Plan


@dataclass(frozen=True, slots=True)
class PlanTold:
    """A plan that is not on file. `payer` is None when the payer is new as well."""

    payer: Payer | None
    payer_name: str
    facts: Mapping[str, Any]


def add_patient(clinic: Clinic, told: Mapping[str, Any]) -> Patient:
    """Write a patient. `told` holds columns of Patient."""
    patient = Patient(clinic=clinic, **told)
    patient.save()
    return patient


def add_plan(clinic: Clinic, told: PlanTold) -> Plan:
    """Write a plan, and its payer when that is new too.

    A payer or plan that is on file under the very same name is used instead of a second one.
    """
    payer = told.payer
    if payer is None:
        payer = Payer._base_manager.filter(
            clinic=clinic, name__iexact=told.payer_name.strip()
        ).first() or Payer(clinic=clinic, name=told.payer_name.strip())
        if payer.pk is None:
            payer.save()
    same = Plan._base_manager.filter(payer=payer, **told.facts).first()
    if same is not None:
        return same
    plan = Plan(clinic=clinic, payer=payer, **told.facts)
    plan.save()
    return plan


def add_coverage(clinic: Clinic, patient: Patient, plan: Plan, told: Mapping[str, Any]) -> Coverage:
    """Write the patient's membership in `plan`. `told` holds columns of Coverage."""
    coverage = Coverage(clinic=clinic, patient=patient, plan=plan, **told)
    coverage.save()
    return coverage
