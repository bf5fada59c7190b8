"""Send what is due: claim, fence, render, arm, hand over, record.

Every move of a row is one conditional UPDATE that counts only when it changed a row; SQLite and
PostgreSQL behave alike. See priorauth.reminders.MOVES for the moves there are.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from cases.mail.faultpoints import reach
from cases.mail.outcomes import Delivered, Outcome, OutgoingMail, Refused, Transport, Unknown
from cases.mail.plain_mail import UnfitForMail, sender_address
from cases.mail.reminder_mail import ReminderMail, build
from cases.mail.transport import open_transport
from cases.models import Deadline, Membership, Reminder
from cases.workflow import stopping
from cases.workflow.escalating import give_up, pass_on
from priorauth.reminders import ReminderState, urgency_word
from priorauth.terms import ClockKind, OwedBy, Standing

Clock = Callable[[], datetime]

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Worker:
    """One run of one process. `token` is new for each claim, so that it never names two."""

    clock: Clock
    transport: Transport
    token: str = ""
    is_server_down: bool = False


def send_due(
    clock: Clock = timezone.now, limit: int = 1000, transport: Transport | None = None
) -> Counter[str]:
    """Send up to `limit` planned reminders whose time has come; stops when the mail server is down
    and when the process is asked to stop.

    `clock` gives the current aware instant, again and again. Returns counts by what became of them:
    sent, planned (to be tried again), failed, cancelled, superseded, uncertain, lost (somebody else
    took the row). Raises nothing for one row's sake.
    """
    counts: Counter[str] = Counter()
    worker = _Worker(clock, transport or open_transport())
    try:
        while limit > 0 and not worker.is_server_down and not stopping.is_asked():
            claimed = _claim(worker, min(limit, settings.REMINDER_BATCH))
            if not claimed:
                break
            limit -= len(claimed)
            reach("F2")
            counts += _send_batch(worker, claimed)
    finally:
        worker.transport.close()
    return counts


def _claim(worker: _Worker, count: int) -> Sequence[Reminder]:
    """Take up to `count` rows for a lease. Of two workers after the same row, one gets it."""
    now = worker.clock()
    worker.token = f"{socket.gethostname()[:32]}:{os.getpid()}:{uuid.uuid4().hex}"
    ready = Reminder._base_manager.filter(
        state=ReminderState.PLANNED, not_before__lte=now, expires_at__gt=now
    )
    with transaction.atomic():
        pick = ready.order_by("not_before", "pk").values_list("pk", flat=True)
        if connection.features.has_select_for_update_skip_locked:
            pick = pick.select_for_update(skip_locked=True)
        picked = list(pick[:count])
        taken = ready.filter(pk__in=picked).update(
            state=ReminderState.CLAIMED,
            lease_owner=worker.token,
            lease_until=now + timedelta(seconds=settings.REMINDER_CLAIM_LEASE),
            claimed_at=now,
        )
    if not taken:
        return []
    return list(
        Reminder._base_manager.filter(pk__in=picked, lease_owner=worker.token)
        .annotate(is_living=Exists(_living(OuterRef("clinic_id"), OuterRef("recipient_id"))))
        .select_related("deadline__request", "clinic", "recipient")
        .defer("deadline__derivation", "deadline__request__coverage_snapshot")
        .order_by("not_before", "pk")
    )


def _send_batch(worker: _Worker, rows: Sequence[Reminder]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for position, row in enumerate(rows):
        if worker.is_server_down or stopping.is_asked():
            counts["planned"] += _let_go(worker, rows[position:])
            break
        try:
            counts[_send_one(worker, row)] += 1
        except (OperationalError, InterfaceError):
            raise  # the database is away: leases and the next tick sort it out
        except Exception as error:
            # A fault of our own with this row; the others must still go. A row already armed is
            # left to its lease: that mail may have gone.
            logger.error("Reminder %s: %s", row.pk, type(error).__name__)
            reason = f"could not be prepared ({type(error).__name__})"
            counts[_fail(worker, row, reason, among=(ReminderState.CLAIMED,))] += 1
    return counts


def _send_one(worker: _Worker, row: Reminder) -> str:
    now = worker.clock()
    is_short = row.lease_until is None or row.lease_until - now < _claim_lease() / 2
    if is_short and not _renew(worker, row, now):
        return "lost"
    elsewhere = _verdict(row, row.is_living)  # type: ignore[attr-defined]
    if elsewhere is not None:
        return _put(worker, row, elsewhere)
    try:
        mail = _written(row, now)
    except UnfitForMail as error:
        return _fail(worker, row, str(error))
    outcome = worker.transport.deliver(mail, lambda: _arm(worker, row, mail))
    reach("F8")
    became = _record(worker, row, outcome)
    reach("F9")
    return became


# ------------------------------------------------------------------ the fence


def _arm(worker: _Worker, row: Reminder, mail: OutgoingMail) -> float:
    """The fence and the mark in one UPDATE: still ours, still wanted, recipient still here.

    Returns the seconds of the lease from now on, or 0 when the mail must not go.
    """
    now = worker.clock()
    armed = (
        _mine(worker, row)
        .filter(
            Exists(
                Deadline._base_manager.filter(
                    pk=OuterRef("deadline_id"),
                    standing=Standing.RUNNING,
                    clinic__is_active=True,
                )
            ),
            Exists(_living(row.clinic_id, row.recipient_id)),
            lease_until__gt=now,
        )
        .update(
            state=ReminderState.ARMED,
            armed_at=now,
            lease_until=now + timedelta(seconds=settings.REMINDER_ARMED_LEASE),
            attempts=F("attempts") + 1,
            body_sha256=hashlib.sha256(mail.content).hexdigest(),
        )
    )
    return float(settings.REMINDER_ARMED_LEASE) if armed else 0.0


def _living(clinic_id: Any, staff_id: Any) -> QuerySet[Membership]:
    return Membership._base_manager.filter(
        clinic_id=clinic_id, staff_id=staff_id, is_active=True, staff__is_active=True
    )


def _verdict(row: Reminder, is_living: bool) -> ReminderState | None:
    """Where a row that must not be sent belongs, or None when it may be sent."""
    if row.deadline.standing == Standing.SUPERSEDED:
        return ReminderState.SUPERSEDED
    if row.deadline.standing != Standing.RUNNING or not is_living:
        return ReminderState.CANCELLED
    return None if row.clinic.is_active else ReminderState.PLANNED


def _put(worker: _Worker, row: Reminder, state: ReminderState) -> str:
    """Move a claimed row there; back among the planned ones it waits a little.

    A reminder that is still wanted, but not by its recipient, who has left, goes to others.
    """
    now = worker.clock()
    later = now + timedelta(seconds=settings.REMINDER_BACKOFF[0])
    waits = {"not_before": later} if state is ReminderState.PLANNED else {}
    with transaction.atomic():
        done = _mine(worker, row).update(state=state, lease_owner="", lease_until=None, **waits)
        is_wanted = row.deadline.standing == Standing.RUNNING
        if done and is_wanted and state is ReminderState.CANCELLED:
            pass_on(row, now)
    return str(state) if done else "lost"


def _mine(worker: _Worker, row: Reminder) -> QuerySet[Reminder]:
    """The row, as long as this worker's claim on it stands."""
    return Reminder._base_manager.filter(
        pk=row.pk, state=ReminderState.CLAIMED, lease_owner=worker.token
    )


