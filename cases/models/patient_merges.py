"""Two records of one patient that were joined: by whom, when, what moved, and what was before."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from cases.models.base import ClinicOwned
from cases.models.patients import Patient


class PatientMerge(ClinicOwned):
    """One joining. The record that went is kept in `gone`, whole, so that it can be brought back.

    `moved` names the rows that changed hands by model and column; `filled` the columns of the
    record that stayed which were empty and were filled from the other.
    """

    kept = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="merges")
    gone_id = models.BigIntegerField(help_text="Number of the record that went.")
    gone = models.JSONField(help_text="That record as it was.")
    moved = models.JSONField(default=dict)
    filled = models.JSONField(default=dict)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    merged_at = models.DateTimeField("joined at")
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField("taken back at", null=True)

    class Meta:
        ordering = ["-merged_at", "-pk"]
        verbose_name = "joined patient"
        indexes = [models.Index(fields=["clinic", "-merged_at", "-id"], name="merge_newest")]

    def __str__(self) -> str:
        return f"Patient {self.gone_id} joined into {self.kept_id}"
