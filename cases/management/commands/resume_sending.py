"""Let sending go on after it has paused itself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cases.queries.sending_mark import pause
from cases.workflow.pausing import CannotResume, resume


class Command(BaseCommand):
    help = (
        "Let sending go on after a pause (a restored database, a clock that jumped). After a "
        "restore each reminder that may have gone out already is sent marked as a possible repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", required=True, help="Why it may go on; kept. No names.")

    def handle(self, *args: Any, reason: str, **options: Any) -> None:
        mark = pause()
        try:
            marked = resume(None, reason, timezone.now())
        except CannotResume as refusal:
            raise CommandError(str(refusal)) from None
        because = mark.paused_because if mark else "unknown"
        self.stdout.write(
            f"Sending goes on. It was paused: {because}. "
            f"Reminders marked as possible repeats: {marked}."
        )
