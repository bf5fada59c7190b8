"""Put right what a dead or frozen worker left behind. Leases tell; nothing is guessed."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from cases.mail.faultpoints import reach
from cases.mail.outcomes import Transport
from cases.mail.transport import open_transport
from cases.models import Reminder
from cases.workflow.escalating import HELD, alarm
from priorauth.reminders import ReminderState
from priorauth.terms import Standing

BATCH = 500

logger = logging.getLogger(__name__)


def recover(now: datetime, transport: Transport | None = None) -> Counter[str]:
    """Settle lapsed leases at `now` (aware). Returns counts by what was done.

    Keys: planned, uncertain, sent, resent, held, expired, cancelled, superseded.

    claimed, lapsed   nothing had reached a server: planned again at once
    armed, lapsed     may have arrived: uncertain
    uncertain         the transport knows: sent, or planned as a marked copy. It cannot tell: one
                      marked copy (unless REMINDER_UNCERTAIN=hold), then held for a person
    planned, expired  no longer of use: listed as not sent
    held              nobody needs to decide once the deadline is met, ended or moved
    """
    rows = Reminder._base_manager
    counts: Counter[str] = Counter()
    counts["planned"] = rows.filter(state=ReminderState.CLAIMED, lease_until__lte=now).update(
        state=ReminderState.PLANNED, not_before=now, lease_owner="", lease_until=None
    )
    counts["uncertain"] = rows.filter(state=ReminderState.ARMED, lease_until__lte=now).update(
        state=ReminderState.UNCERTAIN
    )
    counts["expired"] = rows.filter(state=ReminderState.PLANNED, expires_at__lte=now).update(
        state=ReminderState.EXPIRED
    )
    counts += _release(now)
    doubtful = list(rows.filter(state=ReminderState.UNCERTAIN).order_by("pk")[:BATCH])
    if doubtful:
        counts += _settle(doubtful, transport or open_transport(), now)
    return counts


def _release(now: datetime) -> Counter[str]:
    """Held reminders of deadlines that no longer run: cancelled, or superseded by a moved date."""
    counts: Counter[str] = Counter()
    held = Reminder._base_manager.filter(state=ReminderState.HELD)
    for state, standings in (
        (ReminderState.SUPERSEDED, [Standing.SUPERSEDED]),
        (ReminderState.CANCELLED, _ENDED),
    ):
        gone = held.filter(deadline__standing__in=standings)
        counts[str(state)] = gone.update(state=state, lease_owner="", settled_at=now)
    return counts


_ENDED = sorted(set(Standing) - {Standing.RUNNING, Standing.TOLLED, Standing.SUPERSEDED})


def _settle(doubtful: list[Reminder], transport: Transport, now: datetime) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in doubtful:
        reach("F11")
        arrived = _look_up(transport, row)
        if arrived:
            counts["sent"] += _move(row, state=ReminderState.SENT, sent_at=row.armed_at)
        elif arrived is False or (settings.REMINDER_UNCERTAIN == "resend" and row.resends == 0):
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


def _look_up(transport: Transport, row: Reminder) -> bool | None:
    """Whether it arrived; None where the transport cannot tell, a folder that cannot be read too.

    One mail that cannot be looked up must not keep the others from being settled.
    """
    try:
        return transport.lookup(row.pk)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next tick settles it
    except Exception as error:
        logger.error("Reminder %s could not be looked up: %s", row.pk, type(error).__name__)
        return None


def _hold(row: Reminder) -> int:
    with transaction.atomic():
        done = _move(row, state=ReminderState.HELD)
        if done:
            alarm(row.deadline_id, HELD)
    return done


def _move(row: Reminder, **changes: object) -> int:
    """From uncertain, once: whoever else looks at the row finds it moved."""
    return Reminder._base_manager.filter(
        pk=row.pk, state=ReminderState.UNCERTAIN, resends=row.resends
    ).update(lease_until=None, **changes)
