"""Several limited selects as one query: what Django's own union cannot do on SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet


def union_rows(limited: Sequence[QuerySet], fits: QuerySet | None = None) -> list[tuple[Any, ...]]:
    """The rows of every select, each with its own order and limit. All have the same columns.

    The rows come back in no promised order, dates as the database's driver gives them. `fits` is
    a select of keys that the others name as `(SELECT id FROM fits)`: it is run once for all.
    """
    return _run(limited, "SELECT part.* FROM ({select}) AS part", fits)


def counts(limited: Sequence[QuerySet], fits: QuerySet | None = None) -> list[int]:
    """How many rows each select has, in the order of the selects; a limit in it stops counting."""
    numbered = _run(limited, "SELECT {place}, COUNT(*) FROM ({select}) AS part", fits)
    return [count for _, count in sorted(numbered)]


def _run(limited: Sequence[QuerySet], around: str, fits: QuerySet | None) -> list[tuple[Any, ...]]:
    if not limited:
        return []
    selects: list[str] = []
    arguments: list[Any] = []
    first = ""
    if fits is not None:
        select, given = fits.query.sql_with_params()
        # SQLite does so by itself, and its older versions do not know the word.
        how = "MATERIALIZED " if connection.vendor == "postgresql" else ""
        first = f"WITH fits(id) AS {how}({select}) "
        arguments.extend(given)
    for place, rows in enumerate(limited):
        select, given = rows.query.sql_with_params()
        selects.append(around.format(place=place, select=select))
        arguments.extend(given)
    with connection.cursor() as cursor:
        cursor.execute(first + " UNION ALL ".join(selects), arguments)
        return list(cursor.fetchall())
