"""Signed appeal letters that nobody has recorded as sent: the limit to appeal runs on."""

from __future__ import annotations

from functools import cache

from django.db.models import Exists, OuterRef, QuerySet

from cases.models import Appeal, AppealLetter, Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE
from cases.queries.kept_selects import KeptSelect, in_scope, keep
from cases.queries.limited import Filled
from priorauth.terms import OPEN_STATUSES, ClockKind, RequestStatus

COUNTED_UP_TO = 99
SHOWN = 100
_NOT_TO_BE_APPEALED = (
    RequestStatus.DRAFT,
    RequestStatus.APPROVED,
    RequestStatus.UNDER_EXTERNAL_REVIEW,
)
_MAY_WAIT = sorted(OPEN_STATUSES - set(_NOT_TO_BE_APPEALED))


def unsent() -> QuerySet[AppealLetter]:
    """The last signed version of each open case of the clinic in scope, while no appeal of its
    level that was recorded since stands. Whether that appeal names the letter is no matter."""
    letters = AppealLetter.objects.filter(signed_at__isnull=False, request__status__in=_MAY_WAIT)
    later = AppealLetter.objects.filter(supersedes=OuterRef("pk"))
    filed = Appeal.objects.filter(
        request=OuterRef("request"),
        level=OuterRef("level"),
        event__learned_at__gte=OuterRef("signed_at"),
        event__undone_by__isnull=True,
    )
    return letters.filter(~Exists(later), ~Exists(filed))


def unsent_keys() -> Filled:
    """Those letters, to be counted together with other things; up to one more than 99."""
    return _unsent_keys().filled(in_scope())


@cache
def _unsent_keys() -> KeptSelect:
    return keep(lambda: unsent().order_by().values_list("pk")[: COUNTED_UP_TO + 1])


def unsent_with_cases() -> list[AppealLetter]:
    """The first hundred with their cases, the longest signed first."""
    beside = (
        "document",
        "request__clinic",
        "request__patient",
        "request__coverage__plan__payer",
    )
    return list(unsent().select_related(*beside).order_by("signed_at", "pk")[:SHOWN])


def appeal_limits(requests: list[PriorAuthRequest]) -> dict[int, Deadline]:
    """By case: the deadline to file an appeal that comes first of those that run."""
    rows = Deadline.objects.filter(LIVE, request__in=requests, kind=ClockKind.APPEAL_FILING)
    first: dict[int, Deadline] = {}
    for row in rows.order_by("due_at", "pk"):
        first.setdefault(row.request_id, row)
    return first
