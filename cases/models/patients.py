"""Patients, what covers them, and who may speak for them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from cases.models.base import Edited, term_field
from cases.models.folded import FoldedField, LastPartField
from priorauth.terms import Term


class SubscriberRelation(Term):
    """How the patient stands to the person who holds the coverage."""

    SELF = "self", "Patient holds the coverage"
    SPOUSE = "spouse", "Spouse"
    CHILD = "child", "Child"
    OTHER = "other", "Other dependent"


class AgreedBy(Term):
    """How a patient agreed to be written to."""

    SIGNED_FORM = "signed_form", "Signed form"
    PHONE = "phone", "By phone"
    IN_PERSON = "in_person", "In person"
    PORTAL = "portal", "Through the portal"


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
    email = models.EmailField(
        "e-mail address",
        blank=True,
        help_text="Used only for short neutral mails, and only while the patient agrees to them.",
    )
    email_problem = models.CharField(
        "address does not work",
        max_length=200,
        blank=True,
        help_text="What the mail server said of it. No mail goes out while this is filled in: "
        "correct the address, or empty this once it works again.",
    )
    mail_agreed_by = term_field(
        AgreedBy, verbose_name="agreed how", blank=True, help_text="How the patient said so."
    )
    mail_agreed_on = models.DateField(
        "agreed to mail on",
        null=True,
        blank=True,
        help_text="The day the patient said that the clinic may write by mail. Empty: it may not.",
    )
    mail_withdrawn_on = models.DateField(
        "withdrawn on",
        null=True,
        blank=True,
        help_text="From then on nothing is sent. When the patient agrees again, empty this and "
        "enter the new day.",
    )
    mail_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        help_text="Who wrote down what the patient said about mail.",
    )
    mail_recorded_at = models.DateTimeField(null=True, editable=False)
    last_name_folded = FoldedField(of="last_name")
    first_name_folded = FoldedField(of="first_name")
    last_name_part = LastPartField(of="last_name")
    first_name_part = LastPartField(of="first_name")

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        indexes = [
            models.Index(
                fields=["clinic", "last_name_folded", "id"], name="patient_by_folded_last"
            ),
            models.Index(
                fields=["clinic", "first_name_folded", "id"], name="patient_by_folded_first"
            ),
            models.Index(
                fields=["clinic", "last_name_part", "id"],
                condition=models.Q(last_name_part__isnull=False),
                name="patient_by_last_part",
            ),
            models.Index(
                fields=["clinic", "first_name_part", "id"],
                condition=models.Q(first_name_part__isnull=False),
                name="patient_by_first_part",
            ),
            models.Index(fields=["clinic", "last_name", "first_name"], name="patient_by_name"),
            models.Index(fields=["clinic", "birth_date"], name="patient_by_birth"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mail_agreed_on__isnull=True)
                | models.Q(mail_withdrawn_on__isnull=False)
                | (~models.Q(mail_agreed_by="") & ~models.Q(email="")),
                name="patient_agreed_somehow",
                violation_error_message="For an agreement to mail enter the e-mail address, the "
                "day, and how the patient agreed.",
            ),
            models.CheckConstraint(
                condition=models.Q(mail_withdrawn_on__isnull=True)
                | models.Q(mail_agreed_on__isnull=True)
                | models.Q(mail_withdrawn_on__gte=models.F("mail_agreed_on")),
                name="patient_withdrew_after",
                violation_error_message="Mail was withdrawn before it was agreed to: check the two "
                "days.",
            ),
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
