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
from dataclasses import replace
from uuid import UUID

from cases.mail.bad_address import is_bad_address
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
        self._in_vain: Refused | None = None
        self._has_hung_up = False

    def ready(self) -> None:
        """Connect, unless a connection is kept: looking up a name, TLS and signing in may together
        take longer than a row may be held. A failure is what the next mail is told, once."""
        if self._server is not None or self._in_vain is not None:
            return
        try:
            self._server = self._connect()
            reach("F3")
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            self._in_vain = Refused(_words(error), _code(error), is_server=True)

    def deliver(self, mail: OutgoingMail, arm: Arm) -> Outcome:
        """Hand `mail` over. What `arm` raises comes through, with the mail known unsent."""
        if self._in_vain is not None:
            told, self._in_vain = self._in_vain, None
            return told
        begun = self._begun(mail)
        if isinstance(begun, Refused):
            return begun
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
        return self._finish(begun)

    def lookup(self, reminder_id: UUID) -> bool | None:
        """SMTP keeps no record that could be asked."""
        return None

    def close(self) -> None:
        """Drop the connection, without a farewell: in the middle of a mail there is none."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _begun(self, mail: OutgoingMail) -> _Envelope | Refused:
        """The mail handed over but for its end; or what the server says to it.

        Servers hang up or answer 421 for reasons that are not this mail's: they were to wait too
        long, or have refused too much before it. So it is offered once more, over a new connection;
        not where the server took it so far and then was silent.
        """
        told: Refused | None = None
        while True:
            was_kept = self._server is not None
            try:
                envelope = self._opened(mail)
            except (OSError, smtplib.SMTPException) as error:
                self.close()
                if was_kept and told is None:
                    told = Refused(_words(error), _code(error), is_server=True)
                    continue
                # A server that refuses the sender refuses every mail of this installation.
                return Refused(_words(error), _code(error), is_server=True)
            try:
                refusal = self._offer(envelope, mail)
            except (OSError, smtplib.SMTPException) as error:
                self.close()
                refusal = Refused(_words(error), _code(error), is_broken_off=True)
                # Waited for as long as an answer may take: not twice for one mail.
                if _is_silence(error):
                    return self._judged(refusal)
            if refusal is None:
                return envelope
            if refusal.is_broken_off and told is None:
                self.close()
                told = refusal
                continue
            return self._judged(refusal)

    def _opened(self, mail: OutgoingMail) -> _Envelope:
        """An envelope whose MAIL FROM was taken, over the kept connection or a new one."""
        if self._server is None:
            self._server = self._connect()
            reach("F3")
        return _Envelope(self._server, mail, self.journal)

    def _judged(self, refusal: Refused) -> Refused:
        """Two mails in a row on which the server hung up or was silent: then it is the server, not
        the mails."""
        before, self._has_hung_up = self._has_hung_up, refusal.is_broken_off
        if refusal.is_broken_off:
            self.close()
            if before:
                return replace(refusal, is_server=True, is_broken_off=False)
        return refusal

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

    def _offer(self, envelope: _Envelope, mail: OutgoingMail) -> Refused | None:
        """RCPT, DATA and the whole body, all but the final dot. None when the server goes along."""
        code, text = envelope.recipient()
        if code not in (250, 251):
            self._forget(envelope)
            told = _refusal(code, text)
            return replace(told, is_address=is_bad_address(told.code, told.text))
        if not envelope.copy():
            # The reminder matters more than its copy: looked for in vain, it is sent once more.
            logger.warning("The mail server does not take the address of MAIL_JOURNAL.")
        reach("F4")
        code, text = envelope.data()
        if code != 354:
            self._forget(envelope)
            return _refusal(code, text)
        body = _LEADING_DOTS.sub(b"..", _LONE_NEWLINES.sub(b"\r\n", mail.content))
        envelope.server.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        return None

    def _finish(self, envelope: _Envelope) -> Outcome:
        try:
            envelope.server.send(b".\r\n")
            reach("F7")
            code, text = envelope.server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Unknown(_words(error))
        if code == -1:
            self.close()
            return Unknown("the server's answer made no sense")
        if 200 <= code < 300:
            self._has_hung_up = False
            return Delivered(code, _text(text))
        self._forget(envelope)
        return self._judged(_refusal(code, text))

    def _forget(self, envelope: _Envelope) -> None:
        """Clear a refused mail from the connection, or give the connection up."""
        try:
            if envelope.is_cleared():
                return
        except (OSError, smtplib.SMTPException):
            pass
        self.close()


class _Envelope:
    """MAIL, RCPT and DATA of one mail. Raises when MAIL FROM is refused.

    Where the server takes groups of commands (PIPELINING, RFC 2920) they go out at once, and only
    the answers are read one after the other: a server far away is waited for once and not thrice.
    """

    def __init__(self, server: smtplib.SMTP, mail: OutgoingMail, journal: str) -> None:
        self.server = server
        self._left = [f"MAIL FROM:<{mail.sender}>"]
        self._left += [f"RCPT TO:<{to}>" for to in (mail.recipient, journal) if to]
        self._left.append("DATA")
        self._is_sent = server.has_extn("pipelining")
        if self._is_sent:
            server.send("".join(f"{command}\r\n" for command in self._left))
        code, text = self._answer()
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, text, mail.sender)

    def recipient(self) -> tuple[int, bytes]:
        """What the server says to the recipient."""
        return self._answer()

    def copy(self) -> bool:
        """Whether it takes the journal's address; True without one."""
        return self._left == ["DATA"] or self._answer()[0] in (250, 251)

    def data(self) -> tuple[int, bytes]:
        """What it says to DATA."""
        return self._answer()

    def is_cleared(self) -> bool:
        """Whether the connection can be used for the next mail, after this one was refused."""
        while self._is_sent and self._left:
            if self._answer()[0] == 354:
                return False  # it took the journal's address and waits for a body
        return self.server.rset()[0] == 250

    def _answer(self) -> tuple[int, bytes]:
        command = self._left.pop(0)
        if not self._is_sent:
            self.server.putcmd(command)
        return self.server.getreply()


def _refusal(code: int, text: bytes) -> Refused:
    """4xx: later. 5xx: never. 421: this connection is over. Nonsense: the server is not well."""
    # -1 is smtplib's word for nonsense: no code of any server.
    said = code if code > 0 else None
    return Refused(
        _text(text),
        said,
        is_permanent=500 <= code < 600,
        is_server=code < 400,
        is_broken_off=code == 421,
    )


def _is_silence(error: BaseException) -> bool:
    """Whether no answer came in time. smtplib calls that a lost connection."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


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
