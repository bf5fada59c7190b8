"""The ledger of limits that payers let pass: for a complaint, and for the next contract."""

from __future__ import annotations

from django.db import models

from cases.models.base import ClinicOwned, term_field
from priorauth.terms import ClockKind, ItemKind


class PayerBreach(ClinicOwned):
    """One legal limit of a payer that passed without its answer on one case.

    Derived from the deadlines of the case whenever they are recomputed, never typed in: one row for
    each deadline by its natural key. A fact learned later that moves the limit, or tells of an
    answer in time, takes the row out again.
    """

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="breaches"
    )
    payer = models.ForeignKey("cases.Payer", on_delete=models.PROTECT, related_name="breaches")
    key = models.CharField(max_length=160)
    kind = term_field(ClockKind)
    item = term_field(ItemKind, blank=True)
    rule = models.CharField(max_length=80)
    citation = models.CharField(max_length=300, blank=True)
    is_believed = models.BooleanField(default=False, help_text="Limit whose text is not on file.")
    limit_at = models.DateTimeField("limit", help_text="The last moment the law gave.")
    answered_at = models.DateTimeField(
        "answered", null=True, help_text="When the payer answered after all; empty: not yet."
    )
    noticed_at = models.DateTimeField("noticed", help_text="When it was first seen here.")

    class Meta:
        ordering = ["-limit_at", "-pk"]
        verbose_name = "missed limit"
        verbose_name_plural = "missed limits"
        constraints = [
            models.UniqueConstraint(fields=["request", "key"], name="breach_once"),
        ]
        indexes = [
            models.Index(fields=["payer", "-limit_at", "-id"], name="breach_by_payer"),
            models.Index(fields=["clinic", "-limit_at", "-id"], name="breach_newest"),
        ]

    def __str__(self) -> str:
        return f"{ClockKind(self.kind).label} ({self.pk})"
