"""When worker and beat last showed that they live."""

from __future__ import annotations

from datetime import datetime, timedelta

from cases.models import Heartbeat


def silence_of(name: str, now: datetime) -> timedelta | None:
    """How long ago `name` (worker, beat) showed life; None when it never did."""
    seen_at = Heartbeat.objects.filter(name=name).values_list("beat_at", flat=True).first()
    return None if seen_at is None else now - seen_at
