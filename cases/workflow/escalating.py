"""When a reminder cannot reach its person: an alarm on the deadline, and the leads are told."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cases.mail.reminder_mail import message_id
from cases.models import Deadline, Reminder
from cases.workflow.due import Due
from cases.workflow.pausing import mark_repeats
from cases.workflow.recipients import Colleague, leaders, recipients, teams
from priorauth.reminders import ReminderState

HELD = "A reminder may not have arrived. Look in the recipient's mailbox, then settle it."
NOBODY = "Nobody in this clinic can be reminded of it: no active member with an e-mail address."


def alarm(deadline_id: int, text: str) -> None:
    """Show `text` (no patient data) beside the deadline until its next rung comes due."""
    Deadline._base_manager.filter(pk=deadline_id).update(reminder_problem=text[:200])


def settle_alarm(deadline_id: int) -> None:
    """Take the alarm about held reminders off once none is held; any other alarm stays."""
    held = Reminder._base_manager.filter(deadline_id=deadline_id, state=ReminderState.HELD)
    if not held.exists():
        Deadline._base_manager.filter(pk=deadline_id, reminder_problem=HELD).update(
            reminder_problem=""
        )


def give_up(row: Reminder, reason: str, now: datetime) -> int:
    """`row` will never arrive: say so on its deadline and send the same rung to the leads.

    Returns how many leads (or owners) were added; those who have the rung already are not.
    """
    alarm(row.deadline_id, f"A reminder could not be sent: {reason}")
    team = teams([row.clinic_id], now).get(row.clinic_id, ())
    return _same_rung(row, leaders([one for one in team if one.staff_id != row.recipient_id]), now)


def pass_on(row: Reminder, now: datetime) -> int:
    """`row`'s recipient no longer answers for the case: whoever does gets the same rung.

    Returns how many people were added. With nobody to reach, the deadline shows an alarm.
    """
    team = teams([row.clinic_id], now).get(row.clinic_id, ())
    others = [one for one in team if one.staff_id != row.recipient_id]
    asked = recipients(Due.of(row.deadline), others, is_last=False)
    people = [one for one in asked if one.has_address]
    if not people:
        alarm(row.deadline_id, NOBODY)
    return _same_rung(row, people, now)


def _same_rung(row: Reminder, people: Sequence[Colleague], now: datetime) -> int:
    """The rung of `row` for other people too; those who have it already are left alone."""
    others = []
    for one in people:
        reminder_id = uuid.uuid4()
        others.append(
            Reminder(
                id=reminder_id,
                clinic_id=row.clinic_id,
                deadline_id=row.deadline_id,
                rung=row.rung,
                rungs=row.rungs,
                recipient_id=one.staff_id,
                standing_in_for_id=one.stands_in_for,
                due_at=row.due_at,
                expires_at=row.expires_at,
                state=ReminderState.PLANNED,
                not_before=now,
                message_id=message_id(reminder_id),
                planned_at=now,
            )
        )
    with transaction.atomic():
        Reminder._base_manager.bulk_create(others, ignore_conflicts=True)
        if others:
            mark_repeats(one.pk for one in others)
    return len(others)
