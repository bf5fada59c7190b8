"""The prior-authorization request: what is asked, for whom, on which codes."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models

from cases.models.base import ClinicOwned, Edited, term_field
from priorauth.terms import (
    Cadence,
    ItemKind,
    KnownBy,
    LineStatus,
    Product,
    RequestStatus,
    ReviewTiming,
    Urgency,
)

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_case_number() -> str:
    """A random case number such as PA-K7Q2M9XD: no sequence, so it tells nothing by itself."""
    return "PA-" + "".join(secrets.choice(CROCKFORD) for _ in range(8))


class PriorAuthRequest(Edited):
    """One request to one payer. The case is this row and all that follows from it."""

    number = models.CharField(
        "case number", max_length=11, unique=True, default=new_case_number, editable=False
    )
    patient = models.ForeignKey("cases.Patient", on_delete=models.PROTECT, related_name="requests")
    coverage = models.ForeignKey(
        "cases.Coverage", on_delete=models.PROTECT, related_name="requests"
    )
    coverage_snapshot = models.JSONField(
        default=dict, editable=False, help_text="The coverage as it was when submitted."
    )
    product = term_field(Product, default=Product.RACEMIC_KETAMINE)
    urgency = term_field(Urgency, default=Urgency.STANDARD)
    urgency_reason = models.TextField(
        "clinician's reason for urgency",
        blank=True,
        help_text="In the clinician's words: what harm a standard wait could do.",
    )
    review_timing = term_field(ReviewTiming, default=ReviewTiming.PROSPECTIVE)
    requesting_clinician = models.ForeignKey(
        "cases.Clinician", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    rendering_clinician = models.ForeignKey(
        "cases.Clinician", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    site = models.ForeignKey(
        "cases.ClinicSite", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    planned_sessions = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many infusions this request asks for."
    )
    cadence = term_field(Cadence, blank=True)
    minutes_per_session = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Planned infusion time in minutes, pauses left out."
    )
    planned_start_on = models.DateField("first infusion planned", null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Reminders of this case go to this person first.",
    )
    previous_request = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="next_requests",
        help_text="The request this one renews or resubmits.",
    )
    status = term_field(
        RequestStatus,
        default=RequestStatus.DRAFT,
        editable=False,
        help_text="Derived from the events; kept for lists.",
    )
    recount_from = models.DateTimeField(
        null=True,
        editable=False,
        help_text="Since when its dates wait to be recounted: a fact that many share has moved.",
    )
    recount_failed_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When its dates could last not be recounted; empty once they could.",
    )
    verified_on = models.DateField(
        null=True,
        editable=False,
        help_text="The day of the newest word on the payer's status; kept for lists.",
    )
    verified_how = term_field(
        KnownBy, blank=True, editable=False, help_text="Where that word came from."
    )
    fresh_through = models.DateField(
        null=True,
        editable=False,
        help_text="The last day on which that word is no older than the payer's usual chase.",
    )
    opened_at = models.DateTimeField(editable=False)
    import_fingerprint = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = "prior-authorization request"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["clinic", "-id"], name="request_newest"),
            models.Index(fields=["clinic", "status", "-id"], name="request_by_status"),
            models.Index(
                fields=["id"],
                condition=models.Q(recount_from__isnull=False),
                name="request_to_recount",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "import_fingerprint"],
                condition=~models.Q(import_fingerprint=""),
                name="request_imported_once",
            )
        ]

    def __str__(self) -> str:
        return self.number


class ServiceLine(ClinicOwned):
    """One requested service, item or drug."""

    request = models.ForeignKey(PriorAuthRequest, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=1)
    item = term_field(ItemKind, default=ItemKind.SERVICE)
    code = models.CharField(
        "code on the request", max_length=5, help_text="CPT or HCPCS, such as 96365 or J3490."
    )
    modifiers = models.CharField(max_length=20, blank=True, help_text="Two characters each.")
    units_per_session = models.PositiveIntegerField(default=1)
    units_total = models.PositiveIntegerField(default=1, help_text="Over all sessions asked for.")
    place_of_service = models.CharField(max_length=2, default="11", help_text="Two digits.")
    code_on_claim = models.CharField(
        max_length=5,
        blank=True,
        help_text="When the payer wants another code on the claim than on the request.",
    )
    modifiers_on_claim = models.CharField(max_length=20, blank=True)
    ndc = models.CharField("NDC", max_length=13, blank=True, help_text="Eleven digits, 5-4-2.")
    drug_narrative = models.CharField(
        max_length=120, blank=True, help_text="Drug, strength, dose and route for J3490."
    )
    units_approved = models.PositiveIntegerField(null=True, blank=True)
    units_used = models.PositiveIntegerField(default=0)
    status = term_field(
        LineStatus, default=LineStatus.REQUESTED, editable=False, help_text="Derived from events."
    )

    class Meta:
        ordering = ["request", "position"]
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="line_position_once")
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def key(self) -> str:
        """How events and the engine name this line."""
        return str(self.position)


class Diagnosis(ClinicOwned):
    """Why the service is needed. Rank 1 is the primary one."""

    request = models.ForeignKey(
        PriorAuthRequest, on_delete=models.CASCADE, related_name="diagnoses"
    )
    rank = models.PositiveSmallIntegerField(default=1)
    code = models.CharField("ICD-10-CM code", max_length=8)
    title = models.CharField(max_length=255, blank=True, editable=False)

    class Meta:
        ordering = ["request", "rank"]
        verbose_name_plural = "diagnoses"
        constraints = [
            models.UniqueConstraint(fields=["request", "rank"], name="diagnosis_rank_once"),
            models.UniqueConstraint(fields=["request", "code"], name="diagnosis_code_once"),
        ]

    def __str__(self) -> str:
        return self.code
