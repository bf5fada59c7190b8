"""`manage.py import_requests FILE --clinic SLUG`: what the clinic keeps in a spreadsheet today.

What it prints ends up in scroll-back and logs, so it prints no cell of the sheet: row number,
column and the reason in a few words. The full words are in the rejects file.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django_scopes import scope

from cases.models import Clinic, StaffMember
from cases.queries.code_sets import icd10_sets
from cases.workflow.actor import Actor
from cases.workflow.assignee import check_assignee
from cases.workflow.importing import ImportReport, import_rows
from priorauth.calendars.local_time import local_date
from priorauth.errors import ImpossibleFact, PriorAuthError
from priorauth.spreadsheet.reading import SpreadsheetReading
from priorauth.spreadsheet.rejects import write_rejects
from priorauth.spreadsheet.rows import read_rows

SURE_HEADINGS = 3
"""With fewer known headings the "heading" may be a row of patients, and is not printed."""


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
        parser.add_argument(
            "--rejects", type=Path, help="Where rejected rows are written; a new file."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, import, report. Exits with an error only when nothing could be read."""
        path: Path = options["file"]
        clinic = Clinic.objects.filter(slug=options["clinic"]).first()
        if clinic is None:
            known = ", ".join(Clinic.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"No clinic {options['clinic']!r}. On file: {known}.")
        assigned_to = _staff(clinic, options["assign_to"])
        actor = Actor(None, None, timezone.now())
        reading = _read(path, _mapping(options["columns"]), clinic, actor)
        if reading.missing_columns:
            raise CommandError(_missing(path, reading))
        if options["dry_run"]:
            with scope(clinic=clinic):
                report = import_rows(actor, clinic, reading, is_dry_run=True)
            self._say(report, is_dry_run=True)
            return
        names = [options["rejects"]] if options["rejects"] else _names_beside(path)
        with _new_file(names) as (rejects, file):
            with scope(clinic=clinic):
                report = import_rows(actor, clinic, reading, assigned_to=assigned_to)
            if report.rejected:
                file.write(write_rejects(replace(reading, bad=report.rejected)))
        self._say(report, is_dry_run=False, rejects=rejects)

    def _say(self, report: ImportReport, *, is_dry_run: bool, rejects: Path | None = None) -> None:
        for row, number in report.created:
            # A dry run's case numbers are drawn anew by the real one.
            became = "would become a case" if is_dry_run else f"became {number}"
            self.stdout.write(f"row {row}: {became}")
        for row, number in report.already:
            self.stdout.write(f"row {row}: already here as {number}")
        for row, remark in report.warnings:
            self.stdout.write(f"row {row}: note: {_where(remark.column)}: {remark.problem}")
        for bad in report.rejected:
            for reason in bad.reasons:
                self.stdout.write(
                    f"row {bad.row}: rejected: {_where(reason.column)}: {reason.problem}"
                )
        if report.unknown_columns:
            self.stdout.write(f"columns not used: {', '.join(report.unknown_columns)}")
        if report.rejected and rejects is not None:
            self.stdout.write(f"rejected rows written to {rejects.name}: mend and feed them back")
        self.stdout.write(
            f"{len(report.created)} {'would be ' if is_dry_run else ''}imported, "
            f"{len(report.already)} already here, {len(report.rejected)} rejected"
        )


def _where(column: str) -> str:
    return column or "whole row"


def _mapping(columns: str) -> dict[str, str]:
    """What --columns says: heading to field."""
    try:
        mapping = json.loads(columns)
    except json.JSONDecodeError as error:
        raise CommandError(f"--columns is not JSON: {error}") from error
    if not isinstance(mapping, dict) or not all(isinstance(one, str) for one in mapping.values()):
        raise CommandError('--columns must be headings with fields, such as {"Ins Co": "payer"}.')
    return mapping


def _read(path: Path, mapping: dict[str, str], clinic: Clinic, actor: Actor) -> SpreadsheetReading:
    try:
        return read_rows(
            path.read_bytes(),
            filename=path.name,
            today=local_date(actor.now, clinic.time_zone),
            mapping=mapping,
            icd10=icd10_sets(),
        )
    except OSError as error:
        raise CommandError(f"Cannot read {path}: {error.strerror}") from error
    except PriorAuthError as error:
        raise CommandError(str(error)) from error


def _missing(path: Path, reading: SpreadsheetReading) -> str:
    asked = f"{path.name} has no column for: {', '.join(reading.missing_columns)}."
    if len(reading.columns) < SURE_HEADINGS:
        return (
            f"{asked} Row {reading.header_row} was taken for the headings and hardly any of them "
            "is known: does the file have a row of headings?"
        )
    return (
        f"{asked} Not recognised: {', '.join(reading.unknown_columns) or 'nothing'}. "
        'Name them with --columns, such as --columns \'{"Ins Co": "payer"}\'. Fields that are '
        f"asked for: {', '.join(reading.missing_fields)}."
    )


@contextmanager
def _new_file(names: Iterable[Path]) -> Iterator[tuple[Path, IO[bytes]]]:
    """The first of `names` that is free, made before anything is imported.

    It is readable by its owner only, and taken away when it stays empty. A file that is there is
    never written over: somebody may be mending it.
    """
    path, descriptor = _created(names)
    try:
        with open(descriptor, "wb") as file:
            yield path, file
    finally:
        if path.stat().st_size == 0:
            path.unlink()


def _created(names: Iterable[Path]) -> tuple[Path, int]:
    for path in names:
        try:
            return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise CommandError(
                f"Cannot write {path}: {error.strerror}. Nothing was imported; name another file "
                "with --rejects."
            ) from error
    raise CommandError(
        "The file for rejected rows is there already and is not written over. Nothing was "
        "imported; name a new one with --rejects."
    )


def _names_beside(sheet: Path) -> Iterator[Path]:
    """tracker.csv.rejects.csv, -2 and on; the same for a rejects file that is fed back."""
    stem = re.sub(r"\.rejects(-\d+)?\.csv$", "", sheet.name)
    yield sheet.with_name(f"{stem}.rejects.csv")
    yield from (sheet.with_name(f"{stem}.rejects-{number}.csv") for number in range(2, 1000))


def _staff(clinic: Clinic, username: str | None) -> StaffMember | None:
    if not username:
        return None
    found = StaffMember.objects.filter(
        username__iexact=username, memberships__clinic=clinic, memberships__is_active=True
    ).first()
    if found is None:
        raise CommandError(f"Nobody with the sign-in name {username!r} works in this clinic.")
    try:
        check_assignee(clinic.pk, found)
    except ImpossibleFact as refusal:
        raise CommandError(f"--assign-to {username}: {refusal}") from refusal
    return found
