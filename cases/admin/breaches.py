"""The ledger of missed limits: payer by payer, the newest first."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import display
from django.contrib.admin.filters import RelatedOnlyFieldListFilter

from cases.admin.columns import CaseRecordAdmin, named
from cases.admin.search import FindsByNameOrNumber
from cases.models import PayerBreach


@admin.register(PayerBreach)
class PayerBreachAdmin(FindsByNameOrNumber, CaseRecordAdmin):
    list_display = (
        "limit_at",
        "case",
        named("payer", "payer", order="payer__name"),
        "kind",
        "rule",
        "sure",
        "answered_at",
    )
    list_display_links = ("limit_at",)
    list_select_related = ("request", "payer")
    list_filter = (("payer", RelatedOnlyFieldListFilter), "kind", "is_believed")
    starts = ("payer__name",)
    numbers = ("request__number",)
    search_help_text = "Payer or case"
    ordering = ("-limit_at", "-pk")

    @display(description="source")
    def sure(self, row: PayerBreach) -> str:
        """Only a limit whose text was seen is called one to a payer."""
        return "believed, text not on file" if row.is_believed else "text seen"
