"""The payer's decision, line by line, its reasons, and what an approval gives."""

from __future__ import annotations

from django.db import models

from cases.models.base import ClinicOwned, Edited, term_field
from priorauth.terms import Outcome, Term


class ToldBy(Term):
    """How the clinic learned of a decision."""

    LETTER = "letter", "Letter"
    FAX = "fax", "Fax"
    PORTAL = "portal", "Payer portal"
    PHONE = "phone", "Phone"


class Determination(ClinicOwned):
    """One decision of the payer. Dates as printed and as received stand apart."""

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="determinations"
    )
    event = models.OneToOneField(
        "cases.CaseEvent", on_delete=models.CASCADE, related_name="determination"
    )
    told_by = term_field(ToldBy, default=ToldBy.LETTER)
    decision_reference = models.CharField(max_length=60, blank=True)
    notice_dated_on = models.DateField("date printed on the notice", null=True, blank=True)
    notice_received_on = models.DateField("date the notice reached us", null=True, blank=True)
    appeal_by_on = models.DateField("appeal by, as printed", null=True, blank=True)
    peer_to_peer_by_on = models.DateField("peer-to-peer by, as printed", null=True, blank=True)
    reasons = models.JSONField(
        default=list, blank=True, help_text="Ids of the denial reasons a person confirmed."
    )
    reasons_verbatim = models.TextField(
        "reasons in the payer's words", blank=True, help_text="As in the letter."
    )
    codes_verbatim = models.CharField(
        "codes as printed", max_length=120, blank=True, help_text="CARC, RARC or 278 codes."
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Determination {self.pk}"


class LineDetermination(ClinicOwned):
    """What the decision says of one line."""

    determination = models.ForeignKey(
        Determination, on_delete=models.CASCADE, related_name="line_determinations"
    )
    line = models.ForeignKey(
        "cases.ServiceLine", on_delete=models.CASCADE, related_name="determinations"
    )
    outcome = term_field(Outcome)
    units_approved = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["line__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["determination", "line"], name="line_determined_once_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.line}: {Outcome(self.outcome).label}"


class Authorization(Edited):
    """What an approval gives: a number, units, and the days it covers."""

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="authorizations"
    )
    event = models.ForeignKey(
        "cases.CaseEvent", on_delete=models.CASCADE, related_name="authorizations", editable=False
    )
    authorization_number = models.CharField(
        max_length=50, blank=True, help_text="Missing number: a task on the worklist until filled."
    )
    lines = models.ManyToManyField("cases.ServiceLine", blank=True, related_name="authorizations")
    sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True, help_text="First covered day.")
    effective_through = models.DateField(null=True, blank=True, help_text="Last covered day.")

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["clinic", "authorization_number"], name="authorization_by_number")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(effective_through__isnull=True)
                | models.Q(effective_from__isnull=True)
                | models.Q(effective_through__gte=models.F("effective_from")),
                name="authorization_in_order",
                violation_error_message="The authorization ends before it begins.",
            )
        ]

    def __str__(self) -> str:
        return self.authorization_number or f"Authorization {self.pk}"
