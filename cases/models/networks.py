"""Whether a payer counts a clinician as in its network, from when to when."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from cases.models import spans
from cases.models.base import Edited, term_field
from cases.models.benefits_checks import Network
from cases.models.clinics import Clinician
from cases.models.payers import Payer


class NetworkStatus(Edited):
    """One clinician's standing with one payer; of two whose days meet the second is refused."""

    clinician = models.ForeignKey(Clinician, on_delete=models.CASCADE, related_name="networks")
    payer = models.ForeignKey(Payer, on_delete=models.CASCADE, related_name="networks")
    status = term_field(Network)
    effective_from = models.DateField(null=True, blank=True, help_text="First day. Empty: always.")
    effective_through = models.DateField(null=True, blank=True, help_text="Last day. Empty: still.")
    known_by = models.CharField(
        "how we know it",
        max_length=200,
        help_text="Such as: participation letter, call reference, payer directory on a day.",
    )

    class Meta:
        ordering = ["clinician__last_name", "payer__name", "-effective_from"]
        verbose_name = "network status"
        verbose_name_plural = "network statuses"

    def __str__(self) -> str:
        return f"{self.clinician}, {self.payer}: {dict(Network.choices()).get(self.status, '')}"

    def clean(self) -> None:
        """Refuse days that contradict themselves or another row."""
        wrong = spans.end_refusal(self.effective_from, self.effective_through)
        if not wrong and self.clinician_id and self.payer_id and self._twin():
            wrong["effective_from"] = (
                "For some of these days another status of this clinician with this payer is on "
                "file. Write there its last day, or change these."
            )
        if wrong:
            raise ValidationError(wrong)

    def _twin(self) -> bool:
        same = NetworkStatus._base_manager.filter(
            clinic_id=self.clinic_id, clinician_id=self.clinician_id, payer_id=self.payer_id
        ).exclude(pk=self.pk)
        mine = (self.effective_from, self.effective_through)
        return any(
            spans.meet(mine, days)
            for days in same.values_list("effective_from", "effective_through")
        )
