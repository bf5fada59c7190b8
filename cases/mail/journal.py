"""A mailbox that gets a copy of every reminder, asked by IMAP (RFC 9051) whether one arrived.

The copy goes to it in the envelope only (MAIL_JOURNAL): the recipient sees nothing of it. A mail
handed over in one transaction goes to both or to neither, so what the journal holds was accepted.
Relays may replace a Message-ID (Amazon SES, Exchange), so X-Reminder-Id
(X-Digest-Id, X-Office-Message-Id) is searched for as well.
"""

from __future__ import annotations

import imaplib
import logging
import time
from contextlib import suppress
from typing import Any

from cases.mail.doubt import Doubt
from cases.mail.imap import NoAnswer, open_folder, quoted, wait_until

logger = logging.getLogger(__name__)


class ImapJournal:
    """Keeps one connection from question to question. `timeout` in seconds, for each question.

    A host that cannot be reached or does not answer in time is not tried again: it would cost the
    tick `timeout` for every mail in doubt.

    `place` has host, port, user, password, security (none, starttls, tls) and folder.
    """

    def __init__(self, place: Any, *, timeout: float) -> None:
        self.place, self.timeout = place, timeout
        self._server: imaplib.IMAP4 | None = None
        self._is_down = False

    def lookup(self, doubt: Doubt) -> bool | None:
        """Whether the journal holds that mail; None when it cannot be asked."""
        if self._is_down:
            return None
        try:
            server = self._server or open_folder(
                # Read-only: looking changes nothing there, not even what counts as read.
                self.place,
                timeout=self.timeout,
                readonly=True,
            )
            self._server = server
            until = time.monotonic() + self.timeout
            return _finds(server, "Message-ID", doubt.message_id, until) or _finds(
                server, doubt.header, str(doubt.mail_id), until
            )
        except (OSError, imaplib.IMAP4.error, NoAnswer) as error:
            # The text of an IMAP error can repeat the user name.
            logger.warning("The mail journal could not be asked (%s).", type(error).__name__)
            is_silent = isinstance(error, TimeoutError)
            self._is_down = is_silent or (self._server is None and isinstance(error, OSError))
            if is_silent and self._server is not None:
                with suppress(OSError):
                    self._server.shutdown()  # a farewell would be waited for as long
                self._server = None
            self.close()
            return None

    def close(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()


def _finds(server: imaplib.IMAP4, header: str, value: str, until: float) -> bool:
    # A server shows mail that came after the folder was opened only when it is spoken to.
    wait_until(server, until)
    server.noop()
    wait_until(server, until)
    answer, found = server.search(None, "HEADER", header, quoted(value))
    if answer != "OK":
        raise NoAnswer("the search was refused")
    return any(line and line.split() for line in found)
