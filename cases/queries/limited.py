"""Several limited selects as one query: what Django's own union cannot do on SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from cases.queries import prepared

Filled = tuple[str, Sequence[Any]]
"""A select that is compiled already, with its parameters."""


def union_rows(
    limited: Sequence[QuerySet | Filled], *, is_prepared: bool = False
) -> list[tuple[Any, ...]]:
    """The rows of every select, each with its own order and limit. All have the same columns.

    The rows come back in no promised order, dates as the database's driver gives them. What
    `is_prepared` is asked by way of `prepared.py`.
    """
    return _run(limited, "SELECT part.* FROM ({select}) AS part", is_prepared)


def counts(limited: Sequence[QuerySet | Filled]) -> list[int]:
    """How many rows each select has, in the order of the selects; a limit in it stops counting."""
    numbered = _run(limited, "SELECT {place}, COUNT(*) FROM ({select}) AS part")
    return [count for _, count in sorted(numbered)]


_PART = "SELECT {place} AS place FROM ({select}) AS part"
_COUNTED = (
    "SELECT place, COUNT(*) FROM (SELECT * FROM ({parts}) AS parts LIMIT {up_to}) AS counted"
    " GROUP BY place"
)


def counts_in_turn(
    groups: Sequence[Sequence[Filled]], up_to: int, *, is_prepared: bool = False
) -> list[list[int]]:
    """How many rows the selects of each group have. A group is counted in order, and no further
    than `up_to` altogether: what comes after that counts as `up_to` too, unread.

    What `is_prepared` is asked by way of `prepared.py`.
    """
    selects: list[str] = []
    arguments: list[Any] = []
    place = 0
    for group in groups:
        parts = []
        for select, given in group:
            parts.append(_PART.format(place=place, select=select))
            arguments.extend(given)
            place += 1
        selects.append(_COUNTED.format(parts=" UNION ALL ".join(parts), up_to=up_to))
    found = dict(_ask(selects, arguments, is_prepared))
    counted: list[list[int]] = []
    place = 0
    for group in groups:
        many = [found.get(place + n, 0) for n in range(len(group))]
        place += len(group)
        if sum(many) >= up_to:
            last = max(n for n, count in enumerate(many) if count)
            many[last:] = [up_to] * (len(many) - last)
        counted.append(many)
    return counted


def _run(
    limited: Sequence[QuerySet | Filled], around: str, is_prepared: bool = False
) -> list[tuple[Any, ...]]:
    selects: list[str] = []
    arguments: list[Any] = []
    for place, rows in enumerate(limited):
        select, given = rows.query.sql_with_params() if isinstance(rows, QuerySet) else rows
        selects.append(around.format(place=place, select=select))
        arguments.extend(given)
    return _ask(selects, arguments, is_prepared)


def _ask(
    selects: Sequence[str], arguments: Sequence[Any], is_prepared: bool
) -> list[tuple[Any, ...]]:
    if not selects:
        return []
    sql = " UNION ALL ".join(selects)
    if is_prepared:
        return prepared.rows(sql, arguments)
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return list(cursor.fetchall())
