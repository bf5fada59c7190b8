"""`manage.py rebuild_deadlines`: recompute from the facts and say what differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from cases.models import PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.step import lock, rebuild
from priorauth.terms import OPEN_STATUSES


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
        differing = 0
        with scopes_disabled():
            wanted = PriorAuthRequest.objects.filter(status__in=[str(s) for s in OPEN_STATUSES])
            if options["case"]:
                wanted = PriorAuthRequest.objects.filter(number=options["case"])
            for request in wanted.select_related("clinic", "coverage__plan__payer").iterator():
                differing += self._one(request, is_written=options["write"])
        self.stdout.write(f"{differing} cases differ")

    def _one(self, request: PriorAuthRequest, *, is_written: bool) -> bool:
        with transaction.atomic():
            lock(request)
            difference = rebuild(request, Actor(None, None, timezone.now()))
            if not is_written:
                transaction.set_rollback(True)
        for word, rows in (
            ("started", difference.started),
            ("moved", difference.moved),
            ("settled", difference.settled),
            ("dropped", difference.dropped),
        ):
            for row in rows:
                self.stdout.write(f"{request.number}: {word}: {row.kind} {row.rule} {row.due_at}")
        return bool(difference)
