"""Put right what a dead or frozen worker left behind. Leases tell; nothing is guessed."""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from cases.mail import digest_mail, patient_mail, reminder_mail
from cases.mail.doubt import ASKING_TIME, Doubt, Reconciler
from cases.mail.evidence import Nowhere, open_reconciler
from cases.mail.faultpoints import reach
from cases.mail.outcomes import Transport
from cases.mail.transport import open_transport
from cases.models import Digest, PatientMail, Reminder
from cases.models.outbox import OUTBOX, Mail
from cases.workflow.escalating import HELD, alarm
from priorauth.reminders import ReminderState
from priorauth.terms import Standing

BATCH = 500

logger = logging.getLogger(__name__)


def recover(
    now: datetime, transport: Transport | None = None, reconciler: Reconciler | None = None
) -> Counter[str]:
    """Settle lapsed leases and doubts at `now` (aware). Returns counts by what was done.

    Keys: planned, uncertain, sent, resent, held, expired, cancelled, superseded.

    claimed, lapsed   nothing had reached a server: planned again at once
    armed, lapsed     may have arrived: uncertain
    uncertain         the transport or the reconciler knows: sent, or planned as a marked copy.
                      Nobody can tell: one marked copy (unless REMINDER_UNCERTAIN=hold), then held
                      for a person. A reconciler is asked from REMINDER_ASK_AFTER after arming on;
                      what it cannot tell within REMINDER_ASK_UNTIL is held
    planned, expired  no longer of use: listed as not sent
    held              nobody needs to decide once the deadline is met, ended or moved, or the day
                      of a digest is over
    """
    return take_up(now) + settle(now, transport, reconciler)


def take_up(now: datetime) -> Counter[str]:
    """That part of `recover` which asks nobody outside the database."""
    counts: Counter[str] = Counter()
    for model in OUTBOX:
        rows = model._base_manager
        counts["planned"] += rows.filter(state=ReminderState.CLAIMED, lease_until__lte=now).update(
            state=ReminderState.PLANNED, not_before=now, lease_owner="", lease_until=None
        )
        counts["uncertain"] += rows.filter(state=ReminderState.ARMED, lease_until__lte=now).update(
            state=ReminderState.UNCERTAIN
        )
        counts["expired"] += rows.filter(state=ReminderState.PLANNED, expires_at__lte=now).update(
            state=ReminderState.EXPIRED
        )
    return counts + _release(now)


def settle(
    now: datetime, transport: Transport | None = None, reconciler: Reconciler | None = None
) -> Counter[str]:
    """The other part: what is uncertain at `now`. A reconciler is asked for ASKING_TIME at most."""
    doubtful: list[Mail] = []
    for model in OUTBOX:
        beside = () if model is PatientMail else ("recipient",)
        rows = model._base_manager.filter(state=ReminderState.UNCERTAIN)
        doubtful += rows.select_related("clinic", *beside).order_by("armed_at", "pk")[:BATCH]
    if not doubtful:
        return Counter()
    # In no order: when time is short, those of which nothing can be said must not always be first.
    random.shuffle(doubtful)
    evidence = reconciler or open_reconciler()
    try:
        return _settle(doubtful, transport or open_transport(), evidence, now)
    finally:
        evidence.close()


def _release(now: datetime) -> Counter[str]:
    """Held reminders of deadlines that no longer run: cancelled, or superseded by a moved date.

    Held digests of a day that is over, and mails to patients that are of no use any more:
    cancelled.
    """
    counts: Counter[str] = Counter()
    held = Reminder._base_manager.filter(state=ReminderState.HELD)
    for state, standings in (
        (ReminderState.SUPERSEDED, [Standing.SUPERSEDED]),
        (ReminderState.CANCELLED, _ENDED),
    ):
        gone = held.filter(deadline__standing__in=standings)
        counts[str(state)] = gone.update(state=state, lease_owner="", settled_at=now)
    for model in (Digest, PatientMail):
        over = model._base_manager.filter(state=ReminderState.HELD, expires_at__lte=now)
        counts[str(ReminderState.CANCELLED)] += over.update(
            state=ReminderState.CANCELLED, lease_owner="", settled_at=now
        )
    return counts


