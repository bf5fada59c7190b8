"""Several limited selects as one query: what Django's own union cannot do on SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Filled = tuple[str, Sequence[Any]]
"""A select that is compiled already, with its parameters."""


def union_rows(limited: Sequence[QuerySet | Filled]) -> list[tuple[Any, ...]]:
    """The rows of every select, each with its own order and limit. All have the same columns.

    The rows come back in no promised order, dates as the database's driver gives them.
    """
    return _run(limited, "SELECT part.* FROM ({select}) AS part")


def counts(limited: Sequence[QuerySet | Filled]) -> list[int]:
    """How many rows each select has, in the order of the selects; a limit in it stops counting."""
    numbered = _run(limited, "SELECT {place}, COUNT(*) FROM ({select}) AS part")
    return [count for _, count in sorted(numbered)]


def _run(limited: Sequence[QuerySet | Filled], around: str) -> list[tuple[Any, ...]]:
    if not limited:
        return []
    selects: list[str] = []
    arguments: list[Any] = []
    for place, rows in enumerate(limited):
        select, given = rows.query.sql_with_params() if isinstance(rows, QuerySet) else rows
        selects.append(around.format(place=place, select=select))
        arguments.extend(given)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), arguments)
        return list(cursor.fetchall())
