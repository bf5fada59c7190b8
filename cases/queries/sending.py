"""How sending stands for the clinic in scope: counts by state, each from an index."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min

from cases.models import Deadline, Heartbeat, Reminder
from cases.models.outbox import OUTBOX
from cases.queries.unsettled_reminders import in_doubt, unsent_digests, unsent_patient_mails
from priorauth.reminders import ReminderState as S

WEEK = timedelta(days=7)


def sending_now(now: datetime) -> dict[str, Any]:
    """Counts at `now` (aware), with `oldest` (instant or None) and `pulses` by name.

    Failed ones count by their last try, for seven days. Ten queries and one for the pulses.
    """
    waiting = [
        model.objects.filter(
            state__in=[S.PLANNED, S.CLAIMED, S.ARMED], not_before__lte=now
        ).aggregate(count=Count("pk"), oldest=Min("due_at"))
        for model in OUTBOX
    ]
    unplanned = Deadline.objects.filter(next_reminder_at__lte=now).aggregate(
        count=Count("pk"), oldest=Min("next_reminder_at")
    )
    doubt: Counter[str] = Counter()
    for model in OUTBOX:
        doubt.update(dict(in_doubt(model).order_by().values_list("state").annotate(Count("pk"))))
    failed = Reminder.objects.filter(state=S.FAILED, not_before__gte=now - WEEK).count()
    due = [one["oldest"] for one in (*waiting, unplanned) if one["oldest"]]
    return {
        "waiting": sum(one["count"] for one in waiting),
        "unplanned": unplanned["count"],
        "oldest": min(due, default=None),
        "uncertain": doubt[S.UNCERTAIN],
        "held": doubt[S.HELD],
        "failed": failed,
        "unsent_digests": unsent_digests(now).order_by().count(),
        "unsent_patient_mails": unsent_patient_mails(now).order_by().count(),
        "pulses": dict(Heartbeat.objects.values_list("name", "beat_at")),
    }
