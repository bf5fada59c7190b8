"""Patients, what covers them, and who may speak for them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from cases.models.base import Edited, term_field
from cases.models.folded import FoldedField
from priorauth.terms import Term


class SubscriberRelation(Term):
    """How the patient stands to the person who holds the coverage."""

    SELF = "self", "Patient holds the coverage"
    SPOUSE = "spouse", "Spouse"
    CHILD = "child", "Child"
    OTHER = "other", "Other dependent"


class Patient(Edited):
    """A person treated here. Their name shows on signed-in pages and letters, nowhere else."""

    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    birth_date = models.DateField("date of birth")
    sex = models.CharField(
        max_length=1, blank=True, choices=[("F", "Female"), ("M", "Male"), ("X", "Other")]
    )
    chart_number = models.CharField(max_length=40, blank=True, help_text="Your own record number.")
    phone = models.CharField(max_length=30, blank=True)
    address_1 = models.CharField("street address", max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip_code = models.CharField("ZIP code", max_length=10, blank=True)
    last_name_folded = FoldedField(of="last_name")
    first_name_folded = FoldedField(of="first_name")

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        indexes = [
            models.Index(
                fields=["clinic", "last_name_folded", "id"], name="patient_by_folded_last"
            ),
            models.Index(
                fields=["clinic", "first_name_folded", "id"], name="patient_by_folded_first"
            ),
            models.Index(fields=["clinic", "last_name", "first_name"], name="patient_by_name"),
            models.Index(fields=["clinic", "birth_date"], name="patient_by_birth"),
        ]

    def __str__(self) -> str:
        # Ends up in admin messages and its log: no name here.
        return f"Patient {self.pk}"

    @property
    def full_name(self) -> str:
        """First and last name, for signed-in pages and letters only."""
        return f"{self.first_name} {self.last_name}"


class Coverage(Edited):
    """A patient's membership in a plan, with its dates."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="coverages")
    plan = models.ForeignKey("cases.Plan", on_delete=models.PROTECT, related_name="coverages")
    member_id = models.CharField(
        "member ID", max_length=30, help_text="As on the card, letters included."
    )
    member_id_folded = FoldedField(of="member_id", max_length=90)
    group_number = models.CharField(max_length=40, blank=True)
    policy_number = models.CharField(max_length=40, blank=True)
    subscriber_relation = term_field(SubscriberRelation, default=SubscriberRelation.SELF)
    subscriber_name = models.CharField(
        max_length=160, blank=True, help_text="When the patient is not the subscriber."
    )
    subscriber_birth_date = models.DateField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_through = models.DateField(null=True, blank=True, help_text="Last covered day.")
    order = models.PositiveSmallIntegerField(
        "which pays first",
        null=True,
        blank=True,
        choices=[
            (None, "Not asked yet"),
            (1, "Pays first (primary)"),
            (2, "Pays second (secondary)"),
            (3, "Pays third"),
        ],
        help_text="Coordination of benefits, as the payers told it when there are several.",
    )
    plan_changed_at = models.DateTimeField(
        null=True, editable=False, help_text="When this coverage last got another plan."
    )

    class Meta:
        ordering = ["patient", models.F("order").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(fields=["member_id_folded", "clinic"], name="coverage_by_folded_member"),
            # Of one clinic in their order: a beginning reads nothing of another's.
            models.Index(
                fields=["clinic", "member_id_folded", "id"], name="coverage_in_order_of_id"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(effective_through__isnull=True)
                | models.Q(effective_from__isnull=True)
                | models.Q(effective_through__gte=models.F("effective_from")),
                name="coverage_in_order",
                violation_error_message="The coverage ends before it begins.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan} (coverage {self.pk})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As usual; another plan than before is dated, since what was checked holds no longer."""
        if not self._state.adding:
            before = Coverage._base_manager.filter(pk=self.pk).values_list("plan_id", flat=True)
            if before.first() not in (None, self.plan_id):
                self.plan_changed_at = timezone.now()
        super().save(*args, **kwargs)


class Representative(Edited):
    """The member's written consent that somebody may appeal in their name."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="representatives")
    name = models.CharField(max_length=160, help_text="Who may act: the clinic, a relative ...")
    relation = models.CharField(max_length=60, blank=True)
    signed_on = models.DateField("consent signed on")
    expires_on = models.DateField("consent ends on", null=True, blank=True)

    class Meta:
        ordering = ["-signed_on"]

    def __str__(self) -> str:
        return f"Consent {self.pk}"
