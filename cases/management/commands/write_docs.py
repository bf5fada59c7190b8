"""`manage.py write_docs`: the pages of docs/ that are made from rules and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from priorauth.lifecycle.describe import describe
from priorauth.rulebook.describe import describe_coverage, describe_rules
from priorauth.spreadsheet.describe import describe as describe_importing

# Page -> the pure function that gives its text. A test fails when a page is stale.
PAGES: Mapping[str, Callable[[], str]] = {
    "lifecycle.md": describe,
    "importing.md": describe_importing,
    "rules.md": describe_rules,
    "coverage.md": describe_coverage,
}


class Command(BaseCommand):
    """Writes every page anew; a page that has not changed stays as it is."""

    help = "Write the pages of docs/ that are made from the rules and tables of the program."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder",
            type=Path,
            default=Path(settings.BASE_DIR) / "docs",
            help="Where to write the pages (default: docs/ of the project).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the pages and say which of them changed."""
        folder: Path = options["folder"]
        for name, text in ((name, page()) for name, page in PAGES.items()):
            path = folder / name
            is_fresh = path.exists() and path.read_text(encoding="utf-8") == text
            if not is_fresh:
                path.write_text(text, encoding="utf-8")
            self.stdout.write(f"{name}: {'unchanged' if is_fresh else 'written'}")
