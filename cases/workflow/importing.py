"""Rows of the clinic's old spreadsheet become cases: each row whole, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from cases import dispatch
from cases.models import Clinic, PriorAuthRequest, StaffMember
from cases.workflow.actor import Actor
from cases.workflow.assignee import check_assignee
from cases.workflow.imported_row import tell
from cases.workflow.step import rebuild
from priorauth.errors import PriorAuthError
from priorauth.spreadsheet.reading import RejectedRow, Remark, RequestRow, SpreadsheetReading


@dataclass(slots=True)
class ImportReport:
    """What an import did, row by row. `created` pairs a row with the number of its case."""

    created: list[tuple[int, str]] = field(default_factory=list)
    already: list[tuple[int, str]] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    warnings: list[tuple[int, Remark]] = field(default_factory=list)
    unknown_columns: Sequence[str] = ()


def import_rows(
    actor: Actor,
    clinic: Clinic,
    reading: SpreadsheetReading,
    *,
    is_dry_run: bool = False,
    assigned_to: StaffMember | None = None,
) -> ImportReport:
    """Import the good rows of `reading`, each as a whole or not at all.

    A row imported before (same fingerprint in this clinic) is left alone. A dry run writes
    nothing and reports what would have happened. Bad rows are in `rejected`, mended by hand.
    `actor.role` limits nothing here: what the sheet says has happened already. Raises
    ImpossibleFact, before the first row, for somebody assigned who cannot work on a case.
    """
    check_assignee(clinic.pk, assigned_to)
    teller = replace(actor, role=None, is_retelling=True)
    report = ImportReport(
        rejected=list(reading.bad), unknown_columns=tuple(reading.unknown_columns)
    )
    for row in reading.good:
        _import_one(teller, clinic, row, report, assigned_to, is_dry_run=is_dry_run)
    report.rejected.sort(key=lambda rejected: rejected.row)
    if report.created and not is_dry_run:
        dispatch.wake()
    return report


def _import_one(
    teller: Actor,
    clinic: Clinic,
    row: RequestRow,
    report: ImportReport,
    assigned_to: StaffMember | None,
    *,
    is_dry_run: bool,
) -> None:
    known = _known(clinic, row)
    if known is not None:
        report.already.append((row.row, known))
        return
    try:
        with transaction.atomic():
            request = tell(teller, clinic, row, assigned_to)
            if is_dry_run:
                transaction.set_rollback(True)
            else:
                rebuild(request, teller)
    except (PriorAuthError, ValidationError, DataError, IntegrityError) as refusal:
        # Somebody else may have imported the same row between the look and the save.
        known = _known(clinic, row)
        if known is not None:
            report.already.append((row.row, known))
        else:
            report.rejected.append(RejectedRow(row.row, row.raw, (_why(refusal),)))
        return
    report.created.append((row.row, request.number))
    report.warnings.extend((row.row, warning) for warning in row.warnings)


def _known(clinic: Clinic, row: RequestRow) -> str | None:
    """The number of the case that this very row became before."""
    return (
        PriorAuthRequest._base_manager.filter(clinic=clinic, import_fingerprint=row.fingerprint)
        .values_list("number", flat=True)
        .first()
    )


def _why(refusal: Exception) -> Remark:
    if isinstance(refusal, PriorAuthError):
        return Remark("", "cannot be recorded", str(refusal))
    if isinstance(refusal, ValidationError):
        return Remark("", "cannot be recorded", " ".join(refusal.messages))
    # The database's own words quote the row and help nobody.
    return Remark("", "cannot be saved", "shorten long texts and look for odd characters.")
