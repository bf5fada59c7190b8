"""One row of a spreadsheet, told as a case: who, what was asked, and what has happened since.

What the row does not say is never invented: an event without a date is "date unknown" and a task.
"""

from __future__ import annotations

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
from priorauth.spreadsheet.reading import RequestRow
from priorauth.spreadsheet.words import TrackerStatus
from priorauth.terms import AppealLevel, Channel, Outcome


def tell(
    actor: Actor, clinic: Clinic, row: RequestRow, assigned_to: StaffMember | None
) -> PriorAuthRequest:
    """Write the case and its events, inside the caller's transaction; clocks are the caller's.

    Raises PriorAuthError when the life cycle or a code check refuses what the row says.
    """
    request = _open(actor, clinic, row, assigned_to)
    _tell_history(actor, clinic, row, request)
    return request


def _open(
    actor: Actor, clinic: Clinic, row: RequestRow, assigned_to: StaffMember | None
) -> PriorAuthRequest:
    asked = intake.RequestAsked(
        lines=_lines(row),
        diagnoses=row.diagnoses,
        urgency=row.urgency,
        planned_sessions=row.units or row.sessions_approved,
        codes_as_of=row.service_on,
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
        is_made_by_recorder=False,
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
