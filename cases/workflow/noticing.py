"""See who has let a limit pass, and open what that opens.

Deadlines say of themselves when they are late; but what a payer's silence opens on a case comes
about by recomputing, and nobody touches a case on which nothing happens. So the tick looks for
limits that have just passed and recomputes those cases, once each: the ledger remembers which.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from cases.models import Deadline, PayerBreach, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.workflow.actor import Actor
from cases.workflow.recounting import tell_failed
from cases.workflow.step import lock, rebuild
from priorauth.terms import OwedBy

BATCH = 200
TRY_AGAIN = timedelta(hours=1)
"""A case that could not be recomputed is left alone for so long: it must not crowd out others."""


def notice(now: datetime, batch: int = BATCH) -> Counter[str]:
    """Recompute the cases on which a limit of the payer passed since the last look.

    Returns how many: "cases", and "failed" for those that could not be recomputed. Each case in a
    transaction of its own; at most `batch` at a time. `now` is an aware instant.
    """
    counts: Counter[str] = Counter()
    for request in _with_new_breaches(now, batch):
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


def _with_new_breaches(now: datetime, batch: int) -> list[PriorAuthRequest]:
    noted = PayerBreach._base_manager.filter(request=OuterRef("request"), key=OuterRef("key"))
    rested = Q(request__recount_failed_at__isnull=True) | Q(
        request__recount_failed_at__lte=now - TRY_AGAIN
    )
    passed = (
        Deadline._base_manager.filter(LIVE, rested, owed_by=OwedBy.PAYER, legal_at__lt=now)
        .exclude(Exists(noted))
        .order_by("legal_at", "pk")
        .values_list("request_id", flat=True)[:batch]
    )
    keys = list(dict.fromkeys(passed))
    found = PriorAuthRequest._base_manager.filter(pk__in=keys)
    return list(found.select_related("clinic", "coverage__plan__payer").order_by("pk"))
