"""When a reminder cannot reach its person: an alarm on the deadline, and the leads are told."""

from __future__ import annotations

import uuid
from datetime import datetime

from cases.mail.reminder_mail import message_id
from cases.models import Deadline, Reminder
from cases.workflow.recipients import leaders, teams
from priorauth.reminders import ReminderState


def alarm(deadline_id: int, text: str) -> None:
    """Show `text` (no patient data) beside the deadline until its next rung comes due."""
    Deadline._base_manager.filter(pk=deadline_id).update(reminder_problem=text[:200])


def give_up(row: Reminder, reason: str, now: datetime) -> int:
    """`row` will never arrive: say so on its deadline and send the same rung to the leads.

    Returns how many leads (or owners) were added; those who have the rung already are not.
    """
    alarm(row.deadline_id, f"A reminder could not be sent: {reason}")
    others = []
    team = teams([row.clinic_id]).get(row.clinic_id, ())
    for one in leaders([one for one in team if one.staff_id != row.recipient_id]):
        reminder_id = uuid.uuid4()
        others.append(
            Reminder(
                id=reminder_id,
                clinic_id=row.clinic_id,
                deadline_id=row.deadline_id,
                rung=row.rung,
                rungs=row.rungs,
                recipient_id=one.staff_id,
                due_at=row.due_at,
                expires_at=row.expires_at,
                state=ReminderState.PLANNED,
                not_before=now,
                message_id=message_id(reminder_id),
                planned_at=now,
            )
        )
    Reminder._base_manager.bulk_create(others, ignore_conflicts=True)
    return len(others)
