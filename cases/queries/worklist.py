"""What is to be done, most urgent first: the live deadlines of the clinic, a page at a time.

One order: the shelves of `worklist_shelves.py`, and on a shelf by `act_at` (the working date of
what is ours, the chase date of what is theirs), then by row number. Pages are keyset pages: page k
costs as much as page 1, nothing is counted beyond 1,000, and the number of queries does not depend
on the rows.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from itertools import groupby
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields import BooleanField

from cases.models import Deadline, Payer, Plan
from cases.queries.kept_selects import (
    KeptSelect,
    Slots,
    in_scope,
    instant,
    keep,
    number,
    numbered,
    text,
)
from cases.queries.limited import Filled, counts_in_turn, union_rows
from cases.queries.worklist_shelves import IS_LIVE, SHELVES, Edges, Group, conditions_at
from priorauth.terms import OwedBy, RequestStatus, Term

PAGE = 50
COUNTED_UP_TO = 1_000
TROUBLE_COUNTED = 200
CURSOR_LIVES = timedelta(hours=1)
"""For so long a reader who turns pages keeps the groups of the first page."""


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
    """A place between two rows: after (or before) the row of that shelf, instant and number."""

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
            if not 0 <= rank < len(SHELVES) or not 0 <= pk < 2**63:
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
    """One page. `rows` are plain mappings, each with its `group` and `rank`, the place of its
    shelf; counts stop at 1,001. `beside` are the counts of what was asked for with it."""

    rows: Sequence[Mapping[str, Any]]
    counts: Mapping[Group, int]
    earlier: Cursor | None
    later: Cursor | None
    trouble: int
    payers: Sequence[tuple[int, str]] = field(default_factory=tuple)
    beside: Sequence[int] = ()


ROW = (
    "id", "kind", "item", "owed_by", "chase_at", "working_at", "legal_at", "printed_on", "due_at",
    "act_at", "is_believed", "rule", "standing", "reminder_problem",
    "request__number", "request__status", "request__urgency",
    "request__recount_from", "request__recount_failed_at",
    "request__verified_on", "request__verified_how", "request__fresh_through",
    "request__assigned_to__first_name", "request__assigned_to__last_name",
    "request__assigned_to__username", "request__patient__first_name",
    "request__patient__last_name", "request__coverage__plan__payer__name",
    "request__coverage__plan__payer__time_zone",
)  # fmt: skip


def read(
    filters: Filters,
    *,
    now: datetime,
    zone: str,
    cursor: Cursor | None = None,
    beside: Sequence[Filled] = (),
) -> Worklist:
    """One page of the current clinic's worklist. `now` is an aware instant, `zone` the clinic's.

    `beside` are other selects that the same query counts. Runs inside the clinic's scope. Four
    queries, whatever is in the database (two: no rows), and one more for a payer.
    """
    as_of = now
    if cursor is not None and timedelta(0) <= now - cursor.as_of < CURSOR_LIVES:
        as_of = cursor.as_of
    shape, values = _shape(filters), _values(filters, Edges.of(as_of, zone), cursor)
    if filters.payer_id is not None:
        # A payer has few plans: by their keys two tables fewer are joined for each row.
        plans = list(Plan.objects.filter(payer=filters.payer_id).values_list("pk", flat=True))
        shape = replace(shape, plans=len(plans) or 1)
        values |= numbered(_PLAN, plans or [0])
    parts = [part for part in _parts() if filters.side in (None, SHELVES[part.rank].owed_by)]
    counted, (trouble, *many) = _counts(shape, parts, values, beside)
    wanted = [part for part in counted if filters.group in (None, SHELVES[part.rank].group)]
    found = _page_keys(shape, _worth_asking(wanted, cursor), values, cursor)
    more = len(found) > PAGE
    found = found[:PAGE]
    backwards = cursor is not None and cursor.backwards
    if backwards:
        found.reverse()
    rows = _rows(found)
    return Worklist(
        rows=rows,
        counts=_by_group(counted),
        earlier=_edge(rows[0], as_of, True) if rows and (more if backwards else cursor) else None,
        later=_edge(rows[-1], as_of, False) if rows and (backwards or more) else None,
        trouble=trouble,
        payers=[(row["pk"], row["name"]) for row in _payers().rows(values)],
        beside=many,
    )


# ------------------------------------------------------------------ which rows


HAS_PROBLEM = Q(
    RawSQL("NOT (cases_deadline.reminder_problem = '')", (), output_field=BooleanField())
)


def live_deadlines() -> QuerySet:
    """The live deadlines of the clinic in scope."""
    return Deadline.objects.filter(IS_LIVE)


def with_problem() -> QuerySet:
    """Those of them whose reminders do not arrive: nobody to remind, no address, a mail refused."""
    return live_deadlines().filter(HAS_PROBLEM)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the SQL of a list depends on: which filters are on, not what each of them asks for."""

    whose: Whose
    by_status: bool
    only_trouble: bool
    plans: int = 0

    @property
    def is_of_all_cases(self) -> bool:
        """Whether rows are told by their dates and sort alone, so that most that are read fit.

        Then a plan that was made for one clinic and one day is right for any other.
        """
        is_of_some = self.whose is not Whose.EVERYBODY or self.by_status or self.plans > 0
        return not is_of_some and not self.only_trouble


