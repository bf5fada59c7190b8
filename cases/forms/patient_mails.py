"""What a patient is asked by mail: one of a few sentences that say nothing."""

from __future__ import annotations

from django import forms

from cases.forms.layout import Box
from cases.forms.step_form import StepForm
from priorauth.patient_mail import WORDINGS, PatientMailKind


class AskToCallForm(StepForm):
    """Which of the fixed sentences the mail says."""

    wording = forms.ChoiceField(
        label="The mail says",
        choices=[(one.value, one.label) for one in WORDINGS[PatientMailKind.CALL_US]],
        widget=forms.RadioSelect,
        help_text="With your neutral name and phone number, and nothing of patient, treatment, "
        "payer or case. It goes out while somebody answers the phone.",
    )
    boxes = (Box("Mail to the patient", "wording"),)

    def prepare(self) -> None:
        """The mildest one."""
        self.initial.setdefault("wording", WORDINGS[PatientMailKind.CALL_US][0])
