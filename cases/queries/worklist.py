"""What is to be done, most urgent first: the live deadlines of the clinic, a page at a time.

One order: groups as in `Group`, and inside a group by `act_at` (the working date of what is ours,
the chase date of what is theirs), then by row number. Pages are keyset pages: page k costs as much
as page 1, nothing is counted beyond 1,000, and the number of queries does not depend on the rows.

A group is told by dates alone, so that SQL can find its first rows by the worklist's index:

    overdue    time to act has come, and a legal limit (or a date that only we set) has passed
    broken     time to act has come, and what a representative promised did not come
    today      to act on by the end of today in the clinic's zone, whatever was left undone before
    week       to act on within the seven days after today
    later      everything else
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields import BooleanField

from cases.models import Deadline, Payer
from cases.queries.limited import counts, union_rows
from priorauth.calendars.local_time import day_closes, local_date
from priorauth.reminders import OWN_DATES
from priorauth.terms import ClockKind, OwedBy, RequestStatus, Standing, Term

PAGE = 50
COUNTED_UP_TO = 1_000
TROUBLE_COUNTED = 200
CURSOR_LIVES = timedelta(hours=1)
"""For so long a reader who turns pages keeps the groups of the first page."""


class Group(Term):
    """The parts of the worklist, in their order. The values are stable: links carry them."""

    OVERDUE = "overdue", "Overdue"
    BROKEN = "broken", "Promises broken"
    TODAY = "today", "Now and today"
    WEEK = "week", "Next 7 days"
    LATER = "later", "Later"


_GROUPS = tuple(Group)


class Whose(Term):
    """Whose cases."""

    EVERYBODY = "everybody", "Everybody's"
    MINE = "mine", "Mine"
    NOBODY = "nobody", "Nobody's yet"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to. `staff_id` is the reader, `payer_id` one of the clinic's."""

    staff_id: int | None = None
    whose: Whose = Whose.EVERYBODY
    side: OwedBy | None = None
    status: RequestStatus | None = None
    payer_id: int | None = None
    group: Group | None = None
    only_trouble: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: after (or before) the row of that group, instant and number."""

    as_of: datetime
    rank: int
    act_at: datetime
    pk: int
    backwards: bool = False

    def __str__(self) -> str:
        parts = (_micros(self.as_of), self.rank, _micros(self.act_at), self.pk, int(self.backwards))
        text = "~".join(str(part) for part in parts)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """The cursor that a link carries; None for anything else."""
        try:
            raw = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)).decode()
            as_of, rank, act_at, pk, backwards = (int(part) for part in raw.split("~"))
            if not 0 <= rank < len(Group) or not 0 <= pk < 2**63:
                return None
            return cls(_instant(as_of), rank, _instant(act_at), pk, bool(backwards))
        except (ValueError, OverflowError, binascii.Error):
            return None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _instant(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


@dataclass(frozen=True, slots=True)
class Worklist:
    """One page. `rows` are plain mappings, each with its `group`; counts stop at 1,001."""

    rows: Sequence[Mapping[str, Any]]
    counts: Mapping[Group, int]
    earlier: Cursor | None
    later: Cursor | None
    trouble: int
    payers: Sequence[tuple[int, str]] = field(default_factory=tuple)


ROW = (
    "id", "kind", "item", "owed_by", "chase_at", "working_at", "legal_at", "printed_on", "due_at",
    "act_at", "is_believed", "rule", "standing", "reminder_problem",
    "request__number", "request__status", "request__urgency",
    "request__assigned_to__first_name", "request__assigned_to__last_name",
    "request__assigned_to__username", "request__patient__first_name",
    "request__patient__last_name", "request__coverage__plan__payer__name",
    "request__coverage__plan__payer__time_zone",
)  # fmt: skip


def read(filters: Filters, *, now: datetime, zone: str, cursor: Cursor | None = None) -> Worklist:
    """One page of the current clinic's worklist. `now` is an aware instant, `zone` the clinic's.

    Runs inside the clinic's scope. Five queries, whatever is in the database (four: no rows).
    """
    as_of = now
    if cursor is not None and timedelta(0) <= now - cursor.as_of < CURSOR_LIVES:
        as_of = cursor.as_of
    parts = list(_parts(_narrowed(filters), as_of, zone))
    wanted = [(rank, rows) for rank, rows in parts if filters.group in (None, _GROUPS[rank])]
    found = _page_keys(wanted, cursor)
    more = len(found) > PAGE
    found = found[:PAGE]
    backwards = cursor is not None and cursor.backwards
    if backwards:
        found.reverse()
    rows = _rows(found)
    return Worklist(
        rows=rows,
        counts=_counts(parts),
        earlier=_edge(rows[0], as_of, True) if rows and (more if backwards else cursor) else None,
        later=_edge(rows[-1], as_of, False) if rows and (backwards or more) else None,
        trouble=with_problem().order_by()[: TROUBLE_COUNTED + 1].count(),
        payers=list(Payer.objects.order_by("name").values_list("pk", "name")[:100]),
    )


# ------------------------------------------------------------------ which rows


def live_deadlines() -> QuerySet:
    """The live deadlines of the clinic in scope.

    The condition is spelled out: SQLite uses a partial index only for a literal condition.
    """
    is_live = RawSQL(
        "cases_deadline.standing IN ('running', 'tolled')", (), output_field=BooleanField()
    )
    return Deadline.objects.filter(is_live)


def with_problem() -> QuerySet:
    """Those of them whose reminders do not arrive: nobody to remind, no address, a mail refused."""
    has_problem = RawSQL(
        "NOT (cases_deadline.reminder_problem = '')", (), output_field=BooleanField()
    )
    return live_deadlines().filter(has_problem)


def _narrowed(filters: Filters) -> QuerySet:
    rows = with_problem() if filters.only_trouble else live_deadlines()
    if filters.whose is Whose.MINE:
        rows = rows.filter(request__assigned_to=filters.staff_id)
    elif filters.whose is Whose.NOBODY:
        rows = rows.filter(request__assigned_to=None)
    if filters.side is not None:
        rows = rows.filter(owed_by=filters.side)
    if filters.status is not None:
        rows = rows.filter(request__status=filters.status)
    if filters.payer_id is not None:
        rows = rows.filter(request__coverage__plan__payer=filters.payer_id)
    return rows


def conditions(now: datetime, zone: str) -> dict[Group, Q]:
    """What puts a live deadline into each group at `now`. Together they take every row once."""
    today_ends = day_closes(local_date(now, zone), zone)
    week_ends = day_closes(local_date(now, zone) + timedelta(days=7), zone)
    ours_alone = Q(legal_at=None, owed_by=OwedBy.CLINIC, kind__in=sorted(OWN_DATES))
    running = Q(standing=Standing.RUNNING, due_at__lt=now)
    is_overdue = running & (Q(legal_at__lt=now) | ours_alone)
    # Spelled out, not negated: a negation would lose rows without a legal date.
    not_overdue = (
        Q(standing=Standing.TOLLED)
        | Q(due_at__gte=now)
        | Q(legal_at__gte=now)
        | (Q(legal_at=None) & (Q(owed_by=OwedBy.PAYER) | ~Q(kind__in=sorted(OWN_DATES))))
    )
    is_broken = Q(kind=ClockKind.PROMISE, owed_by=OwedBy.PAYER, legal_at=None) & running
    not_broken = (
        ~Q(kind=ClockKind.PROMISE)
        | Q(owed_by=OwedBy.CLINIC)
        | Q(legal_at__isnull=False)
        | Q(standing=Standing.TOLLED)
        | Q(due_at__gte=now)
    )
    due = Q(act_at__lte=today_ends)
    return {
        Group.OVERDUE: due & is_overdue,
        Group.BROKEN: due & is_broken,
        Group.TODAY: due & not_overdue & not_broken,
        Group.WEEK: Q(act_at__gt=today_ends, act_at__lte=week_ends),
        Group.LATER: Q(act_at__gt=week_ends),
    }


def _parts(base: QuerySet, now: datetime, zone: str) -> Iterator[tuple[int, QuerySet]]:
    wanted = conditions(now, zone)
    for rank, group in enumerate(_GROUPS):
        yield rank, base.filter(wanted[group])


# ------------------------------------------------------------------ one page of them


def _page_keys(
    parts: Sequence[tuple[int, QuerySet]], cursor: Cursor | None
) -> list[tuple[int, Any, int]]:
    """(rank, act_at as the database gives it, id) of one row more than a page, in reading order."""
    backwards = cursor is not None and cursor.backwards
    order = ("-act_at", "-pk") if backwards else ("act_at", "pk")
    limited = []
    for rank, rows in parts:
        if cursor is not None:
            if (rank < cursor.rank and not backwards) or (rank > cursor.rank and backwards):
                continue
            if rank == cursor.rank:
                rows = rows.filter(_beyond(cursor))
        limited.append(
            rows.annotate(rank=Value(rank))
            .order_by(*order)
            .values_list("rank", "act_at", "pk")[: PAGE + 1]
        )
    return sorted(union_rows(limited), reverse=backwards)[: PAGE + 1]


def _beyond(cursor: Cursor) -> Q:
    if cursor.backwards:
        tie = Q(act_at=cursor.act_at, pk__lt=cursor.pk)
        return Q(act_at__lte=cursor.act_at) & (Q(act_at__lt=cursor.act_at) | tie)
    tie = Q(act_at=cursor.act_at, pk__gt=cursor.pk)
    return Q(act_at__gte=cursor.act_at) & (Q(act_at__gt=cursor.act_at) | tie)


def _rows(found: Sequence[tuple[int, Any, int]]) -> list[dict[str, Any]]:
    """The rows themselves, with everything the screen shows of each."""
    if not found:
        return []
    keys = [key for _, _, key in found]
    by_key = {row["id"]: row for row in Deadline.objects.filter(pk__in=keys).values(*ROW)}
    rows = []
    for rank, _, key in found:
        if row := by_key.get(key):  # settled between two queries: gone
            row["group"] = _GROUPS[rank]
            rows.append(row)
    return rows


def _edge(row: Mapping[str, Any], as_of: datetime, backwards: bool) -> Cursor:
    return Cursor(as_of, _GROUPS.index(row["group"]), row["act_at"], row["id"], backwards)


def _counts(parts: Sequence[tuple[int, QuerySet]]) -> dict[Group, int]:
    """Rows of each group, counted up to one more than 1,000."""
    limited = [rows.order_by().values_list("pk")[: COUNTED_UP_TO + 1] for _, rows in parts]
    return {_GROUPS[rank]: many for (rank, _), many in zip(parts, counts(limited), strict=True)}
