"""What was promised on the calls of a case and is not settled, and which calls to name."""

from __future__ import annotations

from cases.models import InsurerCall, PriorAuthRequest
from cases.models.contacts import PromiseStanding


def open_promises(request: PriorAuthRequest) -> list[InsurerCall]:
    """Calls whose promise nobody has settled, the one promised for the earliest time first."""
    calls = request.calls.filter(
        promise_standing=PromiseStanding.OPEN, event__undone_by__isnull=True
    )
    return list(calls.order_by("promised_by_at", "pk"))


def calls_to_name(request: PriorAuthRequest, newest: int = 2) -> list[InsurerCall]:
    """What to name on the next call: those with a promise unsettled, then the `newest` others.

    Calls that were undone are left out. Two queries.
    """
    promised = open_promises(request)
    others = request.calls.filter(event__undone_by__isnull=True).order_by("-called_on", "-pk")
    return [*promised, *others.exclude(pk__in=[call.pk for call in promised])[:newest]]
