"""Plan documents' own words."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.filters import RelatedOnlyFieldListFilter

from cases.admin.base import ScopedModelAdmin
from cases.admin.columns import named
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.models import PlanClause


@admin.register(PlanClause)
class PlanClauseAdmin(FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.DIRECTORY
    list_display = ("kind", named("plan", "plan"), "document", "page", "dated_on", "read_on")
    list_select_related = ("plan__payer",)
    list_filter = (("plan", RelatedOnlyFieldListFilter), "kind")
    starts = ("plan__name", "plan__payer__name", "document")
    search_help_text = "Plan, payer or document"
    autocomplete_fields = ("plan", "compared_with")
    fieldsets = (
        (None, {"fields": (("plan", "kind"), "quote")}),
        ("Where it stands", {"fields": (("document", "page"), ("dated_on", "read_on"))}),
        ("For parity", {"fields": ("compared_with",)}),
    )
    help_texts = {"plan": "Whose document it is.", "kind": "It is found again under this word."}
