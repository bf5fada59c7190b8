"""The mailbox of the sender, where the reports of mail servers arrive."""

from __future__ import annotations

import imaplib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from cases.mail.imap import NoAnswer, open_folder

MOST, MOST_SEEN = 50, 500
"""So many a tick are dealt with, and so many looked at; the rest is read a minute later."""
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
        left = MOST
        for uid in _ask(server, "SEARCH", *_REPORTS)[0].split()[:MOST_SEEN]:
            left -= _deal_with(server, uid.decode(), handle)
            if not left:
                break
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def _deal_with(server: imaplib.IMAP4, uid: str, handle: Callable[[bytes], bool]) -> bool:
    try:
        found = _ask(server, "FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")[0]
        if not isinstance(found, tuple) or not handle(found[1]):
            return False
        _ask(server, "STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
    except NoAnswer:
        return False  # one mail that the server will not give must not hide those behind it
    return True


def _ask(server: imaplib.IMAP4, *command: str) -> Any:
    answer, found = server.uid(*command)
    if answer != "OK":
        raise NoAnswer(f"{command[0]} was refused")
    return found if found and found[0] is not None else [b""]
