"""What the clinic expects to be paid for a unit: the price list behind the reports' amounts."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from cases.models.base import Edited
from cases.models.payers import Payer

_TWICE = "An amount for this code, payer and day is on file."
_CENTS = "Write the dollars for one unit, from 0.01 to 100,000."


class ExpectedPayment(Edited):
    """An amount for one unit of a code from a day on; `payer` empty: from any payer.

    A guess that only reports use: no claim and no letter is made from it.
    """

    payer = models.ForeignKey(
        Payer,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="expected_payments",
        help_text="Empty: every payer that has no row of its own.",
    )
    code = models.CharField(max_length=5, help_text="CPT or HCPCS, such as 96365 or J3490.")
    amount = models.DecimalField(
        "dollars a unit",
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"), _CENTS), MaxValueValidator(100_000, _CENTS)],
    )
    effective_from = models.DateField(help_text="From this day of decision on.")
    source = models.CharField(
        max_length=200, help_text="Contract, fee schedule or past remittance it comes from."
    )

    class Meta:
        ordering = ["code", "payer__name", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "payer", "code", "effective_from"],
                name="expected_payment_once",
                violation_error_message=_TWICE,
            ),
            # NULL differs from NULL in a unique index.
            models.UniqueConstraint(
                fields=["clinic", "code", "effective_from"],
                condition=models.Q(payer__isnull=True),
                name="expected_payment_of_any_payer_once",
                violation_error_message=_TWICE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: ${self.amount} a unit"

    @property
    def cents(self) -> int:
        return int(self.amount * 100)
