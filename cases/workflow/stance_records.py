"""How often each payer refused what its policy says it refuses: counted, with what it is out of."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django_scopes import scopes_disabled

from cases.models import Determination, LineDetermination, PayerStance
from priorauth.calendars.local_time import day_closes
from priorauth.terms import Outcome

PREDICTED = frozenset(
    {
        "experimental_investigational",
        "off_label_exclusion",
        "blanket_mh_exclusion",
        "not_covered_benefit",
        "diagnosis_not_covered",
    }
)
"""Denial reasons (priorauth.codes.denial_reasons) that a policy against the treatment leads to."""


def count_all(now: datetime) -> int:
    """Count every clinic's stances anew at the aware instant `now`; how many there are."""
    with scopes_disabled():
        rows = list(PayerStance._base_manager.select_related("clinic"))
        for row in rows:
            count(row, now)
    return len(rows)


def count(row: PayerStance, now: datetime) -> None:
    """Store how many requests were decided since `row` took effect, and denied on its ground.

    Only decisions that were not undone. A request counts once, and as denied when any of its
    decisions denied a line for one of the `PREDICTED` reasons. No patient is read.
    """
    decided, denied = set(), set()
    for request, reasons, is_denied in _decisions(row):
        decided.add(request)
        if is_denied and PREDICTED.intersection(reasons or ()):
            denied.add(request)
    row.requests_decided, row.requests_denied = len(decided), len(denied)
    row.counted_at = now
    PayerStance._base_manager.filter(pk=row.pk).update(
        requests_decided=row.requests_decided,
        requests_denied=row.requests_denied,
        counted_at=now,
    )


def _decisions(row: PayerStance):
    refused = LineDetermination._base_manager.filter(
        determination=OuterRef("pk"), outcome=Outcome.DENIED
    )
    found = Determination._base_manager.filter(
        clinic=row.clinic_id,
        request__coverage__plan__payer=row.payer_id,
        request__product=row.product,
        event__undone_by__isnull=True,
    )
    if row.plan_id:
        found = found.filter(request__coverage__plan=row.plan_id)
    if row.effective_from:
        # An instant counts from the midnight in the clinic with which the first day begins.
        before = row.effective_from - timedelta(days=1)
        begins = day_closes(before, row.clinic.time_zone) + timedelta(seconds=1)
        found = found.filter(
            Q(event__happened_on__gte=row.effective_from) | Q(event__happened_at__gte=begins)
        )
    return (
        found.annotate(is_denied=Exists(refused))
        .values_list("request_id", "reasons", "is_denied")
        .iterator()
    )
