"""How long each payer really takes: the median of its last decisions, counted anew each day.

A renewal is begun by this when it is longer than what the law allows (priorauth.series.turnaround).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from math import ceil
from statistics import median

from django_scopes import scopes_disabled

from cases.models import Deadline, Payer
from priorauth.terms import ClockKind, Standing

LOOKED_BACK = timedelta(days=365)
FEWEST = 5
"""Of fewer decisions a median says nothing."""
STEADY = 3
"""Less of a change moves nothing: the dates of renewals must not swing from day to day."""
_SETTLED = (Standing.MET, Standing.MISSED)


def measure_payers(now: datetime) -> int:
    """Store the median of each payer's days to a decision; how many payers have another one.

    `now` is an aware instant. Decisions of the year before it count, from the start of the
    payer's clock to its end; a payer with fewer than five has no median.
    """
    with scopes_disabled():
        days: dict[int, list[float]] = defaultdict(list)
        rows = Deadline._base_manager.filter(
            kind=ClockKind.PA_DECISION,
            standing__in=_SETTLED,
            started_at__gte=now - LOOKED_BACK,
            settled_at__isnull=False,
        ).values_list("request_id", "request__coverage__plan__payer", "started_at", "settled_at")
        seen = set()
        for request, payer, started, settled in rows.order_by("pk").iterator():
            if settled is None or request in seen or settled < started:
                continue
            seen.add(request)  # drug and service are one decision
            days[int(payer)].append((settled - started) / timedelta(days=1))
        return _store({payer: _usual(took) for payer, took in days.items()})


def _usual(took: list[float]) -> int | None:
    return ceil(median(took)) if len(took) >= FEWEST else None


def _store(measured: dict[int, int | None]) -> int:
    changed = 0
    for key, before in Payer._base_manager.values_list("pk", "decision_days"):
        now = measured.get(key)
        if now is not None and before is not None and abs(now - before) < STEADY:
            continue
        if now != before:
            changed += Payer._base_manager.filter(pk=key).update(decision_days=now)
    return changed
