"""How a patient pays for what the plan does not: each offer, and what came of it."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from cases.models import spans
from cases.models.base import Edited, term_field
from cases.models.patients import Coverage
from cases.models.requests import PriorAuthRequest
from priorauth.financing import CREDIT_WARNING, maker_program_refusal
from priorauth.terms import LineOfBusiness, Product, Term

_CENTS = "Write dollars, from 0.01 to 100,000."


class FinancingKind(Term):
    PAYMENT_PLAN = "payment_plan", "Payment plan of the clinic"
    CASH_PRICE = "cash_price", "Cash price"
    GRANT = "grant", "Grant or foundation"
    HSA_FSA = "hsa_fsa", "HSA or FSA"
    TRIAL = "trial", "Clinical trial"
    MAKER_PROGRAM = "maker_program", "Maker's program (esketamine only)"
    MEDICAL_CREDIT = "medical_credit", "Medical credit (a loan)"


class FinancingDecision(Term):
    """What came of an offer."""

    OFFERED = "offered", "Offered, not decided"
    APPLIED = "applied", "Applied for"
    ACCEPTED = "accepted", "Accepted or granted"
    DECLINED = "declined", "Declined by the patient"
    REFUSED = "refused", "Refused to the patient"
    ENDED = "ended", "Ended"


NAMED = {
    FinancingKind.GRANT: "Name the foundation or grant.",
    FinancingKind.TRIAL: "Name the trial by its registry number, such as NCT01234567.",
    FinancingKind.MAKER_PROGRAM: "Name the program.",
    FinancingKind.MEDICAL_CREDIT: "Name the lender.",
}
"""What must be named, with the words that ask for it."""
PRICED = {
    FinancingKind.PAYMENT_PLAN: "Write the whole amount of the plan.",
    FinancingKind.CASH_PRICE: "Write the price.",
}


class Financing(Edited):
    """One way to pay that was offered on a case. Money apart from the clinical record."""

    request = models.ForeignKey(
        PriorAuthRequest, on_delete=models.CASCADE, related_name="financings"
    )
    kind = term_field(FinancingKind)
    name = models.CharField("program, foundation, trial or lender", max_length=120, blank=True)
    reference = models.CharField(
        max_length=60, blank=True, help_text="Card, application or registry number."
    )
    amount = models.DecimalField(
        "dollars",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), _CENTS), MaxValueValidator(100_000, _CENTS)],
        help_text="The whole of it: price, total of the plan, grant or loan. Such as 2400.00.",
    )
    down_payment = models.DecimalField(
        "of it at once, dollars",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0), _CENTS)],
        help_text="Of a payment plan.",
    )
    installments = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[
            MinValueValidator(1, "Write how many, from 1 to 120."),
            MaxValueValidator(120, "Write how many, from 1 to 120."),
        ],
        help_text="In how many payments, of a payment plan.",
    )
    annual_rate = models.DecimalField(
        "yearly rate (APR), percent",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0), "Write percent, such as 26.99.")],
        help_text="As the lender shows it, such as 26.99.",
    )
    estimate_on = models.DateField(
        "good-faith estimate given on",
        null=True,
        blank=True,
        help_text="Owed to whoever pays themselves before care is given.",
    )
    letter_on = models.DateField(
        "letter of medical necessity given on",
        null=True,
        blank=True,
        help_text="For an HSA or FSA.",
    )
    ends_on = models.DateField(
        null=True, blank=True, help_text="Last day of the program, grant, plan or plan year."
    )
    offered_on = models.DateField(help_text="When the patient was told of it.")
    told_by = models.CharField(
        "who told the patient", max_length=80, blank=True, help_text="Somebody of the clinic."
    )
    decision = term_field(
        FinancingDecision, default=FinancingDecision.OFFERED, verbose_name="what came of it"
    )
    decided_on = models.DateField(null=True, blank=True, help_text="When that was known.")
    reason_declined = models.CharField(
        max_length=200, blank=True, help_text="Why it was declined or refused, if told."
    )
    was_warned = models.BooleanField(
        "the patient was shown this warning",
        default=False,
        help_text=f"Before any medical credit: {CREDIT_WARNING}",
    )
    notes = models.TextField(blank=True, help_text="Restrictions, maximum a year, renewals.")

    class Meta:
        ordering = ["-offered_on", "-pk"]
        verbose_name_plural = "financing"

    def __str__(self) -> str:
        return f"{dict(FinancingKind.choices()).get(self.kind, 'Financing')} ({self.pk})"

    def clean(self) -> None:
        """Refuse what may not be offered and what cannot be, by field and in words for staff."""
        wrong = spans.ahead_refusal("offered_on", self.offered_on)
        wrong |= spans.ahead_refusal("decided_on", self.decided_on)
        if self.offered_on and self.decided_on and self.decided_on < self.offered_on:
            wrong["decided_on"] = "It lies before the day on which it was offered."
        if self.offered_on and self.ends_on and self.ends_on < self.offered_on:
            wrong["ends_on"] = "It had ended before it was offered: check both years."
        kind = FinancingKind(self.kind) if self.kind in set(FinancingKind) else None
        if kind in NAMED and not self.name.strip():
            wrong["name"] = NAMED[kind]
        if kind in PRICED and self.amount is None:
            wrong["amount"] = PRICED[kind]
        if self.amount and self.down_payment and self.down_payment > self.amount:
            wrong["down_payment"] = "More than the whole amount."
        if kind is FinancingKind.MEDICAL_CREDIT and not self.was_warned:
            wrong["was_warned"] = "Show the patient the warning, then tick that it was shown."
        if kind is FinancingKind.MAKER_PROGRAM and (refusal := self._maker_refusal()):
            wrong["kind"] = refusal
        if wrong:
            raise ValidationError(wrong)

    def _maker_refusal(self) -> str:
        """Why a maker's program may not be offered, by all that covers the patient that day."""
        if not self.request_id:
            return ""
        mine = Coverage._base_manager.filter(patient=self.request.patient_id)
        if self.offered_on:
            mine = mine.filter(
                models.Q(effective_through=None)
                | models.Q(effective_through__gte=self.offered_on)
                | models.Q(pk=self.request.coverage_id)
            )
        kinds = mine.values_list("plan__line_of_business", flat=True)
        return maker_program_refusal(
            Product(self.request.product), [LineOfBusiness(kind) for kind in kinds]
        )
