"""The mailbox of the sender, where the reports of mail servers arrive."""

from __future__ import annotations

import imaplib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from cases.mail.imap import NoAnswer, open_folder

MOST = 50
"""So many a tick; the rest is read a minute later."""
MOST_BYTES = 65_536
_REPORTS = ("UNSEEN", "HEADER", "Content-Type", '"delivery-status"')


def read_reports(place: Any, handle: Callable[[bytes], bool], *, timeout: float) -> None:
    """Hand over each report of delivery that is unread there, as far as it fits into 64 kB.

    What `handle` says yes to counts as read from then on, the rest comes again. Other mail is left
    alone. `place` and `timeout` are those of `open_folder`. Raises OSError, imaplib.IMAP4.error
    and NoAnswer, and what `handle` raises.
    """
    server = open_folder(place, timeout=timeout, readonly=False)
    try:
        for uid in _ask(server, "SEARCH", *_REPORTS)[0].split()[:MOST]:
            found = _ask(server, "FETCH", uid.decode(), f"(BODY.PEEK[]<0.{MOST_BYTES}>)")[0]
            if isinstance(found, tuple) and handle(found[1]):
                _ask(server, "STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)")
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def _ask(server: imaplib.IMAP4, *command: str) -> Any:
    answer, found = server.uid(*command)
    if answer != "OK":
        raise NoAnswer(f"{command[0]} was refused")
    return found if found and found[0] is not None else [b""]
