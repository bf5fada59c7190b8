"""The parts of the worklist, in their order, and what puts a deadline into each.

Groups come in the order of `Group`. Inside a group what we owe comes before what the payer owes,
and on each of these shelves the row comes first that has the least time left to its working date
(of theirs: the day to chase). So no date that only we set comes before a legal limit of ours that
is about to pass: that has a group of its own, above all that is overdue.

A shelf is told by dates and the sort of deadline alone, so that SQL finds its first rows by an
index of its own. `overdue_at` and `broken_at` are there for running rows only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.fields import BooleanField

from cases.models import Deadline
from cases.models.deadlines import APART
from priorauth.calendars.day_table import federal_business_days
from priorauth.calendars.local_time import day_closes, local_date
from priorauth.terms import ClockKind, OwedBy, Standing, Term


class Group(Term):
    """The parts of the worklist, in their order. The values are stable: links carry them."""

    BOOKED = "booked", "Infusion without approval"
    LIMIT = "limit", "Legal limit about to pass"
    OVERDUE = "overdue", "Overdue"
    BROKEN = "broken", "Promises broken"
    TODAY = "today", "Now and today"
    CHASE = "chase", "Payer: time to chase"
    ENDING = "ending", "Ending or running out"
    PASSED = "passed", "Peer-to-peer window passed"
    WEEK = "week", "Next 7 days"
    LATER = "later", "Later"


NOT_YET = (Group.WEEK, Group.LATER)
"""Nothing of these is to be done today."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One stretch of the list: a group, and who owes what lies on it."""

    group: Group
    owed_by: OwedBy


_OURS_ONLY = (Group.BOOKED, Group.LIMIT, Group.ENDING, Group.PASSED)
_THEIRS_ONLY = (Group.BROKEN, Group.CHASE)

SHELVES = tuple(
    Shelf(group, side)
    for group in Group
    for side in OwedBy
    if (side is OwedBy.CLINIC and group not in _THEIRS_ONLY)
    or (side is OwedBy.PAYER and group not in _OURS_ONLY)
)
"""In reading order; a cursor names its shelf by its place here."""

# Spelled out: SQLite uses a partial index only for a literal condition.
IS_LIVE = Q(
    RawSQL("cases_deadline.standing IN ('running', 'tolled')", (), output_field=BooleanField())
)

_KINDS = ", ".join(f"'{kind.value}'" for kind in APART)
_IS_APART = Q(
    RawSQL(  # noqa: S611 - words of our own
        f"cases_deadline.kind IN ({_KINDS})", (), output_field=BooleanField()
    )
)
_NOT_OURS_APART = Q(
    RawSQL(  # noqa: S611 - words of our own
        f"NOT (cases_deadline.kind IN ({_KINDS}) AND cases_deadline.owed_by = 'clinic')",
        (),
        output_field=BooleanField(),
    )
)

_RUNS, _STOPPED = Standing.RUNNING.value, Standing.TOLLED.value
_BOOKED = _IS_APART & Q(kind=ClockKind.INFUSION_BOOKED)
_ENDING = _IS_APART & Q(kind__in=[ClockKind.AUTHORIZATION_ENDS, ClockKind.UNITS_END])
_NEVER_LATE = IS_LIVE & Q(overdue_at=None, broken_at=None)
_TALK = Q(kind=ClockKind.PEER_TO_PEER)
"""Of these alone a passed date is seldom of use: an appeal is filed late rather than not at all."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Now, and where today, the next seven days and the next business day end in the clinic.

    Instants, or what stands for them in SQL that is kept.
    """

    now: Any
    today: Any
    week: Any
    soon: Any

    @classmethod
    def of(cls, now: datetime, zone: str) -> Edges:
        """`now` is an aware instant, `zone` the clinic's."""
        on = local_date(now, zone)
        return cls(
            now,
            day_closes(on, zone),
            day_closes(on + timedelta(days=7), zone),
            day_closes(federal_business_days().add(on, 1), zone),
        )


def place_of(row: Deadline, now: datetime, zone: str) -> tuple[int, datetime, int]:
    """Where a live row in hand stands in the list's order; as `conditions` puts it in SQL."""
    edges, side = Edges.of(now, zone), OwedBy(row.owed_by)
    return SHELVES.index(Shelf(_group_of(row, side, edges), side)), row.act_at, row.pk


