"""A reminder that may have arrived: what a person who looked decides about it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from cases.models import Reminder
from cases.workflow.actor import Actor
from cases.workflow.escalating import settle_alarm
from priorauth.errors import NotAllowedNow, PriorAuthError
from priorauth.reminders import ReminderState
from priorauth.terms import Role, Standing

MAY_DECIDE = frozenset({Role.OWNER, Role.LEAD, Role.BILLER})
"""Of any reminder of the clinic; everybody but an auditor decides about their own."""

NOT_WANTED = {
    Standing.TOLLED: "The clock is stopped, and no reminder of it goes out. "
    "Send it again when the clock runs again.",
    Standing.MET: "What it reminds of is done: no reminder of it goes out any more.",
}
_NO_LONGER_RUNS = "This deadline no longer runs: no reminder of it goes out any more."


class AlreadySettled(PriorAuthError):
    """Somebody else has decided meanwhile."""


def may_decide(actor: Actor, reminder: Reminder) -> bool:
    """Whether this person may say what became of this reminder."""
    is_theirs = actor.staff is not None and actor.staff.pk == reminder.recipient_id
    return actor.role in MAY_DECIDE or (is_theirs and actor.role is not Role.AUDITOR)


def say_arrived(actor: Actor, reminder: Reminder) -> None:
    """The recipient has seen it. Raises AlreadySettled when it is no longer held, NotAllowedNow."""
    sent_at = reminder.armed_at or actor.now
    _decide(actor, reminder, state=ReminderState.SENT, sent_at=sent_at)


def send_again(actor: Actor, reminder: Reminder) -> None:
    """Nobody has seen it: one more copy, marked as such.

    It stays of use for as long as a new reminder would: what a person asked for must not expire at
    the next tick. Raises AlreadySettled, and NotAllowedNow when its deadline does not run, because
    such a copy would be dropped without a word.
    """
    standing = Standing(reminder.deadline.standing)
    if standing is not Standing.RUNNING:
        raise NotAllowedNow(NOT_WANTED.get(standing, _NO_LONGER_RUNS))
    useful_until = actor.now + timedelta(seconds=settings.REMINDER_USEFUL)
    _decide(
        actor,
        reminder,
        state=ReminderState.PLANNED,
        not_before=actor.now,
        expires_at=max(reminder.expires_at, useful_until),
        possible_dup=True,
        # The one copy that goes out by itself is no longer to come: a person has asked for one.
        resends=F("resends") + 1,
    )


def _decide(actor: Actor, reminder: Reminder, **changes: object) -> None:
    if not may_decide(actor, reminder):
        raise NotAllowedNow(
            "Only an owner, a lead or a biller of the clinic, or the recipient, may say what "
            "became of this reminder."
        )
    held = Reminder._base_manager.filter(pk=reminder.pk, state=ReminderState.HELD)
    with transaction.atomic():
        done = held.update(
            lease_owner="",
            lease_until=None,
            settled_by=actor.staff,
            settled_at=actor.now,
            **changes,
        )
        if done:
            settle_alarm(reminder.deadline_id)
    if not done:
        raise AlreadySettled(
            "Somebody has already decided about this reminder: load the page anew."
        )
