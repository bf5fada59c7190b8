"""One tick of the reminder machine: show a pulse, see who is late, put right, plan, send.

Where a reconciler is asked what became of mails in doubt, that comes last: it can be slow.

Ticks may overlap, come twice or not at all; each finds in the database what is left to do.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from cases import dispatch
from cases.mail.evidence import has_reconciler
from cases.models.outbox import OUTBOX
from cases.workflow.bouncing import take_back
from cases.workflow.clock_watch import ClockWatch
from cases.workflow.digesting import plan_digests
from cases.workflow.heartbeats import show_life
from cases.workflow.marking import Clock
from cases.workflow.noticing import notice
from cases.workflow.pausing import go_ahead, why_paused
from cases.workflow.recounting import recount_marked
from cases.workflow.recovering import recover, settle, take_up
from cases.workflow.sending import send_due
from cases.workflow.sweeping import sweep
from cases.workflow.watchdog import report
from priorauth.reminders import ReminderState

__all__ = ["Clock", "recover", "send_due", "sweep", "tick"]

SENDER = "sender"

logger = logging.getLogger(__name__)


def tick(
    clock: Clock = timezone.now, limit: int = 1000, watch: ClockWatch | None = None
) -> Counter[str]:
    """Everything that is due now. Returns counts, each with the part that counted before it.

    A part that breaks does not keep the next from its work; its error is raised at the end.
    While sending is paused (`pausing.py`) only the pulse is shown: a part that trusts a wrong clock
    or an old database does harm. `watch` notices a clock that is set; a process that ticks again
    and again hands in its own; a clock that is set during the tick is not believed in it.
    """
    if watch is not None:
        clock = watch.steady(clock)
    show_life(SENDER, clock())
    if why_paused(clock(), watch):
        return Counter(paused=1)
    parts: dict[str, Callable[[], Counter[str]]] = {
        "recounted": lambda: recount_marked(clock()),
        "noticed": lambda: notice(clock()),
        "recovered": lambda: take_up(clock()) if has_reconciler() else recover(clock()),
        "swept": lambda: sweep(clock()),
        "digests": lambda: plan_digests(clock()),
        "mailed": lambda: _send(clock, limit),
        "settled": lambda: settle(clock()) if has_reconciler() else Counter(),
        "taken back": lambda: take_back(clock()),
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


def _call_help() -> None:
    """Ring for another tick: a worker's other process may be idle. SQLite has one writer."""
    if connection.vendor != "sqlite":
        dispatch.wake()


def _send(clock: Clock, limit: int) -> Counter[str]:
    """Send, with the mark moved on before, each second and after; not when nothing is to go."""
    now = clock()
    ready = (
        model._base_manager.filter(state=ReminderState.PLANNED, not_before__lte=now).exists()
        for model in OUTBOX
    )
    if not any(ready) or not go_ahead():
        return Counter()
    try:
        return send_due(clock, limit, may_go_on=go_ahead, call_help=_call_help)
    finally:
        go_ahead(is_over=True)
