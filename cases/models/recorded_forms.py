"""Which forms were recorded, and what each became: a form sent twice writes one row."""

from __future__ import annotations

from django.db import models

from cases.models.base import ClinicOwned


class RecordedForm(ClinicOwned):
    """One form that wrote a row, by the name the page gave it when it was opened.

    Steps of a case keep that name with their event. Written in the transaction of the row it
    stands for: of two clicks in flight the second waits for the first and then finds it.
    """

    token = models.CharField(max_length=36, help_text="Names the form, so that it records once.")
    model = models.CharField(max_length=40, blank=True, help_text="What it became.")
    key = models.CharField(max_length=40, blank=True, help_text="Which row of these.")
    recorded_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "token"], name="form_recorded_once")
        ]

    def __str__(self) -> str:
        return f"Recorded form {self.pk}"
