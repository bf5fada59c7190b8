"""Every mark that a worker puts on a row in its hand: the fence, and what came of the mail.

Each is one conditional UPDATE that counts only when it changed a row; SQLite and PostgreSQL behave
alike. See priorauth.reminders.MOVES for the moves there are. The two that every mail needs are
written as SQL: made anew by the ORM for each mail they cost more than building and sending it.

That a mail was accepted is told to PostgreSQL at once, but its answer is only waited for before
anything else is asked of it, and before the next mail is armed: meanwhile that mail is begun.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import (
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
    transaction,
)
from django.db.models import QuerySet

from cases.mail.faultpoints import reach
from cases.mail.outcomes import Delivered, Outcome, Refused, Unknown
from cases.models import Digest, Membership, PatientMail, Reminder
from cases.models.outbox import OUTBOX, Mail
from cases.workflow import patient_fence
from cases.workflow.escalating import give_up, pass_on
from cases.workflow.mark_statements import Begun, MarkStatement
from priorauth.calendars.local_time import local_date
from priorauth.reminders import ReminderState
from priorauth.terms import Standing

Clock = Callable[[], datetime]

_AWAY = (OperationalError, InterfaceError, InternalError)
"""The database cannot write now, whatever it is told: cut off, or only read during a failover."""


@dataclass(slots=True)
class Worker:
    """Who holds rows. `token` is new for each claim, so that it never names two.

    `counts` are what became of the rows; `unread` is the record of the last accepted mail, told to
    the database and not yet answered.
    """

    clock: Clock
    token: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    unread: Unread | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A mail that was accepted, and its record under way."""

    kind: type[Mail]
    values: Sequence[Any]
    begun: Begun


# Looked up by its key alone: the index by state would lead through all that was sent of late, hence
# COALESCE. Single looks instead of joins: a join of five tables takes longer to plan than to do.
_ARM = """
UPDATE {table} SET state = 'armed', armed_at = %s, lease_until = %s,
    attempts = attempts + 1, body_sha256 = %s{also}
WHERE id = %s AND COALESCE(state, '') = 'claimed' AND lease_owner = %s AND lease_until > %s
AND {wanted}"""
_HERE = """
AND (SELECT is_active FROM cases_clinic WHERE id = {table}.clinic_id)
AND (SELECT is_active FROM cases_staffmember WHERE id = {table}.recipient_id)
AND (SELECT is_active FROM cases_membership WHERE clinic_id = {table}.clinic_id
    AND staff_id = {table}.recipient_id)"""
_WANTED: Mapping[type[Mail], str] = {
    # Put off since it was planned, a reminder comes again at the end of that.
    Reminder: "(SELECT standing = 'running' AND NOT"
    " (quiet_until IS NOT NULL AND answered_at >= cases_reminder.planned_at)"
    " FROM cases_deadline WHERE id = cases_reminder.deadline_id)",
    Digest: "(SELECT sends_digest FROM cases_clinic WHERE id = cases_digest.clinic_id)",
    PatientMail: patient_fence.WANTED,
}
_ALSO: Mapping[type[Mail], str] = {PatientMail: ", day = %s"}
_SENT = """
UPDATE {table} SET state = 'sent', sent_at = %s, lease_until = NULL, smtp_code = %s,
    smtp_text = %s, last_error = ''
WHERE id = %s AND COALESCE(state, '') IN ('armed', 'uncertain') AND lease_owner = %s"""
_ARM_OF = {
    model: MarkStatement(
        (_ARM if model is PatientMail else _ARM + _HERE).format(
            table=model._meta.db_table, wanted=_WANTED[model], also=_ALSO.get(model, "")
        ),
    )
    for model in OUTBOX
}
_SENT_OF = {model: MarkStatement(_SENT.format(table=model._meta.db_table)) for model in OUTBOX}


def arm(worker: Worker, row: Mail, sha256: str) -> float:
    """The fence and the mark in one UPDATE: still ours, still wanted, recipient still here.

    `sha256` is of the finished mail. A mail to a patient is refused on a day that another of its
    kind has left for the same address. Returns the seconds of the lease from now on, or 0 when the
    mail must not go.
    """
    read_record(worker)
    now, lease = worker.clock(), float(settings.REMINDER_ARMED_LEASE)
    until = now + timedelta(seconds=lease)
    marks: tuple[Any, ...] = (now, until, sha256)
    if isinstance(row, PatientMail):
        marks = (*marks, local_date(now, row.clinic.time_zone))
    try:
        done = _ARM_OF[type(row)].changed(*marks, row.pk, worker.token, now)
    except IntegrityError:
        return 0.0
    return lease if done else 0.0


