"""Dates computed anew for many cases: a fact that governs them changed, or time has passed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django_scopes import scopes_disabled

from cases import dispatch
from cases.models import PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.clocks import Difference
from cases.workflow.step import lock, rebuild
from priorauth.terms import OPEN_STATUSES

logger = logging.getLogger(__name__)


def rebuild_open_cases(actor: Actor, requests: QuerySet[PriorAuthRequest]) -> int:
    """Recompute the open cases among `requests`; how many cases got other deadlines.

    In one transaction: either all their dates follow the changed fact or none does.
    """
    changed = 0
    with transaction.atomic():
        # In order of their keys, so that two rebuilds at once wait for and not on each other.
        for request in open_among(requests).order_by("pk"):
            lock(request)
            changed += bool(rebuild(request, actor))
        transaction.on_commit(dispatch.wake)
    return changed


def recount(
    requests: QuerySet[PriorAuthRequest], *, at: datetime, is_written: bool
) -> Iterator[tuple[str, Difference]]:
    """Recompute `requests` one by one at the aware instant `at`: number and difference of each.

    Only those that differ are given. Each case is a transaction of its own, taken back unless
    `is_written` and something differs: a case that stands as it did was not changed since its
    reader opened it. A case that is none of `requests` any more when its turn comes, because it
    was closed meanwhile, is passed over. Runs outside any clinic's scope.
    """
    for key in list(requests.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            request = requests.filter(pk=key).first()
            if request is None:
                continue
            lock(request)
            difference = rebuild(request, Actor(None, None, at))
            if not (is_written and difference):
                transaction.set_rollback(True)
        if difference:
            yield request.number, difference


def recount_open_cases(at: datetime) -> int:
    """Bring every open case's dates in line with its facts and the rules on file; how many moved.

    `at` is an aware instant. After an update that brings other law nothing else would move them.
    What moved is said in the log by case number: between updates it should be nothing.
    """
    moved = 0
    with scopes_disabled():
        for number, _ in recount(open_requests(), at=at, is_written=True):
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
