"""Ways to pay that were offered: changed here once something came of them."""

from __future__ import annotations

from django.contrib import admin

from cases.admin.base import ScopedModelAdmin
from cases.admin.columns import named
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.models import Financing


@admin.register(Financing)
class FinancingAdmin(FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.PATIENTS
    list_display = ("kind", named("request", "case"), "name", "amount", "decision", "offered_on")
    list_select_related = ("request__patient",)
    list_filter = ("kind", "decision", "offered_on")
    starts = ("name",)
    numbers = ("request__number", "reference")
    search_help_text = "Program or lender, case or reference"
    autocomplete_fields = ("request",)
    fieldsets = (
        (None, {"fields": ("request", ("kind", "name", "reference"))}),
        (
            "Money",
            {"fields": (("amount", "down_payment", "installments"), "annual_rate", "was_warned")},
        ),
        ("Papers and end", {"fields": (("estimate_on", "letter_on", "ends_on"),)}),
        (
            "What came of it",
            {
                "fields": (
                    ("offered_on", "told_by"),
                    ("decision", "decided_on"),
                    "reason_declined",
                    "notes",
                )
            },
        ),
    )
    help_texts = {
        "request": "On which case it was offered.",
        "kind": "A maker's program never for ketamine infusions nor under a government plan.",
        "name": "As it is called, or the trial's registry number.",
        "decision": "As the patient, or whoever gives, decided.",
    }
