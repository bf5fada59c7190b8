"""Which case of the worklist to call about next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from cases.models import InsurerCall
from cases.queries import worklist
from cases.queries.worklist import Cursor, Filters
from cases.queries.worklist_shelves import Group
from priorauth.calendars.local_time import local_date
from priorauth.terms import OwedBy

READY_FOR_A_CALL = frozenset({Group.OVERDUE, Group.BROKEN, Group.CHASE})
"""Groups whose rows of the payer's ask for a call: late, promised in vain, or to be chased."""
MOST_PAGES = 5


def next_to_call(filters: Filters, *, now: datetime, zone: str) -> str:
    """Number of the first case of that list that is ready for a call; "" when there is none.

    Ready is what the payer owes and nobody called about today, so that whoever works through the
    list, alone or with others, meets each case once. `now` is an aware instant, `zone` the
    clinic's. Runs inside the clinic's scope; looks no farther than MOST_PAGES of each group.
    """
    if filters.side is OwedBy.CLINIC:
        return ""
    today = local_date(now, zone)
    for group in Group:
        if group not in READY_FOR_A_CALL or filters.group not in (None, group):
            continue
        wanted = replace(filters, side=OwedBy.PAYER, group=group)
        cursor: Cursor | None = None
        for _ in range(MOST_PAGES):
            page = worklist.read(wanted, now=now, zone=zone, cursor=cursor)
            if number := _not_called([row["request__number"] for row in page.rows], today):
                return number
            cursor = page.later
            if cursor is None:
                break
    return ""


def _not_called(numbers: Sequence[str], today: date) -> str:
    calls = InsurerCall.objects.filter(request__number__in=numbers, called_on=today)
    called = set(
        calls.filter(event__undone_by__isnull=True).values_list("request__number", flat=True)
    )
    return next((number for number in numbers if number not in called), "")
