"""The machine's clock is set while workers send: they stop until a person lets them go on."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from ctypes import c_double, c_int
from datetime import timedelta
from multiprocessing import Array, Value

from tests.torture.stage import Stage

JUMPS = (700, 3_600, 86_400, 3 * 86_400)  # seconds; all more than the ten minutes that are forgiven
CREW = 3
WATCHED = 0.7  # seconds in which nothing may go out


def jumps(stage: Stage) -> None:
    """Each jump, forward or back: seen, nothing sent after it, set right, let go by a person."""
    shift = Value(c_double, 0.0)
    held = Array(c_int, CREW)  # how many ticks of each worker did nothing but say: paused
    stage.plant(400)
    unseen = sent_while_paused = 0
    for _ in range(stage.options.count):
        _crew(stage, shift, held)
        before = stage.accepted()
        _until(lambda before=before: stage.accepted() > before, 20)
        have_held = _held_once_more(held, 1)
        shift.value = stage.random.choice(JUMPS) * stage.random.choice((1, -1))
        # Whoever is in the middle of a tick may end it; from its next one on it must hold.
        if not _until(have_held, 30):
            unseen += 1
            shift.value = 0.0
            _let_go()
            continue
        quiet = stage.accepted()
        time.sleep(WATCHED)
        sent_while_paused += stage.accepted() - quiet
        have_held = _held_once_more(held, 2)  # they look at the clock before it is let go
        shift.value = 0.0
        _until(have_held, 30)
        _let_go()
        stage.keep_busy(100, 200, is_swept=True)
    for worker in list(stage.workers):
        stage.end(worker)
    _let_go()
    stage.done |= {
        "jumps": stage.options.count,
        "jumps_unseen": unseen,
        "sent_while_paused": sent_while_paused,
    }
    stage.finish()


def _let_go() -> None:
    from django.utils import timezone

    from cases.queries.sending_mark import pause
    from cases.workflow.pausing import resume

    if pause() is not None:
        resume(None, "the clock was set right", timezone.now())


def _crew(stage: Stage, shift, held) -> None:
    from django.db import connections

    for place in range(len(stage.workers), CREW):
        connections.close_all()  # a connection must not be shared with a child
        worker = os.fork()
        if worker == 0:
            _work(shift, held, place)
        stage.workers.add(worker)


def _work(shift, held, place: int) -> None:
    """What `manage.py send_due_reminders` does, by a clock that can be set."""
    from django.db import Error
    from django.utils import timezone

    from cases.workflow.clock_watch import ClockWatch
    from cases.workflow.reminding import tick

    def clock():
        return timezone.now() + timedelta(seconds=shift.value)

    try:
        watch = ClockWatch()
        while True:
            with suppress(Error):  # a busy database: the command, too, tries again
                held[place] += tick(clock, limit=10, watch=watch)["paused"]
            time.sleep(0.005)
    except BaseException as error:
        print(f"worker: {type(error).__name__}: {error}", file=sys.stderr)
    finally:
        os._exit(70)


def _held_once_more(held, often: int) -> Callable[[], bool]:
    """Whether every worker has held so often since now."""
    so_far = list(held)
    return lambda: all(held[place] >= so_far[place] + often for place in range(CREW))


def _until(is_so, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
