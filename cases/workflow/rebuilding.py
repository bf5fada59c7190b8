"""Dates computed anew for many cases: a fact that governs them changed, or time has passed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django_scopes import scopes_disabled

from cases import dispatch
from cases.models import PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.clocks import Difference
from cases.workflow.recounting import mark, tell_failed
from cases.workflow.step import lock, rebuild
from priorauth.terms import OPEN_STATUSES

AT_ONCE = 50
"""Open cases recomputed while somebody waits for the page; of more, all wait for the tick."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many open cases a changed fact gave other deadlines, or left waiting for theirs."""

    moved: int = 0
    waiting: int = 0


def rebuild_open_cases(actor: Actor, requests: QuerySet[PriorAuthRequest]) -> Rebuilt:
    """Bring the open cases among `requests` in line with a changed fact.

    Up to AT_ONCE of them are recomputed here, in one transaction with the change. Of more, all are
    marked instead and recounted by the next ticks (`recounting.py`), so that nobody's save waits
    for thousands of cases.
    """
    changed = 0
    with transaction.atomic():
        if len(open_among(requests).values_list("pk", flat=True)[: AT_ONCE + 1]) > AT_ONCE:
            transaction.on_commit(dispatch.wake)
            return Rebuilt(waiting=mark(open_among(requests), actor.now))
        # In order of their keys, so that two rebuilds at once wait for and not on each other.
        for request in open_among(requests).order_by("pk"):
            lock(request)
            changed += bool(rebuild(request, actor))
        transaction.on_commit(dispatch.wake)
    return Rebuilt(moved=changed)


def recount(
    requests: QuerySet[PriorAuthRequest], *, at: datetime, is_written: bool
) -> Iterator[tuple[str, Difference | None]]:
    """Recompute `requests` one by one at the aware instant `at`: number and difference of each.

    Only those that differ are given, and with None those that could not be recomputed: they are
    left as they stand, say so on their page when `is_written`, and stop no other. Each case is a
    transaction of its own, taken back unless `is_written` and something differs: a case that
    stands as it did was not changed since its reader opened it. A case that is none of `requests`
    any more when its turn comes, because it was closed meanwhile, is passed over. Runs outside any
    clinic's scope.
    """
    for key in list(requests.order_by("pk").values_list("pk", flat=True)):
        request = requests.filter(pk=key).first()
        if request is None:
            continue
        try:
            difference = _recounted(request, requests, at, is_written=is_written)
        except Exception as error:
            if is_written:
                tell_failed(request, error, at)
            yield request.number, None
            continue
        if difference:
            yield request.number, difference


def _recounted(
    request: PriorAuthRequest,
    requests: QuerySet[PriorAuthRequest],
    at: datetime,
    *,
    is_written: bool,
) -> Difference | None:
    """Its difference, None when it is none of `requests` any more now that nobody else has it."""
    with transaction.atomic():
        lock(request)
        if not requests.filter(pk=request.pk).exists():
            transaction.set_rollback(True)
            return None
        waited = request.recount_from or request.recount_failed_at
        difference = rebuild(request, Actor(None, None, at))
        if not (is_written and (difference or waited)):
            transaction.set_rollback(True)
        return difference


def recount_open_cases(at: datetime) -> int:
    """Bring every open case's dates in line with its facts and the rules on file; how many moved.

    `at` is an aware instant. After an update that brings other law nothing else would move them.
    What moved is said in the log by case number: between updates it should be nothing.
    """
    moved = 0
    with scopes_disabled():
        for number, difference in recount(open_requests(), at=at, is_written=True):
            if difference is None:
                continue
            logger.warning("The dates of %s were not what its facts and rules give: mended", number)
            moved += 1
    if moved:
        dispatch.wake()
    return moved


def open_requests() -> QuerySet[PriorAuthRequest]:
    """Every open case of every clinic. Runs outside any clinic's scope."""
    return open_among(PriorAuthRequest.objects.all())


def open_among(requests: QuerySet[PriorAuthRequest]) -> QuerySet[PriorAuthRequest]:
    """Those of `requests` whose clocks can still run."""
    return requests.filter(status__in=[str(status) for status in OPEN_STATUSES])
