"""What beat sends, as one table.

Only intervals, which run in UTC: a schedule by wall clock skips or repeats an hour when summer time
ends. Each message dies unread shortly before the next one: a worker that was away finds one tick
waiting, not a hundred. Tasks are named, not imported.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

TICK = timedelta(seconds=60)


def _every(interval: timedelta, task: str) -> dict[str, Any]:
    return {
        "task": task,
        "schedule": interval,
        "options": {"expires": interval.total_seconds() - 5},
    }


BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # Finds what came due, claims it and mails it.
    "tick": _every(TICK, "cases.tick"),
}
