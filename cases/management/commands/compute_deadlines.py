"""`manage.py compute_deadlines < in.jsonl`: the clock engine without a case."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from priorauth.deadlines.contract import answer_line
from priorauth.rulebook.loader import shipped_rulebook


class Command(BaseCommand):
    """JSON lines in, JSON lines out, in the same order."""

    help = (
        "Read JSON lines from standard input, each with a rule and a clock start or with facts, "
        "and print the deadlines with their steps. See docs/clocks.md for the names."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer line by line; a line that is no JSON ends the run with its number."""
        rules = shipped_rulebook()
        for number, text in enumerate(sys.stdin, start=1):
            if not text.strip():
                continue
            try:
                line = json.loads(text)
            except ValueError as error:
                raise CommandError(f"Line {number} is not JSON: {error}") from error
            if not isinstance(line, dict):
                raise CommandError(f"Line {number} is not a JSON object.")
            self.stdout.write(json.dumps(answer_line(line, rules), ensure_ascii=False))
