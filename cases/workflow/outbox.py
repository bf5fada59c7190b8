"""Writing what a sweep found: outbox rows and hints, each with one statement for a whole batch.

PostgreSQL takes the rows as one JSON text: a fraction of what models and a long CASE cost.
SQLite gets the same through the models. Both leave alone what somebody else wrote meanwhile.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Case, DateTimeField, F, Value, When

from cases.mail.reminder_mail import message_id
from cases.models import Deadline, Reminder
from cases.workflow.pausing import mark_repeats
from priorauth.reminders import ReminderState


class Planned(NamedTuple):
    """One outbox row to be: instants aware, `state` planned, superseded or failed."""

    id: UUID
    clinic_id: int
    deadline_id: int
    rung: int
    rungs: int
    recipient_id: int
    standing_in_for_id: int | None
    due_at: datetime
    expires_at: datetime
    state: ReminderState
    last_error: str


_INSERT = """
INSERT INTO cases_reminder (id, clinic_id, deadline_id, rung, rungs, recipient_id,
    standing_in_for_id, due_at, expires_at, state, last_error, message_id, not_before,
    planned_at, lease_owner, attempts, resends, possible_dup, body_sha256, smtp_text)
SELECT (row->>0)::uuid, (row->>1)::bigint, (row->>2)::bigint, (row->>3)::smallint,
    (row->>4)::smallint, (row->>5)::bigint, (row->>6)::bigint, (row->>7)::timestamptz,
    (row->>8)::timestamptz, row->>9, row->>10, row->>11, %s, %s, '', 0, 0, false, '', ''
FROM json_array_elements(%s::json) AS row
ON CONFLICT DO NOTHING"""
_HINTS = """
UPDATE cases_deadline SET next_reminder_at = found.hint, reminder_problem = found.problem
FROM (SELECT (row->>0)::bigint AS id, (row->>1)::timestamptz AS hint, row->>2 AS problem
      FROM json_array_elements(%s::json) AS row) AS found
WHERE cases_deadline.id = found.id AND next_reminder_at <= %s"""


def write_rows(rows: Sequence[Planned], now: datetime) -> None:
    """Add `rows`, to be sent from `now` on; those whose rung and recipient are there stay out.

    Inside the caller's transaction.
    """
    if connection.vendor != "postgresql":
        Reminder._base_manager.bulk_create(
            [
                Reminder(
                    **row._asdict(), not_before=now, planned_at=now, message_id=message_id(row.id)
                )
                for row in rows
            ],
            ignore_conflicts=True,
        )
    elif rows:
        written = json.dumps([(*row, message_id(row.id)) for row in rows], default=str)
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [now, now, written])
    if rows:
        mark_repeats(row.id for row in rows)


def move_hints(
    hints: Mapping[int, datetime | None], problems: Mapping[int, str], now: datetime
) -> None:
    """Set each deadline's hint and problem (none: empty) unless its hint has moved on since."""
    if connection.vendor == "postgresql":
        found = json.dumps(
            [(key, hint, problems.get(key, "")) for key, hint in hints.items()], default=str
        )
        with connection.cursor() as cursor:
            cursor.execute(_HINTS, [found, now])
        return
    by_hint: dict[datetime | None, list[int]] = defaultdict(list)
    for key, hint in hints.items():
        by_hint[hint].append(key)
    cases = [
        When(pk__in=keys, then=Value(hint, output_field=DateTimeField()))
        for hint, keys in by_hint.items()
    ]
    said = [When(pk=key, then=Value(text)) for key, text in problems.items()]
    Deadline._base_manager.filter(pk__in=list(hints), next_reminder_at__lte=now).update(
        next_reminder_at=Case(*cases, default=F("next_reminder_at")),
        reminder_problem=Case(*said, default=Value("")),
    )


def is_due(now: datetime) -> bool:
    """Whether any deadline's hint has passed: one look into a partial index, no transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM cases_deadline WHERE next_reminder_at <= %s LIMIT 1",
            [connection.ops.adapt_datetimefield_value(now)],
        )
        return cursor.fetchone() is not None
