"""The ledger of a payer's missed limits, kept in line with the deadlines of each case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from cases.models import Deadline, PayerBreach, PriorAuthRequest
from priorauth.terms import OwedBy, RequestStatus, Standing

ENDED = (RequestStatus.CLOSED, RequestStatus.WITHDRAWN)
LATE = (Standing.RUNNING, Standing.TOLLED, Standing.MISSED)


def note_breaches(
    request: PriorAuthRequest,
    before: Mapping[str, Deadline],
    after: Mapping[str, Deadline],
    wanted: Collection[str],
    *,
    now: datetime,
) -> None:
    """Bring the ledger of `request` in line with its deadlines.

    `before` and `after` are the newest versions by key, before and after recomputing; `wanted` the
    keys that the facts give today. Idempotent, and costs nothing while no limit of the payer has
    passed. `now` is an aware instant.
    """
    late = {key: row for key, row in after.items() if _has_passed(row, now)}
    if not late and not any(_has_passed(row, now) for row in before.values()):
        return
    known = {row.key: row for row in PayerBreach._base_manager.filter(request=request)}
    for key, row in late.items():
        if key in wanted and row.standing in LATE:
            _write(request, row, known.pop(key, None), now)
        elif row.standing == Standing.SUPERSEDED and request.status in ENDED:
            # The end of a case takes its deadlines away, not what the payer did before.
            known.pop(key, None)
    for stale in known.values():
        stale.delete()


def _has_passed(row: Deadline, now: datetime) -> bool:
    return row.owed_by == OwedBy.PAYER and row.legal_at is not None and row.legal_at < now


def _write(
    request: PriorAuthRequest, row: Deadline, noted: PayerBreach | None, now: datetime
) -> None:
    values: dict[str, Any] = {
        "payer_id": request.coverage.plan.payer_id,
        "kind": row.kind,
        "item": row.item,
        "rule": row.rule,
        "citation": str(row.derivation.get("citation", ""))[:300],
        "is_believed": row.is_believed,
        "limit_at": row.legal_at,
        "answered_at": row.settled_at if row.standing == Standing.MISSED else None,
    }
    if noted is None:
        fresh = PayerBreach(
            clinic_id=request.clinic_id, request=request, key=row.key, noticed_at=now, **values
        )
        fresh.save_base(force_insert=True)
        return
    if any(getattr(noted, name) != value for name, value in values.items()):
        PayerBreach._base_manager.filter(pk=noted.pk).update(**values)
