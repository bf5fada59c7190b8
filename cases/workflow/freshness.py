"""How fresh the payer's status is, kept on the request as a hint for lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from cases.models import PriorAuthRequest
from priorauth.calendars.local_time import local_date
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening
from priorauth.lifecycle.freshness import last_known
from priorauth.terms import ClockKind, OwedBy

_NOT_USUAL = frozenset({ClockKind.PROMISE, ClockKind.BY_HAND})
"""What the payer owes by a promise or by hand says nothing of its usual time."""


def mark_freshness(
    request: PriorAuthRequest, happenings: Sequence[Happening], answers: Iterable[ComputedDeadline]
) -> None:
    """Bring the hints of `request` in line with its facts; `answers` are its deadlines.

    A word on the status stays fresh for as long as a careful clinic waits before it chases: the
    shortest such wait among what the payer still owes. It never goes stale when it owes nothing.
    """
    known = last_known(happenings)
    wait = min((_wait(each) for each in answers if _is_awaited(each)), default=None)
    hints = {
        "verified_on": known.on if known else None,
        "verified_how": str(known.by) if known else "",
        "fresh_through": _through(known.on, wait) if known and wait is not None else None,
    }
    if any(getattr(request, name) != value for name, value in hints.items()):
        PriorAuthRequest._base_manager.filter(pk=request.pk).update(**hints)
        for name, value in hints.items():
            setattr(request, name, value)


def _is_awaited(answer: ComputedDeadline) -> bool:
    is_owed = answer.owed_by is OwedBy.PAYER and answer.kind not in _NOT_USUAL
    return is_owed and not answer.settled_by and answer.chase is not None


def _wait(answer: ComputedDeadline) -> int:
    """Calendar days from the start of its clock to its chase, at least one."""
    chase = answer.chase or answer.due
    zone = answer.started.zone
    return max((local_date(chase, zone) - answer.started.on).days, 1)


def _through(on: date, wait: int) -> date:
    return on + timedelta(days=wait)
