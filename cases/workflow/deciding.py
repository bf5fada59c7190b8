"""A mail that may have arrived: what a person who looked decides about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from cases.models import Digest, PatientMail, Reminder
from cases.models.outbox import Mail
from cases.workflow.actor import Actor
from cases.workflow.escalating import settle_alarm
from cases.workflow.patient_fence import judge
from priorauth.errors import NotAllowedNow, PriorAuthError
from priorauth.patient_mail import USEFUL
from priorauth.reminders import ReminderState
from priorauth.terms import Role, Standing

MAY_DECIDE = frozenset({Role.OWNER, Role.LEAD, Role.BILLER})
"""About any mail to the clinic's people; everybody but an auditor decides about their own."""

NOT_WANTED = {
    Standing.TOLLED: "The clock is stopped, and no reminder of it goes out. "
    "Send it again when the clock runs again.",
    Standing.MET: "What it reminds of is done: no reminder of it goes out any more.",
}
_DAY_IS_OVER = "The day of this digest is over: no copy of it goes out any more."
_NO_LONGER_RUNS = "This deadline no longer runs: no reminder of it goes out any more."


class AlreadySettled(PriorAuthError):
    """Somebody else has decided meanwhile."""


def may_decide(actor: Actor, mail: Mail) -> bool:
    """Whether this person may say what became of this mail."""
    recipient_id = None if isinstance(mail, PatientMail) else mail.recipient_id
    is_theirs = actor.staff is not None and actor.staff.pk == recipient_id
    return actor.role in MAY_DECIDE or (is_theirs and actor.role is not Role.AUDITOR)


def not_wanted(mail: Mail, now: datetime) -> str:
    """Why no copy of it may go out at `now` (aware): it would be dropped without a word. Or ""."""
    if isinstance(mail, Digest):
        return _DAY_IS_OVER if now >= mail.expires_at else ""
    if isinstance(mail, PatientMail):
        state, why = judge(mail, now)
        return "" if state in (None, ReminderState.PLANNED) else f"No copy of it may go: {why}"
    standing = Standing(mail.deadline.standing)
    return "" if standing is Standing.RUNNING else NOT_WANTED.get(standing, _NO_LONGER_RUNS)


def say_arrived(actor: Actor, mail: Mail) -> None:
    """The recipient has seen it. Raises AlreadySettled when it is no longer held, NotAllowedNow."""
    sent_at = mail.armed_at or actor.now
    _decide(actor, mail, state=ReminderState.SENT, sent_at=sent_at)


def send_again(actor: Actor, mail: Mail) -> None:
    """Nobody has seen it: one more copy, marked as such.

    A reminder stays of use for as long as a new one would, a mail to a patient too: what a person
    asked for must not expire at the next tick. Raises AlreadySettled, and NotAllowedNow when it is
    no longer wanted.
    """
    refusal = not_wanted(mail, actor.now)
    if refusal:
        raise NotAllowedNow(refusal)
    useful_until = mail.expires_at
    if isinstance(mail, Reminder):
        longest = actor.now + timedelta(seconds=settings.REMINDER_USEFUL)
        useful_until = max(useful_until, longest)
    elif isinstance(mail, PatientMail):
        useful_until = max(useful_until, actor.now + USEFUL)
    _decide(
        actor,
        mail,
        state=ReminderState.PLANNED,
        not_before=actor.now,
        expires_at=useful_until,
        possible_dup=True,
        # The one copy that goes out by itself is no longer to come: a person has asked for one.
        resends=F("resends") + 1,
    )


def _decide(actor: Actor, mail: Mail, **changes: object) -> None:
    if not may_decide(actor, mail):
        raise NotAllowedNow(
            "Only an owner, a lead or a biller of the clinic, or the recipient, may say what "
            f"became of this {mail._meta.verbose_name}."
        )
    held = type(mail)._base_manager.filter(pk=mail.pk, state=ReminderState.HELD)
    with transaction.atomic():
        done = held.update(
            lease_owner="",
            lease_until=None,
            settled_by=actor.staff,
            settled_at=actor.now,
            **changes,
        )
        if done and isinstance(mail, Reminder):
            settle_alarm(mail.deadline_id)
    if not done:
        raise AlreadySettled(
            f"Somebody has already decided about this {mail._meta.verbose_name}: "
            "load the page anew."
        )
