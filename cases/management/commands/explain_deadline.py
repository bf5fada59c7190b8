"""`manage.py explain_deadline --case PA-...`: "why this date?" on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from cases.desk import times
from cases.desk.why import explained
from cases.models import Deadline, PriorAuthRequest
from cases.models.deadlines import LIVE


class Command(BaseCommand):
    """The stored deadlines of one case, each with all that explains it. Names no patient."""

    help = (
        "Explain the deadlines of a case: the rule with its citation and link, what started the "
        "clock and who recorded it, each counted and skipped day, what stopped it, which other "
        "rules were looked at and why they lost, and how sure the source is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """--case, --all."""
        parser.add_argument("--case", required=True, help="Case number, such as PA-K7Q2M9XD.")
        parser.add_argument(
            "--all", action="store_true", help="Settled and replaced deadlines too."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print them, most urgent first."""
        number = str(options["case"]).strip().upper()
        with scopes_disabled():
            found = (
                PriorAuthRequest.objects.select_related("clinic", "coverage__plan__payer")
                .filter(number=number)
                .first()
            )
        if found is None:
            raise CommandError(f"No case {number} is on file. Write the number as PA-K7Q2M9XD.")
        with scope(clinic=found.clinic):
            rows = Deadline.objects.filter(request=found)
            if not options["all"]:
                rows = rows.filter(LIVE)
            count = 0
            for row in rows.select_related("start_event__recorded_by").order_by("act_at", "pk"):
                count += 1
                for text in _lines(found, row):
                    self.stdout.write(text)
        if not count:
            self.stdout.write(f"No deadline is running on {number}.")


def _lines(found: PriorAuthRequest, row: Deadline) -> Iterator[str]:
    told = explained(found, row, times.zone_of(found.clinic), timezone.now())
    words = told["words"]
    state = words.act if told["is_live"] else f"{told['standing']} {told['settled']}".strip()
    yield f"{found.number}: {words.what} ({words.whose}): {words.due}"
    yield f"  Stands: {state}" + (f"; {words.basis}" if words.basis else "")
    for name, text in told["dates"]:
        yield f"  {name}: {text}"
    if start := told["start"]:
        yield (
            f"  Started by: {start['what']}, {start['when']}; written down by {start['who']}, "
            f"{start['learned']}"
        )
    if told["rule"]:
        since = f", in force from {told['rule_from']}" if told["rule_from"] else ""
        yield f"  Rule: {told['rule']}{since}"
    for name, key in (("Says", "says"), ("Citation", "citation"), ("Source", "source")):
        if told[key]:
            yield f"  {name}: {told[key]}"
    if told["is_believed"]:
        yield f"  Sure: {told['not_on_file']}"
    for number, step in enumerate(told["steps"], start=1):
        yield f"  {number}. {step}"
    for lost in told["lost"]:
        yield f"  Not {lost['rule']}: {lost['why']}"
    if told["if_missed"]:
        yield f"  If it passes: {told['if_missed']}"
    for version in told["history"]:
        this = " (this one)" if version["is_this"] else ""
        yield f"  Was {version['due']}, counted {version['counted']}{this}"
    yield ""
