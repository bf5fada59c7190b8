"""A sheet chosen in the browser: kept, looked at, imported once, forgotten.

`ImportFile.report` holds what the last reading or the import said, as JSON (`_told`), so that
looking at the page again costs nothing and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError
from django.db.models import Q, QuerySet

from cases.models import Clinic, ImportFile, StaffMember
from cases.queries.code_sets import icd10_sets
from cases.workflow.actor import Actor
from cases.workflow.assignee import check_assignee
from cases.workflow.importing import ImportReport, import_rows
from priorauth.calendars.local_time import local_date
from priorauth.errors import TooManyRows, UnreadableFile
from priorauth.spreadsheet.reading import Remark, SpreadsheetReading
from priorauth.spreadsheet.rejects import write_rejects
from priorauth.spreadsheet.rows import read_rows
from priorauth.terms import Role

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 2_000
"""What one request can import while somebody waits; above it there is the command."""
KEPT = timedelta(days=1)
CLAIM = timedelta(minutes=15)
"""How long an import is taken to be at work; then its worker is dead, and another may go on."""
MAY_IMPORT = frozenset({Role.OWNER, Role.LEAD, Role.BILLER})


def upload(actor: Actor, clinic: Clinic, *, filename: str, content: bytes) -> ImportFile:
    """Keep a sheet for a day with what it would become. Raises UnreadableFile, and keeps nothing.

    A sheet without a needed column is kept: its columns are asked for.
    """
    if actor.staff is None:
        raise LookupError("A sheet is uploaded by somebody.")
    sheet = ImportFile(
        clinic=clinic,
        filename=filename[-200:],
        content=content,
        assigned_to=actor.staff,
        uploaded_by=actor.staff,
        uploaded_at=actor.now,
        expires_at=actor.now + KEPT,
    )
    _look(actor, sheet)
    sheet.save()
    return sheet


def read_again(actor: Actor, sheet: ImportFile, mapping: Mapping[str, str]) -> None:
    """Read with `mapping` (heading to field id, or "ignore"), and keep what came out.

    Raises UnreadableFile when the mapping names what is not there; nothing is changed then.
    """
    before = sheet.mapping
    sheet.mapping = dict(mapping)
    try:
        _look(actor, sheet)
    except UnreadableFile:
        sheet.mapping = before
        raise
    # Not over an import that has begun meanwhile in another window.
    _unclaimed(sheet, actor.now).update(
        mapping=sheet.mapping,
        report=sheet.report,
        rejects=sheet.rejects,
        assigned_to=sheet.assigned_to,
    )


def assign(sheet: ImportFile, person: StaffMember | None) -> None:
    """Remember who shall get the cases."""
    ImportFile._base_manager.filter(pk=sheet.pk, imported_at=None).update(assigned_to=person)


def import_sheet(actor: Actor, sheet: ImportFile, *, assigned_to: StaffMember | None) -> bool:
    """Import the good rows. False when somebody else imports it now, or it was imported before.

    Stopped in the middle, what is imported stays: importing again brings the rest. Raises
    ImpossibleFact("assigned_to") for somebody who cannot work on a case of the clinic.
    """
    check_assignee(sheet.clinic_id, assigned_to)
    if not _unclaimed(sheet, actor.now).update(claimed_at=actor.now):
        return False
    try:
        reading = _read(actor, sheet)
        report = import_rows(actor, sheet.clinic, reading, assigned_to=assigned_to)
    except BaseException:
        with suppress(DatabaseError):
            ImportFile._base_manager.filter(pk=sheet.pk).update(claimed_at=None)
        raise
    _keep(sheet, reading, report)
    ImportFile._base_manager.filter(pk=sheet.pk).update(
        report=sheet.report,
        rejects=sheet.rejects,
        assigned_to=assigned_to,
        imported_at=actor.now,
        content=b"",
    )
    return True


def is_at_work(sheet: ImportFile, now: datetime) -> bool:
    """Whether somebody imports the sheet at this moment."""
    return (
        sheet.imported_at is None
        and sheet.claimed_at is not None
        and sheet.claimed_at > now - CLAIM
    )


def delete_expired(now: datetime) -> int:
    """Delete the sheets that are older than a day, of every clinic; the number of them."""
    expired = ImportFile._base_manager.filter(expires_at__lte=now)
    return expired.delete()[0]


def _unclaimed(sheet: ImportFile, now: datetime) -> QuerySet[ImportFile]:
    """The row, while nobody imports it and nobody has: an UPDATE tells which one came first."""
    is_free = Q(claimed_at=None) | Q(claimed_at__lte=now - CLAIM)
    return ImportFile._base_manager.filter(is_free, pk=sheet.pk, imported_at=None)


def _read(actor: Actor, sheet: ImportFile) -> SpreadsheetReading:
    try:
        return read_rows(
            bytes(sheet.content),
            filename=sheet.filename,
            today=local_date(actor.now, sheet.clinic.time_zone),
            mapping=sheet.mapping,
            icd10=icd10_sets(),
            most_rows=MOST_ROWS + 1,
        )
    except TooManyRows as refusal:
        raise UnreadableFile(
            f"{sheet.filename} has more than {MOST_ROWS:,} rows, the most that can be imported "
            "here at once. Split it, or ask whoever runs the product to import it on the server: "
            f"python manage.py import_requests FILE --clinic {sheet.clinic.slug}"
        ) from refusal


def _look(actor: Actor, sheet: ImportFile) -> None:
    """Read the sheet, and try its import without keeping anything of it."""
    reading = _read(actor, sheet)
    _keep(sheet, reading, import_rows(actor, sheet.clinic, reading, is_dry_run=True))


def _keep(sheet: ImportFile, reading: SpreadsheetReading, report: ImportReport) -> None:
    sheet.report = _told(reading, report)
    refused = replace(reading, bad=report.rejected)
    sheet.rejects = write_rejects(refused, is_spreadsheet_safe=True) if report.rejected else b""


def _told(reading: SpreadsheetReading, report: ImportReport) -> dict[str, Any]:
    """What the page shows. Numbers of a dry run are drawn anew by the import: ask only how many."""
    return {
        "source": reading.source,
        "header_row": reading.header_row,
        "header": list(reading.header),
        "examples": [example[:80] for example in reading.examples],
        "columns": {field: list(headings) for field, headings in reading.columns.items()},
        "unknown": list(reading.unknown_columns),
        "missing": list(reading.missing_columns),
        "warnings": list(reading.warnings),
        "created": report.created,
        "already": report.already,
        "rejected": [
            [bad.row, [_remark(reason) for reason in bad.reasons]] for bad in report.rejected
        ],
        "remarks": [[row, _remark(remark)] for row, remark in report.warnings],
    }


def _remark(remark: Remark) -> list[str]:
    return [remark.column, remark.problem, remark.advice]
