"""What beat sends, as one table.

Only intervals, which run in UTC: a schedule by wall clock skips or repeats an hour when summer time
ends. Each message dies unread shortly before the next one: a worker that was away finds one tick
waiting, not a hundred. Tasks are named, not imported.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from config import env

TICK = timedelta(seconds=env.whole_number("TICK_SECONDS", 60, at_least=1, at_most=300))


def _every(interval: timedelta, task: str) -> dict[str, Any]:
    """One row: the message expires a little before the next one is sent."""
    seconds = interval.total_seconds()
    return {
        "task": task,
        "schedule": interval,
        "options": {"expires": seconds - min(5, seconds / 4)},
    }


BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # Finds what came due, claims it and mails it.
    "tick": _every(TICK, "cases.tick"),
    # After an update the rules may give other dates; between updates this finds nothing.
    "recount": _every(timedelta(hours=24), "cases.recount_open_cases"),
    # What was uploaded to be imported is patient data that nobody needs after a day.
    "sheets": _every(timedelta(minutes=15), "cases.delete_expired_sheets"),
}
