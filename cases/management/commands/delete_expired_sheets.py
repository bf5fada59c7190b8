"""Delete uploaded spreadsheets older than a day, calls begun long ago, forms' names: for cron."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.workflow import call_drafts, once, sheets


class Command(BaseCommand):
    help = (
        "Delete the spreadsheets that were uploaded for an import more than a day ago, and calls "
        "that were begun and not touched for 14 days; forget which forms were recorded before that."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, and say how many."""
        now = timezone.now()
        self.stdout.write(f"{sheets.delete_expired(now)} uploaded sheets deleted")
        self.stdout.write(f"{call_drafts.delete_old(now)} calls begun long ago deleted")
        self.stdout.write(f"{once.delete_old(now)} names of forms recorded long ago deleted")
