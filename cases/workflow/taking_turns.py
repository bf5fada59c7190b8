"""Claiming in turns: however much waits in one clinic, each that waits has its share of a round.

A round asks which clinics wait, in an order of its own each time, and claims of so many clinics at
once as a batch has rows, the same share of each. What a claim costs grows with the number of
clinics and with the batch; not with what waits: each clinic's oldest rows are read from an index.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, QuerySet, Value
from django.db.models.base import ModelState

from cases.models import (
    Clinic,
    Deadline,
    Digest,
    PatientMail,
    PriorAuthRequest,
    Reminder,
    StaffMember,
)
from cases.models.outbox import Mail
from cases.workflow.marking import Worker, living
from priorauth.reminders import ReminderState

# 'planned' is written out: an index of planned rows is only taken for a query that says so itself.
# Who waits is asked with each clinic as a span and sorted by, though it is one: PostgreSQL expects
# rows of any clinic everywhere, and would else look for them among all that wait.
_WAITING = """
SELECT id FROM cases_clinic WHERE is_active AND (
    SELECT 1 FROM {table} WHERE clinic_id BETWEEN cases_clinic.id AND cases_clinic.id
    AND state = 'planned' AND not_before <= %s AND expires_at > %s
    ORDER BY clinic_id, not_before, id LIMIT 1) IS NOT NULL
ORDER BY random()"""
_OLDEST = """
SELECT id FROM {table} WHERE clinic_id = %s
AND state = 'planned' AND not_before <= %s AND expires_at > %s
ORDER BY not_before, id LIMIT %s"""
_CLAIM = """
WITH oldest AS (
    SELECT share.id FROM unnest(%s::bigint[]) AS turn (clinic), LATERAL (
        SELECT id FROM {table} WHERE clinic_id = turn.clinic
        AND state = 'planned' AND not_before <= %s AND expires_at > %s
        ORDER BY not_before, id LIMIT %s FOR UPDATE SKIP LOCKED) AS share)
UPDATE {table} SET state = 'claimed', lease_owner = %s, lease_until = %s, claimed_at = %s
WHERE id IN (SELECT id FROM oldest) RETURNING id"""

_BESIDE: Mapping[type[Mail], Sequence[str]] = {
    Digest: ("clinic", "recipient"),
    PatientMail: ("clinic", "request__patient"),
}
_IN_A_REMINDER: Mapping[str, Sequence[str]] = {
    "": (
        *("id", "clinic_id", "deadline_id", "recipient_id", "rung", "rungs", "message_id"),
        *("possible_dup", "standing_in_for_id", "due_at", "expires_at", "planned_at"),
        *("lease_until", "lease_owner", "state", "attempts"),
    ),
    "clinic": ("id", "is_active", "time_zone", "mail_shows_time"),
    "recipient": ("id", "email"),
    "deadline": (
        *("id", "request_id", "clinic_id", "kind", "owed_by", "due_at", "legal_at", "standing"),
        *("answered_at", "quiet_until"),
    ),
    "deadline__request": ("id", "number"),
}
"""What its mail and its marks are made of, by model; anything else is read when it is asked for."""


_PATHS = [
    f"{path}__{name}" if path else name for path, names in _IN_A_REMINDER.items() for name in names
]
_MODELS: Mapping[str, type[Model]] = {
    "": Reminder,
    "clinic": Clinic,
    "recipient": StaffMember,
    "deadline": Deadline,
    "deadline__request": PriorAuthRequest,
}
_SHORT = {"": "r", "clinic": "c", "recipient": "s", "deadline": "d", "deadline__request": "q"}
_COLUMNS = ", ".join(
    f"{_SHORT[path]}.{name}" for path, names in _IN_A_REMINDER.items() for name in names
)
# Making this with the ORM for each claim costs four times as much as asking it.
_CLAIMED = f"""
SELECT {_COLUMNS}, s.is_active AND EXISTS (SELECT 1 FROM cases_membership m
    WHERE m.clinic_id = r.clinic_id AND m.staff_id = r.recipient_id AND m.is_active)
