"""A real SMTP server for tests that keeps every mail as a file before it says "accepted".

    python -m tests.smtp_sink FOLDER [PORT [DELAY [MODE]]]   as a process that can be killed

MODE: `later` (each mail is first told 451), `never` (each is told 550), `silent` and `drop` (the
first copy of each mail is kept, but its sender gets no answer).

Acceptance is durable: the file is on disk (fsync) before the 250 goes out, so the folder is the
honest history against which an outbox is judged.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import os
import sys
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Received:
    """One mail that was accepted."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes


DROP = "drop"
"""A planned answer: keep the mail, then cut the connection without a word."""
SILENT = "silent"
"""A planned answer: keep the mail, then say nothing for a long time. To a recipient: nothing."""
LONG = 5.0


class _Keeper:
    """aiosmtpd's handler: writes the mail down, then answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refusals: list[str] = []
        self.bad_recipients: dict[str, str] = {}
        self.patience = 0
        self.tired: set[Any] = set()
        self.delay = 0.0
        self.mode = ""
        self.most_connections = 0
        self.peers: set[Any] = set()
        self.takes_groups = False
        self._met: set[str] = set()
        self._errors: dict[Any, int] = {}
        self._lock = threading.Lock()
        self._count = 0

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Say what this server can do."""
        session.host_name = hostname
        return ["250-PIPELINING", *responses] if self.takes_groups else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take any sender, but over so many connections only."""
        is_full = 0 < self.most_connections <= len(self.peers)
        if is_full and session.peer not in self.peers:
            return "421 4.7.0 too many connections"
        self.peers.add(session.peer)
        envelope.mail_from = address
        return "250 2.1.0 go on"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take any recipient but those who were named as bad."""
        if session.peer in self.tired:
            return "421 4.7.0 too many errors"
        if address in self.bad_recipients:
            refused = self._errors[session.peer] = self._errors.get(session.peer, 0) + 1
            if refused == self.patience:
                self.tired.add(session.peer)
            answer = self.bad_recipients[address]
            if answer == DROP:
                server.transport.abort()
            if answer == SILENT:
                await asyncio.sleep(LONG)
                return "451 4.3.0 too late"
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 known here"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer with the next planned refusal, or keep the mail and accept it."""
        with self._lock:
            planned = self.refusals.pop(0) if self.refusals else self._by_mode(envelope)
            if planned and planned not in (DROP, SILENT):
                return planned
            self._count += 1
            name = f"{time.time_ns():020d}-{os.getpid()}-{self._count:06d}"
        self._keep(name, envelope)
        if planned == DROP:
            server.transport.abort()
        await asyncio.sleep(LONG if planned == SILENT else self.delay)
        return "250 2.0.0 kept"

    def _by_mode(self, envelope: Envelope) -> str:
        """What this mail gets in a mode that misbehaves; nothing for a mail met before."""
        if not self.mode:
            return ""
        if self.mode == "never":
            return "550 5.7.1 not wanted"
        content = envelope.content or b""
        head = content if isinstance(content, bytes) else content.encode()
        key = str(email.message_from_bytes(head)["Message-ID"])
        if key in self._met:
            return ""
        self._met.add(key)
        return {"later": "451 4.3.0 later", "silent": SILENT, "drop": DROP}[self.mode]

    def _keep(self, name: str, envelope: Envelope) -> None:
        content = envelope.content or b""
        body = content if isinstance(content, bytes) else content.encode()
        lines = [f"X-Sink-From: {envelope.mail_from or ''}\r\n"]
        lines += [f"X-Sink-To: {address}\r\n" for address in envelope.rcpt_tos]
        draft = self.folder / f"{name}.part"
        with draft.open("wb") as file:
            file.write("".join(lines).encode() + body)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.folder / f"{name}.eml")
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class SmtpSink:
    """A mail server on 127.0.0.1 that can be stopped, started again and told to refuse."""

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.host = "127.0.0.1"
        self.port = port
        self.url = f"smtp://{self.host}:{port}"
        self._keeper = _Keeper(folder)
        self._controller: Any = None

    def start(self) -> None:
        """Take mail from now on, on the same port each time."""
        self._controller = Controller(self._keeper, hostname=self.host, port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Be a mail server that is down: connections are refused, what came stays."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def refuse_next(self, *answers: str) -> None:
        """Answer the next mails with these lines instead, for example "451 4.3.0 later".

        DROP and SILENT stand for a mail that is kept without an answer ever reaching the sender.
        """
        self._keeper.refusals.extend(answers)

    def refuse_recipient(self, address: str, answer: str) -> None:
        """Answer every mail to `address` so, for example "550 5.1.1 no such person".

        DROP cuts the connection instead, SILENT says nothing for a long time.
        """
        self._keeper.bad_recipients[address] = answer

    def tire_after(self, refusals: int) -> None:
        """Take no recipient (421) over a connection any more after so many bad ones."""
        self._keeper.patience = refusals

    def be_slow(self, seconds: float) -> None:
        """Take that long before each acceptance."""
        self._keeper.delay = seconds

    def misbehave(self, mode: str) -> None:
        """See MODE above."""
        self._keeper.mode = mode

    def take_groups(self) -> None:
        """Offer to take several commands at once (PIPELINING)."""
        self._keeper.takes_groups = True

    def take_connections(self, most: int) -> None:
        """Refuse mail over any connection after the first so many."""
        self._keeper.most_connections = most

    def connections(self) -> int:
        """Over how many connections mail was begun."""
        return len(self._keeper.peers)

    def mails(self) -> list[Received]:
        """Everything that was accepted, oldest first."""
        return [_read(path) for path in sorted(self.folder.glob("*.eml"))]


def _read(path: Path) -> Received:
    raw = path.read_bytes()
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    sender = str(parsed["X-Sink-From"] or "")
    recipients = tuple(str(address) for address in parsed.get_all("X-Sink-To", []))
    del parsed["X-Sink-From"], parsed["X-Sink-To"]
    return Received(sender, recipients, parsed, raw)


def main(arguments: list[str]) -> None:
    """Serve until killed; prints the address first."""
    sink = SmtpSink(Path(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 2525)
    sink.be_slow(float(arguments[2]) if len(arguments) > 2 else 0.0)
    sink.misbehave(arguments[3] if len(arguments) > 3 else "")
    sink.start()
    print(sink.url, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
