"""Where a payer stands on ketamine, as staff read it in its policy: kept by the clinic, never ours.

No stance is shipped: payers change them, and an old one is worse than none.
"""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models

from cases.models import spans
from cases.models.base import Edited, term_field
from cases.models.payers import Payer, Plan
from cases.models.treatment_trials import HIGHEST, ScaleName, TrialKind
from priorauth.codes import place_of_service, taxonomy
from priorauth.errors import InvalidCode
from priorauth.terms import Product, Term


class Stance(Term):
    """What the policy says of the treatment."""

    COVERS = "covers", "Covers it when its criteria are met"
    CASE_BY_CASE = "case_by_case", "Decides case by case"
    EXCLUDES = "excludes", "Excludes it"
    SILENT = "silent", "Says nothing about it"


def _parts(codes: str) -> list[str]:
    return codes.replace(",", " ").split()


def copy_path(instance: PayerStance, filename: str) -> str:
    """Where a copy is stored: a random name, like all files here."""
    return f"policies/{uuid.uuid4().hex}"


class PayerStance(Edited):
    """One policy of a payer on one product; `plan` empty: every plan, `condition` empty: any.

    `requests_denied` of `requests_decided` is how often the clinic was refused on the ground that
    such a policy gives, since the policy took effect. It is counted anew each day and when the row
    is saved (`cases/workflow/stance_records.py`).
    """

    payer = models.ForeignKey(Payer, on_delete=models.CASCADE, related_name="stances")
    plan = models.ForeignKey(
        Plan,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="stances",
        help_text="Empty: every plan of this payer.",
    )
    product = term_field(Product, default=Product.RACEMIC_KETAMINE)
    condition = models.CharField(
        max_length=80,
        blank=True,
        help_text="What it is given for, such as depression or chronic pain. Empty: anything.",
    )
    stance = term_field(Stance)
    policy_number = models.CharField(
        max_length=40, blank=True, help_text="As printed, such as MP-446."
    )
    title = models.CharField("title of the policy", max_length=200, blank=True)
    effective_from = models.DateField(
        null=True, blank=True, help_text="As printed. Denials are counted from this day on."
    )
    effective_through = models.DateField(
        null=True, blank=True, help_text="Its last day, once it is replaced. Empty: in force."
    )
    reviewed_on = models.DateField("last read on", help_text="When somebody last read it there.")
    link = models.URLField(blank=True)
    file = models.FileField(
        "saved copy",
        upload_to=copy_path,
        max_length=255,
        blank=True,
        help_text="As it read on that day: PDF, PNG, JPEG or TIFF, up to 25 MB.",
    )
    content_type = models.CharField(max_length=40, blank=True, editable=False)
    notes = models.TextField(blank=True, help_text="Criteria, quotes. No patient details here.")
    request_form = models.CharField(
        "its own request form",
        max_length=120,
        blank=True,
        help_text="Name and number, as printed. The request sheet of a fax says that it stands in "
        "for it.",
    )
    asks_trials = models.PositiveSmallIntegerField(
        "failed treatments",
        null=True,
        blank=True,
        validators=[MaxValueValidator(20)],
        help_text="How many earlier treatments must have failed. Empty: it names no number.",
    )
    asks_trial_kind = term_field(
        TrialKind, verbose_name="of which sort", blank=True, help_text="Empty: any."
    )
    asks_scale = term_field(
        ScaleName, verbose_name="scale", blank=True, help_text="Empty: it asks for no score."
    )
    asks_score = models.DecimalField(
        "score of at least",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="Before the treatment begins.",
    )
    asks_places = models.CharField(
        "settings allowed",
        max_length=60,
        blank=True,
        help_text="Places of service, two digits each: 11, 22. Empty: any.",
    )
    asks_prescribers = models.CharField(
        "prescribers allowed",
        max_length=120,
        blank=True,
        help_text="Taxonomy codes, such as 2084P0800X (psychiatrist). Empty: any.",
    )
    requests_decided = models.PositiveIntegerField(null=True, editable=False)
    requests_denied = models.PositiveIntegerField(null=True, editable=False)
    counted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["payer__name", "product", "condition", "pk"]
        verbose_name = "payer stance"

    def __str__(self) -> str:
        number = f" {self.policy_number}" if self.policy_number else ""
        return f"{self.payer}{number}: {dict(Stance.choices()).get(self.stance, self.stance)}"

    def clean(self) -> None:
        """Refuse what contradicts itself or another stance, by field and in words for staff."""
        wrong = spans.end_refusal(self.effective_from, self.effective_through)
        wrong |= spans.ahead_refusal("reviewed_on", self.reviewed_on)
        wrong |= self._criteria_refusal()
        if self.plan_id and self.payer_id and self.plan and self.plan.payer_id != self.payer_id:
            wrong["plan"] = "This plan is another payer's: choose one of the payer above."
        if not wrong and self.payer_id and (twin := self._twin()):
            wrong["stance"] = (
                f"Another stance for the same treatment and days is on file: {twin}. Write there "
                "its last day, or narrow this one."
            )
        if wrong:
            raise ValidationError(wrong)

    def places_asked(self) -> list[str]:
        """Two-digit codes of the settings that the policy allows; []: any."""
        return [place_of_service.compact(part) for part in _parts(self.asks_places)]

    def prescribers_asked(self) -> list[str]:
        """Taxonomy codes of who may prescribe it; []: anybody."""
        return [taxonomy.compact(part) for part in _parts(self.asks_prescribers)]

    def _criteria_refusal(self) -> dict[str, str]:
        """What to refuse of what the policy asks for, by field."""
        wrong: dict[str, str] = {}
        most = {str(name): top for name, top in HIGHEST.items()}.get(self.asks_scale)
        if self.asks_scale and self.asks_score is None:
            wrong["asks_score"] = "Enter the score that the policy asks for."
        if self.asks_score is not None and not self.asks_scale:
            wrong["asks_scale"] = "Say of which scale the score is."
        if most is not None and self.asks_score is not None and not 0 <= self.asks_score <= most:
            wrong["asks_score"] = f"This scale goes from 0 to {most}."
        if self.asks_trial_kind and not self.asks_trials:
            wrong["asks_trials"] = "Enter how many of this sort must have failed."
        for field, check, codes in (
            ("asks_places", place_of_service.validate, self.places_asked()),
            ("asks_prescribers", taxonomy.validate, self.prescribers_asked()),
        ):
            for code in codes:
                try:
                    check(code)
                except InvalidCode as refusal:
                    wrong[field] = str(refusal)
        return wrong

    def _twin(self) -> PayerStance | None:
        """Another stance on the very same thing in days that meet these."""
        same = PayerStance._base_manager.filter(
            clinic_id=self.clinic_id,
            payer_id=self.payer_id,
            plan=self.plan,
            product=self.product,
            condition__iexact=self.condition.strip(),
        ).exclude(pk=self.pk)
        mine = (self.effective_from, self.effective_through)
        for other in same.select_related("payer"):
            if spans.meet(mine, (other.effective_from, other.effective_through)):
                return other
        return None
