"""A reminder that may have arrived: what a person who looked decides about it."""

from __future__ import annotations

from datetime import datetime

from cases.models import Reminder
from priorauth.errors import PriorAuthError
from priorauth.reminders import ReminderState


class AlreadySettled(PriorAuthError):
    """Somebody else has decided meanwhile."""


def say_arrived(reminder: Reminder, now: datetime) -> None:
    """The recipient has seen it. Raises AlreadySettled when it is no longer held."""
    _decide(reminder, state=ReminderState.SENT, sent_at=reminder.armed_at or now)


def send_again(reminder: Reminder, now: datetime) -> None:
    """Nobody has seen it: one more copy, marked as such. Raises AlreadySettled."""
    _decide(reminder, state=ReminderState.PLANNED, not_before=now, possible_dup=True)


def _decide(reminder: Reminder, **changes: object) -> None:
    held = Reminder._base_manager.filter(pk=reminder.pk, state=ReminderState.HELD)
    if not held.update(lease_owner="", lease_until=None, **changes):
        raise AlreadySettled(
            "Somebody has already decided about this reminder: load the page anew."
        )