def renew(worker: Worker, row: Mail) -> bool:
    """Hold a claimed row for a whole lease more when half of it is over; False when it is lost."""
    now, lease = worker.clock(), timedelta(seconds=settings.REMINDER_CLAIM_LEASE)
    if row.lease_until is not None and row.lease_until - now >= lease / 2:
        return True
    read_record(worker)
    mine = _held_by(worker, row, among=(ReminderState.CLAIMED,))
    return bool(mine.filter(lease_until__gt=now).update(lease_until=now + lease))


def verdict(row: Mail, is_living: bool, now: datetime) -> ReminderState | None:
    """Where a row that must not be sent at `now` (aware) belongs, or None when it may be sent.

    `is_living`: its recipient works in the clinic and may sign in; nothing is asked of a patient.
    """
    if isinstance(row, PatientMail):
        return patient_fence.judge(row, now)[0]
    if isinstance(row, Reminder):
        if row.deadline.standing == Standing.SUPERSEDED or _is_put_off(row):
            return ReminderState.SUPERSEDED
        is_wanted = row.deadline.standing == Standing.RUNNING
    else:
        is_wanted = row.clinic.sends_digest
    if not (is_wanted and is_living):
        return ReminderState.CANCELLED
    return None if row.clinic.is_active else ReminderState.PLANNED


def _is_put_off(row: Reminder) -> bool:
    """Whether somebody put the deadline off since this reminder was planned: it comes anew."""
    answered_at, until = row.deadline.answered_at, row.deadline.quiet_until
    return until is not None and answered_at is not None and answered_at >= row.planned_at


def put(worker: Worker, row: Mail, state: ReminderState) -> str:
    """Move a claimed row there; back among the planned ones it waits a little.

    A reminder that is still wanted, but not by its recipient, who has left, goes to others; a
    digest does not. A mail to a patient says why it does not go, or waits for its hour. Returns
    what became of it.
    """
    read_record(worker)
    now = worker.clock()
    later = now + timedelta(seconds=settings.REMINDER_BACKOFF[0])
    waits: dict[str, Any] = {"not_before": later} if state is ReminderState.PLANNED else {}
    if isinstance(row, PatientMail):
        if waits:
            waits["not_before"] = max(later, patient_fence.next_try(row, now))
        else:
            waits["last_error"] = patient_fence.judge(row, now)[1]
    with transaction.atomic():
        mine = _held_by(worker, row, among=(ReminderState.CLAIMED,))
        done = mine.update(
            state=state, lease_owner="", lease_until=None, **waits, **_day_of_unsent(row)
        )
        is_given_up = done and state is ReminderState.CANCELLED
        if is_given_up and isinstance(row, Reminder) and row.deadline.standing == Standing.RUNNING:
            pass_on(row, now)
    return str(state) if done else "lost"


def record(worker: Worker, row: Mail, outcome: Outcome) -> str:
    """Write down what came of handing the mail over; returns what became of the row.

    Nothing yet when it was accepted and its record is under way: `read_record` counts it.
    """
    read_record(worker)
    if isinstance(outcome, Delivered):
        return mark_sent(worker, row, outcome)
    if isinstance(outcome, Refused):
        if outcome.is_permanent:
            return fail(worker, row, outcome.text, outcome.code, is_address=outcome.is_address)
        return _try_later(worker, row, outcome)
    if isinstance(outcome, Unknown):
        # The lease runs on: only when it has lapsed is the mail called uncertain.
        _held_by(worker, row).update(last_error=outcome.text[:200])
        return "uncertain"
    # Withdrawn: the fence said no. Look again why; the row may not even be ours any more.
    fresh = type(row)._base_manager.select_related("clinic").get(pk=row.pk)
    is_living = isinstance(row, PatientMail) or living(row.clinic_id, row.recipient_id).exists()
    return put(worker, fresh, verdict(fresh, is_living, worker.clock()) or ReminderState.PLANNED)


def living(clinic_id: Any, staff_id: Any) -> QuerySet[Membership]:
    """The membership of somebody who works in that clinic and may sign in, or nothing."""
    return Membership._base_manager.filter(
        clinic_id=clinic_id, staff_id=staff_id, is_active=True, staff__is_active=True
    )


