"""Signs of life: worker and beat write down that they work, so that others can see it."""

from __future__ import annotations

from datetime import datetime

from cases.models import Heartbeat

WORKER = "worker"
BEAT = "beat"


def show_life(name: str, now: datetime) -> None:
    """Write down that `name` (worker, beat) was at work at the instant `now` (aware, UTC)."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": now})
