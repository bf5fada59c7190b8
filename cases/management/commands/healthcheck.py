"""`manage.py healthcheck`: what a container engine or a monitor asks each minute."""

from __future__ import annotations

import http.client
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from cases.queries.heartbeats import silence_of
from cases.workflow.heartbeats import BEAT, WORKER

LONGEST_SILENCE = timedelta(minutes=3)
"""Three ticks: one may be late, and one may be cut off by a restart."""


class Command(BaseCommand):
    """Succeeds when the part is at work; says in one line why it is not."""

    help = (
        "Succeed when the web server answers, or when worker or beat worked in the last 3 minutes."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which part."""
        parser.add_argument(
            "part", choices=["web", WORKER, BEAT], help="which part of the product to ask"
        )

    def handle(self, *args: Any, part: str, **options: Any) -> None:
        """Ask it."""
        if part == "web":
            _ask_web()
        else:
            _ask_heartbeat(part)
        self.stdout.write(f"{part} is at work")


def _ask_web() -> None:
    """The web server on this machine, by the name under which staff know it."""
    host = "127.0.0.1" if settings.BIND in ("0.0.0.0", "") else settings.BIND  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.PORT, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": urlsplit(settings.SITE_URL).netloc})
        status = connection.getresponse().status
    except OSError as error:
        raise CommandError(f"web does not answer: {error.strerror or error}") from None
    finally:
        connection.close()
    if status != 200:
        raise CommandError(f"web answers with {status}")


def _ask_heartbeat(part: str) -> None:
    try:
        silence = silence_of(part, timezone.now())
    except DatabaseError:
        raise CommandError("the database does not answer") from None
    if silence is None:
        raise CommandError(f"{part} has not worked yet")
    if silence > LONGEST_SILENCE:
        raise CommandError(f"{part} is silent for {silence.total_seconds():.0f} seconds")