def _group_of(row: Deadline, side: OwedBy, edges: Edges) -> Group:
    now = edges.now
    if row.act_at > edges.today:
        return Group.WEEK if row.act_at <= edges.week else Group.LATER
    if row.overdue_at is not None and row.overdue_at < now:
        return Group.OVERDUE
    if row.broken_at is not None:
        return Group.BROKEN if row.broken_at < now else Group.TODAY
    if side is OwedBy.PAYER:
        is_chased = row.act_at <= now and row.standing == Standing.RUNNING
        return Group.CHASE if is_chased else Group.TODAY
    if row.overdue_at is None:
        is_talk = row.kind == ClockKind.PEER_TO_PEER and row.standing == Standing.RUNNING
        return Group.PASSED if is_talk and row.due_at < now else Group.TODAY
    if row.kind in (ClockKind.AUTHORIZATION_ENDS, ClockKind.UNITS_END):
        return Group.ENDING
    if row.kind == ClockKind.INFUSION_BOOKED:
        return Group.BOOKED
    is_near = row.legal_at is not None and row.overdue_at <= edges.soon
    return Group.LIMIT if is_near else Group.TODAY


def conditions(now: datetime, zone: str) -> list[tuple[Shelf, Q]]:
    """`conditions_at` for `now` (an aware instant) in the clinic's `zone`."""
    return conditions_at(Edges.of(now, zone))


def conditions_at(edges: Edges) -> list[tuple[Shelf, Q]]:
    """What puts a deadline onto each shelf: a live one meets one condition, others none.

    A shelf with several has them apart because each is read from an index of its own. What is the
    payer's is never `_NOT_OURS_APART`'s exception: that is said because the index says it. About to
    pass is what ends by the close of the next business day.
    """
    now, today_ends, week_ends, soon = edges.now, edges.today, edges.week, edges.soon
    ours, theirs = OwedBy.CLINIC, OwedBy.PAYER

    due, is_chased = Q(act_at__lte=today_ends), Q(act_at__lte=now)
    waits_today = due & Q(act_at__gt=now)
    in_time, late = Q(overdue_at__gte=now), Q(overdue_at__lt=now)
    is_near = Q(overdue_at__lte=soon, legal_at__isnull=False)
    in_week = IS_LIVE & Q(act_at__gt=today_ends, act_at__lte=week_ends)
    later = IS_LIVE & Q(act_at__gt=week_ends)

    wanted = [
        (Group.BOOKED, ours, due & in_time & _BOOKED),
        (Group.LIMIT, ours, due & in_time & is_near & _NOT_OURS_APART),
        (Group.OVERDUE, ours, due & late & _NOT_OURS_APART),
        (Group.OVERDUE, ours, due & late & _IS_APART),
        (Group.OVERDUE, theirs, due & late & _NOT_OURS_APART),
        (Group.BROKEN, theirs, due & Q(broken_at__lt=now)),
        (
            Group.TODAY,
            ours,
            due & in_time & (Q(overdue_at__gt=soon) | Q(legal_at=None)) & _NOT_OURS_APART,
        ),
        (
            Group.TODAY,
            ours,
            _NEVER_LATE & due & (Q(due_at__gte=now) | Q(standing=_STOPPED) | ~_TALK),
        ),
        (Group.TODAY, theirs, waits_today & in_time & _NOT_OURS_APART),
        (Group.TODAY, theirs, due & Q(broken_at__gte=now)),
        (Group.TODAY, theirs, _NEVER_LATE & due & (Q(act_at__gt=now) | Q(standing=_STOPPED))),
        (Group.CHASE, theirs, is_chased & in_time & _NOT_OURS_APART),
        (Group.CHASE, theirs, _NEVER_LATE & is_chased & Q(standing=_RUNS)),
        (Group.ENDING, ours, due & in_time & _ENDING),
        (Group.PASSED, ours, _NEVER_LATE & due & Q(due_at__lt=now, standing=_RUNS) & _TALK),
        (Group.WEEK, ours, in_week),
        (Group.WEEK, theirs, in_week),
        (Group.LATER, ours, later),
        (Group.LATER, theirs, later),
    ]
    return [(Shelf(group, side), Q(owed_by=side) & each) for group, side, each in wanted]
