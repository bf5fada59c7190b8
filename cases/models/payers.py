"""Payers, their phone lines and plans. They belong to a clinic: nothing is shared."""

from __future__ import annotations

from django.db import models

from cases.models.base import Edited, term_field
from priorauth.terms import Funding, LineOfBusiness, Term


class PhoneLineKind(Term):
    """Which desk of the payer a number reaches."""

    MEDICAL = "medical", "Medical benefits"
    MENTAL_HEALTH = "mental_health", "Mental-health benefits"
    PRIOR_AUTHORIZATION = "prior_authorization", "Prior authorization"
    PEER_TO_PEER = "peer_to_peer", "Peer-to-peer"
    APPEALS = "appeals", "Appeals"
    PHARMACY = "pharmacy", "Pharmacy"
    OTHER = "other", "Other"


class Payer(Edited):
    """The organisation that decides and pays."""

    name = models.CharField(max_length=120)
    payer_id = models.CharField(
        "payer ID", max_length=15, blank=True, help_text="As your clearinghouse writes it."
    )
    portal_url = models.URLField("portal address", blank=True)
    fax = models.CharField("prior-authorization fax", max_length=30, blank=True)
    mailing_address = models.TextField(blank=True)
    appeals_address = models.TextField(blank=True, help_text="Where appeals are mailed.")
    appeals_fax = models.CharField(max_length=30, blank=True)
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        help_text="Zone of the payer's intake. Empty: the clinic's own zone is used.",
    )
    remarks = models.TextField(blank=True, help_text="No patient details here.")
    decision_days = models.PositiveSmallIntegerField(
        "days to a decision, measured",
        null=True,
        editable=False,
        help_text="Median of this clinic's last requests, counted anew each day.",
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "name"],
                name="payer_name_once",
                violation_error_message="A payer with this name is already on file.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PayerLine(Edited):
    """One phone number of a payer, with its hours and the way through its menu."""

    payer = models.ForeignKey(Payer, on_delete=models.CASCADE, related_name="phone_lines")
    kind = term_field(PhoneLineKind)
    number = models.CharField(max_length=30)
    hours = models.CharField(max_length=120, blank=True, help_text="Such as Mon-Fri 8-18 Central.")
    menu_path = models.CharField(max_length=120, blank=True, help_text="Such as 2, 1, then 0.")

    class Meta:
        ordering = ["payer", "kind"]
        verbose_name = "phone line"

    def __str__(self) -> str:
        return f"{PhoneLineKind(self.kind).label}: {self.number}"


class ReviewingEntity(Edited):
    """Who really reviews for the payer: often a delegated vendor."""

    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=30, blank=True)
    fax = models.CharField(max_length=30, blank=True)
    portal_url = models.URLField("portal address", blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "reviewing entities"
        constraints = [
            models.UniqueConstraint(fields=["clinic", "name"], name="reviewing_entity_once")
        ]

    def __str__(self) -> str:
        return self.name


class Plan(Edited):
    """One product of a payer, with the facts that decide which law governs it."""

    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="plans")
    name = models.CharField(max_length=120)
    line_of_business = term_field(LineOfBusiness, default=LineOfBusiness.UNKNOWN)
    funding = term_field(
        Funding,
        default=Funding.UNKNOWN,
        help_text="Who bears the cost. Decides between state law and ERISA: ask at eligibility.",
    )
    funding_known_by = models.CharField(
        "how we know the funding",
        max_length=200,
        blank=True,
        help_text="Such as: representative and call reference, plan document page.",
    )
    issue_state = models.CharField(
        max_length=2, blank=True, help_text="State that issued the policy, two letters."
    )
    is_grandfathered = models.BooleanField(null=True, blank=True)
    federal_external_review = models.BooleanField(
        null=True, blank=True, help_text="Whether the federal external review process applies."
    )
    rating_period_start = models.DateField(
        null=True,
        blank=True,
        help_text="Medicaid managed care only: first day of the contract year in force.",
    )
    issued_or_renewed_on = models.DateField(
        "issued or last renewed on",
        null=True,
        blank=True,
        help_text="Any day on which the plan began a year. Some new law waits for it: "
        "Alaska's of 2027, Minnesota's of 2026.",
    )
    appeal_levels = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Internal appeal levels: 1 or 2. Empty: not known."
    )
    reviewing_entity = models.ForeignKey(
        ReviewingEntity, on_delete=models.SET_NULL, null=True, blank=True, related_name="plans"
    )
    off_label_exclusion = models.TextField(
        blank=True, help_text="The plan document's own words on off-label use, with the page."
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["payer__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["payer", "name", "line_of_business", "funding", "issue_state"],
                name="plan_once",
                violation_error_message="This plan is already on file for this payer.",
            ),
            models.CheckConstraint(
                condition=models.Q(appeal_levels__isnull=True) | models.Q(appeal_levels__in=[1, 2]),
                name="plan_appeal_levels",
                violation_error_message="Internal appeal levels are 1 or 2.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer} - {self.name}"
