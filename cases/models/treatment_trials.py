"""What was tried for a patient before, and how ill scales show them to be: facts for letters."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models

from cases.models import spans
from cases.models.base import Edited, term_field
from priorauth.terms import Term


class TrialKind(Term):
    """What sort of treatment it was."""

    ANTIDEPRESSANT = "antidepressant", "Antidepressant"
    AUGMENTATION = "augmentation", "Augmentation"
    PSYCHOTHERAPY = "psychotherapy", "Psychotherapy"
    ECT = "ect", "Electroconvulsive therapy (ECT)"
    TMS = "tms", "Transcranial magnetic stimulation (TMS)"
    ESKETAMINE = "esketamine", "Esketamine"
    PAIN = "pain", "Treatment of pain"
    OTHER = "other", "Other"


class TrialOutcome(Term):
    """What came of it."""

    NO_EFFECT = "none", "No effect"
    PARTIAL = "partial", "Partial response"
    LOST = "lost", "Response, then lost"
    RESPONSE = "response", "Response"
    WORSE = "worse", "Worse"
    NOT_TOLERATED = "not_tolerated", "Not tolerated"
    NOT_STARTED = "not_started", "Not possible or unsafe"


FAILED = frozenset(set(TrialOutcome) - {TrialOutcome.RESPONSE, TrialOutcome.NOT_STARTED})
"""Outcomes of a treatment that was given and did not last."""


class ScaleName(Term):
    """Scales whose scores are kept; only the score, never the words of an item."""

    PHQ9 = "phq9", "PHQ-9"
    MADRS = "madrs", "MADRS"
    HAMD17 = "hamd17", "HAM-D-17"
    QIDS = "qids", "QIDS-SR16"
    GAD7 = "gad7", "GAD-7"
    PCL5 = "pcl5", "PCL-5"
    PAIN_NRS = "pain_nrs", "Pain NRS"


HIGHEST = {
    ScaleName.PHQ9: 27, ScaleName.MADRS: 60, ScaleName.HAMD17: 52, ScaleName.QIDS: 27,
    ScaleName.GAD7: 21, ScaleName.PCL5: 80, ScaleName.PAIN_NRS: 10,
}  # fmt: skip
"""The highest score of each; the lowest is 0 everywhere."""


class TreatmentTrial(Edited):
    """One earlier treatment, as the chart or the pharmacy has it."""

    patient = models.ForeignKey("cases.Patient", on_delete=models.CASCADE, related_name="trials")
    kind = term_field(TrialKind, verbose_name="sort of treatment")
    name = models.CharField(
        "treatment", max_length=80, help_text="Such as sertraline, or cognitive therapy."
    )
    dose = models.CharField(
        max_length=60, blank=True, help_text="The highest reached, such as 200 mg daily."
    )
    started_on = models.DateField("from", null=True, blank=True, help_text="Empty: not known.")
    ended_on = models.DateField(
        "through", null=True, blank=True, help_text="Empty: still given, or not known."
    )
    is_current = models.BooleanField("still given", default=False)
    outcome = term_field(TrialOutcome, help_text="As the chart has it.")
    remark = models.CharField(
        "why it was stopped, or why not possible",
        max_length=160,
        blank=True,
        help_text="Goes into letters as it stands here.",
    )
    source = models.CharField(
        max_length=120, help_text="Where it stands: note of which day, pharmacy list, patient."
    )

    class Meta:
        ordering = ["patient", models.F("started_on").asc(nulls_first=True), "pk"]
        verbose_name = "earlier treatment"

    def __str__(self) -> str:
        return f"Earlier treatment {self.pk}"

    def clean(self) -> None:
        """Refuse an end before the beginning, days to come, and an end of what is still given."""
        wrong: dict[str, str] = {}
        if self.started_on and self.ended_on and self.ended_on < self.started_on:
            wrong["ended_on"] = "It ends before it begins."
        if self.is_current and self.ended_on:
            wrong["ended_on"] = "It is still given: leave this empty, or untick that."
        wrong |= spans.ahead_refusal("started_on", self.started_on)
        wrong |= spans.ahead_refusal("ended_on", self.ended_on)
        if wrong:
            raise ValidationError(wrong)


class ScaleScore(Edited):
    """One score of a rating scale on one day."""

    patient = models.ForeignKey("cases.Patient", on_delete=models.CASCADE, related_name="scores")
    scale = term_field(ScaleName)
    score = models.DecimalField(max_digits=4, decimal_places=1, help_text="The sum, from 0.")
    taken_on = models.DateField("taken on", help_text="The day it was filled in.")
    source = models.CharField(max_length=120, blank=True, help_text="Where it stands in the chart.")

    class Meta:
        ordering = ["patient", "taken_on", "pk"]
        verbose_name = "score of a scale"
        verbose_name_plural = "scores of scales"

    def __str__(self) -> str:
        return f"Score {self.pk}"

    def clean(self) -> None:
        """Refuse a score outside the scale and a day to come."""
        wrong = spans.ahead_refusal("taken_on", self.taken_on)
        most = {str(name): top for name, top in HIGHEST.items()}.get(self.scale)
        if most is not None and self.score is not None and not 0 <= self.score <= most:
            wrong["score"] = f"This scale goes from 0 to {most}."
        if wrong:
            raise ValidationError(wrong)

    @property
    def shown(self) -> str:
        """Without a needless decimal: "21", "6.5"."""
        whole = Decimal(self.score)
        return str(int(whole)) if whole == whole.to_integral_value() else str(whole.normalize())