FROM cases_reminder r
JOIN cases_clinic c ON c.id = r.clinic_id
JOIN cases_staffmember s ON s.id = r.recipient_id
JOIN cases_deadline d ON d.id = r.deadline_id
JOIN cases_priorauthrequest q ON q.id = d.request_id
WHERE r.id = ANY(%s) AND r.lease_owner = %s
ORDER BY r.not_before, r.id"""  # noqa: S608 - of names above


def _reminder(row: Sequence[Any]) -> Reminder:
    """The models that one row of `_PATHS` and `is_living` tells of.

    Put together here: going through every field of five models costs a fifth of building a mail.
    As with `only`, a field that was not read is read when it is asked for.
    """
    made: dict[str, Model] = {}
    at = 0
    for path, names in _IN_A_REMINDER.items():
        model = _MODELS[path]
        one = made[path] = model.__new__(model)
        state = ModelState()
        state.adding, state.db = False, connection.alias
        one.__dict__["_state"] = state
        for name in names:
            one.__dict__[name] = row[at]
            at += 1
        if path:
            holder, _, name = path.rpartition("__")
            made[holder]._state.fields_cache[name] = one
    reminder = made[""]
    assert isinstance(reminder, Reminder)  # noqa: S101 - for the type checker
    reminder.__dict__["is_living"] = row[at]
    return reminder


class Turns:
    """Whose turn it is next, for one worker and one kind of mail."""

    def __init__(self, worker: Worker, model: type[Mail] = Reminder) -> None:
        self.worker, self.model = worker, model
        self._clinics: list[int] = []

    def claim(self, count: int) -> Sequence[Mail]:
        """Take up to `count` rows for a lease. Empty when a whole round found nothing to take.

        Of two workers after the same row, one gets it.
        """
        now = self.worker.clock()
        is_new = not self._clinics
        if is_new:
            self._clinics = self._waiting(now)
        while self._clinics:
            clinics, self._clinics = self._clinics[:count], self._clinics[count:]
            if keys := self._take(clinics, count // len(clinics), now):
                return self._read(keys)
        return [] if is_new else self.claim(count)

    def _take(self, clinics: Sequence[int], share: int, now: datetime) -> list[uuid.UUID]:
        self.worker.token = f"{socket.gethostname()[:32]}:{os.getpid()}:{uuid.uuid4().hex}"
        until = now + timedelta(seconds=settings.REMINDER_CLAIM_LEASE)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                chosen = (list(clinics), now, now, share)
                cursor.execute(self._said(_CLAIM), (*chosen, self.worker.token, until, now))
                return [key for (key,) in cursor.fetchall()]
        with transaction.atomic(), connection.cursor() as cursor:
            at = connection.ops.adapt_datetimefield_value(now)
            keys = []
            for clinic in clinics:
                cursor.execute(self._said(_OLDEST), (clinic, at, at, share))
                keys += [uuid.UUID(key) for (key,) in cursor.fetchall()]
            self.model._base_manager.filter(pk__in=keys, state=ReminderState.PLANNED).update(
                state=ReminderState.CLAIMED,
                lease_owner=self.worker.token,
                lease_until=until,
                claimed_at=now,
            )
        return keys

    def _read(self, keys: Sequence[uuid.UUID]) -> Sequence[Mail]:
        """What was claimed, with all that a mail needs; the oldest first."""
        if self.model is Reminder and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(_CLAIMED, (list(keys), self.worker.token))
                return [_reminder(row) for row in cursor.fetchall()]
        is_living: Exists | Value = Value(True)
        if self.model is not PatientMail:
            is_living = Exists(living(OuterRef("clinic_id"), OuterRef("recipient_id")))
        rows: QuerySet[Mail] = (
            self.model._base_manager.filter(pk__in=keys, lease_owner=self.worker.token)
            .annotate(is_living=is_living)
            .order_by("not_before", "pk")
        )
        if self.model is not Reminder:
            return list(rows.select_related(*_BESIDE[self.model]))
        return [_reminder(row) for row in rows.values_list(*_PATHS, "is_living")]

    def _waiting(self, now: datetime) -> list[int]:
        at = connection.ops.adapt_datetimefield_value(now)
        with connection.cursor() as cursor:
            cursor.execute(self._said(_WAITING), (at, at))
            return [clinic for (clinic,) in cursor.fetchall()]

    def _said(self, statement: str) -> str:
        return statement.format(table=self.model._meta.db_table)
