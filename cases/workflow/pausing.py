"""Sending stops by itself when going on could do harm, and goes on when a person says so.

Two reasons. The database is older than what was sent: its mark is behind the one kept in a file.
Or the clock of the machine was set by more than ten minutes while the process lived.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from cases.models import PatientMail, Reminder, SendingMark, StaffMember
from cases.models.outbox import OUTBOX, Mail
from cases.models.sending_mark import ONLY
from cases.workflow import mark_file
from cases.workflow.clock_watch import ClockWatch, Jump
from cases.workflow.mark_file import Kept
from priorauth.calendars.local_time import local_date
from priorauth.errors import PriorAuthError
from priorauth.patient_mail import OLD_NEWS
from priorauth.reminders import ReminderState

RESTORED = "database restored: it is older than the mails that went out"
HOSTS_DIFFER = timedelta(seconds=30)
"""How far the clocks of two hosts may be apart."""
_WAITING = (ReminderState.PLANNED, ReminderState.CLAIMED, ReminderState.ARMED)

logger = logging.getLogger(__name__)


class CannotResume(PriorAuthError):
    """Sending is not paused, or no reason was given."""


def why_paused(now: datetime, watch: ClockWatch | None = None) -> str:
    """Why nothing may be sent at `now` (aware); empty when all is well. Pauses where it must.

    The file is read before the database: it is written after it, so it is never ahead unless the
    database went back. What it says is taken over, so that each host need not pause in its turn.
    """
    kept = mark_file.read()
    mark = SendingMark.objects.filter(pk=ONLY).first() or _begun(kept, now)
    if kept and kept.installation == mark.installation and kept.number > mark.number:
        SendingMark.objects.filter(pk=ONLY, number__lt=kept.number).update(
            number=kept.number, paused_at=now, paused_because=RESTORED, was_restored=True
        )
        mark.refresh_from_db()
        logger.error("Sending is paused: %s", mark.paused_because)
    jump = watch.look(now) if watch else None
    if jump and mark.paused_at is None and not _is_let_go(jump, mark, now):
        because = f"the clock of this machine jumped by {_said(jump.by)}"
        SendingMark.objects.filter(pk=ONLY, paused_at__isnull=True).update(
            paused_at=now, paused_because=because
        )
        mark.refresh_from_db()
        logger.error("Sending is paused: %s", because)
    return mark.paused_because if mark.paused_at else ""


def go_ahead(*, is_over: bool = False) -> bool:
    """Move the mark on, in the database first and then outside it; False while paused.

    Called before mail goes out and again (`is_over`) when it is out. A backup taken in between is
    behind the second number.
    """
    mark = SendingMark.objects.filter(pk=ONLY)
    free = mark if is_over else mark.filter(paused_at__isnull=True)
    if not free.update(number=F("number") + 1):
        return False
    installation, number = mark.values_list("installation", "number").get()
    mark_file.write(installation, number)
    return True


def resume(staff: StaffMember | None, reason: str, now: datetime) -> int:
    """Let sending go on; `reason` (no patient data) and who said so are kept.

    After a restore every mail that came due before the pause is marked as a possible repeat, those
    still to be written as well (`mark_repeats`), and what patients are told of what was before it.
    Returns how many were marked now. Raises CannotResume.
    """
    said = " ".join(reason.split())
    if not said:
        raise CannotResume("Say why sending may go on; nothing was changed.")
    marked = 0
    with transaction.atomic():
        mark = SendingMark.objects.select_for_update().filter(paused_at__isnull=False).first()
        if mark is None:
            raise CannotResume("Sending is not paused: nothing was changed.")
        if mark.was_restored and mark.paused_at is not None:
            marked = sum(
                waiting_since_before(mark.paused_at, model).update(possible_dup=True)
                for model in OUTBOX
            )
            mark.repeats_before = mark.paused_at
        mark.paused_at, mark.paused_because, mark.was_restored = None, "", False
        mark.resumed_at, mark.resumed_because, mark.resumed_by = now, said[:200], staff
        mark.save()
    logger.warning("Sending goes on: a person let it go.")
    return marked


def mark_repeats(keys: Iterable[UUID]) -> None:
    """Mark those of the rows just written whose mail may have gone out before a restore.

    To be called in the transaction that writes them, so that no worker sees them unmarked.
    """
    before = SendingMark.objects.filter(pk=ONLY).values_list("repeats_before", flat=True).first()
    if before is not None:
        written = list(keys)
        for model in OUTBOX:
            waiting_since_before(before, model).filter(pk__in=written).update(possible_dup=True)


def waiting_since_before(before: datetime, model: type[Mail] = Reminder) -> QuerySet[Mail]:
    """Mails of all clinics, not yet sent, that came due before that instant.

    Mails to patients too whose event happened by then: recorded anew after a restore, it was
    perhaps told before. A date alone counts when it is that of `before` or earlier, no date at all
    for thirty days.
    """
    waiting = model._base_manager.filter(state__in=_WAITING)
    told = Q(due_at__lt=before)
    if model is PatientMail:
        told |= Q(event__happened_at__lt=before)
        told |= Q(event__happened_at=None, event__happened_on=None, due_at__lt=before + OLD_NEWS)
        mails = PatientMail._base_manager.filter(state__in=_WAITING)
        for zone in mails.order_by().values_list("event__zone", flat=True).distinct():
            told |= Q(event__zone=zone, event__happened_on__lte=local_date(before, zone))
    return waiting.filter(told)


def _begun(kept: Kept | None, now: datetime) -> SendingMark:
    """The first mark of this database.

    A database that has reminders but no mark, where a file has one, is a backup from before there
    were marks. One without reminders is new.
    """
    values: dict[str, object] = {"installation": uuid.uuid4()}
    if kept and Reminder._base_manager.exists():
        values |= {"paused_at": now, "paused_because": RESTORED, "was_restored": True}
    return SendingMark.objects.get_or_create(pk=ONLY, defaults=values)[0]


def _is_let_go(jump: Jump, mark: SendingMark, now: datetime) -> bool:
    """Whether another process told of this jump, and a person let go since this one last looked.

    Somebody who let go in what is now the future did so before the clock was set back.
    """
    at = mark.resumed_at
    return at is not None and now - jump.unseen < at <= now + HOSTS_DIFFER


def _said(by: timedelta) -> str:
    minutes = round(abs(by).total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    length = f"{hours} h {rest} min" if hours else f"{rest} min"
    return f"{length} {'forward' if by > timedelta() else 'back'}"
