"""A plan document's own words, quoted with page and date: what a letter may cite."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from cases.models import spans
from cases.models.base import Edited, term_field
from cases.models.payers import Plan
from priorauth.terms import Term


class ClauseKind(Term):
    """What the clause is about."""

    OFF_LABEL = "off_label", "Off-label use"
    EXPERIMENTAL = "experimental", "Experimental or investigational"
    MEDICAL_NECESSITY = "medical_necessity", "Medical necessity"
    EXCLUSION = "exclusion", "Other exclusion"
    MENTAL_HEALTH = "mental_health", "Mental-health benefits"
    COMPARABLE = "comparable", "Comparable medical or surgical benefit"
    APPEALS = "appeals", "Appeals and reviews"


class PlanClause(Edited):
    """One quotation. `compared_with`: the medical or surgical words that parity compares."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="clauses")
    kind = term_field(ClauseKind, verbose_name="about")
    quote = models.TextField(
        help_text="Word for word, as printed. Mark what is left out with [...]. No patient details."
    )
    document = models.CharField(
        max_length=160, help_text="Such as Certificate of Coverage or Summary Plan Description."
    )
    page = models.CharField(max_length=40, help_text="Page or section where it stands.")
    dated_on = models.DateField(
        "document dated", null=True, blank=True, help_text="Date or first day of its edition."
    )
    read_on = models.DateField(help_text="When somebody last read it there.")
    compared_with = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The clause of the same plan that covers something comparable, for parity.",
    )

    class Meta:
        ordering = ["plan", "kind", "pk"]
        verbose_name = "plan wording"
        verbose_name_plural = "plan wording"

    def __str__(self) -> str:
        about = dict(ClauseKind.choices()).get(self.kind, "Clause")
        return f"{about}, {self.document}, page {self.page}"

    def clean(self) -> None:
        """Refuse a day to come, and a comparison with another plan's words or with itself."""
        wrong = spans.ahead_refusal("read_on", self.read_on)
        other = self.compared_with
        if other is not None and (other.pk == self.pk or other.plan_id != self.plan_id):
            wrong["compared_with"] = "Choose another clause of the same plan."
        if wrong:
            raise ValidationError(wrong)
