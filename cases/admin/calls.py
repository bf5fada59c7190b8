"""Calls with insurers, found again by reference number and by representative."""

from __future__ import annotations

from django.contrib import admin

from cases.admin.base import ScopedTabularInline
from cases.admin.columns import CaseRecordAdmin
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.models import CallAnswer, InsurerCall


class CallAnswerInline(ScopedTabularInline):
    model = CallAnswer
    family = Family.REQUESTS
    is_looked_at_only = True
    fields = ("question", "answer", "words")


@admin.register(InsurerCall)
class InsurerCallAdmin(FindsByNameOrNumber, CaseRecordAdmin):
    list_display = (
        "called_on",
        "case",
        "payer",
        "representative_name",
        "reference_number",
        "outcome",
        "promise_standing",
    )
    list_display_links = ("called_on",)
    list_select_related = ("request", "payer")
    list_filter = ("outcome", "promise_standing", "direction")
    starts = ("representative_name",)
    numbers = ("reference_number", "request__number")
    search_help_text = "Reference, representative, case"
    ordering = ("-called_on", "-pk")
    inlines = (CallAnswerInline,)
