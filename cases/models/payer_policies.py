"""Time limits of a payer's own manual or contract, as staff read them there."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from cases.models.base import Edited, term_field
from cases.models.payers import Payer, Plan
from priorauth.rulebook.payer_window import (
    DAYS_WITHOUT_HOUR,
    KINDS_OF_DAYS,
    MOST,
    START_WORDS,
    STARTS,
)
from priorauth.rulebook.rule import Basis, Unit
from priorauth.terms import ItemKind, Urgency

_AMOUNT = f"Write a whole number from 1 to {MOST}, as the manual has it."


def kind_choices() -> list[tuple[str, str]]:
    """The steps that a manual may time. A callable, so that a new one needs no migration."""
    return [(kind.value, kind.label) for kind in STARTS]


def start_choices() -> list[tuple[str, str]]:
    """The events that a window may be counted from, in words."""
    return list(START_WORDS.items())


class PayerPolicy(Edited):
    """A window from a payer's manual or contract: a date to work to or chase on, never law.

    `urgency` and `item` empty: any. `plan` empty: every plan of the payer.
    """

    UNITS = [(unit.value, unit.value.replace("_", " ")) for unit in Unit]
    BASES = [
        (Basis.PAYER_POLICY.value, "the payer's manual"),
        (Basis.CONTRACT_STANDARD.value, "our contract with the payer"),
    ]

    payer = models.ForeignKey(Payer, on_delete=models.CASCADE, related_name="policies")
    plan = models.ForeignKey(
        Plan,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="policies",
        help_text="Empty: every plan of this payer.",
    )
    kind = models.CharField("step", max_length=40, choices=kind_choices)
    urgency = term_field(Urgency, blank=True, help_text="Empty: any.")
    item = term_field(ItemKind, blank=True, help_text="Empty: drugs and services.")
    amount = models.PositiveIntegerField(
        validators=[MinValueValidator(1, _AMOUNT), MaxValueValidator(MOST, _AMOUNT)]
    )
    unit = models.CharField(max_length=20, choices=UNITS)
    starts_on = models.CharField("counted from", max_length=60, choices=start_choices)
    basis = models.CharField(
        "stands in", max_length=40, choices=BASES, default=Basis.PAYER_POLICY.value
    )
    source = models.CharField(
        "manual or contract", max_length=200, help_text="Its name, with year or edition."
    )
    page = models.CharField(max_length=40, help_text="Page or section where it stands.")
    link = models.URLField("link", blank=True)
    checked_on = models.DateField(help_text="When somebody last read it there.")
    effective_from = models.DateField(
        null=True, blank=True, help_text="Clocks that start before it are not touched."
    )
    effective_to = models.DateField(null=True, blank=True, help_text="Its last day. Empty: still.")
    notes = models.TextField(blank=True, help_text="No patient details here.")

    class Meta:
        ordering = ["payer__name", "kind", "pk"]
        verbose_name = "payer policy"
        verbose_name_plural = "payer policies"

    def __str__(self) -> str:
        step = dict(kind_choices()).get(self.kind, self.kind)
        return f"{self.payer}: {step}, {self.amount} {self.unit.replace('_', ' ')}"

    def clean(self) -> None:
        """Refuse what contradicts itself or another window, by field and in words for staff."""
        wrong: dict[str, str] = {}
        # A value that is no choice at all was refused by its own field.
        starts = {kind.value: names for kind, names in STARTS.items()}.get(self.kind)
        if starts and self.starts_on in START_WORDS and self.starts_on not in starts:
            known = " or ".join(START_WORDS[name] for name in starts)
            wrong["starts_on"] = f"This step is counted from {known}."
        elif self.unit == Unit.HOURS and self.kind in KINDS_OF_DAYS:
            wrong["unit"] = "This step is given in days or months, not in hours."
        elif self.unit == Unit.HOURS and self.starts_on in DAYS_WITHOUT_HOUR:
            wrong["unit"] = (
                "A printed date has no hour to count from: choose days, or count from our receipt."
            )
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            wrong["effective_to"] = "It lies before the day from which the policy holds."
        if self.checked_on and self.checked_on > timezone.localdate() + timedelta(days=1):
            wrong["checked_on"] = "This day lies ahead: write when it was read."
        if self.plan_id and self.payer_id and self.plan and self.plan.payer_id != self.payer_id:
            wrong["plan"] = "This plan is another payer's: choose one of the payer above."
        if not wrong and (twin := self._twin()):
            wrong["kind"] = (
                f"Another policy for the same cases and days is on file: {twin}. Change that one, "
                "end it, or narrow this one."
            )
        if wrong:
            raise ValidationError(wrong)

    def _twin(self) -> PayerPolicy | None:
        """Another window for the very same cases in days that meet these."""
        if not (self.payer_id and self.kind and self.starts_on):
            return None
        same = PayerPolicy._base_manager.filter(
            clinic_id=self.clinic_id,
            payer_id=self.payer_id,
            kind=self.kind,
            urgency=self.urgency,
            item=self.item,
        ).exclude(pk=self.pk)
        # A second appeal, counted from the decision on the first, is a step of its own.
        is_final = self.starts_on.startswith("final_denial")
        for other in same.select_related("payer"):
            if other.plan_id != self.plan_id:
                continue
            if other.starts_on.startswith("final_denial") is is_final and self._meets(other):
                return other
        return None

    def _meets(self, other: PayerPolicy) -> bool:
        ends_first = self.effective_to and other.effective_from
        begins_last = self.effective_from and other.effective_to
        return not (
            (ends_first and self.effective_to < other.effective_from)  # type: ignore[operator]
            or (begins_last and self.effective_from > other.effective_to)  # type: ignore[operator]
        )
