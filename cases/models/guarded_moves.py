"""The database itself refuses a move of a reminder that is not in the table of moves.

One trigger a table, made from `priorauth.reminders.MOVES`, so that there is one truth. Its name
ends with a digest of what it says: an old or a missing trigger is told by its name alone. SQLite
drops triggers without a word when Django rebuilds a table, so `post_migrate` puts them back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from priorauth.reminders import MOVES

GUARDED: Sequence[str] = ("cases_reminder", "cases_digest", "cases_patientmail")
"""Tables whose column `state` moves as MOVES says."""
REFUSAL = "no such move of a reminder"

_SQLITE = """CREATE TRIGGER {name} BEFORE UPDATE OF state ON {table}
WHEN NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ({moves})
BEGIN SELECT RAISE(ABORT, '{refusal}'); END"""
_POSTGRESQL = """CREATE TRIGGER {name} BEFORE UPDATE OF state ON {table} FOR EACH ROW
WHEN (OLD.state IS DISTINCT FROM NEW.state AND (OLD.state || '>' || NEW.state) NOT IN ({moves}))
EXECUTE FUNCTION refuse_move()"""
_POSTGRESQL_FUNCTION = f"""CREATE OR REPLACE FUNCTION refuse_move() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION '{REFUSAL}: % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
END $$"""


def install(connection: BaseDatabaseWrapper, tables: Iterable[str] = GUARDED) -> None:
    """Put the trigger of today on each of `tables` that is there; older ones go."""
    there = set(connection.introspection.table_names())
    has = installed(connection)
    with connection.cursor() as cursor:
        for table in tables:
            name, statement = _trigger(connection.vendor, table)
            if table not in there or has.get(table) == {name}:
                continue
            if connection.vendor == "postgresql":
                cursor.execute(_POSTGRESQL_FUNCTION)
            _drop(connection, cursor, table, has.get(table, set()))
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper, tables: Iterable[str] = GUARDED) -> None:
    """Take the guard off: for going back to an older version only."""
    has = installed(connection)
    with connection.cursor() as cursor:
        for table in tables:
            _drop(connection, cursor, table, has.get(table, set()))


def unguarded(connection: BaseDatabaseWrapper) -> list[str]:
    """Guarded tables that are there without the trigger of today, or with it switched off."""
    there = set(connection.introspection.table_names())
    has = installed(connection)
    return [
        table
        for table in GUARDED
        if table in there and has.get(table) != {_trigger(connection.vendor, table)[0]}
    ]


def installed(connection: BaseDatabaseWrapper) -> Mapping[str, set[str]]:
    """The names of our triggers that work, by table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') "
                "AND pg_table_is_visible(pg_class.oid)"
            )
        else:
            cursor.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'")
        found: dict[str, set[str]] = {}
        for table, name in cursor.fetchall():
            if name.startswith(f"{table}_moves_"):
                found.setdefault(table, set()).add(name)
        return found


def _trigger(vendor: str, table: str) -> tuple[str, str]:
    """Its name and the statement that makes it."""
    moves = ", ".join(f"'{old}>{new}'" for old in sorted(MOVES) for new in sorted(MOVES[old]))
    shape = _POSTGRESQL if vendor == "postgresql" else _SQLITE
    text = shape.format(name="", table=table, moves=moves, refusal=REFUSAL)
    name = f"{table}_moves_{hashlib.sha256(text.encode()).hexdigest()[:10]}"
    return name, shape.format(name=name, table=table, moves=moves, refusal=REFUSAL)


def _drop(connection: BaseDatabaseWrapper, cursor: Any, table: str, names: Iterable[str]) -> None:
    where = f" ON {table}" if connection.vendor == "postgresql" else ""
    for name in names:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}{where}")
