"""Celery's doors: fetch, call, count. No rule lives here; each has a management command too."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from cases.dispatch import TICK
from cases.workflow import (
    call_drafts,
    measuring,
    once,
    rebuilding,
    reminding,
    sheets,
    stance_records,
)
from cases.workflow.clock_watch import ClockWatch

_watch = ClockWatch()
"""Of this worker process."""


@shared_task(name=TICK, bind=True)
def tick(self: Any) -> dict[str, int]:
    """Send what is due (see `manage.py send_due_reminders`). Harmless when run twice at once."""
    in_worker = not (self.request.called_directly or self.request.is_eager)
    return dict(reminding.tick(watch=_watch if in_worker else None))


@shared_task(name="cases.delete_expired_sheets")
def delete_expired_sheets() -> int:
    """Delete uploaded spreadsheets after a day (see `manage.py delete_expired_sheets`)."""
    return sheets.delete_expired(timezone.now())


@shared_task(name="cases.recount_open_cases")
def recount_open_cases() -> int:
    """Recompute every open case (see `manage.py rebuild_deadlines`); how many dates had moved.

    How long the payers take is measured first: the start of a renewal rests on it. What they
    refused of what their policies refuse is counted with it. Calls begun a fortnight ago and
    never logged are deleted, and names of forms recorded as long ago.
    """
    now = timezone.now()
    call_drafts.delete_old(now)
    once.delete_old(now)
    measuring.measure_payers(now)
    stance_records.count_all(now)
    return rebuilding.recount_open_cases(now)
