"""Who is away when, and who stands in."""

from __future__ import annotations

from django.db import models

from cases.models.base import Edited


class Absence(Edited):
    """Days on which a member of the clinic does not read mail: their reminders go to another."""

    member = models.ForeignKey(
        "cases.Membership",
        on_delete=models.CASCADE,
        related_name="absences",
        help_text="Who is away.",
    )
    away_from = models.DateField(help_text="First day away.")
    away_through = models.DateField(help_text="Last day away.")
    hand_over_to = models.ForeignKey(
        "cases.Membership",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Gets their reminders meanwhile. Empty: their backup, or else the leads.",
    )
    note = models.CharField(
        max_length=120, blank=True, help_text="Such as vacation. No patient's name."
    )

    class Meta:
        ordering = ["-away_from", "pk"]
        indexes = [models.Index(fields=["clinic", "away_through"], name="absence_running")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(away_through__gte=models.F("away_from")),
                name="absence_in_order",
                violation_error_message="The last day away is before the first.",
            )
        ]

    def __str__(self) -> str:
        return f"Away {self.away_from} to {self.away_through}"
