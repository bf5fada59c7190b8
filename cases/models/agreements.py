"""What was agreed with a payer on payment: contracts, and agreements for a single patient."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from cases.models import spans
from cases.models.base import Edited, term_field
from cases.models.patients import Patient
from cases.models.payers import Payer
from priorauth.terms import Term

_CENTS = "Write the dollars for one unit, from 0.01 to 100,000."


class AgreementKind(Term):
    CONTRACT = "contract", "Contract with the payer"
    SINGLE_CASE = "single_case", "Single-case agreement"
    GAP_EXCEPTION = "gap_exception", "Network-gap exception"


_FOR_ONE = (AgreementKind.SINGLE_CASE, AgreementKind.GAP_EXCEPTION)


class Agreement(Edited):
    """One code of an agreement, with its rate and days. `patient` only where it is for one."""

    kind = term_field(AgreementKind)
    payer = models.ForeignKey(Payer, on_delete=models.CASCADE, related_name="agreements")
    patient = models.ForeignKey(
        Patient,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="agreements",
        help_text="For whom a single-case agreement or gap exception is. Empty for a contract.",
    )
    number = models.CharField(max_length=60, blank=True, help_text="As the payer calls it.")
    code = models.CharField(
        max_length=5, blank=True, help_text="CPT or HCPCS. Empty: all that it is about."
    )
    rate = models.DecimalField(
        "agreed dollars a unit",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), _CENTS), MaxValueValidator(100_000, _CENTS)],
        help_text="Such as 180.00. Empty: not agreed in dollars.",
    )
    units = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1, "Write at least 1, or leave it empty.")],
        help_text="How many are agreed. Empty: no limit.",
    )
    effective_from = models.DateField(help_text="First day on which it holds.")
    effective_through = models.DateField(
        null=True, blank=True, help_text="Last day on which it holds. Empty: until it is ended."
    )
    contact = models.CharField(max_length=120, blank=True, help_text="Who at the payer renews it.")
    notes = models.TextField(blank=True, help_text="Prior-authorization rule, terms, renewal.")

    class Meta:
        ordering = ["payer__name", "-effective_from", "code", "pk"]

    def __str__(self) -> str:
        # Ends up in the admin's log: no patient's name here.
        kind = dict(AgreementKind.choices()).get(self.kind, "Agreement")
        return " ".join(part for part in (kind, self.number, self.code) if part)

    def clean(self) -> None:
        """Refuse an agreement that is for nobody or for somebody by mistake, and crooked days."""
        wrong = spans.end_refusal(self.effective_from, self.effective_through)
        if self.kind == AgreementKind.CONTRACT and self.patient_id:
            wrong["patient"] = "A contract is for every patient: leave this empty."
        if self.kind in _FOR_ONE and not self.patient_id:
            wrong["patient"] = "Choose the patient whom it is for."
        if wrong:
            raise ValidationError(wrong)