def mark_sent(worker: Worker, row: Mail, outcome: Delivered) -> str:
    """Accepted. Even a row called uncertain meanwhile is known to be sent now, if still ours."""
    values = (worker.clock(), outcome.code, outcome.text[:200], row.pk, worker.token)
    try:
        begun = _SENT_OF[type(row)].begin(*values)
    except _AWAY:
        connection.close()
    else:
        if begun is not None:
            worker.unread = Unread(type(row), values, begun)
            return ""
    return _insist(type(row), values)


def read_record(worker: Worker) -> None:
    """Wait until the last accepted mail is written down, and count it.

    To be called before the connection to the database is used for anything else.
    """
    unread, worker.unread = worker.unread, None
    if unread is None:
        return
    try:
        became = "sent" if unread.begun.changed() else "lost"
    except _AWAY:
        connection.close()
        became = _insist(unread.kind, unread.values)
    worker.counts[became] += 1
    reach("F9")


def _insist(kind: type[Mail], values: Sequence[Any]) -> str:
    """The one place where it pays to: what is not written down is sent once more."""
    for wait in (0.05, 0.2, 1.0, None):
        try:
            return "sent" if _SENT_OF[kind].changed(*values) else "lost"
        except _AWAY:
            if wait is None:
                raise
            connection.close()
            time.sleep(wait)
    raise AssertionError("not reached")


def fail(
    worker: Worker,
    row: Mail,
    reason: str,
    code: int | None = None,
    among: Sequence[ReminderState] = (ReminderState.CLAIMED, ReminderState.ARMED),
    *,
    is_address: bool = False,
) -> str:
    """That row alone is given up, with its reason on screen.

    For a reminder the leads step in; nobody else is told a patient's matter, but that the server
    refused the patient's address itself (`is_address`) is noted beside it.
    """
    read_record(worker)
    with transaction.atomic():
        done = _held_by(worker, row, among).update(
            state=ReminderState.FAILED,
            lease_until=None,
            smtp_code=code,
            last_error=reason[:200],
            **_day_of_unsent(row),
        )
        if done and isinstance(row, Reminder):
            give_up(row, reason, worker.clock())
        if done and isinstance(row, PatientMail) and is_address:
            patient_fence.mark_broken(row, reason)
    return "failed" if done else "lost"


def let_go(worker: Worker, rows: Sequence[Mail], wait: int = 0) -> int:
    """Give back what was claimed together but not tried, to be taken up after `wait` seconds."""
    read_record(worker)
    return (
        type(rows[0])
        ._base_manager.filter(
            pk__in=[row.pk for row in rows],
            state=ReminderState.CLAIMED,
            lease_owner=worker.token,
        )
        .update(
            state=ReminderState.PLANNED,
            not_before=worker.clock() + timedelta(seconds=wait),
            lease_owner="",
            lease_until=None,
        )
    )


def _try_later(worker: Worker, row: Mail, outcome: Refused) -> str:
    """Known unsent: planned again, later each time."""
    steps: list[int] = settings.REMINDER_BACKOFF
    tries, attempts = min(row.attempts, len(steps) - 1), row.attempts + 1
    if outcome.is_server or outcome.is_broken_off:
        # Not this mail's fault: it must not wait longer than the server does, now or later. That
        # it was tried at all stays to be seen (`watchdog.py`).
        tries, attempts = 0, max(row.attempts, 1)
    done = _held_by(worker, row).update(
        state=ReminderState.PLANNED,
        not_before=worker.clock() + timedelta(seconds=steps[tries]),
        # `arm` counts a try only when it is reached.
        attempts=attempts,
        lease_owner="",
        lease_until=None,
        smtp_code=outcome.code,
        last_error=outcome.text[:200],
        **_day_of_unsent(row),
    )
    return "planned" if done else "lost"


def _day_of_unsent(row: Mail) -> Mapping[str, Any]:
    """What its day becomes when this mail was certainly not sent: only patients' mails have one."""
    return patient_fence.UNSENT_DAY if isinstance(row, PatientMail) else {}


def _held_by(
    worker: Worker,
    row: Mail,
    among: Sequence[ReminderState] = (ReminderState.CLAIMED, ReminderState.ARMED),
) -> QuerySet[Any]:
    """The row, claimed or armed by this worker and nobody since."""
    return type(row)._base_manager.filter(pk=row.pk, lease_owner=worker.token, state__in=among)
