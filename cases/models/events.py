"""What happened, append-only, with two times and a person. Everything else is derived from it."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from cases.models.base import ClinicOwned, term_field
from priorauth.terms import EventKind


class CaseEvent(ClinicOwned):
    """One recorded fact of a case.

    `happened_at` is the instant when it is known to the minute; `happened_on` the local day in
    `zone`; both are empty for "date unknown". Never edited, never deleted: a mistake is undone by
    a later STEP_UNDONE event that points here through `undoes`.
    """

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="events"
    )
    kind = term_field(EventKind)
    happened_at = models.DateTimeField(null=True, blank=True)
    happened_on = models.DateField(null=True, blank=True)
    zone = models.CharField(max_length=64, help_text="Zone in which the day is a date.")
    learned_at = models.DateTimeField(help_text="When it was written down here.")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    proceeding = models.CharField(
        max_length=40, blank=True, help_text="What it belongs to, such as appeal-12."
    )
    lines = models.JSONField(default=list, help_text="Positions of the lines; empty: all.")
    facts = models.JSONField(default=dict, help_text="Dates and words of the law, no free text.")
    token = models.CharField(
        max_length=36,
        blank=True,
        help_text="The form it came from: the same form sent twice records once.",
    )
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by"
    )

    class Meta:
        ordering = ["request", "pk"]
        indexes = [models.Index(fields=["request", "id"], name="event_by_request")]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "token"],
                condition=~models.Q(token=""),
                name="event_recorded_once_a_form",
            )
        ]

    def __str__(self) -> str:
        return f"{EventKind(self.kind).label} ({self.pk})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None and not self._state.adding:
            raise TypeError("A recorded event is never changed: undo it and record it again.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A recorded event is never deleted: undo it and record it again.")

    @property
    def key(self) -> str:
        """How the engine and the life cycle name this event."""
        return str(self.pk)
