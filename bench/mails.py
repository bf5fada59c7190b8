"""How fast a worker sends, beside how fast it can merely build the mails.

    DATABASE_URL=postgres://... python -m bench.mails --mails 2000 --rounds 5

By turns in one run, each time from the same outbox of 20 invented clinics:

    build          the mails are written and nothing else is done, in one thread
    1, 2, 4 ...    the real thing, claim to record, over so many connections, to a sink at once
    2x4            the same in two processes of four connections each (--processes 2)
    slow 1, 4 ...  the same to a sink that answers each command after 20 ms; fewer mails

`cpu` is what this process computes for one mail, in microseconds: on a machine with other work it
tells more than the rate, which then counts the waiting for a turn as well. Figures are medians;
only ratios of one run mean anything. Use a database of its own: its outbox is emptied at each turn.
The mail server is `bench/mail_sink.py`, a process of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bench.reminders import NOW, make  # sets Django up
from cases.models import Reminder
from cases.workflow import sending
from config.env import MailTransport

Times = tuple[float, float]

FILL = """
INSERT INTO cases_reminder (id, clinic_id, deadline_id, rung, rungs, recipient_id, due_at,
    expires_at, state, lease_owner, not_before, attempts, resends, possible_dup, message_id,
    body_sha256, smtp_text, last_error, planned_at)
SELECT u.id, d.clinic_id, d.id, 1, 6, r.assigned_to_id, %(now)s, %(later)s, 'planned', '',
    %(now)s, 0, 0, false, '<r.' || u.id || '@localhost>', '', '', '', %(now)s
FROM (SELECT * FROM cases_deadline ORDER BY id LIMIT %(count)s) d
JOIN cases_priorauthrequest r ON r.id = d.request_id,
    LATERAL (SELECT gen_random_uuid() AS id, d.id AS whose) u"""


def main() -> None:
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--mails", type=int, default=2000)
    asked.add_argument("--slow-mails", type=int, default=200)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--connections", type=int, nargs="+", default=[1, 2, 4, 8])
    asked.add_argument("--processes", type=int, default=1, help="as well in so many at once")
    asked.add_argument("--plain", action="store_true", help="a server without PIPELINING")
    options = asked.parse_args()
    if connection.vendor != "postgresql":
        sys.exit("Set DATABASE_URL to a PostgreSQL database made for this bench.")
    call_command("migrate", verbosity=0)
    make(options.mails)
    settings.REMINDER_SENDING_TIME = 600
    report(options)


def report(options: argparse.Namespace) -> None:
    """Print one table."""
    found: dict[str, list[tuple[float, float]]] = {}
    kind = ["plain"] if options.plain else []
    with sink("0", *kind) as quick, sink("0.02", *kind) as slow:
        for turn in range(options.rounds + 1):
            jobs = {"build": lambda: build(options.mails)}
            for lines in options.connections:
                jobs[f"{lines}"] = partial(send, options.mails, quick, lines)
            for lines in options.connections if options.processes > 1 else ():
                name = f"{options.processes}x{lines}"
                jobs[name] = partial(together, options.mails, quick, lines, options.processes)
            for lines in options.connections if options.slow_mails else ():
                jobs[f"slow {lines}"] = partial(send, options.slow_mails, slow, lines)
            for name, job in jobs.items():
                took = job()
                if turn:
                    found.setdefault(name, []).append(took)
    print(f"{options.mails:,} mails ({options.slow_mails:,} slow), medians of {options.rounds}")
    print(f"{'':10}{'mails/s':>10}{'x build':>10}{'x slow 1':>10}{'cpu':>10}{'x build':>10}")
    medians = {
        name: [statistics.median(column) for column in zip(*rows, strict=True)]
        for name, rows in found.items()
    }
    for name, (wall, cpu) in medians.items():
        rate, of_cpu = medians["build"][0] / wall, medians["build"][1] / cpu
        beside = f"{medians['slow 1'][0] / wall:.1f}" if name.startswith("slow") else ""
        print(f"{name:10}{1 / wall:10.0f}{rate:10.2f}{beside:>10}{cpu * 1e6:10.0f}{of_cpu:10.2f}")


def build(count: int) -> Times:
    """Building alone; the rows are read before."""
    fill(count)
    rows = list(
        Reminder._base_manager.select_related("deadline__request", "clinic", "recipient").defer(
            "deadline__derivation", "deadline__request__coverage_snapshot"
        )
    )
    return timed(lambda: [sending._written(row, NOW) for row in rows], count)


def send(count: int, port: int, lines: int) -> Times:
    """Claim to record."""
    fill(count)
    settings.MAIL = MailTransport("smtp", "127.0.0.1", port)
    settings.REMINDER_CONNECTIONS = lines

    def work() -> None:
        counts = sending.send_due(lambda: NOW, limit=count)
        assert counts["sent"] == count, counts

    return timed(work, count)


def together(count: int, port: int, lines: int, processes: int) -> Times:
    """The same by several processes at once: from the first one's start to the last one's end."""
    fill(count)
    settings.MAIL = MailTransport("smtp", "127.0.0.1", port)
    settings.REMINDER_CONNECTIONS = lines
    connection.close()
    fork = multiprocessing.get_context("fork")
    start, told = fork.Barrier(processes), fork.Queue()
    workers = [fork.Process(target=_one, args=(start, told, count)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    found = [told.get(timeout=600) for _ in workers]
    for worker in workers:
        worker.join()
    assert sum(sent for *_, sent in found) == count, found
    wall = max(ended for _, ended, *_ in found) - min(begun for begun, *_ in found)
    return wall / count, sum(cpu for _, _, cpu, _ in found) / count


def _one(start: Any, told: Any, count: int) -> None:
    connection.ensure_connection()
    start.wait()
    begun, cpu = time.monotonic(), time.process_time()
    counts = sending.send_due(lambda: NOW, limit=count)
    told.put((begun, time.monotonic(), time.process_time() - cpu, counts["sent"]))


def timed(work: Callable[[], object], count: int) -> Times:
    """Seconds for one of `count` mails: on the clock, and computed by this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - wall) / count, (time.process_time() - cpu) / count


def fill(count: int) -> None:
    """An outbox of `count` planned rows."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE cases_reminder CASCADE")
        cursor.execute(FILL, {"now": NOW, "later": NOW + timedelta(days=14), "count": count})
        cursor.execute("VACUUM ANALYZE cases_reminder")
        cursor.execute("CHECKPOINT")


@contextmanager
def sink(*arguments: str) -> Iterator[int]:
    """A mail server of the run's own; gives its port."""
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.mail_sink", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None and server.stdin is not None
    try:
        yield int(server.stdout.readline())
    finally:
        server.stdin.close()
        server.wait(10)


if __name__ == "__main__":
    main()
