"""The product's way of sending, and two naive ones that a harness worth its name must catch."""

from __future__ import annotations

from django.db import connection

from cases.models import Reminder, guarded_moves
from cases.workflow import sending
from priorauth.reminders import ReminderState


def use(name: str) -> None:
    """Make this process send in the named way."""
    if name != "armed":
        # The database refuses the shortcuts that naive senders take: they get one without guard.
        guarded_moves.remove(connection)
    if name == "lease-only":
        _send_then_mark()
    elif name == "mark-first":
        _mark_then_send()
    elif name != "armed":
        raise ValueError(f"no such strategy: {name}")


def _send_then_mark() -> None:
    """A claim with a lease and nothing more: a worker that dies after sending sends again."""

    def arm(worker, row, mail) -> float:
        return 900.0

    def mark(worker, row, outcome) -> str:
        sending._mine(worker, row).update(state=ReminderState.SENT)
        return "sent"

    sending._arm, sending._mark_sent = arm, mark


def _mark_then_send() -> None:
    """Marked as sent first: a worker that dies before sending has lost the mail."""

    def arm(worker, row, mail) -> float:
        return 900.0 if sending._mine(worker, row).update(state=ReminderState.SENT) else 0.0

    sending._arm = arm
    sending._mark_sent = lambda worker, row, outcome: "sent"


def planted(count: int) -> None:
    """`count` deadlines of one clinic, all due now. One row each: written in bulk."""
    from datetime import timedelta

    from django.utils import timezone

    from cases.models import Deadline
    from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline

    now = timezone.now()
    clinic = a_clinic()
    case = a_case(clinic, a_colleague(clinic))
    first = a_deadline(
        case,
        started_at=now - timedelta(days=40),
        due_at=now + timedelta(days=20),
        legal_at=now + timedelta(days=20),
        working_at=None,
        act_at=now,
        next_reminder_at=now,
    )
    rows = []
    for number in range(count - 1):
        copy = Deadline(**{f.attname: getattr(first, f.attname) for f in Deadline._meta.fields})
        copy.pk, copy.key = None, f"copy-{number}"
        rows.append(copy)
    Deadline._base_manager.bulk_create(rows, batch_size=500)


def outbox() -> list[tuple[str, str, bool]]:
    """(id, state, possible_dup) of every row."""
    rows = Reminder._base_manager.values_list("id", "state", "possible_dup")
    return [(str(key), state, flag) for key, state, flag in rows]
