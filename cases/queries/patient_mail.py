"""Whether a patient may be written to by mail, and if not, why."""

from __future__ import annotations

from cases.models import Clinic, Patient

CLINIC_DOES_NOT = "This clinic does not write to patients by mail."


def why_not(clinic: Clinic, patient: Patient) -> str:
    """Why no mail may go to the patient, in a sentence for staff; "" when one may."""
    if not (clinic.writes_to_patients and clinic.patient_mail_name and clinic.patient_mail_phone):
        return CLINIC_DOES_NOT
    if not patient.email:
        return "The patient has no e-mail address on file."
    if patient.mail_agreed_on is None:
        return "The patient has not agreed to mail."
    if patient.mail_withdrawn_on is not None:
        return "The patient wants no mail any more."
    if patient.email_problem:
        return "The patient's e-mail address does not work."
    return ""
