"""`manage.py rebuild_deadlines`: recompute from the facts and say what differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django_scopes import scopes_disabled

from cases.models import PriorAuthRequest
from cases.workflow.clocks import Difference
from cases.workflow.rebuilding import open_requests, recount


class Command(BaseCommand):
    """Recompute the open cases: the stored deadlines must be what the facts give today."""

    help = (
        "Recompute the deadlines of all open cases (or of one) and list every difference. "
        "Without --write nothing is changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """--case, --write."""
        parser.add_argument("--case", help="Case number; all open cases without it.")
        parser.add_argument("--write", action="store_true", help="Store the differences.")

    def handle(self, *args: Any, **options: Any) -> None:
        """List differences, case by case; write them when asked."""
        differing = failed = 0
        with scopes_disabled():
            wanted = open_requests()
            if options["case"]:
                wanted = PriorAuthRequest.objects.filter(number=options["case"])
            for number, difference in recount(
                wanted, at=timezone.now(), is_written=options["write"]
            ):
                if difference is None:
                    self.stdout.write(f"{number}: could not be recomputed")
                    failed += 1
                    continue
                self._say(number, difference)
                differing += 1
        self.stdout.write(f"{differing} cases differ")
        if failed:
            raise CommandError(f"{failed} cases could not be recomputed; they stand as they did")

    def _say(self, number: str, difference: Difference) -> None:
        for word, rows in (
            ("started", difference.started),
            ("moved", difference.moved),
            ("settled", difference.settled),
            ("dropped", difference.dropped),
        ):
            for row in rows:
                self.stdout.write(f"{number}: {word}: {row.kind} {row.rule} {row.due_at}")
