"""What staff read of mail to a patient: whether any may go, and what became of each."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from cases.access import DeskRequest
from cases.desk import times
from cases.models import PatientMail, PriorAuthRequest
from cases.models.patients import AgreedBy
from cases.queries.patient_mail import CLINIC_DOES_NOT, why_not
from priorauth.patient_mail import PatientMailKind
from priorauth.reminders import ReminderState as S


def say_state(row: PatientMail, zone: str) -> str:
    """Where one mail stands, with its hour on the clinic's clock."""
    why = f": {row.last_error.rstrip('.')}" if row.last_error else ""
    if row.sent_at is not None:
        came_back = "" if row.state == S.SENT else f", but {row.last_error.rstrip('.')}"
        return f"sent {times.say_at(row.sent_at, zone)}{came_back}."
    if row.state in (S.PLANNED, S.CLAIMED, S.ARMED):
        tried = f" (tried before{why})" if row.attempts else ""
        return f"goes out {times.say_at(row.not_before, zone)}{tried}."
    if row.state == S.UNCERTAIN:
        return "may have arrived; being looked into."
    if row.state == S.HELD:
        return "may not have arrived: settle it under Reminders to settle."
    if row.may_have_arrived:
        return f"may have arrived, nobody knows{why}."
    if row.state == S.EXPIRED:
        return f"not sent in seven days{why}."
    return f"not sent{why}."


def patient_mail_panel(request: DeskRequest, found: PriorAuthRequest) -> dict[str, Any] | None:
    """Beside a case: may the patient be written to, on what word; None where no clinic does."""
    patient, refusal = found.patient, why_not(request.clinic, found.patient)
    if refusal == CLINIC_DOES_NOT:
        return None
    agreed = ""
    if not refusal and patient.mail_agreed_on:
        how = AgreedBy(patient.mail_agreed_by).label.lower()
        agreed = f"Agreed on {times.say_on(patient.mail_agreed_on)}, {how}."
    last = max(found.patient_mails.all(), key=lambda row: row.event_id, default=None)
    zone = times.zone_of(request.clinic)
    return {
        "refusal": refusal,
        "is_broken": bool(patient.email_problem) and patient.mail_withdrawn_on is None,
        "agreed": agreed,
        "last": f"{PatientMailKind(last.kind).label}: {say_state(last, zone)}" if last else "",
        "url": reverse("admin:cases_patient_change", args=[patient.pk]),
    }
