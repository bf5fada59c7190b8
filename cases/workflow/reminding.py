"""One tick of the reminder machine: show a pulse, see who is late, put right, plan, send.

Ticks may overlap, come twice or not at all; each finds in the database what is left to do.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable

from django.utils import timezone

from cases.workflow.heartbeats import show_life
from cases.workflow.noticing import notice
from cases.workflow.recounting import recount_marked
from cases.workflow.recovering import recover
from cases.workflow.sending import Clock, send_due
from cases.workflow.sweeping import sweep
from cases.workflow.watchdog import report

__all__ = ["Clock", "recover", "send_due", "sweep", "tick"]

SENDER = "sender"

logger = logging.getLogger(__name__)


def tick(clock: Clock = timezone.now, limit: int = 1000) -> Counter[str]:
    """Everything that is due now. Returns counts, each with the part that counted before it.

    A part that breaks does not keep the next from its work; its error is raised at the end.
    """
    show_life(SENDER, clock())
    parts: dict[str, Callable[[], Counter[str]]] = {
        "recounted": lambda: recount_marked(clock()),
        "noticed": lambda: notice(clock()),
        "recovered": lambda: recover(clock()),
        "swept": lambda: sweep(clock()),
        "mailed": lambda: send_due(clock, limit),
    }
    counts: Counter[str] = Counter()
    broken: Exception | None = None
    for part, work in parts.items():
        try:
            found = work()
        except Exception as error:
            logger.error("The reminders could not be %s: %s", part, type(error).__name__)
            broken = broken or error
        else:
            counts.update({f"{part}.{name}": number for name, number in found.items() if number})
    if broken is not None:
        raise broken
    report(clock())
    return counts
