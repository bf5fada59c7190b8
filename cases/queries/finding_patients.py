"""Patients of the current clinic: found by what is typed, and possible twins of a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q

from cases.models import Coverage, Patient
from cases.models.folded import fold
from cases.queries.search import BEGINNING, begins

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Found:
    """One line to choose: a patient with one coverage, or a patient alone (new coverage).

    `key` is "coverage-12" or "patient-7"; `label` names a person, for signed-in pages only.
    """

    key: str
    label: str


def find_patients(text: str) -> list[Found]:
    """Lines for what was typed: names in any order and spelling, a date of birth, a member ID.

    Of a member ID its first `BEGINNING` letters and digits do.
    """
    patients = Patient.objects.filter(_matches(text)) if _parts(text) else Patient.objects.none()
    return lines_for(patients.order_by("last_name_folded", "first_name_folded", "pk")[:SHOWN])


def lines_for(patients: Iterable[Patient]) -> list[Found]:
    """Each patient's coverages, those that pay first before the others, then a new coverage."""
    people = list(patients)
    coverages: dict[int, list[Coverage]] = {}
    rows = Coverage.objects.filter(patient__in=people).select_related("plan__payer")
    for coverage in rows.order_by(F("order").asc(nulls_last=True), "pk"):
        coverages.setdefault(coverage.patient_id, []).append(coverage)
    found = []
    for person in people:
        name = name_and_birth(person)
        for coverage in coverages.get(person.pk, []):
            found.append(Found(f"coverage-{coverage.pk}", f"{name} · {coverage_label(coverage)}"))
        found.append(Found(f"patient-{person.pk}", f"{name} · with another coverage"))
    return found


def name_and_birth(patient: Patient) -> str:
    """How a person tells patients apart: "Doe, Jane, born 05/03/1985"."""
    return f"{patient.last_name}, {patient.first_name}, born {patient.birth_date:%m/%d/%Y}"


def coverage_label(coverage: Coverage) -> str:
    """A coverage in words: payer, plan, member ID."""
    plan = coverage.plan
    return f"{plan.payer.name}, {plan.name}, member {coverage.member_id}"


def possible_twins(
    first_name: str, last_name: str, birth_date: date | None, member_id: str
) -> list[Patient]:
    """Patients on file who may be this one: same name and birth, or the same member ID."""
    same = Q(pk__in=[])
    if birth_date:
        same |= Q(birth_date=birth_date, last_name_folded=fold(last_name))
        same |= Q(birth_date=birth_date, first_name_folded=fold(first_name))
    if member := fold(member_id):
        same |= Q(coverages__member_id_folded=member)
    return list(Patient.objects.filter(same).distinct().order_by("pk")[:5])


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,]+", text.strip()) if fold(part)][:4]


def _matches(text: str) -> Q:
    every = Q()
    for part in _parts(text):
        if born := _birth(part):
            every &= Q(birth_date=born)
            continue
        folded = fold(part)
        every &= (
            Q(last_name_folded__startswith=folded)
            | Q(last_name_part__startswith=folded)
            | Q(first_name_folded__startswith=folded)
            | Q(first_name_part__startswith=folded)
            | _covered_as(folded)
        )
    # A member ID in groups, as it stands on a card: "XJ 100 200".
    return every | _covered_as(fold(text)) if len(_parts(text)) > 1 else every


def _covered_as(folded: str) -> Q:
    """Whoever has this member ID, or one that begins so when enough of it is typed."""
    is_enough = len(folded) >= BEGINNING
    way = begins("member_id_folded", folded) if is_enough else Q(member_id_folded=folded)
    return Q(pk__in=Coverage.objects.filter(way).values("patient_id"))


def _birth(part: str) -> date | None:
    for pattern in ("%m/%d/%Y", "%Y-%m-%d", "%m-%d-%Y"):
        try:
            return datetime.strptime(part, pattern).date()  # noqa: DTZ007 - a date, no instant
        except ValueError:
            continue
    return None
