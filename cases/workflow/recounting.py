"""Cases that wait to be recounted, because a fact that many of them share moved.

Other facts about a plan can govern thousands of cases. They are marked in one statement with the
change itself, and the tick recounts them some at a time; until its turn a case says on screen that
its dates are being recounted. A case that cannot be recounted is left as it stands, keeps nobody
else waiting, and says so on screen too.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from cases.models import PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.step import lock, rebuild

BATCH = 500
"""Cases that one tick recounts."""

logger = logging.getLogger(__name__)


def mark(requests: QuerySet[PriorAuthRequest], now: datetime) -> int:
    """Have `requests` recounted by the next ticks; how many. `now` is an aware instant."""
    return requests.update(recount_from=now, recount_failed_at=None)


def recount_marked(now: datetime, batch: int = BATCH) -> Counter[str]:
    """Recount at most `batch` of the cases that wait, in order of their keys.

    Returns how many: "cases", and "failed" for those that could not be recounted. Each case in a
    transaction of its own; its mark falls with the new dates. `now` is an aware instant.
    """
    counts: Counter[str] = Counter()
    waiting = PriorAuthRequest._base_manager.filter(recount_from__isnull=False).order_by("pk")
    rows = waiting.select_related("clinic", "coverage__plan__payer")
    for request in list(rows[:batch]):
        try:
            with transaction.atomic():
                lock(request)
                rebuild(request, Actor(None, None, now))
        except Exception as error:
            tell_failed(request, error, now)
            counts["failed"] += 1
        else:
            counts["cases"] += 1
    return counts


def tell_failed(request: PriorAuthRequest, error: Exception, now: datetime) -> None:
    """Say that `request` could not be recounted: to people on its page, by number in the log.

    Only the sort of `error` is logged: its words may hold what belongs to a patient.
    """
    logger.error("Case %s could not be recounted: %s", request.number, type(error).__name__)
    own = PriorAuthRequest._base_manager.filter(pk=request.pk)
    own.update(recount_from=None, recount_failed_at=now)
