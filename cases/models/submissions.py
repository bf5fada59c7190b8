"""Sending the request, and answering when the payer asks for more."""

from __future__ import annotations

from django.db import models

from cases.models.base import ClinicOwned, term_field
from priorauth.terms import Channel


class Submission(ClinicOwned):
    """One sending of the request, with its proof."""

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="submissions"
    )
    event = models.OneToOneField(
        "cases.CaseEvent", on_delete=models.CASCADE, related_name="submission"
    )
    channel = term_field(Channel)
    confirmation_number = models.CharField(max_length=60, blank=True)
    no_confirmation_reason = models.CharField(max_length=200, blank=True)
    sent_to = models.CharField(max_length=120, blank=True, help_text="Fax number, portal, line.")
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    representative_name = models.CharField(
        max_length=120, blank=True, help_text="Who took it, when sent by phone."
    )
    override_reason = models.CharField(
        max_length=300, blank=True, help_text="Why it went out although it was not ready."
    )

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["clinic", "confirmation_number"], name="submission_by_number")
        ]

    def __str__(self) -> str:
        return f"Submission {self.pk}"


class InformationRequest(ClinicOwned):
    """The payer's pend: what it asks for, by when, and our answer."""

    request = models.ForeignKey(
        "cases.PriorAuthRequest", on_delete=models.CASCADE, related_name="information_requests"
    )
    event = models.OneToOneField(
        "cases.CaseEvent", on_delete=models.CASCADE, related_name="information_request"
    )
    asked_for = models.TextField(help_text="What the payer wants, in its words.")
    answer_by_on = models.DateField("answer by, as printed", null=True, blank=True)
    answer_event = models.OneToOneField(
        "cases.CaseEvent",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="information_answer",
    )
    answer_channel = term_field(Channel, blank=True)
    answer_confirmation = models.CharField(max_length=60, blank=True)
    answer_summary = models.TextField(blank=True, help_text="What was sent.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Information request {self.pk}"

    @property
    def proceeding(self) -> str:
        """How events name this proceeding, such as appeal-1."""
        return self.event.proceeding
