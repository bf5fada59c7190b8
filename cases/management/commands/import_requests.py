"""`manage.py import_requests FILE --clinic SLUG`: what the clinic keeps in a spreadsheet today."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django_scopes import scope

from cases.models import Clinic, StaffMember
from cases.queries.code_sets import icd10_sets
from cases.workflow.actor import Actor
from cases.workflow.importing import ImportReport, import_rows
from priorauth.errors import PriorAuthError
from priorauth.spreadsheet.reading import SpreadsheetReading
from priorauth.spreadsheet.rejects import write_rejects
from priorauth.spreadsheet.rows import read_rows


class Command(BaseCommand):
    """Import good rows as cases; name each bad row and write it to a file to be mended."""

    help = (
        "Import requests from a CSV or XLSX sheet. Good rows become cases with their clocks, "
        "calls and events; bad rows are named and written to FILE.rejects.csv, to be mended and "
        "fed back. Running it twice adds nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE, --clinic, --dry-run, --assign-to, --columns, --rejects."""
        parser.add_argument("file", type=Path, help="CSV, TSV or XLSX file.")
        parser.add_argument("--clinic", required=True, help="Short name (slug) of the clinic.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen only.")
        parser.add_argument("--assign-to", help="Sign-in name of who gets the reminders.")
        parser.add_argument(
            "--columns",
            default="{}",
            help='Headings that are not recognised, as JSON: {"Ins Co": "payer"}.',
        )
        parser.add_argument("--rejects", type=Path, help="Where rejected rows are written.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, import, report. Exits with an error only when nothing could be read."""
        path: Path = options["file"]
        clinic = Clinic.objects.filter(slug=options["clinic"]).first()
        if clinic is None:
            known = ", ".join(Clinic.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"No clinic {options['clinic']!r}. On file: {known}.")
        assigned_to = _staff(clinic, options["assign_to"])
        now = timezone.now()
        reading = self._read(path, options["columns"], now.astimezone(ZoneInfo(clinic.time_zone)))
        if reading.missing_columns:
            raise CommandError(
                f"{path.name} has no column for: {', '.join(reading.missing_columns)}. "
                f"Not recognised: {', '.join(reading.unknown_columns) or 'nothing'}. "
                'Name them with --columns, such as --columns \'{"Ins Co": "payer"}\'.'
            )
        with scope(clinic=clinic):
            report = import_rows(
                Actor(None, None, now),
                clinic,
                reading,
                is_dry_run=options["dry_run"],
                assigned_to=assigned_to,
            )
        rejects = options["rejects"] or path.with_name(path.name + ".rejects.csv")
        self._report(report, reading, rejects, is_dry_run=options["dry_run"])

    def _read(self, path: Path, columns: str, now: Any) -> SpreadsheetReading:
        try:
            mapping = json.loads(columns)
            data = path.read_bytes()
            return read_rows(
                data, filename=path.name, today=now.date(), mapping=mapping, icd10=icd10_sets()
            )
        except json.JSONDecodeError as error:
            raise CommandError(f"--columns is not JSON: {error}") from error
        except OSError as error:
            raise CommandError(f"Cannot read {path}: {error.strerror}") from error
        except PriorAuthError as error:
            raise CommandError(str(error)) from error

    def _report(
        self, report: ImportReport, reading: SpreadsheetReading, rejects: Path, *, is_dry_run: bool
    ) -> None:
        verb = "would become" if is_dry_run else "became"
        for row, number in report.created:
            # A dry run's case numbers are drawn anew by the real one.
            self.stdout.write(f"row {row}: {verb} {'a case' if is_dry_run else number}")
        for row, number in report.already:
            self.stdout.write(f"row {row}: already here as {number}")
        for row, warning in report.warnings:
            self.stdout.write(f"row {row}: note: {warning}")
        for bad in report.rejected:
            where = bad.column or "whole row"
            self.stdout.write(f"row {bad.row}: rejected: {where}: {bad.reason}")
        if report.unknown_columns:
            self.stdout.write(f"columns not used: {', '.join(report.unknown_columns)}")
        if report.rejected and not is_dry_run:
            rejects.write_bytes(write_rejects(replace(reading, bad=report.rejected)))
            self.stdout.write(f"rejected rows written to {rejects.name}: mend and feed them back")
        self.stdout.write(
            f"{len(report.created)} {'would be ' if is_dry_run else ''}imported, "
            f"{len(report.already)} already here, {len(report.rejected)} rejected"
        )


def _staff(clinic: Clinic, username: str | None) -> StaffMember | None:
    if not username:
        return None
    found = StaffMember.objects.filter(
        username__iexact=username, memberships__clinic=clinic, memberships__is_active=True
    ).first()
    if found is None:
        raise CommandError(f"Nobody with the sign-in name {username!r} works in this clinic.")
    return found
