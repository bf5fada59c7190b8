"""How sending stands for the clinic in scope: counts by state, each from an index."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min

from cases.models import Deadline, Heartbeat, Reminder
from cases.queries.unsettled_reminders import in_doubt
from priorauth.reminders import ReminderState as S

WEEK = timedelta(days=7)


def sending_now(now: datetime) -> dict[str, Any]:
    """Counts at `now` (aware), with `oldest` (instant or None) and `pulses` by name.

    Failed ones count by their last try, for seven days. Four queries and one for the pulses.
    """
    waiting = Reminder.objects.filter(
        state__in=[S.PLANNED, S.CLAIMED, S.ARMED], not_before__lte=now
    ).aggregate(count=Count("pk"), oldest=Min("due_at"))
    unplanned = Deadline.objects.filter(next_reminder_at__lte=now).aggregate(
        count=Count("pk"), oldest=Min("next_reminder_at")
    )
    doubt = dict(in_doubt().order_by().values_list("state").annotate(Count("pk")))
    failed = Reminder.objects.filter(state=S.FAILED, not_before__gte=now - WEEK).count()
    due = [one for one in (waiting["oldest"], unplanned["oldest"]) if one]
    return {
        "waiting": waiting["count"],
        "unplanned": unplanned["count"],
        "oldest": min(due, default=None),
        "uncertain": doubt.get(S.UNCERTAIN, 0),
        "held": doubt.get(S.HELD, 0),
        "failed": failed,
        "pulses": dict(Heartbeat.objects.values_list("name", "beat_at")),
    }
