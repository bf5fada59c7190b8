"""One run's stage: a database and servers of its own, real workers, and the verdict afterwards."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.services import free_port
from tests.torture import verdict

CLAIM_LEASE, ARMED_LEASE = 1, 2  # seconds
A_FEW_TICKS = 5  # seconds: a tick of the workers here takes one or two on a busy machine
UNSETTLED = ("planned", "claimed", "armed", "uncertain")
Strike = Callable[[str], None]


class Stage:
    """What every part of the torture stands on. `options` are those of the command line."""

    def __init__(self, options, folder: Path) -> None:
        self.options, self.folder = options, folder
        self.random = random.Random(options.seed)
        self.mails = folder / "mails"
        self.reached = folder / "reached"  # one line for each fault point that struck
        self.reached.touch()
        self.workers: set[int] = set()
        self.servers: list[subprocess.Popen[bytes]] = []
        self.planted = 0
        self.overstayed = 0
        self.done: dict[str, object] = {}

    # ------------------------------------------------------------------ servers and settings

    def __enter__(self) -> Stage:
        port = free_port()
        os.environ.update(
            DJANGO_SETTINGS_MODULE="config.settings",
            PRIORAUTH_MODE="embedded",
            DATA_DIR=str(self.folder / "data"),
            DATABASE_URL=self._make_database(),
            MAIL_URL=f"smtp://127.0.0.1:{port}",
            MAIL_TIMEOUT="1",
            REMINDER_BATCH="3",  # of ten mails a tick: four connections where there may be several
            REMINDER_CLAIM_LEASE=str(CLAIM_LEASE),
            REMINDER_ARMED_LEASE=str(ARMED_LEASE),
            REMINDER_BACKOFF="1",
            REMINDER_ASK_AFTER="1",
            REMINDER_ASK_UNTIL="5",
            # A kill at one point of one mail must not meet others of the same worker elsewhere.
            REMINDER_CONNECTIONS="1" if self.options.at else "4",
            TICK_SECONDS="1",
            WAKE_WORKERS="0",
            LOG_LEVEL="CRITICAL",
        )
        others = ("MAIL_FROM", "MAIL_DOMAIN", "MAIL_DIR", "REMINDER_UNCERTAIN", "DEADMAN_URL")
        for name in (*others, "BROKER_URL", "REDIS_URL", "RECONCILER_URL", "MAIL_JOURNAL"):
            os.environ.pop(name, None)
        self.serve("tests.smtp_sink", str(self.mails), str(port), "0.002", self.options.mode)
        if self.options.reconciler:
            from tests.imap_sink import JOURNAL

            os.environ["MAIL_JOURNAL"] = JOURNAL
            os.environ["RECONCILER_URL"] = self.serve(
                "tests.imap_sink", str(self.mails), str(free_port())
            )
        self.prepare()
        return self

    def prepare(self) -> None:
        """Django, the tables, and the way of sending that is to be tried."""
        import logging

        import django

        django.setup()
        logging.disable(logging.CRITICAL)  # thousands of lines about servers that are meant to fail
        from django.core.management import call_command

        from tests.torture import strategies

        call_command("migrate", verbosity=0)
        strategies.use(self.options.strategy)

    def serve(self, module: str, *arguments: str) -> str:
        """Start a server of the tests; returns the address that it prints."""
        server = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE
        )
        self.servers.append(server)
        assert server.stdout is not None
        return server.stdout.readline().decode().strip()

    def __exit__(self, *_: object) -> None:
        from django.db import connections

        connections.close_all()
        for worker in list(self.workers):
            self.end(worker)
        for server in self.servers:
            server.kill()
            server.wait()
        self._drop_database()

    def _make_database(self) -> str:
        if not self.options.database:
            return f"sqlite:///{self.folder / 'torture.sqlite3'}"
        self.name = f"torture_{os.getpid()}"
        self._on_server(f'create database "{self.name}"')
        return urlunsplit(urlsplit(self.options.database)._replace(path=f"/{self.name}"))

    def _drop_database(self) -> None:
        if self.options.database:
            self._on_server(f'drop database "{self.name}" with (force)')

    def _on_server(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.options.database, autocommit=True) as server:
            server.execute(statement)

    # ------------------------------------------------------------------ work and workers

    def plant(self, count: int) -> None:
        """So many deadlines more, all due now; or digests, or mails to patients, where asked."""
        from tests.torture import strategies

        plant = strategies.digests if self.options.digests else strategies.planted
        if self.options.patients:
            plant = strategies.patients
        plant(count)
        self.planted += count

    def keep_busy(self, at_least: int, more: int, *, is_swept: bool = False) -> None:
        """Plant more when little is left to do: an idle worker proves nothing.

        `is_swept`: their outbox rows are written at once, in this process. Workers that live for
        half a second would else die in one long sweep after the other and never send.
        """
        if self.left() < at_least:
            self.plant(more)
            if is_swept:
                self.sweep()

    def warm_up(self) -> None:
        """One mail sent by this process: what a worker loads at its first one is there at the fork.

        A worker that lives for half a second would else die while it loads, time and again.
        """
        import io

        from django.core.management import call_command

        self.plant(1)
        call_command("send_due_reminders", "--once", stdout=io.StringIO(), stderr=io.StringIO())

    def sweep(self) -> None:
        """What a worker does before it sends, undisturbed."""
        from django.utils import timezone

        from cases.workflow.sweeping import sweep

        sweep(timezone.now())

    def accepted(self) -> int:
        """How many mails the server has taken so far."""
        return verdict.accepted(self.mails)

    def start_worker(self, strike: Strike | None = None, every: float = 0.005) -> int:
        """A process that does what `manage.py send_due_reminders` does, for ever."""
        from django.db import connections

        connections.close_all()  # a connection must not be shared with a child
        worker = os.fork()
        if worker == 0:
            _work(strike, every)
        self.workers.add(worker)
        return worker

    def crew(self, size: int, make_strike: Callable[[float], Strike] | None = None) -> None:
        """See to it that so many workers run."""
        while len(self.workers) < size:
            self.start_worker(make_strike(self.random.random()) if make_strike else None)

    def bury(self) -> int:
        """Take note of those who died; returns how many."""
        dead = {one for one in self.workers if os.waitpid(one, os.WNOHANG)[0]}
        self.workers -= dead
        return len(dead)

    def end(self, worker: int) -> None:
        """Kill it and wait for its end."""
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
        self.workers.discard(worker)

    def strikes(self) -> int:
        """How often a fault point struck so far."""
        return self.reached.read_text().count("\n")

    # ------------------------------------------------------------------ what is left, and the end

    def left(self) -> int:
        """Mails and deadlines that still wait for something."""
        from django.utils import timezone

        from cases.models import Deadline
        from cases.models.outbox import OUTBOX

        # The deadlines first: a sweep makes them into mails, and what it commits between the two
        # counts must be in one of them.
        due = Deadline._base_manager.filter(next_reminder_at__lte=timezone.now()).count()
        return due + sum(
            model._base_manager.filter(state__in=UNSETTLED).count() for model in OUTBOX
        )

    def watch_leases(self) -> None:
        """Count rows that nobody took up within two leases (and a few ticks) of being claimed."""
        from datetime import timedelta

        from django.utils import timezone

        from cases.models.outbox import OUTBOX

        now = timezone.now()
        for state, lease in (("claimed", CLAIM_LEASE), ("armed", ARMED_LEASE)):
            late = now - timedelta(seconds=lease + A_FEW_TICKS)
            self.overstayed += sum(
                model._base_manager.filter(state=state, lease_until__lt=late).count()
                for model in OUTBOX
            )

    def finish(self, size: int = 3, patience: float = 30) -> None:
        """Undisturbed workers do the rest; given up when nothing has moved for `patience` s."""
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < patience:
            self.bury()
            self.crew(size)
            time.sleep(0.15)
            left = self.left()
            if not left:
                break
            if left != seen:
                seen, since = left, time.monotonic()
        for worker in list(self.workers):  # nothing may move while the two records are compared
            self.end(worker)

    def judge(self) -> dict[str, object]:
        """What the mail server's own record says about what the outbox believes."""
        found = verdict.of(self.mails, self.planted) | {"overstayed": self.overstayed} | self.done
        if found["stuck"]:
            found["standstill"] = self._what_holds_it_up()
        return found

    def _what_holds_it_up(self) -> dict[str, object]:
        """For whoever has to find out why: is it the pause, the server, or the rows?"""
        from collections import Counter

        from cases.models.outbox import OUTBOX
        from cases.queries.sending_mark import pause

        mark = pause()
        rows = [row for model in OUTBOX for row in model._base_manager.filter(state__in=UNSETTLED)]
        return {
            "paused": mark.paused_because if mark else "",
            "servers_alive": [server.poll() is None for server in self.servers],
            "rows": Counter(f"{row.state}, {row.attempts} tries: {row.last_error}" for row in rows),
            "earliest": str(min((row.not_before for row in rows), default="")),
        }


def _work(strike: Strike | None, every: float) -> None:
    from cases.mail import faultpoints
    from cases.management.commands.send_due_reminders import Command

    faultpoints.strike = strike
    code = 0
    try:
        with open(os.devnull, "w") as nowhere:
            Command(stdout=nowhere, stderr=nowhere).handle(once=False, every=every, limit=10)
    except BaseException as error:
        print(f"worker: {type(error).__name__}: {error}", file=sys.stderr)
        code = 70
    finally:
        os._exit(code)
