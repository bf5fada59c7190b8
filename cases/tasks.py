"""Celery's doors: fetch, call, count. No rule lives here; each has a management command too."""

from __future__ import annotations

from celery import shared_task

from cases.dispatch import TICK
from cases.workflow import reminding


@shared_task(name=TICK)
def tick() -> dict[str, int]:
    """Send what is due (see `manage.py send_due_reminders`). Harmless when run twice at once."""
    return dict(reminding.tick())
