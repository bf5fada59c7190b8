"""Internal appeals: filed, received, decided, level by level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cases.models import Appeal, AppealLetter, PriorAuthRequest, Representative, ServiceLine
from cases.workflow.actor import Actor
from cases.workflow.patient_mails import tell_patient
from cases.workflow.signed_letters import check_goes_out, mark_sent
from cases.workflow.step import step
from priorauth.deadlines.facts import Moment
from priorauth.patient_mail import PatientMailKind
from priorauth.terms import AppealLevel, AppealOutcome, Channel, EventKind, Urgency


@dataclass(frozen=True, slots=True)
class AppealNotice:
    """The letter that decides an appeal; `next_by_on` is the date it prints for the next step,
    `reference` the payer's number of this decision."""

    dated_on: date | None = None
    received_on: date | None = None
    next_by_on: date | None = None
    is_final_internal: bool | None = None
    is_awaited: bool = False
    reference: str = ""


def file(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    filed: Moment | None,
    level: AppealLevel,
    lines: Sequence[ServiceLine],
    channel: Channel,
    is_expedited: bool = False,
    confirmation_number: str = "",
    received_by_payer: Moment | None = None,
    representative: Representative | None = None,
    argument: str = "",
    is_against_silence: bool = False,
    letter: AppealLetter | None = None,
) -> Appeal:
    """Record an appeal over the adverse `lines`; its decision clock counts from receipt.

    `is_against_silence`: the payer let its time pass, so lines without a decision are appealed too.
    `letter` is the signed letter that went out, with the documents enclosed in it. Raises
    ImpossibleFact("letter") when it is not the one for this level and the decision that stands.
    """
    urgency = Urgency.EXPEDITED if is_expedited else Urgency.STANDARD
    with step(
        request,
        EventKind.APPEAL_FILED,
        actor,
        happened=filed,
        opens="appeal",
        lines=[line.key for line in lines],
        facts={
            "level": str(level),
            "urgency": str(urgency),
            "channel": str(channel),
            "received_by_payer": received_by_payer,
            "against_silence": is_against_silence or None,
            "appeal_letter": str(letter.document_id) if letter else None,
            "enclosed": tuple(str(key) for key in letter.enclosed or ()) or None
            if letter
            else None,
        },
    ) as taken:
        appeal = Appeal(
            clinic_id=request.clinic_id,
            request=request,
            event=taken.event,
            level=level,
            is_expedited=is_expedited,
            channel=channel,
            confirmation_number=confirmation_number,
            representative=representative,
            argument=argument,
        )
        appeal.save()
        appeal.lines.set(lines)
        if letter is not None:
            check_goes_out(actor, request, letter, level, filed)
            mark_sent(letter, appeal)
    return appeal


def record_receipt(actor: Actor, appeal: Appeal, *, received: Moment) -> None:
    """Record when the payer had the appeal."""
    with step(
        appeal.request,
        EventKind.APPEAL_RECEIVED,
        actor,
        happened=received,
        proceeding=appeal.proceeding,
    ):
        pass


def log_decision(
    actor: Actor,
    appeal: Appeal,
    *,
    decided: Moment | None,
    outcome: AppealOutcome,
    notice: AppealNotice,
    lines_overturned: Sequence[ServiceLine] = (),
    decision_summary: str = "",
) -> Appeal:
    """Record the payer's answer; an upheld denial starts the window of the next step."""
    with step(
        appeal.request,
        EventKind.APPEAL_DECIDED,
        actor,
        happened=decided,
        proceeding=appeal.proceeding,
        facts={
            "outcome": str(outcome),
            "is_final_internal": notice.is_final_internal,
            "notice_dated": notice.dated_on,
            "notice_received": notice.received_on,
            "notice_awaited": notice.is_awaited or None,
            "next_by": notice.next_by_on,
            "lines_overturned": tuple(line.key for line in lines_overturned),
        },
    ) as taken:
        appeal.outcome = outcome
        appeal.is_final_internal = notice.is_final_internal
        appeal.decision_reference = notice.reference
        appeal.notice_dated_on = notice.dated_on
        appeal.notice_received_on = notice.received_on
        appeal.next_by_on = notice.next_by_on
        appeal.decision_summary = decision_summary
        appeal.save()
        tell_patient(actor, taken, PatientMailKind.NEWS)
    return appeal
