"""Mail kept as files, for an installation without a mail server; staff read it in the browser."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from cases.mail.faultpoints import reach
from cases.mail.outcomes import Arm, Delivered, Outcome, OutgoingMail, Refused, Withdrawn


class FolderTransport:
    """One file a mail, named by the reminder, so that a second copy replaces the first.

    The draft is written and flushed to disk, then the outbox is armed, then the draft gets its
    name: the name is to this transport what the final dot is to SMTP.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, reminder_id: UUID) -> Path:
        """Where that mail is, once delivered. Two letters of the id spread it over folders."""
        name = str(reminder_id)
        return self.folder / name[:2] / f"{name}.eml"

    def ready(self) -> None:
        """A folder needs no preparation."""

    def deliver(self, mail: OutgoingMail, arm: Arm) -> Outcome:
        """Keep `mail`. What `arm` raises comes through, with the mail known unsent."""
        path = self.path(mail.reminder_id)
        draft = path.with_name(f".{path.stem}.{os.getpid()}.{time.monotonic_ns()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _opened(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as handle:
                os.write(handle, mail.content)
                os.fsync(handle)
        except OSError as error:
            _discard(draft)
            return Refused(_words(error), is_server=True)
        reach("F5")
        try:
            started = time.monotonic()
            lease = arm()
            reach("F6")
            if lease <= 0:
                return Withdrawn()
            if time.monotonic() - started > lease / 2:
                return Refused("the worker stood still before the end of the mail")
            try:
                draft.replace(path)
            except OSError as error:
                return Refused(_words(error), is_server=True)
            reach("F7")
        finally:
            _discard(draft)
        with _opened(path.parent, os.O_RDONLY) as handle:
            os.fsync(handle)
        return Delivered(text="kept in the mail folder")

    def lookup(self, reminder_id: UUID) -> bool | None:
        """A folder always knows."""
        return self.path(reminder_id).exists()

    def close(self) -> None:
        """Nothing is kept open."""


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    handle = os.open(path, flags, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _discard(draft: Path) -> None:
    with suppress(OSError):
        draft.unlink()


def _words(error: OSError) -> str:
    return f"the mail folder cannot be written: {error.strerror}"