def _claim_lease() -> timedelta:
    return timedelta(seconds=settings.REMINDER_CLAIM_LEASE)


def _renew(worker: _Worker, row: Reminder, now: datetime) -> bool:
    return bool(
        _mine(worker, row).filter(lease_until__gt=now).update(lease_until=now + _claim_lease())
    )


# ------------------------------------------------------------------ the mail


def _written(row: Reminder, now: datetime) -> OutgoingMail:
    """The finished mail, saying what is true at `now`. Raises UnfitForMail."""
    deadline, clinic = row.deadline, row.clinic
    kind, owed_by = ClockKind(deadline.kind), OwedBy(deadline.owed_by)
    mail = ReminderMail(
        reminder_id=row.pk,
        case_number=deadline.request.number,
        deadline_id=deadline.pk,
        kind=kind,
        owed_by=owed_by,
        urgency_word=urgency_word(
            now, kind, owed_by, deadline.due_at, legal=deadline.legal_at, zone=clinic.time_zone
        ),
        rung=row.rung,
        rungs=row.rungs,
        due_at=deadline.due_at if clinic.mail_shows_time else None,
        zone=clinic.time_zone,
        has_legal_limit=deadline.legal_at is not None,
        to=row.recipient.email.strip(),
        possible_dup=row.possible_dup,
        stands_in=row.standing_in_for_id is not None,
    )
    content = build(mail, at=now, message_id=row.message_id).as_bytes()
    return OutgoingMail(row.pk, sender_address(), mail.to, content)


