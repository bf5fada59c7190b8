"""A process that is asked to stop ends the mail in its hand, gives back the others and goes.

So a deploy never leaves a mail in doubt: only what is killed does.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_shared = multiprocessing.Event()
"""Seen by the processes that a Celery worker forks: they get no signal of their own."""
_asked_here = False


@contextmanager
def listening() -> Iterator[None]:
    """While it lasts, SIGTERM and SIGINT ask this process to stop. In the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ask_all() -> None:
    """Ask this process and those it has forked."""
    _shared.set()


def is_asked() -> bool:
    """Whether no further mail should be begun."""
    return _asked_here or _shared.is_set()


def pause(seconds: float) -> None:
    """Sleep, but not on after having been asked to stop."""
    end = time.monotonic() + seconds
    while not is_asked() and (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 0.2))


def _note(*_: Any) -> None:
    # Only a plain name is set: a signal may come while a lock is held.
    global _asked_here
    _asked_here = True
