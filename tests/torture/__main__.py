"""Kill real workers while they send, then judge by what the mail server kept.

    python -m tests.torture --kills 1000                          SQLite
    python -m tests.torture --kills 1000 --database postgres://postgres@127.0.0.1:5432/postgres
    python -m tests.torture --kills 200 --at F7                   always at one fault point
    python -m tests.torture --kills 100 --strategy lease-only     must find doubles

Prints its seed and its findings as JSON. Exit code 0: nothing silently lost, nothing doubled
unmarked, no more than one extra copy, no row stuck. 1: something was found.
"""

from __future__ import annotations

import argparse
import email
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.services import free_port

WORKERS = 2
UNSETTLED = ("planned", "claimed", "armed", "uncertain")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--database", default="")
    parser.add_argument("--strategy", default="armed")
    parser.add_argument("--at", default="", metavar="POINT", help="kill at this fault point only")
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        return Torture(chosen, Path(folder)).run()


class Torture:
    """One run: a database and a mail server of its own, workers, and whoever kills them."""

    def __init__(self, chosen: argparse.Namespace, folder: Path) -> None:
        self.chosen, self.folder = chosen, folder
        self.random = random.Random(chosen.seed)
        self.workers: set[int] = set()
        self.kills = 0
        self.mails = folder / "mails"

    def run(self) -> int:
        port = free_port()
        url = self._make_database()
        self._settings(url, port)
        sink = subprocess.Popen(
            [sys.executable, "-m", "tests.smtp_sink", str(self.mails), str(port), "0.008"],
            stdout=subprocess.PIPE,
        )
        try:
            assert sink.stdout is not None
            sink.stdout.readline()
            self._set_the_stage()
            begun = time.monotonic()
            self._kill_on()
            self._let_them_finish()
            found = self._judge()
            found["seconds"] = round(time.monotonic() - begun, 1)
            print(json.dumps(found, sort_keys=True))
            return 1 if self._is_bad(found) else 0
        finally:
            for worker in self.workers:
                os.kill(worker, signal.SIGKILL)
            sink.kill()
            sink.wait()
            self._drop_database()

    # -------------------------------------------------------------- the stage

    def _make_database(self) -> str:
        if not self.chosen.database:
            return f"sqlite:///{self.folder / 'torture.sqlite3'}"
        import psycopg

        self.name = f"torture_{os.getpid()}"
        with psycopg.connect(self.chosen.database, autocommit=True) as server:
            server.execute(f'create database "{self.name}"')
        return urlunsplit(urlsplit(self.chosen.database)._replace(path=f"/{self.name}"))

    def _drop_database(self) -> None:
        if not self.chosen.database:
            return
        import psycopg
        from django.db import connections

        connections.close_all()
        with psycopg.connect(self.chosen.database, autocommit=True) as server:
            server.execute(f'drop database "{self.name}" with (force)')

    def _settings(self, database: str, port: int) -> None:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="config.settings",
            PRIORAUTH_MODE="embedded",
            DATA_DIR=str(self.folder / "data"),
            DATABASE_URL=database,
            MAIL_URL=f"smtp://127.0.0.1:{port}",
            MAIL_TIMEOUT="1",
            REMINDER_BATCH="5",
            REMINDER_CLAIM_LEASE="1",
            REMINDER_ARMED_LEASE="2",
            REMINDER_BACKOFF="1",
            WAKE_WORKERS="0",
        )
        for name in ("MAIL_FROM", "MAIL_DOMAIN", "MAIL_DIR", "REMINDER_UNCERTAIN", "BROKER_URL"):
            os.environ.pop(name, None)

    def _set_the_stage(self) -> None:
        import django

        django.setup()
        from django.core.management import call_command

        from tests.torture import strategies

        call_command("migrate", verbosity=0)
        strategies.use(self.chosen.strategy)
        self.count = self.chosen.kills * 6
        strategies.planted(self.count)

    # -------------------------------------------------------------- the killing

    def _start_worker(self, *, is_doomed: bool) -> None:
        from django.db import connections

        connections.close_all()  # a connection must not be shared with a child
        luck = self.random.random()
        worker = os.fork()
        if worker == 0:
            _work(self.chosen.at if is_doomed else "", luck)
        self.workers.add(worker)

    def _kill_on(self) -> None:
        rounds, end = 0, time.monotonic() + 30 + self.chosen.kills
        while self.kills < self.chosen.kills and time.monotonic() < end:
            while len(self.workers) < WORKERS:
                self._start_worker(is_doomed=True)
            time.sleep(self.random.uniform(0.02, 0.25))
            if not self.chosen.at:
                os.kill(self.random.choice(sorted(self.workers)), signal.SIGKILL)
            self.kills += self._bury()
            rounds += 1
            if rounds % 10 == 0 and not self._has_work():
                return  # all is sent: nothing is left to disturb

    def _bury(self) -> int:
        """Take note of those who died; returns how many."""
        dead = {one for one in self.workers if os.waitpid(one, os.WNOHANG)[0]}
        self.workers -= dead
        return len(dead)

    def _has_work(self) -> bool:
        from django.utils import timezone

        from cases.models import Deadline, Reminder

        return (
            Reminder._base_manager.filter(state__in=UNSETTLED).exists()
            or Deadline._base_manager.filter(next_reminder_at__lte=timezone.now()).exists()
        )

    def _let_them_finish(self) -> None:
        """Undisturbed workers send the rest; given up when nothing has moved for half a minute."""
        seen, since = -1, time.monotonic()
        while self._has_work() and time.monotonic() - since < 30:
            self._bury()
            while len(self.workers) < WORKERS:
                self._start_worker(is_doomed=False)
            time.sleep(0.2)
            arrived = len(list(self.mails.glob("*.eml")))
            if arrived != seen:
                seen, since = arrived, time.monotonic()
        for worker in self.workers:  # nothing may move any more while the two records are compared
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
        self.workers.clear()

    # -------------------------------------------------------------- the verdict

    def _judge(self) -> dict[str, int | str | float]:
        from tests.torture import strategies

        copies: dict[str, list[bool]] = defaultdict(list)
        for path in sorted(self.mails.glob("*.eml")):
            message = email.message_from_bytes(path.read_bytes())
            copies[message["X-Reminder-Id"]].append("X-Reminder-Repeat" in message)
        rows = strategies.outbox()
        states = Counter(state for _, state, _ in rows)
        held = {key for key, state, _ in rows if state == "held"}
        return {
            "strategy": self.chosen.strategy,
            "seed": self.chosen.seed,
            "at": self.chosen.at,
            "kills": self.kills,
            "reminders": self.count,
            "rows": len(rows),
            "silently_lost": self.count
            - len(rows)
            + sum(state == "sent" and not copies[key] for key, state, _ in rows),
            "unflagged_doubles": sum(flags.count(False) > 1 for flags in copies.values()),
            "flagged_doubles": sum(
                len(flags) > 1 and flags.count(False) <= 1 for flags in copies.values()
            ),
            "most_copies": max((len(flags) for flags in copies.values()), default=0),
            "held": len(held),
            "held_that_arrived": sum(bool(copies[key]) for key in held),
            "stuck": sum(states[state] for state in UNSETTLED),
            "odd_states": sum(states.values())
            - sum(states[state] for state in (*UNSETTLED, "sent", "held")),
        }

    def _is_bad(self, found: dict[str, int | str | float]) -> bool:
        wrong = ("silently_lost", "unflagged_doubles", "stuck", "odd_states")
        return any(found[name] for name in wrong) or int(found["most_copies"]) > 2


def _work(point: str, luck: float) -> None:
    """A worker process: tick after tick until it is killed."""
    from django.db import Error

    from cases.mail import faultpoints
    from cases.workflow.reminding import tick

    chance = random.Random(luck)

    def strike(name: str) -> None:
        if name == point and chance.random() < 0.3:
            os.kill(os.getpid(), signal.SIGKILL)

    if point:
        faultpoints.strike = strike
    while True:
        try:
            tick(limit=50)
        except Error:
            pass  # as the command does: the next tick comes
        time.sleep(0.005)


if __name__ == "__main__":
    sys.exit(main())
