"""Rows of the clinic's old spreadsheet become cases, with their clocks, calls and events.

What a row does not say is never invented: an event without a date is "date unknown" and a task.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from cases.models import Clinic, Coverage, Patient, Payer, Plan, PriorAuthRequest, StaffMember
from cases.models.contacts import CallOutcome
from cases.workflow import (
    appeals,
    calls,
    closing,
    determinations,
    information_requests,
    intake,
    notes,
    submission,
)
from cases.workflow.actor import Actor
from cases.workflow.determinations import Granted, LineDecision, Notice
from priorauth.deadlines.facts import Moment
from priorauth.errors import PriorAuthError
from priorauth.spreadsheet.reading import RejectedRow, Remark, RequestRow, SpreadsheetReading
from priorauth.spreadsheet.words import TrackerStatus
from priorauth.terms import AppealLevel, Channel, Outcome


@dataclass(slots=True)
class ImportReport:
    """What an import did, row by row. `created` pairs a row with the number of its case."""

    created: list[tuple[int, str]] = field(default_factory=list)
    already: list[tuple[int, str]] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)
    unknown_columns: Sequence[str] = ()


class DryRun(Exception):
    """Raised inside a transaction to take everything back."""


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
    """
    report = ImportReport(
        rejected=list(reading.bad), unknown_columns=tuple(reading.unknown_columns)
    )
    for row in reading.good:
        try:
            with transaction.atomic():
                _import_one(actor, clinic, row, report, assigned_to)
                if is_dry_run:
                    raise DryRun
        except DryRun:
            continue
        except PriorAuthError as refusal:
            reason = Remark("", str(refusal), "")
            report.rejected.append(RejectedRow(row.row, row.raw, (reason,)))
    report.rejected.sort(key=lambda rejected: rejected.row)
    return report


def _import_one(
    actor: Actor,
    clinic: Clinic,
    row: RequestRow,
    report: ImportReport,
    assigned_to: StaffMember | None,
) -> None:
    known = (
        PriorAuthRequest._base_manager.filter(clinic=clinic, import_fingerprint=row.fingerprint)
        .values_list("number", flat=True)
        .first()
    )
    if known is not None:
        report.already.append((row.row, known))
        return
    request = _open(actor, clinic, row, assigned_to)
    _tell_history(actor, clinic, row, request)
    report.created.append((row.row, request.number))
    report.warnings.extend((row.row, str(warning)) for warning in row.warnings)


def _open(
    actor: Actor, clinic: Clinic, row: RequestRow, assigned_to: StaffMember | None
) -> PriorAuthRequest:
    asked = intake.RequestAsked(
        lines=_lines(row),
        diagnoses=row.diagnoses,
        urgency=row.urgency,
        planned_sessions=row.units or row.sessions_approved,
    )
    return intake.open_request(
        actor,
        clinic=clinic,
        coverage=_coverage(clinic, row),
        asked=asked,
        assigned_to=assigned_to,
        import_fingerprint=row.fingerprint,
    )


def _lines(row: RequestRow) -> list[intake.LineAsked]:
    """The codes of the row. A tracker's "units" are sessions: one unit of each code in each."""
    beside = {line.code: line for line in row.lines}
    lines = []
    for code in row.codes:
        told = beside.get(code)
        a_session = told.units_per_session if told and told.units_per_session else 1
        lines.append(
            intake.LineAsked(
                code=code,
                units_per_session=a_session,
                units_total=(row.units or 1) * a_session,
                modifiers=" ".join(told.modifiers) if told else "",
            )
        )
    return lines


def _coverage(clinic: Clinic, row: RequestRow) -> Coverage:
    """The row's patient and coverage: found when on file, else written."""
    patient = Patient._base_manager.filter(
        clinic=clinic, last_name=row.last, first_name=row.first, birth_date=row.dob
    ).first()
    if patient is None:
        patient = Patient(
            clinic=clinic, last_name=row.last, first_name=row.first, birth_date=row.dob
        )
        patient.save()
    plan = _plan(clinic, row)
    coverage = Coverage._base_manager.filter(
        patient=patient, plan=plan, member_id=row.member_id, group_number=row.group
    ).first()
    if coverage is None:
        coverage = Coverage(
            clinic=clinic,
            patient=patient,
            plan=plan,
            member_id=row.member_id,
            group_number=row.group,
        )
        coverage.save()
    return coverage


