"""Patients who may be on file twice, within the clinic in scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from cases.models import Coverage, Patient

SHOWN = 25
"""Groups listed at once: join some, and the others follow."""


@dataclass(frozen=True, slots=True)
class Doubles:
    """Records that may be one person's, the oldest first, and what they have in common."""

    why: str
    patients: Sequence[Patient]


def doubles() -> list[Doubles]:
    """Groups by name and birth date, then by member ID; at most SHOWN of each, four queries."""
    named = _by_name()
    known = {frozenset(one.pk for one in group.patients) for group in named}
    return [
        *named,
        *(
            group
            for group in _by_member()
            if frozenset(one.pk for one in group.patients) not in known
        ),
    ]


def _by_name() -> list[Doubles]:
    same = ("last_name_folded", "first_name_folded", "birth_date")
    groups = list(
        Patient.objects.order_by(*same)
        .values_list(*same)
        .annotate(n=Count("pk"))
        .filter(n__gt=1)[:SHOWN]
    )
    wanted = Q(pk__in=[])
    for last, first, born, _ in groups:
        wanted |= Q(last_name_folded=last, first_name_folded=first, birth_date=born)
    found: dict[tuple, list[Patient]] = {tuple(group[:3]): [] for group in groups}
    for one in with_their_rows(Patient.objects.filter(wanted)):
        found[one.last_name_folded, one.first_name_folded, one.birth_date].append(one)
    return [Doubles("Same name and date of birth", rows) for rows in found.values()]


def _by_member() -> list[Doubles]:
    rows = Coverage.objects.exclude(member_id_folded="").order_by("member_id_folded")
    groups = list(
        rows.values_list("member_id_folded")
        .annotate(n=Count("patient", distinct=True))
        .filter(n__gt=1)[:SHOWN]
    )
    found: dict[str, list[Patient]] = {member: [] for member, _ in groups}
    wanted = Patient.objects.filter(coverages__member_id_folded__in=found).distinct()
    for one in with_their_rows(wanted):
        for member in {each.member_id_folded for each in one.coverages.all()} & set(found):
            found[member].append(one)
    why = "Same member ID: one person, or a family under one card"
    return [Doubles(why, rows) for rows in found.values()]


def with_their_rows(patients: QuerySet[Patient]) -> QuerySet[Patient]:
    """The oldest first, with their coverages and requests."""
    return patients.order_by("pk").prefetch_related("coverages__plan__payer", "requests")