def _shape(filters: Filters) -> _Shape:
    return _Shape(filters.whose, filters.status is not None, filters.only_trouble)


_EDGES = Edges(instant("now"), instant("today"), instant("week"), instant("soon"))
_STAFF, _STATUS, _PLAN, _ACT_AT, _PK = "staff", "status", "plan", "act_at", "pk"


def _values(filters: Filters, edges: Edges, cursor: Cursor | None) -> dict[str, Any]:
    """What goes into the slots of `_narrowed`, of the shelves and of `_beyond`."""
    return in_scope(
        now=edges.now,
        today=edges.today,
        week=edges.week,
        soon=edges.soon,
        **{
            _STAFF: filters.staff_id,
            _STATUS: str(filters.status),
            _ACT_AT: cursor and cursor.act_at,
            _PK: cursor and cursor.pk,
        },
    )


def _narrowed(shape: _Shape) -> QuerySet:
    """Live deadlines or not: what puts a row into a group leaves those alone that are settled."""
    rows = with_problem() if shape.only_trouble else Deadline.objects.all()
    wanted: dict[str, Any] = {}
    if shape.whose is Whose.MINE:
        wanted["request__assigned_to"] = number(_STAFF)
    elif shape.whose is Whose.NOBODY:
        wanted["request__assigned_to"] = None
    if shape.by_status:
        wanted["request__status"] = text(_STATUS)
    if shape.plans:
        wanted["request__coverage__plan__in"] = Slots(_PLAN, shape.plans)
    if wanted:
        # The request's clinic is this row's; said again, for the indexes that begin with it.
        rows = rows.filter(request__clinic=F("clinic"), **wanted)
    return rows


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of the condition at this `place`: a shelf, the one of this `rank`, or a share of
    one. `many` of them, counted to 1,001; also 1,001 when that many lie before them in the group.
    """

    place: int
    rank: int
    many: int = 0


@cache
def _parts() -> tuple[_Part, ...]:
    return tuple(
        _Part(place, SHELVES.index(shelf)) for place, (shelf, _) in enumerate(conditions_at(_EDGES))
    )


def _rows_of(shape: _Shape, place: int) -> QuerySet:
    return _narrowed(shape).filter(conditions_at(_EDGES)[place][1])


def _counts(
    shape: _Shape, parts: Sequence[_Part], values: Mapping[str, Any], beside: Sequence[Filled]
) -> tuple[list[_Part], list[int]]:
    """The parts counted, up to one more than 1,000; and what else is counted, trouble first."""
    selects = [_counted(shape, part.place, part.rank).filled(values) for part in parts]
    # Few rows may fit a narrowed list: then each part tells how its page is best found.
    by = _group_of if shape.is_of_all_cases else _place_of
    groups = [list(group) for _, group in groupby(zip(parts, selects, strict=True), key=by)]
    asked = [[select for _, select in group] for group in groups]
    alone: list[list[Filled]] = [[_trouble().filled(values)], *([each] for each in beside)]
    many = counts_in_turn([*asked, *alone], COUNTED_UP_TO + 1, is_prepared=shape.is_of_all_cases)
    counted = [
        replace(part, many=each)
        for group, found in zip(groups, many[: len(groups)], strict=True)
        for (part, _), each in zip(group, found, strict=True)
    ]
    return counted, [found for [found] in many[len(groups) :]]


def _group_of(counted: tuple[_Part, Filled]) -> Any:
    return SHELVES[counted[0].rank].group


def _place_of(counted: tuple[_Part, Filled]) -> Any:
    return counted[0].place


@lru_cache(maxsize=1_000)
def _counted(shape: _Shape, place: int, rank: int) -> KeptSelect:
    return keep(
        lambda: (
            _rows_of(shape, place)
            .order_by(*_counting_order(shape, SHELVES[rank].group))
            .values_list("pk")[: COUNTED_UP_TO + 1]
        )
    )


def _counting_order(shape: _Shape, group: Group) -> tuple[str, ...]:
    """The order in which most rows that are read fit. A narrowed list has none: few may fit."""
    if not shape.is_of_all_cases:
        return ()
    if group is Group.LIMIT:
        return ("overdue_at",)
    # Before those that are due and in time lies all that is overdue: so from the other end.
    return ("-act_at", "-pk") if group in (Group.TODAY, Group.CHASE) else ()


@cache
def _trouble() -> KeptSelect:
    return keep(lambda: with_problem().order_by().values_list("pk")[: TROUBLE_COUNTED + 1])


@cache
def _payers() -> KeptSelect:
    return keep(lambda: Payer.objects.order_by("name").values("pk", "name")[:100])


def _by_group(parts: Sequence[_Part]) -> dict[Group, int]:
    found = dict.fromkeys(Group, 0)
    for part in parts:
        group = SHELVES[part.rank].group
        found[group] = min(found[group] + part.many, COUNTED_UP_TO + 1)
    return found


# ------------------------------------------------------------------ one page of them


def _worth_asking(parts: Sequence[_Part], cursor: Cursor | None) -> list[_Part]:
    """The parts that a page can come from: none without rows, none behind shelves with plenty.

    Plenty is two pages, so that rows settled since they were counted leave no gap. How much of the
    cursor's own shelf still lies ahead is not known, so it does not count.
    """
    backwards = cursor is not None and cursor.backwards
    ahead = list(reversed(parts)) if backwards else list(parts)
    if cursor is not None:
        ahead = [
            p for p in ahead if (p.rank <= cursor.rank if backwards else p.rank >= cursor.rank)
        ]
    asked: list[_Part] = []
    for part in ahead:
        before = (p.many for p in asked if p.rank != part.rank and not _is_at(cursor, p))
        if sum(before) > 2 * PAGE:
            break
        if part.many:
            asked.append(part)
    return asked


def _is_at(cursor: Cursor | None, part: _Part) -> bool:
    return cursor is not None and cursor.rank == part.rank


def _page_keys(
    shape: _Shape, parts: Sequence[_Part], values: Mapping[str, Any], cursor: Cursor | None
) -> list[tuple[int, Any, int]]:
    """(rank, act_at as the database gives it, id) of one row more than a page, in reading order."""
    backwards = cursor is not None and cursor.backwards
    limited = []
    for part in parts:
        # A database that is asked for few rows looks for them in order, one by one, and reads all
        # of a clinic when hardly any fit. It has just counted them in a better way.
        most = PAGE + 1 if part.many > COUNTED_UP_TO else COUNTED_UP_TO + 1
        keys = _first_keys(shape, part.place, part.rank, backwards, _is_at(cursor, part), most)
        limited.append(keys.filled(values))
    found = union_rows(limited, is_prepared=shape.is_of_all_cases)
    return sorted(found, reverse=backwards)[: PAGE + 1]


@lru_cache(maxsize=2_000)
def _first_keys(
    shape: _Shape, place: int, rank: int, backwards: bool, is_at: bool, most: int
) -> KeptSelect:
    """The first `most` rows of a part, behind the cursor's when it `is_at` this shelf."""
    order = ("-act_at", "-pk") if backwards else ("act_at", "pk")

    def build() -> QuerySet:
        rows = _rows_of(shape, place)
        if is_at:
            rows = rows.filter(_beyond(backwards))
        found = rows.annotate(rank=Value(rank)).order_by(*order)
        return found.values_list("rank", "act_at", "pk")[:most]

    return keep(build)


