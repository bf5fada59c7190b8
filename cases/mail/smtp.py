"""Mail to an SMTP server, with a guarded step before the one byte that makes it irrevocable.

A server must discard a mail whose final dot never came (RFC 5321, 4.1.1.4). So the whole body goes
out first, then the outbox is armed, and only then the dot: a crash before the dot is known unsent.
"""

from __future__ import annotations

import logging
import re
import smtplib
import socket
import ssl
import time
from uuid import UUID

from cases.mail.faultpoints import reach
from cases.mail.outcomes import Arm, Delivered, Outcome, OutgoingMail, Refused, Unknown, Withdrawn

logger = logging.getLogger(__name__)

_LONE_NEWLINES = re.compile(rb"\r\n|\r|\n")
_LEADING_DOTS = re.compile(rb"(?m)^\.")


class SmtpTransport:
    """Keeps one connection open from mail to mail. `timeout` is in seconds, for each answer.

    `security` is none, starttls or tls. `journal` is an address that gets a copy of every mail, in
    the envelope only.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str,
        password: str,
        security: str,
        timeout: float,
        journal: str = "",
    ) -> None:
        self.host, self.port = host, port
        self.user, self.password = user, password
        self.security, self.timeout, self.journal = security, timeout, journal
        self._server: smtplib.SMTP | None = None

    def deliver(self, mail: OutgoingMail, arm: Arm) -> Outcome:
        """Hand `mail` over. What `arm` raises comes through, with the mail known unsent."""
        try:
            server = self._ready_for(mail)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Refused(_words(error), _code(error), is_server=True)
        try:
            refusal = self._offer(server, mail)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Refused(_words(error), _code(error), is_server=True)
        if refusal is not None:
            return refusal
        reach("F5")
        started = time.monotonic()
        try:
            lease = arm()
        except BaseException:
            self.close()  # without the dot
            raise
        reach("F6")
        if lease <= 0:
            self.close()
            return Withdrawn()
        if time.monotonic() - started > lease / 2:
            # Frozen in between: somebody else may have been told that this mail was not sent.
            self.close()
            return Refused("the worker stood still before the end of the mail")
        return self._finish(server)

    def lookup(self, reminder_id: UUID) -> bool | None:
        """SMTP keeps no record that could be asked."""
        return None

    def close(self) -> None:
        """Drop the connection, without a farewell: in the middle of a mail there is none."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _ready_for(self, mail: OutgoingMail) -> smtplib.SMTP:
        """A connection that has taken MAIL FROM; a kept one that has died is replaced once.

        A server that refuses the sender refuses every mail of this installation, so that counts as
        the server's fault, not the mail's.
        """
        if self._server is not None:
            try:
                _expect(self._server.mail(mail.sender), smtplib.SMTPSenderRefused, mail.sender)
                return self._server
            except (OSError, smtplib.SMTPException):
                self.close()
        self._server = self._connect()
        reach("F3")
        _expect(self._server.mail(mail.sender), smtplib.SMTPSenderRefused, mail.sender)
        return self._server

    def _connect(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            else:
                server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        if server.sock is not None:
            # The dot follows the body in a packet of its own: with Nagle's algorithm it would wait
            # for the body's delayed acknowledgement, some 40 ms for each mail.
            server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return server

    def _offer(self, server: smtplib.SMTP, mail: OutgoingMail) -> Refused | None:
        """RCPT, DATA and the whole body, all but the final dot. None when the server goes along."""
        code, text = server.rcpt(mail.recipient)
        if code not in (250, 251):
            self._forget(server)
            return _refusal(code, text)
        if self.journal and server.rcpt(self.journal)[0] not in (250, 251):
            # The reminder matters more than its copy: looked for in vain, it is sent once more.
            logger.warning("The mail server does not take the address of MAIL_JOURNAL.")
        reach("F4")
        code, text = server.docmd("DATA")
        if code != 354:
            self._forget(server)
            return _refusal(code, text)
        body = _LEADING_DOTS.sub(b"..", _LONE_NEWLINES.sub(b"\r\n", mail.content))
        server.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        return None

    def _finish(self, server: smtplib.SMTP) -> Outcome:
        try:
            server.send(b".\r\n")
            reach("F7")
            code, text = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Unknown(_words(error))
        if code == -1:
            self.close()
            return Unknown("the server's answer made no sense")
        if 200 <= code < 300:
            return Delivered(code, _text(text))
        self._forget(server)
        return _refusal(code, text)

    def _forget(self, server: smtplib.SMTP) -> None:
        """Clear a refused mail from the connection, or give the connection up."""
        try:
            if server.rset()[0] == 250:
                return
        except (OSError, smtplib.SMTPException):
            pass
        self.close()


def _expect(reply: tuple[int, bytes], error: type[smtplib.SMTPSenderRefused], sender: str) -> None:
    code, text = reply
    if code != 250:
        raise error(code, text, sender)


def _refusal(code: int, text: bytes) -> Refused:
    """4xx: later. 5xx: never. 421 and nonsense: the server is going away."""
    return Refused(
        _text(text), code, is_permanent=500 <= code < 600, is_server=code == 421 or code < 400
    )


def _text(text: bytes | str) -> str:
    """A server's words, fit for a log line and for the screen."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:200]


def _code(error: BaseException) -> int | None:
    code = getattr(error, "smtp_code", None)
    return code if isinstance(code, int) and code > 0 else None


def _words(error: BaseException) -> str:
    """What went wrong, without the user name or password that an AUTH error may repeat."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "the mail server did not accept the user name and password"
    if isinstance(error, smtplib.SMTPResponseException):
        return _text(error.smtp_error)
    return _text(f"{type(error).__name__}: {error}")
