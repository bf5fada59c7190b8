"""Send what is due, without Celery: for cron, or to step through."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections

from cases.queries.sending_mark import pause
from cases.workflow import stopping
from cases.workflow.clock_watch import ClockWatch
from cases.workflow.reminding import tick


class Command(BaseCommand):
    help = (
        "Plan and send all reminders that are due. Without --once: again and again, until SIGTERM; "
        "the mail in hand is ended first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="One tick, as cron wants it.")
        parser.add_argument(
            "--every", type=float, default=60, metavar="SECONDS", help="Pause between two ticks."
        )

        parser.add_argument(
            "--limit", type=int, default=1000, metavar="MAILS", help="At most so many mails a tick."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with stopping.listening():
            self._go_on(options)

    def _go_on(self, options: dict[str, Any]) -> None:
        watch = ClockWatch()
        while not stopping.is_asked():
            try:
                self._tick(options["limit"], watch)
            except Error as error:
                if options["once"]:
                    raise
                # The database is away. Cron would come again in a minute; so do we.
                self.stderr.write(f"The database did not answer ({type(error).__name__}).")
            if options["once"]:
                return
            close_old_connections()
            stopping.pause(options["every"])

    def _tick(self, limit: int, watch: ClockWatch) -> None:
        counts = tick(limit=limit, watch=watch)
        if counts["paused"]:
            mark = pause()
            because = f": {mark.paused_because}" if mark else ""
            self.stderr.write(
                f"Nothing is sent, sending is paused{because}. Read docs/running.md, then let it "
                "go with `python manage.py resume_sending --reason ...`."
            )
        elif counts:
            self.stdout.write(", ".join(f"{name} {counts[name]}" for name in sorted(counts)))
