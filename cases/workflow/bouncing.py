"""A mail that came back: its reason is shown, and the clinic's leads step in."""

from __future__ import annotations

import imaplib
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from cases.mail.bounce import Bounce, read_bounce
from cases.mail.bounce_box import read_reports
from cases.mail.imap import NoAnswer
from cases.models import PatientMail, Reminder
from cases.models.outbox import OUTBOX, Mail
from cases.workflow.escalating import give_up
from cases.workflow.patient_fence import mark_broken
from priorauth.reminders import ReminderState
from priorauth.terms import Standing

IN_HAND = (
    ReminderState.CLAIMED,
    ReminderState.ARMED,
    ReminderState.UNCERTAIN,
    ReminderState.PLANNED,
    ReminderState.HELD,
)

logger = logging.getLogger(__name__)


def take_back(now: datetime) -> Counter[str]:
    """Read what BOUNCES_URL holds at `now` (aware). Counts: bounced, waiting, foreign.

    A mailbox that cannot be reached is logged and asked again with the next tick.
    """
    counts: Counter[str] = Counter()
    if not settings.BOUNCES.kind:
        return counts
    try:
        read_reports(settings.BOUNCES, _handler(counts, now), timeout=settings.MAIL_TIMEOUT)
    except (OSError, imaplib.IMAP4.error, NoAnswer) as error:
        # The text of an IMAP error can repeat the user name.
        logger.warning("The mailbox for bounces could not be read (%s).", type(error).__name__)
    return counts


def _handler(counts: Counter[str], now: datetime) -> Callable[[bytes], bool]:
    def handle(raw: bytes) -> bool:
        try:
            bounce = read_bounce(raw)
        except Exception as error:
            # Anybody can write there: what cannot be read must not come again each minute.
            logger.warning("A report could not be read (%s).", type(error).__name__)
            bounce = None
        became = "foreign" if bounce is None else bounced(bounce, now)
        counts[became] += 1
        return became != "waiting"

    return handle


def bounced(bounce: Bounce, now: datetime) -> str:
    """Note that this mail did not arrive, once. Returns what became of it.

    bounced   the row says so with its reason; of a reminder still wanted, the leads get the rung;
              a patient's address is noted as not working when it is the address that was at fault
    waiting   the row itself is not settled yet: the bounce overtook our record of the mail
    foreign   no mail of ours, or one that came back before
    """
    for model in OUTBOX:
        row = _row(model, bounce)
        if row is None:
            continue
        if row.state in IN_HAND:
            return "waiting"
        with transaction.atomic():
            done = model._base_manager.filter(pk=row.pk, state=ReminderState.SENT).update(
                state=ReminderState.BOUNCED, last_error=bounce.reason
            )
            if not done and isinstance(row, PatientMail) and row.may_have_arrived:
                done = _left_after_all(row, bounce)
            if done and isinstance(row, Reminder) and row.deadline.standing == Standing.RUNNING:
                give_up(row, bounce.reason, now)
            if done and isinstance(row, PatientMail) and bounce.is_address:
                mark_broken(row, bounce.reason)
        return "bounced" if done else "foreign"
    return "foreign"


def _left_after_all(row: PatientMail, bounce: Bounce) -> int:
    """A copy of a mail that is over for us: what came back did leave, and is told of once."""
    over = PatientMail._base_manager.filter(pk=row.pk, sent_at=None).exclude(state__in=IN_HAND)
    return over.update(sent_at=row.armed_at or row.planned_at, last_error=bounce.reason)


def _row(model: type[Mail], bounce: Bounce) -> Mail | None:
    found: Mail | None = model._base_manager.filter(pk=bounce.mail_id).first()
    return found
