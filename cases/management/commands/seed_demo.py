"""`manage.py seed_demo`: a believable clinic of invented people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from cases.demo.seed import seed
from cases.models import Clinic, PriorAuthRequest

INSTANT = "--as-of takes an instant with its offset, such as 2026-11-22T09:00:00-05:00."


class Command(BaseCommand):
    """Write the demo clinic."""

    help = (
        "Make a demo clinic with patients in every state of the life cycle. The same seed makes "
        "the same clinic. Users demo, lead, biller, clinician and auditor have no password yet: "
        "set one with `manage.py changepassword demo`."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """--size, --seed, --slug, --as-of."""
        parser.add_argument(
            "--size", type=int, default=60, help="How many requests (1 to 1,000,000)."
        )
        parser.add_argument("--seed", type=int, default=1, help="Any whole number.")
        parser.add_argument("--slug", default="demo", help="Short name of the clinic.")
        parser.add_argument("--as-of", help="Instant to tell the stories up to, ISO with offset.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, or say why not."""
        slug, size = options["slug"], options["size"]
        if not 1 <= size <= 1_000_000:
            raise CommandError("--size takes a whole number from 1 to 1,000,000.")
        if Clinic.objects.filter(slug=slug).exists():
            raise CommandError(f"A clinic {slug!r} is already there. Choose another --slug.")
        now = _instant(options["as_of"])
        suffix = "" if slug == "demo" else slug
        with transaction.atomic():
            cast = seed(size=size, number=options["seed"], now=now, slug=slug, suffix=suffix)
        written = PriorAuthRequest._base_manager.filter(clinic=cast.clinic).count()
        if options["verbosity"]:
            self.stdout.write(f"{cast.clinic}: {written} requests.")


def _instant(text: str | None) -> datetime:
    """The instant asked for, or this one. Raises CommandError for anything without a zone."""
    if not text:
        return timezone.now()
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(INSTANT) from error
    if instant.tzinfo is None:
        raise CommandError(INSTANT)
    return instant
