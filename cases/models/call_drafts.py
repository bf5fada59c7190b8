"""Calls with the insurer that somebody began to type and has not logged yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from cases.models.base import ClinicOwned


class CallDraft(ClinicOwned):
    """A half-typed call of one person on one case (or on none). It is no record: it goes away.

    `fields` maps the names of the call form's boxes to what stood in them. Deleted when the call is
    logged, when its writer throws it away, and after a fortnight (`cases/workflow/call_drafts.py`).
    """

    request = models.ForeignKey(
        "cases.PriorAuthRequest",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="call_drafts",
    )
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="call_drafts"
    )
    token = models.CharField(max_length=36, help_text="Names the form, so that it records once.")
    fields = models.JSONField(default=dict)
    begun_at = models.DateTimeField("begun")
    updated_at = models.DateTimeField("last typed", db_index=True)

    class Meta:
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "request", "staff"],
                condition=models.Q(request__isnull=False),
                name="one_call_draft_a_case",
            ),
            models.UniqueConstraint(
                fields=["clinic", "staff"],
                condition=models.Q(request__isnull=True),
                name="one_call_draft_without_case",
            ),
        ]

    def __str__(self) -> str:
        return f"Call begun {self.pk}"
