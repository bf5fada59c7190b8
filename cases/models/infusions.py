"""Infusions: the plan of a course, each session with its times, units and whether it was billed."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from cases.models.base import Edited, term_field
from priorauth.codes.infusion import LONGEST_PLAUSIBLE
from priorauth.series.course import MOST_SESSIONS
from priorauth.terms import Cadence, InfusionStatus, SeriesPhase


class SeriesPlan(Edited):
    """How a course is meant to go. The newest that stands is the one that counts."""

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="series_plans"
    )
    event = models.OneToOneField(
        "cases.CaseEvent", on_delete=models.CASCADE, related_name="series_plan"
    )
    first_on = models.DateField("first infusion")
    induction_sessions = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(MOST_SESSIONS)]
    )
    induction_cadence = term_field(Cadence, blank=True)
    maintenance_sessions = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(MOST_SESSIONS)]
    )
    maintenance_cadence = term_field(Cadence, blank=True)
    booster_sessions = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(MOST_SESSIONS)]
    )
    booster_cadence = term_field(Cadence, blank=True)
    minutes = models.PositiveSmallIntegerField(help_text="Without pauses.", null=True, blank=True)
    goes_on = models.BooleanField(
        "treatment goes on after the last planned infusion",
        default=False,
        help_text="Then the forecast counts on at the last cadence, and says when to renew.",
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Plan {self.pk}"

    @property
    def last_cadence(self) -> Cadence | None:
        """How often infusions come when the planned ones are over; None when nobody said."""
        phases = (
            (self.booster_sessions, self.booster_cadence),
            (self.maintenance_sessions, self.maintenance_cadence),
            (1, self.induction_cadence),
        )
        said = [cadence for sessions, cadence in phases if sessions and cadence]
        said += [self.maintenance_cadence] if self.maintenance_cadence else []
        return Cadence(said[0]) if said else None

    @property
    def after_induction(self) -> tuple[int, str]:
        """How many sessions follow induction, and how often they come at first."""
        if self.maintenance_sessions:
            count = self.maintenance_sessions + self.booster_sessions
            return count, self.maintenance_cadence
        return self.booster_sessions, self.booster_cadence


class InfusionSession(Edited):
    """One session: in the book, given, or not. Units are kept by line key.

    `event` planned it (or recorded it at once), `recorded_event` told what became of it. A session
    stands unless the step that planned it was undone before anything was recorded of it.
    """

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="infusions"
    )
    event = models.ForeignKey(
        "cases.CaseEvent", on_delete=models.CASCADE, related_name="planned_infusions"
    )
    recorded_event = models.ForeignKey(
        "cases.CaseEvent",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="recorded_infusions",
    )
    authorization = models.ForeignKey(
        "cases.Authorization",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="infusions",
        help_text="The authorization it was given under.",
    )
    phase = term_field(SeriesPhase, default=SeriesPhase.INDUCTION)
    status = term_field(InfusionStatus, default=InfusionStatus.PLANNED)
    planned_at = models.DateTimeField()
    planned_minutes = models.PositiveSmallIntegerField(
        help_text="Without pauses.", null=True, blank=True
    )
    started_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    paused_minutes = models.PositiveSmallIntegerField(default=0)
    minutes = models.PositiveSmallIntegerField(
        "minutes of infusion",
        help_text="From start to stop without pauses.",
        validators=[MaxValueValidator(LONGEST_PLAUSIBLE)],
        null=True,
        blank=True,
    )
    units = models.JSONField(default=dict, blank=True, help_text="Units used, by line.")
    override_reason = models.TextField(
        "why outside the approval", blank=True, help_text="Given where no approval covers it."
    )
    billed_on = models.DateField(null=True, blank=True)
    billed_units = models.JSONField(default=dict, blank=True, help_text="Units billed, by line.")

    class Meta:
        verbose_name = "infusion"
        ordering = ["planned_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True)
                | Q(started_at__isnull=True)
                | Q(stopped_at__gt=models.F("started_at")),
                name="infusion_in_order",
                violation_error_message="The infusion stops before it starts.",
            )
        ]

    def __str__(self) -> str:
        return f"Infusion {self.pk}"


STANDING = Q(event__undone_by__isnull=True) | Q(recorded_event__isnull=False)
"""Sessions that count: not those of a plan that was undone before anything came of them."""
