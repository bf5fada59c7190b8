"""Selects that are compiled once and kept: each run puts its own values into the same SQL.

A list of many parts costs more to spell out than to read. So its queries are built by the ORM as
any others, but with a `Slot` where a value differs from run to run, and kept as SQL until the
process ends. The clinic is always such a slot: a select is built inside a scope whose clinic is one
and run with the clinic of the scope that is open then, and without one it can be neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, CharField, DateTimeField, Expression, QuerySet
from django_scopes import scope

from cases.access import current_clinic
from cases.queries import prepared

_CLINIC = "clinic"


class Slot(Expression):
    """The place of a value that is put in by its name when the select runs."""

    def __init__(self, name: str, output_field: Any) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class Slots(Expression):
    """Places of so many numbers, to the right of `__in`; see `numbered`."""

    def __init__(self, name: str, many: int) -> None:
        super().__init__(output_field=BigIntegerField())
        self.slots = [number(each) for each in numbered(name, [0] * many)]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return f"({', '.join(['%s'] * len(self.slots))})", list(self.slots)


def instant(name: str) -> Slot:
    """The place of an aware instant."""
    return Slot(name, DateTimeField())


def number(name: str) -> Slot:
    """The place of a row's number."""
    return Slot(name, BigIntegerField())


def text(name: str) -> Slot:
    """The place of a text."""
    return Slot(name, CharField())


def numbered(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """The values of `Slots(name, len(values))`, by the names of their places."""
    return {f"{name}{place}": value for place, value in enumerate(values)}


@dataclass(frozen=True, slots=True)
class KeptSelect:
    """A compiled select. `given` are its parameters, some of them slots."""

    sql: str
    given: tuple[Any, ...]
    names: tuple[str, ...]
    columns: tuple[Any, ...]

    def filled(self, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """The select with its values; `values` are `in_scope`, one for each slot."""
        return self.sql, [
            values[each.name] if isinstance(each, Slot) else each for each in self.given
        ]

    def rows(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Run it alone: rows by the names of their columns, as `QuerySet.values` gives them."""
        found = [list(row) for row in prepared.rows(*self.filled(values))]
        for place, column in enumerate(self.columns):
            for convert in [
                *connection.ops.get_db_converters(column),
                *column.get_db_converters(connection),
            ]:
                for row in found:
                    row[place] = convert(row[place], column, connection)
        return [dict(zip(self.names, row, strict=True)) for row in found]


def keep(build: Callable[[], QuerySet]) -> KeptSelect:
    """Compile what `build` makes: a queryset of `values` or `values_list` over clinic-owned rows.

    `build` must take its rows from scoped managers. Raises LookupError when the clinic has no place
    in the SQL, because then the rows would be everybody's.
    """
    with scope(clinic=number(_CLINIC)):
        rows = build()
        compiler = rows.query.get_compiler(connection=connection)
        sql, given = compiler.as_sql()
    if not any(isinstance(each, Slot) and each.name == _CLINIC for each in given):
        raise LookupError(f"No clinic in the select of {rows.model.__name__}.")
    names = tuple(rows.query.values_select) or tuple(rows.query.annotations)
    columns = tuple(column for column, _, _ in compiler.select)
    return KeptSelect(*_spelled_out(sql, given), names, columns)


def _spelled_out(sql: str, given: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    """The select with its words and numbers in it, and what is left to be put in.

    A partial index serves a plan that is kept only where its condition can be read in the select.
    """
    values, left = iter(given), []

    def said(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        value = next(values)
        if isinstance(value, str):
            return _quoted(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(int(value))
        left.append(value)
        return "%s"

    return re.sub("%[s%]", said, sql), tuple(left)


def _quoted(word: str) -> str:
    """A text as SQL spells it; each % twice, since values are put in after it."""
    return f"""'{str(word).replace("'", "''").replace("%", "%%")}'"""


def in_scope(**values: Any) -> dict[str, Any]:
    """`values` as the database takes them, and the clinic of the scope that is open.

    Raises LookupError outside the scope of one clinic.
    """
    made = {
        name: connection.ops.adapt_datetimefield_value(value)
        if isinstance(value, datetime)
        else value
        for name, value in values.items()
    }
    return made | {_CLINIC: current_clinic().pk}
