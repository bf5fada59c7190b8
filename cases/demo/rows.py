"""Rows written by the thousand without an instance for each.

What is known of a table is worked out once, what is known of an original once an original; a copy
of it costs no more than the values that differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connection, models

from cases.models.folded import FoldedField, fold


class Table:
    """The table of one model: its columns, which of them are keys of other rows, and its writes."""

    def __init__(self, model: type[models.Model]) -> None:
        # What the database works out by itself is not written.
        self.fields = [each for each in model._meta.concrete_fields if not each.generated]
        self.place = {each.attname: place for place, each in enumerate(self.fields)}
        self.links: list[tuple[int, Any]] = [
            (place, each.related_model)
            for place, each in enumerate(self.fields)
            if each.is_relation
        ]
        self._folded = [
            (place, self.place[each.of], each)
            for place, each in enumerate(self.fields)
            if isinstance(each, FoldedField)
        ]
        self._name = model._meta.db_table
        self._columns = [str(each.column) for each in self.fields]

    def values(self, row: models.Model) -> list[Any]:
        """What `row` holds, in the order of `fields`, as the database's driver takes it."""
        return [_for_driver(each, getattr(row, each.attname)) for each in self.fields]

    def fold(self, values: list[Any]) -> None:
        """Bring the columns that repeat another one folded in line with it."""
        for place, of, field in self._folded:
            values[place] = fold(values[of])[: field.max_length]

    def reserve(self, count: int) -> Sequence[int]:
        """`count` primary keys, ascending, that nobody else gets."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                    [self._name, count],
                )
                return [key for (key,) in cursor.fetchall()]
            # SQLite has one writer, and it is this transaction as soon as it has written anything.
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [self._name])
            found = cursor.fetchone()
        first = found[0] + 1 if found else 1
        return range(first, first + count)

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add `rows`, each with a value for every one of `fields`, made while they are sent."""
        quote = connection.ops.quote_name
        columns = ", ".join(quote(column) for column in self._columns)
        into = f"{quote(self._name)} ({columns})"
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(self._columns))
                insert = f"INSERT INTO {into} VALUES ({places})"  # noqa: S608 - names of our models
                cursor.executemany(insert, cast(Any, rows))


def _for_driver(field: Any, value: Any) -> Any:
    if isinstance(field, models.JSONField) and value is not None:
        return json.dumps(value, cls=field.encoder)
    return field.get_db_prep_save(value, connection=connection)
