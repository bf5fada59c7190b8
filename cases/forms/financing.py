"""A way to pay that was offered to the patient."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cases.forms.layout import Box, Row, Shown
from cases.forms.step_form import StepForm
from cases.models import Financing
from cases.models.financing import FinancingDecision, FinancingKind
from priorauth.financing import CREDIT_WARNING


def _of_model(name: str, **options: Any) -> Any:
    """The field of the model's column, with its label, help, limits and checks."""
    return Financing._meta.get_field(name).formfield(**options)  # type: ignore[union-attr]


def _day(name: str) -> Any:
    return _of_model(name, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class FinancingForm(StepForm):
    """Everything that may be told of an offer; what the sort does not need stays away."""

    kind = forms.ChoiceField(
        label="What was offered",
        choices=[("", "Choose"), *FinancingKind.choices()],
        help_text="A maker's program never for ketamine infusions nor under a government plan.",
    )
    name = _of_model("name", help_text="As it is called, or the trial's registry number.")
    reference = _of_model("reference")
    amount = _of_model("amount")
    down_payment = _of_model("down_payment")
    installments = _of_model("installments")
    annual_rate = _of_model("annual_rate")
    was_warned = forms.BooleanField(
        label="The patient was shown this warning",
        required=False,
        help_text="Before anything is signed.",
    )
    estimate_on = _day("estimate_on")
    letter_on = _day("letter_on")
    ends_on = _day("ends_on")
    offered_on = _day("offered_on")
    told_by = _of_model("told_by")
    decision = forms.ChoiceField(
        label="What came of it",
        choices=FinancingDecision.choices,
        initial=FinancingDecision.OFFERED,
        help_text="It can be changed later.",
    )
    decided_on = _day("decided_on")
    reason_declined = _of_model("reason_declined")
    notes = _of_model("notes", widget=forms.Textarea(attrs={"rows": 2}))

    boxes = (
        Box(
            "The offer",
            "kind",
            Shown(
                "kind=grant|trial|maker_program|medical_credit",
                Row("name", "reference"),
            ),
            Shown(
                "kind=payment_plan|cash_price|grant|medical_credit|maker_program|hsa_fsa",
                "amount",
            ),
            Shown("kind=payment_plan", Row("down_payment", "installments")),
            Shown("kind=payment_plan|cash_price", "estimate_on"),
            Shown("kind=hsa_fsa", "letter_on"),
            Shown("kind=grant|maker_program|hsa_fsa|payment_plan|medical_credit", "ends_on"),
        ),
        Box(
            "Before medical credit",
            "annual_rate",
            "was_warned",
            note=CREDIT_WARNING,
            when="kind=medical_credit",
            is_alarm=True,
        ),
        Box(
            "What came of it",
            Row("offered_on", "told_by"),
            Row("decision", "decided_on"),
            Shown("decision=declined|refused", "reason_declined"),
            "notes",
        ),
    )

    def prepare(self) -> None:
        """Offered today by whoever writes it down, unless something else is typed."""
        self.initial.setdefault("offered_on", self.at_hand.today)
        self.initial.setdefault("told_by", str(self.at_hand.staff))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            self.row().full_clean(exclude={"clinic", *self.errors}, validate_unique=False)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                if name not in self.errors:
                    self.add_error(name, messages)
        return cleaned

    def row(self) -> Financing:
        """The offer as typed, not saved."""
        names = [name for name in self.fields if hasattr(Financing, name) and name != "version"]
        told = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        case = self.at_hand.case
        return Financing(clinic_id=case.clinic_id, request=case, **told)
