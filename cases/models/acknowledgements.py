"""What somebody answered to a reminder: seen, or put off until an instant, for a reason."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.base import ClinicOwned, term_field
from priorauth.answering import AnswerKind


class Acknowledgement(ClinicOwned):
    """One answer to the reminders of one version of a deadline. Only added, never changed.

    `until` is set, with a `reason`, when the reminders were put off. The deadline keeps the newest
    answer's instants beside it, for the sweep.
    """

    deadline = models.ForeignKey("cases.Deadline", on_delete=models.CASCADE, related_name="answers")
    kind = term_field(AnswerKind)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField()
    until = models.DateTimeField("put off until", null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it can wait.")

    class Meta:
        ordering = ["-answered_at", "-pk"]
        verbose_name = "answer to a reminder"
        verbose_name_plural = "answers to reminders"
        indexes = [models.Index(fields=["deadline", "-answered_at"], name="answer_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.SEEN) | (Q(until__isnull=False) & ~Q(reason="")),
                name="answer_put_off_has_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{AnswerKind(self.kind).label} ({self.pk})"
