"""The payer asks for more; the clinic answers."""

from __future__ import annotations

from datetime import date

from cases.models import InformationRequest, PriorAuthRequest
from cases.workflow.actor import Actor
from cases.workflow.patient_mails import tell_patient
from cases.workflow.step import step
from priorauth.deadlines.facts import Moment
from priorauth.errors import MissingFact
from priorauth.patient_mail import PatientMailKind
from priorauth.terms import Channel, EventKind


def record_request(
    actor: Actor,
    request: PriorAuthRequest,
    *,
    received: Moment | None,
    asked_for: str,
    sent: Moment | None = None,
    answer_by: date | None = None,
    is_extension: bool = False,
    needs_patient: bool = False,
) -> InformationRequest:
    """Record a pend. `received` is when it reached us, `sent` when the payer sent it.

    `answer_by` is the date printed on the letter; `is_extension` when the letter also says that
    the payer takes more time, which stops its clock under ERISA. `needs_patient` when only the
    patient can give it: one who agreed to mail is asked to call.
    """
    if not asked_for.strip():
        raise MissingFact("asked_for", "Say what the payer asks for, in its words.")
    with step(
        request,
        EventKind.INFORMATION_REQUESTED,
        actor,
        happened=received,
        opens="information",
        facts={
            "sent": sent,
            "answer_by": answer_by,
            "is_extension": is_extension,
            "needs_patient": needs_patient or None,
        },
    ) as taken:
        asked = InformationRequest(
            clinic_id=request.clinic_id,
            request=request,
            event=taken.event,
            asked_for=asked_for,
            answer_by_on=answer_by,
        )
        asked.save()
        if needs_patient:
            tell_patient(actor, taken, PatientMailKind.NEEDED)
    return asked


def answer(
    actor: Actor,
    asked: InformationRequest,
    *,
    sent: Moment | None,
    channel: Channel,
    confirmation: str = "",
    summary: str = "",
    received_by_payer: Moment | None = None,
) -> InformationRequest:
    """Record that the information went out; the payer's clock runs again where it had stopped."""
    with step(
        asked.request,
        EventKind.INFORMATION_SENT,
        actor,
        happened=sent,
        proceeding=asked.proceeding,
        facts={"received_by_payer": received_by_payer, "channel": str(channel)},
    ) as taken:
        asked.answer_event = taken.event
        asked.answer_channel = channel
        asked.answer_confirmation = confirmation
        asked.answer_summary = summary
        asked.save()
    return asked


def record_packet_complete(actor: Actor, request: PriorAuthRequest, *, complete: Moment) -> None:
    """The payer has everything it needs: some states count from here."""
    with step(request, EventKind.PACKET_COMPLETE, actor, happened=complete):
        pass