# ------------------------------------------------------------------ what came of it


def _record(worker: _Worker, row: Reminder, outcome: Outcome) -> str:
    if isinstance(outcome, Delivered):
        return _mark_sent(worker, row, outcome)
    if isinstance(outcome, Refused):
        worker.is_server_down = outcome.is_server
        if outcome.is_permanent:
            return _fail(worker, row, outcome.text, outcome.code)
        return _try_later(worker, row, outcome)
    if isinstance(outcome, Unknown):
        # The lease runs on: only when it has lapsed is the mail called uncertain.
        _held_by(worker, row).update(last_error=outcome.text[:200])
        worker.is_server_down = True
        return "uncertain"
    # Withdrawn: the fence said no. Look again why; the row may not even be ours any more.
    fresh = Reminder._base_manager.select_related("deadline__request", "clinic").get(pk=row.pk)
    is_living = _living(row.clinic_id, row.recipient_id).exists()
    return _put(worker, fresh, _verdict(fresh, is_living) or ReminderState.PLANNED)


_IN_HAND = (ReminderState.CLAIMED, ReminderState.ARMED)


def _held_by(
    worker: _Worker, row: Reminder, among: Sequence[ReminderState] = _IN_HAND
) -> QuerySet[Reminder]:
    """The row, claimed or armed by this worker and nobody since."""
    return Reminder._base_manager.filter(pk=row.pk, lease_owner=worker.token, state__in=among)


def _mark_sent(worker: _Worker, row: Reminder, outcome: Delivered) -> str:
    """Accepted. Even a row called uncertain meanwhile is known to be sent now, if still ours."""
    ours = _held_by(worker, row, (ReminderState.ARMED, ReminderState.UNCERTAIN))
    for wait in (0.05, 0.2, 1.0, None):
        try:
            done = ours.update(
                state=ReminderState.SENT,
                sent_at=worker.clock(),
                lease_until=None,
                smtp_code=outcome.code,
                smtp_text=outcome.text[:200],
                last_error="",
            )
            return "sent" if done else "lost"
        except OperationalError:
            # The one place where it pays to insist: what is not written down is sent once more.
            if wait is None:
                raise
            connection.close()
            time.sleep(wait)
    raise AssertionError("not reached")


def _try_later(worker: _Worker, row: Reminder, outcome: Refused) -> str:
    """Known unsent: planned again, later each time."""
    steps: list[int] = settings.REMINDER_BACKOFF
    tries = row.attempts if row.attempts < len(steps) else len(steps) - 1
    done = _held_by(worker, row).update(
        state=ReminderState.PLANNED,
        not_before=worker.clock() + timedelta(seconds=steps[tries]),
        # `_arm` counts a try only when it is reached.
        attempts=row.attempts + 1,
        lease_owner="",
        lease_until=None,
        smtp_code=outcome.code,
        last_error=outcome.text[:200],
    )
    return "planned" if done else "lost"


def _fail(
    worker: _Worker,
    row: Reminder,
    reason: str,
    code: int | None = None,
    among: Sequence[ReminderState] = _IN_HAND,
) -> str:
    """That row alone is given up, with its reason on screen, and the clinic's leads step in."""
    with transaction.atomic():
        done = _held_by(worker, row, among).update(
            state=ReminderState.FAILED,
            lease_until=None,
            smtp_code=code,
            last_error=reason[:200],
        )
        if done:
            give_up(row, reason, worker.clock())
    return "failed" if done else "lost"


def _let_go(worker: _Worker, rows: Sequence[Reminder]) -> int:
    """Give back what was claimed but not tried: the server is down for all alike, or we stop."""
    wait = settings.REMINDER_BACKOFF[0] if worker.is_server_down else 0
    return Reminder._base_manager.filter(
        pk__in=[row.pk for row in rows],
        state=ReminderState.CLAIMED,
        lease_owner=worker.token,
    ).update(
        state=ReminderState.PLANNED,
        not_before=worker.clock() + timedelta(seconds=wait),
        lease_owner="",
        lease_until=None,
    )
