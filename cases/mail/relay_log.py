"""The log of a mail relay of our own (Postfix), read to find out whether a mail was delivered.

Two lines belong together by the queue id: `cleanup` names the Message-ID, `smtp` (or `lmtp`,
`local`, `relay`) the recipient and the status. `sent` is the proof that was looked for. A mail that
is in the queue or came back is neither proof nor disproof: the relay has it, and whoever reads the
mailbox decides.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cases.mail.doubt import Doubt

logger = logging.getLogger(__name__)

_QUEUED = re.compile(r"postfix[^ ]*/cleanup\[\d+\]: ([0-9A-Za-z]+): message-id=(\S+)")
_STATUS = re.compile(r"postfix[^ ]*\[\d+\]: ([0-9A-Za-z]+): to=<([^>]*)>,.* status=(\w+)")


class RelayLog:
    """`path` is today's file; yesterday's is looked for beside it with `.1` at its end."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lookup(self, doubt: Doubt) -> bool | None:
        """Whether the relay delivered that mail.

        False only when the log was written to since the mail was armed and does not know it: a
        relay that had taken the mail would have written its Message-ID before it answered.
        """
        try:
            written_at = datetime.fromtimestamp(self.path.stat().st_mtime, tz=UTC)
            ids, statuses = _read(self._lines(), doubt.message_id)
        except OSError as error:
            logger.warning("The relay's log could not be read: %s", error.strerror)
            return None
        if not ids:
            return False if written_at >= doubt.armed_at else None
        wanted = doubt.recipient.casefold()
        sent = any(
            queue_id in ids and to.casefold() == wanted and status == "sent"
            for queue_id, to, status in statuses
        )
        return True if sent else None

    def close(self) -> None:
        """Nothing is kept open."""

    def _lines(self) -> Iterator[str]:
        for path in (self.path.with_name(f"{self.path.name}.1"), self.path):
            if path == self.path or path.exists():
                with path.open(encoding="utf-8", errors="replace") as file:
                    yield from file


def _read(lines: Iterator[str], message_id: str) -> tuple[set[str], list[tuple[str, str, str]]]:
    """Queue ids under which the mail went, and what became of each recipient of any mail."""
    ids: set[str] = set()
    statuses: list[tuple[str, str, str]] = []
    for line in lines:
        if queued := _QUEUED.search(line):
            if queued[2] == message_id:
                ids.add(queued[1])
        elif (status := _STATUS.search(line)) and status[1] in ids:
            statuses.append((status[1], status[2], status[3]))
    return ids, statuses