def _plan(clinic: Clinic, row: RequestRow) -> Plan:
    payer = Payer._base_manager.filter(clinic=clinic, name__iexact=row.payer).first()
    if payer is None:
        payer = Payer(clinic=clinic, name=row.payer)
        payer.save()
    facts = {
        "name": row.plan or "Plan not named",
        "line_of_business": row.line_of_business,
        "funding": row.funding,
        "issue_state": row.state,
    }
    plan = Plan._base_manager.filter(clinic=clinic, payer=payer, **facts).first()
    if plan is None:
        known_by = "Imported from the clinic's sheet" if row.plan_type else ""
        plan = Plan(clinic=clinic, payer=payer, funding_known_by=known_by, **facts)
        plan.save()
    return plan


def _tell_history(actor: Actor, clinic: Clinic, row: RequestRow, request: PriorAuthRequest) -> None:
    """What the row says has happened, in the order in which it can have happened."""
    zone = clinic.time_zone
    status = row.status
    if status is not TrackerStatus.DRAFT and (
        status is not TrackerStatus.WITHDRAWN or row.submitted
    ):
        _submit(actor, row, request, zone)
    if row.rep or row.call_reference:
        _call(actor, clinic, row, request, zone)
    if status is TrackerStatus.PENDED:
        _pend(actor, row, request, zone)
    elif status is TrackerStatus.APPROVED:
        _decide(actor, row, request, zone, Outcome.APPROVED)
    elif status is TrackerStatus.PARTLY_APPROVED:
        _decide(actor, row, request, zone, Outcome.PARTLY_APPROVED)
    elif status in (TrackerStatus.DENIED, TrackerStatus.APPEALING):
        _decide(actor, row, request, zone, Outcome.DENIED)
    if status is TrackerStatus.APPEALING:
        _appeal(actor, row, request, zone)
    elif status is TrackerStatus.WITHDRAWN:
        today = Moment.instant(actor.now, zone)
        closing.withdraw(actor, request, withdrawn=today, reason="Withdrawn in the imported sheet.")
    if row.note:
        notes.add_note(actor, request, text=row.note, zone=zone)


def _submit(actor: Actor, row: RequestRow, request: PriorAuthRequest, zone: str) -> None:
    submission.submit(
        actor,
        request,
        channel=row.channel or Channel.MAIL,
        sent=Moment.day(row.submitted, zone) if row.submitted else None,
        confirmation_number=row.confirmation or "",
        no_confirmation_reason="" if row.confirmation else "None in the imported sheet.",
    )


def _call(
    actor: Actor, clinic: Clinic, row: RequestRow, request: PriorAuthRequest, zone: str
) -> None:
    told = calls.CallTold(
        called=Moment.day(row.call_on, zone) if row.call_on else None,
        representative_name=row.rep or "Not written down",
        reference_number=row.call_reference or "",
        no_reference_reason="" if row.call_reference else "None in the imported sheet.",
        outcome=CallOutcome.OTHER,
        summary="Last call in the imported sheet.",
    )
    payer = request.coverage.plan.payer
    calls.log_call(actor, told, clinic=clinic, payer=payer, request=request)


def _pend(actor: Actor, row: RequestRow, request: PriorAuthRequest, zone: str) -> None:
    asked = row.information_requested
    information_requests.record_request(
        actor,
        request,
        received=Moment.day(asked, zone) if asked else None,
        asked_for="Not written in the imported sheet: find the payer's letter.",
        answer_by=row.information_due,
    )


def _decide(
    actor: Actor, row: RequestRow, request: PriorAuthRequest, zone: str, outcome: Outcome
) -> None:
    is_approval = outcome is not Outcome.DENIED
    decisions = [
        LineDecision(
            line,
            outcome,
            row.sessions_approved or 0 if outcome is Outcome.PARTLY_APPROVED else None,
        )
        for line in request.lines.all()
    ]
    determinations.log_determination(
        actor,
        request,
        decided=Moment.day(row.decided, zone) if row.decided else None,
        decisions=decisions,
        notice=Notice(
            dated_on=row.letter_dated,
            appeal_by_on=row.appeal_by,
            is_awaited=row.letter_dated is None and outcome is not Outcome.APPROVED,
        ),
        granted=_granted(row) if is_approval else None,
        reasons_verbatim=row.denial_reason or "",
    )


def _granted(row: RequestRow) -> Granted:
    return Granted(
        authorization_number=row.authorization_number or "",
        sessions=row.sessions_approved,
        effective_from=row.effective_from,
        effective_through=row.effective_through,
    )


def _appeal(actor: Actor, row: RequestRow, request: PriorAuthRequest, zone: str) -> None:
    filed = row.appeal_filed
    appeals.file(
        actor,
        request,
        filed=Moment.day(filed, zone) if filed else None,
        level=AppealLevel.FIRST,
        lines=list(request.lines.all()),
        channel=row.channel or Channel.MAIL,
    )
