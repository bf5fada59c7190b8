"""When a fact changes that governs many cases, their dates are computed anew at once."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from cases import dispatch
from cases.models import PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.step import lock, rebuild
from priorauth.terms import OPEN_STATUSES


def rebuild_open_cases(actor: Actor, requests: QuerySet[PriorAuthRequest]) -> int:
    """Recompute the open cases among `requests`; how many cases got other deadlines.

    In one transaction: either all their dates follow the changed fact or none does.
    """
    open_ones = requests.filter(status__in=[str(status) for status in OPEN_STATUSES])
    changed = 0
    with transaction.atomic():
        # In order of their keys, so that two rebuilds at once wait for and not on each other.
        for request in open_ones.select_related("clinic", "coverage__plan__payer").order_by("pk"):
            lock(request)
            changed += bool(rebuild(request, actor))
        transaction.on_commit(dispatch.wake)
    return changed
