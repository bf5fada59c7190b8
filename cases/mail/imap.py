"""A folder of a mailbox, opened by IMAP (RFC 9051)."""

from __future__ import annotations

import imaplib
import ssl
import time
from contextlib import suppress
from typing import Any

from priorauth.errors import PriorAuthError


class NoAnswer(PriorAuthError):
    """The server answered, but not to what was asked."""


def open_folder(place: Any, *, timeout: float, readonly: bool) -> imaplib.IMAP4:
    """A connection with the folder of `place` selected. `timeout` in seconds, for all of that.

    `place` has host, port, user, password, security (none, starttls, tls) and folder. Raises
    OSError, imaplib.IMAP4.error and NoAnswer; the text of an IMAP error can repeat the user name.
    """
    until = time.monotonic() + timeout
    if place.security == "tls":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            place.host, place.port, ssl_context=ssl.create_default_context(), timeout=timeout
        )
    else:
        server = imaplib.IMAP4(place.host, place.port, timeout=timeout)
    try:
        if place.security == "starttls":
            wait_until(server, until)
            server.starttls(ssl.create_default_context())
        wait_until(server, until)
        server.login(place.user, place.password)
        wait_until(server, until)
        if server.select(quoted(place.folder), readonly=readonly)[0] != "OK":
            raise NoAnswer("the folder cannot be opened")
    except BaseException:
        with suppress(OSError, imaplib.IMAP4.error):
            server.shutdown()
        raise
    server.sock.settimeout(timeout)
    return server


def wait_until(server: imaplib.IMAP4, until: float) -> None:
    """Let the next answer be waited for until then (`time.monotonic`). Raises TimeoutError."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    server.sock.settimeout(left)


def quoted(text: str) -> str:
    """An IMAP quoted string. Raises NoAnswer for what cannot stand in one."""
    if not text.isascii() or not text.isprintable():
        raise NoAnswer("a name that IMAP cannot quote")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
