"""A small real IMAP server (RFC 9051: CAPABILITY, LOGIN, EXAMINE, NOOP, SEARCH HEADER, LOGOUT).

With `reports` it also has mails of its own, read by UID (SEARCH UNSEEN HEADER, FETCH, STORE).

    python -m tests.imap_sink FOLDER PORT   as a process, over the folder of tests/smtp_sink.py

It serves the mails that the SMTP server of the tests keeps, those with `journal` in their envelope:
so a journal holds exactly what was accepted.
"""

from __future__ import annotations

import email
import email.message
import re
import socketserver
import sys
import threading
from pathlib import Path

USER, PASSWORD = "journal", 'pa"ss\\word'
JOURNAL = "journal@clinic.example"
_SEARCH = re.compile(r'SEARCH HEADER (\S+) "((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_LOGIN = re.compile(r'LOGIN (\S+) "((?:[^"\\]|\\.)*)"', re.IGNORECASE)


class _Index:
    """Headers of the mails in the folder, each file read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: set[str] = set()
        self.found: list[dict[str, str]] = []
        self.lock = threading.Lock()

    def look(self) -> list[dict[str, str]]:
        with self.lock:
            for path in sorted(self.folder.glob("*.eml")):
                if path.name not in self.seen:
                    self.seen.add(path.name)
                    mail = email.message_from_bytes(path.read_bytes())
                    if JOURNAL in mail.get_all("X-Sink-To", []):
                        self.found.append({key.lower(): value for key, value in mail.items()})
            return list(self.found)


class _Session(socketserver.StreamRequestHandler):
    server: ImapSink

    def handle(self) -> None:
        self.say("* OK ready")
        is_in = False
        for raw in self.rfile:
            tag, _, command = raw.decode().strip().partition(" ")
            verb = command.split(" ")[0].upper()
            self.server.commands.append(verb)
            if self.server.ignores == verb:
                continue
            if self.server.refuses == verb:
                self.say(f"{tag} NO not now")
            elif verb == "CAPABILITY":
                self.say("* CAPABILITY IMAP4rev1", f"{tag} OK done")
            elif verb == "LOGIN":
                said = _LOGIN.match(command)
                password = re.sub(r"\\(.)", r"\1", said[2]) if said else ""
                is_in = said is not None and (said[1], password) == (USER, PASSWORD)
                self.say(f"{tag} OK done" if is_in else f"{tag} NO wrong")
            elif verb in ("EXAMINE", "SELECT") and is_in:
                way = "READ-ONLY" if verb == "EXAMINE" else "READ-WRITE"
                self.say(f"* {len(self.server.index.look())} EXISTS", f"{tag} OK [{way}]")
            elif verb == "SEARCH" and is_in:
                self.search(tag, command)
            elif verb == "UID" and is_in:
                self.by_uid(tag, command.split(" ", 3)[1:])
            elif verb == "LOGOUT":
                self.say("* BYE then", f"{tag} OK done")
                return
            else:
                self.say(f"{tag} OK done" if verb == "NOOP" else f"{tag} BAD what")

    def search(self, tag: str, command: str) -> None:
        wanted = _SEARCH.match(command)
        if wanted is None:
            self.say(f"{tag} BAD what")
            return
        header, text = wanted[1].lower(), re.sub(r"\\(.)", r"\1", wanted[2])
        numbers = [
            str(number)
            for number, mail in enumerate(self.server.index.look(), start=1)
            if text.lower() in mail.get(header, "").lower()
        ]
        self.say("* SEARCH " + " ".join(numbers), f"{tag} OK done")

    def by_uid(self, tag: str, command: list[str]) -> None:
        reports, seen = self.server.reports, self.server.seen
        if command[0] == "SEARCH":
            wanted = re.search(r'UNSEEN HEADER (\S+) "([^"]*)"', " ".join(command))
            assert wanted is not None
            found = [
                str(uid)
                for uid, raw in enumerate(reports, start=1)
                if uid not in seen and wanted[2] in str(_headers(raw).get(wanted[1], ""))
            ]
            self.say("* SEARCH " + " ".join(found), f"{tag} OK done")
        elif command[0] == "FETCH":
            raw = reports[int(command[1]) - 1][:65_536]
            self.say(f"* {command[1]} FETCH (UID {command[1]} BODY[]<0> {{{len(raw)}}}")
            self.wfile.write(raw)
            self.say(")", f"{tag} OK done")
        else:
            assert "Seen" in command[2]
            seen.add(int(command[1]))
            self.say(f"{tag} OK done")

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


def _headers(raw: bytes) -> email.message.Message:
    """The headers alone: whatever follows them is the client's to read."""
    return email.message_from_bytes(raw.partition(b"\r\n\r\n")[0])


class ImapSink(socketserver.ThreadingTCPServer):
    """Serves on 127.0.0.1; `refuses` names a command that it answers with NO, `ignores` one that
    it does not answer at all."""

    daemon_threads = allow_reuse_address = True

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Session)
        self.index = _Index(folder)
        self.commands: list[str] = []
        self.refuses = self.ignores = ""
        self.reports: list[bytes] = []
        self.seen: set[int] = set()
        self.url = f"imap://{USER}:pa%22ss%5Cword@127.0.0.1:{port}/Journal%20of%20mails"

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, daemon=True).start()


def main(arguments: list[str]) -> None:
    """Serve until killed; prints the address first."""
    server = ImapSink(Path(arguments[0]), int(arguments[1]))
    print(server.url, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
