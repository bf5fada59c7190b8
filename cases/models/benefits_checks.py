"""Eligibility and benefits as the payer told them on a day: never a guarantee, soon out of date."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from cases.models import spans
from cases.models.base import Edited, term_field
from cases.models.patients import Coverage
from priorauth.terms import Term


class CheckedHow(Term):
    PORTAL = "portal", "Payer portal"
    PHONE = "phone", "Phone"
    ELECTRONIC = "electronic", "Electronic inquiry (270/271)"
    LETTER = "letter", "Letter or plan document"


class Network(Term):
    """Whether the payer counts a clinician as its own."""

    IN = "in", "In network"
    OUT = "out", "Out of network"
    UNKNOWN = "unknown", "Not known yet"


class BenefitLine(Term):
    """Under which of the plan's benefits the treatment falls."""

    MEDICAL = "medical", "Medical benefits"
    MENTAL_HEALTH = "mental_health", "Mental-health benefits"
    PHARMACY = "pharmacy", "Pharmacy benefits"
    UNKNOWN = "unknown", "Not known yet"


_LEFT = MinValueValidator(Decimal(0), "Write what is left, 0.00 when nothing is.")


class BenefitsCheck(Edited):
    """What was told of one coverage on one day. The newest counts, until it is out of date.

    It is out of date when the calendar year ends, since deductibles begin anew, and when the
    coverage has another plan than `plan`, the one it had then.
    """

    coverage = models.ForeignKey(Coverage, on_delete=models.CASCADE, related_name="benefits_checks")
    plan = models.ForeignKey(
        "cases.Plan", on_delete=models.PROTECT, editable=False, related_name="+"
    )
    checked_on = models.DateField(help_text="The day on which the payer told it.")
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    call = models.OneToOneField(
        "cases.InsurerCall",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="benefits_check",
        help_text="The call whose answers it was written from.",
    )
    channel = term_field(CheckedHow, verbose_name="how")
    reference = models.CharField(
        max_length=60, blank=True, help_text="Call reference or number of the inquiry."
    )
    is_active = models.BooleanField(
        "active on that day", null=True, blank=True, help_text="Unknown: it was not told."
    )
    network = term_field(
        Network,
        default=Network.UNKNOWN,
        help_text="Whether the payer counts the clinic, for this plan, as in its network.",
    )
    benefit_line = term_field(
        BenefitLine,
        default=BenefitLine.UNKNOWN,
        help_text="Under which benefits the payer puts the treatment. Ask: phone lines differ.",
    )
    prior_auth_needed = models.BooleanField(
        "prior authorization needed",
        null=True,
        blank=True,
        help_text="As told. Keep the reference: “none needed” by phone is later evidence.",
    )
    deductible_left = models.DecimalField(
        "deductible left, dollars",
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[_LEFT],
        help_text="Still to be paid this year, such as 250.00. Empty: not told.",
    )
    out_of_pocket_left = models.DecimalField(
        "out of pocket left, dollars",
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[_LEFT],
        help_text="Until the plan pays all of it. Empty: not told.",
    )
    coinsurance = models.PositiveSmallIntegerField(
        "patient's share, percent",
        null=True,
        blank=True,
        validators=[MaxValueValidator(100, "Write percent, from 0 to 100.")],
        help_text="After the deductible, such as 20.",
    )
    notes = models.TextField(blank=True, help_text="Copays, limits, exclusions, who said it.")

    class Meta:
        ordering = ["-checked_on", "-pk"]
        verbose_name = "benefits check"
        indexes = [
            models.Index(fields=["coverage", "-checked_on", "-id"], name="benefits_check_newest")
        ]

    def __str__(self) -> str:
        return f"Benefits check {self.pk}"

    def clean(self) -> None:
        """Refuse a check that is still to come."""
        if wrong := spans.ahead_refusal("checked_on", self.checked_on):
            raise ValidationError(wrong)
