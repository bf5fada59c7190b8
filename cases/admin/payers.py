"""Payers with their phone lines, plans, and who reviews for them."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import display
from django.contrib.admin.filters import RelatedOnlyFieldListFilter
from django.urls import reverse
from django.utils.html import format_html

from cases.admin.base import ScopedModelAdmin, ScopedTabularInline
from cases.admin.clock_facts import MovesClocks
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.models import Payer, PayerDemand, PayerLine, Plan, ReviewingEntity


class PhoneLineInline(ScopedTabularInline):
    model = PayerLine
    family = Family.DIRECTORY
    fields = ("kind", "number", "hours", "menu_path")
    help_texts = {"number": "With area code."}


class DemandInline(ScopedTabularInline):
    model = PayerDemand
    family = Family.DIRECTORY
    fields = ("kind", "product", "is_hard", "source", "checked_on")
    help_texts = {"kind": "The checklist before sending asks for it."}


@admin.register(Payer)
class PayerAdmin(MovesClocks, FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.DIRECTORY
    cases_by = "coverage__plan__payer"
    clock_facts = ("time_zone",)
    list_display = ("name", "payer_id", "fax", "portal_url", "missed_limits", "is_active")
    list_filter = ("is_active",)
    starts = ("name",)
    numbers = ("payer_id",)
    search_help_text = "Name or payer ID"
    fieldsets = (
        (None, {"fields": (("name", "payer_id"), "is_active")}),
        ("Where requests go", {"fields": (("portal_url", "fax"), "time_zone")}),
        ("Mail and appeals", {"fields": ("mailing_address", "appeals_address", "appeals_fax")}),
        ("Remarks", {"fields": ("remarks",)}),
    )
    inlines = (PhoneLineInline, DemandInline)

    @display(description="missed limits")
    def missed_limits(self, payer: Payer) -> str:
        """The payer's page of the ledger. No count here: it would cost a query a row."""
        ledger = reverse("admin:cases_payerbreach_changelist")
        return format_html(
            '<a class="text-link" href="{}?payer__id__exact={}">Look<span class="sr-only"> at the '
            "missed limits of {}</span></a>",
            ledger,
            payer.pk,
            payer.name,
        )

    help_texts = {
        "name": "As staff call it. One name, one payer.",
        "portal_url": "Where requests are entered by hand.",
        "fax": "Where requests are faxed, with area code.",
        "mailing_address": "For anything but appeals.",
        "appeals_fax": "Where appeals are faxed, with area code.",
        "is_active": "Untick to take it out of the boxes; what is on file stays.",
    }


@admin.register(Plan)
class PlanAdmin(MovesClocks, FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.DIRECTORY
    cases_by = "coverage__plan"
    clock_facts = (
        "payer",
        "line_of_business",
        "funding",
        "issue_state",
        "is_grandfathered",
        "federal_external_review",
        "rating_period_start",
        "issued_or_renewed_on",
        "appeal_levels",
    )
    list_display = ("name", "payer", "line_of_business", "funding", "issue_state", "is_active")
    list_select_related = ("payer",)
    list_filter = (("payer", RelatedOnlyFieldListFilter), "line_of_business", "funding")
    starts = ("name", "payer__name")
    search_help_text = "Plan or payer"
    fieldsets = (
        (None, {"fields": (("payer", "name"), "is_active")}),
        (
            "Which law governs it",
            {
                "fields": (
                    ("line_of_business", "issue_state"),
                    ("funding", "funding_known_by"),
                    ("is_grandfathered", "federal_external_review"),
                    ("rating_period_start", "issued_or_renewed_on"),
                )
            },
        ),
        ("Review and appeals", {"fields": (("reviewing_entity", "appeal_levels"),)}),
        ("Off-label use", {"fields": ("off_label_exclusion",)}),
    )
    help_texts = {
        "payer": "Who decides and pays.",
        "name": "As on the card or in the plan document.",
        "line_of_business": "Decides, with funding and state, which deadlines the law sets.",
        "is_grandfathered": "Whether it has kept its form since March 2010. Ask at eligibility.",
        "reviewing_entity": "When a vendor reviews for the payer.",
        "is_active": "Untick to take it out of the boxes; what is on file stays.",
    }


@admin.register(ReviewingEntity)
class ReviewingEntityAdmin(FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.DIRECTORY
    list_display = ("name", "phone", "fax", "portal_url")
    starts = ("name",)
    search_help_text = "Name"
    fields = ("name", ("phone", "fax"), "portal_url")
    help_texts = {
        "name": "As staff call it. One name, one entry.",
        "phone": "With area code.",
        "fax": "With area code.",
        "portal_url": "Where requests are entered by hand.",
    }
