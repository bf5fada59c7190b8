"""Keep a few processes running: start them, restart one that ends, stop all on Ctrl-C or TERM.

    python supervise.py LOCK_FD NAME=JSON_COMMAND...

Standard library only and started by its path, so that the process that watches stays small. The
lock is an open file that every child inherits: as long as one of them lives, no second set starts.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from types import FrameType

STEADY_AFTER = 60.0  # seconds: a child that ran this long starts again at once
LONGEST_WAIT = 30.0  # seconds between two starts of a child that keeps ending
GRACE = 8.0  # seconds from TERM to KILL


def end_with_parent() -> None:
    """Linux: let the kernel end this child when the watcher dies, even by kill -9."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    except (OSError, AttributeError):
        pass  # not Linux: the inherited lock still keeps a second set from starting


class Child:
    """One process to keep running."""

    def __init__(self, name: str, command: list[str], lock: int) -> None:
        self.name = name
        self.command = command
        self.lock = lock
        self.wait = 1.0
        self.start_at = 0.0
        self.started_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, now: float) -> None:
        """Start it in a process group of its own: Ctrl-C reaches the watcher only."""
        self.started_at = now
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            preexec_fn=end_with_parent,
            pass_fds=(self.lock,),
            process_group=0,
        )

    def look(self, now: float) -> None:
        """Start it when its time has come; when it has ended, set the time of its next start."""
        if self.process is None:
            if now >= self.start_at:
                self.start(now)
            return
        code = self.process.poll()
        if code is None:
            return
        if now - self.started_at > STEADY_AFTER:
            self.wait = 1.0
        say(f"{self.name} ended with {code}; starting it again in {self.wait:.0f} s")
        self.process = None
        self.start_at = now + self.wait
        self.wait = min(self.wait * 2, LONGEST_WAIT)

    def is_running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def end(self, how: signal.Signals) -> None:
        """Ask it to end (TERM), or end it (KILL) together with what it started."""
        if self.process is None or not self.is_running():
            return
        try:
            if how == signal.SIGKILL:
                os.killpg(self.process.pid, how)
            else:
                self.process.send_signal(how)
        except ProcessLookupError:
            pass


def say(line: str) -> None:
    """One line to the person who started us."""
    print(line, file=sys.stderr, flush=True)


def watch(children: list[Child]) -> None:
    """Run until asked to stop, then stop every child within ten seconds."""
    stopping: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        stopping.append(number)

    for wanted in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(wanted, stop)
    while not stopping:
        now = time.monotonic()
        for child in children:
            child.look(now)
        time.sleep(0.2)
    say("Stopping ...")
    for child in children:
        child.end(signal.SIGTERM)
    latest = time.monotonic() + GRACE
    while any(child.is_running() for child in children) and time.monotonic() < latest:
        time.sleep(0.1)
    for child in children:
        child.end(signal.SIGKILL)
    say("Stopped. All data is kept.")


if __name__ == "__main__":
    lock_fd, *named = sys.argv[1:]
    pairs = (entry.split("=", 1) for entry in named)
    watch([Child(name, json.loads(command), int(lock_fd)) for name, command in pairs])
