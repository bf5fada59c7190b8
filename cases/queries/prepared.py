"""Selects that PostgreSQL is told once for each connection, and from then on only their values.

To plan a select of many parts takes longer than to run it, so the server plans it once, for any
values. Elsewhere, inside a transaction, and for the first times a select is asked, it is run in the
usual way: so a connection keeps only what is asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from itertools import count
from re import sub
from typing import Any

from django.db import DatabaseError, connection

PLAIN_FIRST = 2
"""So many times a select is asked in the usual way on a connection before it is kept there."""
KEPT = 30
"""A connection keeps no more: a plan of the worklist takes a megabyte of the server's memory."""
COUNTED = 500

_NO_SUCH_NAME, _ANOTHER_SHAPE = "26000", "0A000"
_TOLD_ALREADY = b"42P05"
_TYPES: tuple[tuple[type, int], ...] = ((bool, 16), (int, 20), (datetime, 1184), (date, 1082))
"""PostgreSQL's numbers of the types that a value has by itself; a text has that of its place."""


def rows(sql: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a select with %s for each of `given`. Raises Django's database errors.

    The select must be right for any values: a plan may be kept that was made for others.
    """
    with connection.cursor() as cursor:
        if name := _name_of(sql, given):
            places = ", ".join(["%s"] * len(given))
            try:
                cursor.execute(f"EXECUTE {name}({places})" if given else f"EXECUTE {name}", given)
                return list(cursor.fetchall())
            except DatabaseError as error:
                # A pool between us and the database may give each statement another connection
                # there; and a migration may have given a column another type.
                if getattr(error.__cause__, "sqlstate", "") not in (_NO_SUCH_NAME, _ANOTHER_SHAPE):
                    raise
                forget(name)
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def is_told(name: str, sql: str, types: Sequence[int] = ()) -> bool:
    """Whether this connection to PostgreSQL knows `sql` (with %s for its values) by its `name`.

    It is told once, and may refuse it. The name is that of `name_for`: a pool lends one connection
    to many, who must mean the same by it. Raises Django's database errors.
    """
    told = _kept("_told")
    if name not in told:
        from psycopg.pq import DiagnosticField, ExecStatus

        with connection.wrap_database_errors:
            server = connection.connection.pgconn
            if not told:
                # Left to itself it compares guesses, and may plan the worklist anew each time.
                server.exec_(b"SET plan_cache_mode = force_generic_plan")
            told_as = numbered(sql).encode()
            result = server.prepare(name.encode(), told_as, param_types=types or None)
        # By another who has this connection from the same pool: the name says what was told.
        is_there = result.error_field(DiagnosticField.SQLSTATE) == _TOLD_ALREADY
        told[name] = is_there or result.status == ExecStatus.COMMAND_OK
    return told[name]


def forget(name: str) -> None:
    """From now on this connection does not know what has this name, and is not told it again."""
    _kept("_told")[name] = False


def is_plain() -> bool:
    """Whether nothing is kept now: no PostgreSQL, or a transaction, which a refusal would end."""
    return connection.vendor != "postgresql" or connection.in_atomic_block


def name_for(sql: str, types: Sequence[int] = ()) -> str:
    """A name that nothing but this statement with values of these types has."""
    return f"pa_{sha256(repr((sql, tuple(types))).encode()).hexdigest()[:32]}"


def numbered(sql: str) -> str:
    """A statement with $1, $2 and so on for each %s, and % for each %%."""
    places = count(1)
    return sub("%[s%]", lambda found: "%" if found[0] == "%%" else f"${next(places)}", sql)


def _name_of(sql: str, given: Sequence[Any]) -> str:
    """The name under which this connection knows the select; "" for the usual way."""
    if is_plain():
        return ""
    connection.ensure_connection()
    types = [next((oid for of, oid in _TYPES if isinstance(each, of)), 0) for each in given]
    name = name_for(sql, types)
    asked, told = _kept("_asked"), _kept("_told")
    if len(asked) >= COUNTED:
        asked.clear()
    asked[name] = asked.get(name, 0) + 1
    if name not in told and (asked[name] <= PLAIN_FIRST or len(told) >= KEPT):
        return ""
    return name if is_told(name, sql, types) else ""


def _kept(what: str) -> dict[str, Any]:
    """What is remembered as long as this connection lives."""
    kept: dict[str, Any] = connection.connection.__dict__.setdefault(what, {})
    return kept
