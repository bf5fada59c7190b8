"""The outbox: one row for each reminder to one person, and the pulse of whoever sends them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from cases.models.outgoing import Outgoing


class Reminder(Outgoing):
    """One rung of one deadline's ladder, to one recipient, for ever unique.

    Written when the rung comes due, in the transaction that moves the deadline's hint; `due_at` is
    that instant.
    """

    deadline = models.ForeignKey(
        "cases.Deadline", on_delete=models.CASCADE, related_name="reminders"
    )
    rung = models.PositiveSmallIntegerField()
    rungs = models.PositiveSmallIntegerField(help_text="How many rungs the ladder has.")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders"
    )
    standing_in_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        help_text="Who is away, when the recipient stands in for somebody.",
    )

    class Meta(Outgoing.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "rung", "recipient"], name="reminder_rung_once"
            )
        ]

    def __str__(self) -> str:
        return f"Reminder {self.rung} of {self.rungs} ({self.pk})"


class Heartbeat(models.Model):
    """When a part of the machinery last showed that it is alive. Belongs to no clinic."""

    name = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