def _beyond(backwards: bool) -> Q:
    act_at, pk = instant(_ACT_AT), number(_PK)
    if backwards:
        tie = Q(act_at=act_at, pk__lt=pk)
        return Q(act_at__lte=act_at) & (Q(act_at__lt=act_at) | tie)
    tie = Q(act_at=act_at, pk__gt=pk)
    return Q(act_at__gte=act_at) & (Q(act_at__gt=act_at) | tie)


def _rows(found: Sequence[tuple[int, Any, int]]) -> list[dict[str, Any]]:
    """The rows themselves, with everything the screen shows of each."""
    if not found:
        return []
    keys = [key for _, _, key in found]
    of_keys = in_scope(**numbered(_PK, keys))
    by_key = {row["id"]: row for row in _rows_by_key(len(keys)).rows(of_keys)}
    rows = []
    for rank, _, key in found:
        if row := by_key.get(key):  # settled between two queries: gone
            row["rank"], row["group"] = rank, SHELVES[rank].group
            rows.append(row)
    return rows


@lru_cache(maxsize=200)
def _rows_by_key(many: int) -> KeptSelect:
    return keep(lambda: Deadline.objects.filter(pk__in=Slots(_PK, many)).order_by().values(*ROW))


def _edge(row: Mapping[str, Any], as_of: datetime, backwards: bool) -> Cursor:
    return Cursor(as_of, row["rank"], row["act_at"], row["id"], backwards)