_ENDED = sorted(set(Standing) - {Standing.RUNNING, Standing.TOLLED, Standing.SUPERSEDED})


def _settle(
    doubtful: list[Mail], transport: Transport, reconciler: Reconciler, now: datetime
) -> Counter[str]:
    counts: Counter[str] = Counter()
    ends = time.monotonic() + ASKING_TIME
    for row in doubtful:
        arrived = _guarded(row, partial(transport.lookup, row.pk))
        knows_all = arrived is not None
        if not knows_all and not isinstance(reconciler, Nowhere):
            if now < _armed_at(row) + timedelta(seconds=settings.REMINDER_ASK_AFTER):
                continue  # what is still under way could arrive after a "no"
            if time.monotonic() >= ends:
                continue  # not asked is not "cannot tell": it is asked in the next tick
            arrived = _guarded(row, partial(reconciler.lookup, _doubt(row)))
            if arrived is None and now < _asked_until(row):
                continue
        reach("F11")
        if arrived:
            counts["sent"] += _move(row, state=ReminderState.SENT, sent_at=row.armed_at)
        elif _gets_a_copy(row, arrived, knows_all, reconciler):
            counts["resent"] += _move(
                row,
                state=ReminderState.PLANNED,
                possible_dup=True,
                resends=row.resends + 1,
                not_before=now,
                lease_owner="",
            )
        else:
            counts["held"] += _hold(row)
    return counts


def _gets_a_copy(row: Mail, arrived: bool | None, knows_all: bool, reconciler: Reconciler) -> bool:
    """Whether one more copy may go out by itself.

    The transport's own "no" can be relied on each time; a reconciler's only once: a journal that
    loses its copies would otherwise have the same mail sent again and again.
    """
    if knows_all:
        return arrived is False
    if not isinstance(reconciler, Nowhere):
        return arrived is False and row.resends == 0
    return settings.REMINDER_UNCERTAIN == "resend" and row.resends == 0


def _doubt(row: Mail) -> Doubt:
    if isinstance(row, PatientMail):
        header, address = patient_mail.HEADER, row.address
    else:
        header = (digest_mail if isinstance(row, Digest) else reminder_mail).HEADER
        address = row.recipient.email.strip()
    return Doubt(row.pk, row.message_id, header, address, _armed_at(row))


def _armed_at(row: Mail) -> datetime:
    return row.armed_at or row.planned_at


def _asked_until(row: Mail) -> datetime:
    """From when on a person decides: counted from the first question, not from arming."""
    first = max(settings.REMINDER_ASK_AFTER, settings.REMINDER_ARMED_LEASE)
    return _armed_at(row) + timedelta(seconds=first + settings.REMINDER_ASK_UNTIL)


def _guarded(row: Mail, look_up: Callable[[], bool | None]) -> bool | None:
    """What it says; None where it cannot tell, as with a folder that cannot be read.

    One mail that cannot be looked up must not keep the others from being settled.
    """
    try:
        return look_up()
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next tick settles it
    except Exception as error:
        logger.error(
            "%s %s: not looked up: %s", row._meta.verbose_name, row.pk, type(error).__name__
        )
        return None


def _hold(row: Mail) -> int:
    with transaction.atomic():
        done = _move(row, state=ReminderState.HELD)
        if done and isinstance(row, Reminder):
            alarm(row.deadline_id, HELD)
    return done


def _move(row: Mail, **changes: object) -> int:
    """From uncertain, once: whoever else looks at the row finds it moved."""
    return (
        type(row)
        ._base_manager.filter(pk=row.pk, state=ReminderState.UNCERTAIN, resends=row.resends)
        .update(lease_until=None, **changes)
    )
