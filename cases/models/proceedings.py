"""What follows a denial: peer-to-peer, internal appeals, external review. They run side by side."""

from __future__ import annotations

from django.db import models

from cases.models.base import ClinicOwned, term_field
from priorauth.terms import AppealLevel, AppealOutcome, Channel, Term


class ReviewBody(Term):
    """Which process an external review runs in."""

    FEDERAL = "federal", "Federal process (IRO)"
    STATE = "state", "State process"
    MEDICARE_IRE = "medicare_ire", "Medicare independent entity"
    FAIR_HEARING = "fair_hearing", "Medicaid fair hearing"
    OTHER = "other", "Other"


class PeerToPeer(ClinicOwned):
    """A talk between our clinician and the payer's medical director. Stops no clock."""

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="peer_to_peers"
    )
    event = models.OneToOneField(
        "cases.CaseEvent", on_delete=models.CASCADE, related_name="peer_to_peer"
    )
    clinician = models.ForeignKey(
        "cases.Clinician", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    phone = models.CharField(max_length=30, blank=True)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    reviewer_name = models.CharField(max_length=120, blank=True)
    reviewer_specialty = models.CharField(max_length=120, blank=True)
    outcome = term_field(AppealOutcome, blank=True)
    words = models.TextField("what was said", blank=True)
    reference_number = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = "peer-to-peer"

    def __str__(self) -> str:
        return f"Peer-to-peer {self.pk}"

    @property
    def proceeding(self) -> str:
        """How events name this proceeding, such as appeal-1."""
        return self.event.proceeding


class Appeal(ClinicOwned):
    """A formal request to the payer to reconsider."""

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="appeals"
    )
    event = models.OneToOneField("cases.CaseEvent", on_delete=models.CASCADE, related_name="appeal")
    level = term_field(AppealLevel, default=AppealLevel.FIRST)
    is_expedited = models.BooleanField(default=False)
    lines = models.ManyToManyField("cases.ServiceLine", blank=True, related_name="appeals")
    channel = term_field(Channel)
    confirmation_number = models.CharField(max_length=60, blank=True)
    representative = models.ForeignKey(
        "cases.Representative", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    argument = models.TextField("what we argue", blank=True)
    outcome = term_field(AppealOutcome, blank=True)
    is_final_internal = models.BooleanField(null=True, blank=True)
    decision_reference = models.CharField(max_length=60, blank=True)
    notice_dated_on = models.DateField(null=True, blank=True)
    notice_received_on = models.DateField(null=True, blank=True)
    next_by_on = models.DateField("next step by, as printed", null=True, blank=True)
    decision_summary = models.TextField("decision in the payer's words", blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["clinic", "confirmation_number"], name="appeal_by_number")]

    def __str__(self) -> str:
        return f"{AppealLevel(self.level).label} {self.pk}"

    @property
    def proceeding(self) -> str:
        """How events name this proceeding, such as appeal-1."""
        return self.event.proceeding


class ExternalReview(ClinicOwned):
    """Independent review outside the payer; binding on it."""

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="external_reviews"
    )
    event = models.OneToOneField(
        "cases.CaseEvent", on_delete=models.CASCADE, related_name="external_review"
    )
    body = term_field(ReviewBody, default=ReviewBody.FEDERAL)
    is_expedited = models.BooleanField(default=False)
    lines = models.ManyToManyField("cases.ServiceLine", blank=True, related_name="external_reviews")
    channel = term_field(Channel)
    confirmation_number = models.CharField(max_length=60, blank=True)
    reviewer = models.CharField(
        "review organization", max_length=120, blank=True, help_text="The IRO, once assigned."
    )
    outcome = term_field(AppealOutcome, blank=True)
    decision_summary = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["clinic", "confirmation_number"], name="external_review_by_number")
        ]

    def __str__(self) -> str:
        return f"External review {self.pk}"

    @property
    def proceeding(self) -> str:
        """How events name this proceeding, such as appeal-1."""
        return self.event.proceeding
