"""How far this installation has come in sending, and whether sending is paused."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

ONLY = 1


class SendingMark(models.Model):
    """One row for the whole installation; belongs to no clinic.

    `number` grows whenever mail goes out and never falls, unless the database itself goes back to
    an older state: a file outside it (`cases/workflow/mark_file.py`) remembers the same number.
    `repeats_before`: of a rung that came due before this instant, a mail may have gone out that
    the database does not know of.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    installation = models.UUIDField(editable=False)
    number = models.BigIntegerField(default=0)
    paused_at = models.DateTimeField(null=True)
    paused_because = models.CharField(max_length=200, blank=True)
    was_restored = models.BooleanField(
        default=False, help_text="The pause is about a database that is older than what was sent."
    )
    repeats_before = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True)
    resumed_because = models.CharField(max_length=200, blank=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=ONLY), name="sending_mark_only_one")]

    def __str__(self) -> str:
        return f"Sending, mark {self.number}"
