"""The mark outside the database: a small file (SENDING_MARK_FILE), one for each host.

Written whole or not at all, and through to the disk. It holds an installation's name, made up, and
a number; no data of anybody.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

_TRIES = 20

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the file says: how far this installation had come when it was written."""

    installation: UUID
    number: int


def read() -> Kept | None:
    """What is kept; None when there is no file, none is wanted, or it cannot be read (logged)."""
    path: Path | None = settings.SENDING_MARK_FILE
    if path is None:
        return None
    try:
        said = json.loads(path.read_text(encoding="ascii"))
        return Kept(UUID(said["installation"]), int(said["number"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        logger.error("The sending mark in %s cannot be read: %s", path, type(error).__name__)
        return None


def write(installation: UUID, number: int) -> None:
    """Keep `number`, unless a higher one of the same installation is kept already.

    A file that cannot be written is logged and stops no mail: a reminder that does not go out is
    worse than a restore that goes unnoticed.
    """
    path: Path | None = settings.SENDING_MARK_FILE
    if path is None:
        return
    try:
        with _alone(path):
            kept = read()
            if kept and kept.installation == installation and kept.number >= number:
                return
            _replace(path, json.dumps({"installation": str(installation), "number": number}))
    except OSError as error:
        logger.error("The sending mark could not be written to %s: %s", path, error.strerror)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One writer at a time; a frozen one is waited for a second at most.

    Two that write at once could leave the lower number, never a wrong one.
    """
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        for _ in range(_TRIES):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.05)
        yield
    finally:
        os.close(lock)


def _replace(path: Path, text: str) -> None:
    fresh = f"{path}.{os.getpid()}.{time.monotonic_ns()}"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    except OSError:
        Path(fresh).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
