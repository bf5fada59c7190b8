"""A clinic of many more cases: copies of those it has, by one statement a table. PostgreSQL only.

Keys of a copy are the first one's, moved; case numbers, names and member and chart numbers become
others. Dates stay. What the desk's pages read of a case is copied, mails and files are not.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, models

from cases.demo.multiply import ORDER, THROUGH_LINES
from cases.demo.rows import Table

_APART = 100_000_000
"""How far the keys of one copy lie from those of the next: farther than any table has rows."""

# A natural key ends with the number of its start event.
_KEY = (
    "regexp_replace(key, '[0-9]+$', '')"
    " || coalesce((substring(key from '[0-9]+$')::bigint + {shift})::text, '')"
)
# The first letters of copies' names: a search for a whole name finds as many as before.
_NEW_VALUES: dict[tuple[str, str], str] = {
    ("cases_patient", "last_name"): "{letter} || lower(last_name)",
    ("cases_patient", "last_name_folded"): "lower({letter}) || last_name_folded",
    ("cases_patient", "chart_number"): "chart_number || {letter}",
    ("cases_coverage", "member_id"): "member_id || {letter}",
    ("cases_coverage", "member_id_folded"): "member_id_folded || lower({letter})",
    # Random, as real ones are, and hexadecimal digits are digits of a case number.
    ("cases_priorauthrequest", "number"): (
        "'PA-' || upper(lpad(to_hex((id + {shift}) * 2654435761 %% 4294967296), 8, '0'))"
    ),
    ("cases_priorauthrequest", "import_fingerprint"): "''",
    ("cases_deadline", "key"): _KEY,
    ("cases_payerbreach", "key"): _KEY,
}


def multiply_in_place(clinic_id: int, times: int) -> None:
    """Bring the clinic's cases to `times` as many. A seeded database only: done once."""
    assert connection.vendor == "postgresql", "Copies are made by PostgreSQL."
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET session_replication_role = replica")  # keys are right by construction
        for copy in range(1, times):
            for model in ORDER:
                cursor.execute(_copy_of(model, copy), {"clinic": clinic_id})
            for model in THROUGH_LINES:
                cursor.execute(_copy_of_lines(model, copy))
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE")


def _copy_of(model: type[models.Model], copy: int) -> str:
    shift, letter = copy * _APART, f"'{chr(ord('A') + copy)}'"
    fields = Table(model).fields
    chosen = []
    for field in fields:
        column = str(field.column)
        if new := _NEW_VALUES.get((model._meta.db_table, column)):
            chosen.append(new.format(shift=shift, letter=letter))
        elif field.primary_key or (field.is_relation and _is_copied(field)):
            chosen.append(f"{column} + {shift}")
        else:
            chosen.append(f'"{column}"')
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return (
        f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {', '.join(chosen)} "
        f"FROM {model._meta.db_table} WHERE clinic_id = %(clinic)s AND id < {_APART}"
    )


def _is_copied(field: Any) -> bool:
    return field.related_model in ORDER


def _copy_of_lines(model: Any, copy: int) -> str:
    through = model.lines.through._meta
    names = [str(field.column) for field in through.concrete_fields]
    moved = ", ".join(f"{name} + {copy * _APART}" for name in names)
    return (
        f"INSERT INTO {through.db_table} ({', '.join(names)}) SELECT {moved} "
        f"FROM {through.db_table} WHERE id < {_APART}"
    )
