"""Delete uploaded spreadsheets that are older than a day, without Celery: for cron."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.workflow import sheets


class Command(BaseCommand):
    help = "Delete the spreadsheets that were uploaded for an import more than a day ago."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, and say how many."""
        self.stdout.write(f"{sheets.delete_expired(timezone.now())} uploaded sheets deleted")
