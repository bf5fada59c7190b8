"""How fast a worker sends, beside how fast it can merely build the mails.

    DATABASE_URL=postgres://... python -m bench.mails --mails 2000 --rounds 5

By turns in one run, each time from the same outbox of 20 invented clinics:

    build          the mails are written and nothing else is done, in one thread
    1, 2, 4 ...    the real thing, claim to record, over so many connections, to a sink at once
    slow 1, 4 ...  the same to a sink that answers each command after 20 ms; fewer mails

Figures are medians; only ratios of one run mean anything. Use a database of its own: its outbox is
emptied at each turn. The mail server is `bench/mail_sink.py`, a process of its own.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bench.reminders import NOW, make  # sets Django up
from cases.models import Reminder
from cases.workflow import sending
from config.env import MailTransport

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
    rates: dict[str, list[float]] = {}
    kind = ["plain"] if options.plain else []
    with sink("0", *kind) as quick, sink("0.02", *kind) as slow:
        for turn in range(options.rounds + 1):
            found = {"build": build(options.mails)}
            for lines in options.connections:
                found[f"{lines}"] = send(options.mails, quick, lines)
            for lines in options.connections if options.slow_mails else ():
                found[f"slow {lines}"] = send(options.slow_mails, slow, lines)
            for name, rate in found.items() if turn else ():
                rates.setdefault(name, []).append(rate)
    medians = {name: statistics.median(found) for name, found in rates.items()}
    print(f"{options.mails:,} mails ({options.slow_mails:,} slow), medians of {options.rounds}")
    print(f"{'':10}{'mails/s':>10}{'x build':>10}{'x slow 1':>10}")
    for name, rate in medians.items():
        beside = rate / medians["slow 1"] if name.startswith("slow") else float("nan")
        print(f"{name:10}{rate:10.0f}{rate / medians['build']:10.2f}{beside:10.1f}")


def build(count: int) -> float:
    """Mails a second of building alone; the rows are read before."""
    fill(count)
    rows = list(
        Reminder._base_manager.select_related("deadline__request", "clinic", "recipient").defer(
            "deadline__derivation", "deadline__request__coverage_snapshot"
        )
    )
    began = time.perf_counter()
    for row in rows:
        sending._written(row, NOW)
    return count / (time.perf_counter() - began)


def send(count: int, port: int, lines: int) -> float:
    """Mails a second of sending."""
    fill(count)
    settings.MAIL = MailTransport("smtp", "127.0.0.1", port)
    settings.REMINDER_CONNECTIONS = lines
    began = time.perf_counter()
    counts = sending.send_due(lambda: NOW, limit=count)
    took = time.perf_counter() - began
    assert counts["sent"] == count, counts
    return count / took


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
