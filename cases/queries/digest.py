"""What is to be acted on today, as the worklist shows it: for the morning digest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Value

from cases.models import Deadline
from cases.queries.limited import counts, union_rows
from cases.queries.worklist import COUNTED_UP_TO
from cases.queries.worklist_shelves import NOT_YET, SHELVES, Group, conditions

SHOWN = 30
DUE = tuple(group for group in Group if group not in NOT_YET)
ROW = ("id", "kind", "owed_by", "standing", "due_at", "legal_at", "request__number")


@dataclass(frozen=True, slots=True)
class DueToday:
    """The first rows, each with its `group`, in the worklist's order; and how many there are.

    Counts are of the groups until a week from now and stop at 1,001.
    """

    rows: Sequence[Mapping[str, Any]]
    counts: Mapping[Group, int]


def due_today(staff_ids: Collection[int] | None, *, now: datetime, zone: str) -> DueToday:
    """What is due by the end of today in `zone`, of the cases of these people; None: of all cases.

    `staff_ids` names at least one, `now` is an aware instant. Runs inside the clinic's scope. Three
    queries, whatever there is.
    """
    rows = Deadline.objects.all()
    if staff_ids is not None:
        # The request's clinic is this row's; said again, for the indexes that begin with it.
        rows = rows.filter(request__clinic=F("clinic"), request__assigned_to__in=staff_ids)
    parts = [
        (shelf, rows.filter(wanted))
        for shelf, wanted in conditions(now, zone)
        if shelf.group is not Group.LATER
    ]
    limited = [part.order_by().values_list("pk")[: COUNTED_UP_TO + 1] for _, part in parts]
    counted = dict.fromkeys((*DUE, Group.WEEK), 0)
    for (shelf, _), many in zip(parts, counts(limited), strict=True):
        counted[shelf.group] = min(counted[shelf.group] + many, COUNTED_UP_TO + 1)
    first = [
        part.annotate(rank=Value(SHELVES.index(shelf)))
        .order_by("act_at", "pk")
        .values_list("rank", "act_at", "pk")[:SHOWN]
        for shelf, part in parts
        if shelf.group in DUE
    ]
    found = sorted(union_rows(first))[:SHOWN]
    by_key = {
        row["id"]: row
        for row in Deadline.objects.filter(pk__in=[key for _, _, key in found]).values(*ROW)
    }
    return DueToday(
        [by_key[key] | {"group": SHELVES[rank].group} for rank, _, key in found if key in by_key],
        counted,
    )
