"""Where payers stand on ketamine, with how often they refused on that ground."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import display
from django.contrib.admin.filters import RelatedOnlyFieldListFilter
from django.utils import timezone

from cases.admin.base import ScopedModelAdmin
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.desk.on_file import say_record
from cases.models import PayerStance
from cases.workflow import stance_records


@admin.register(PayerStance)
class PayerStanceAdmin(FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.DIRECTORY
    list_display = (
        "payer",
        "stance",
        "product",
        "condition",
        "policy_number",
        "reviewed_on",
        "denied",
    )
    list_select_related = ("payer", "clinic")
    list_filter = (("payer", RelatedOnlyFieldListFilter), "stance", "product")
    starts = ("payer__name", "title")
    numbers = ("policy_number",)
    search_help_text = "Payer, title or policy number"
    readonly_fields = ("record",)
    fieldsets = (
        ("Whose", {"fields": (("payer", "plan"),)}),
        ("What it says", {"fields": (("stance", "product"), "condition", "notes")}),
        (
            "Where it stands",
            {"fields": (("policy_number", "title"), "link", ("reviewed_on", "saved_copy"))},
        ),
        ("Since when", {"fields": (("effective_from", "effective_through"), "record")}),
    )
    help_texts = {
        "payer": "Whose policy it is.",
        "stance": "As you read it. Nothing is decided by it: it is shown beside each case.",
        "product": "Ketamine infusions and esketamine have policies of their own.",
        "title": "As printed at its head.",
        "link": "Where it can be read.",
    }

    def save_model(self, request: Any, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """Save, then count the denials it speaks of: its days or its payer may be others now."""
        super().save_model(request, obj, form, change)
        stance_records.count(obj, timezone.now())

    @display(description="denials it predicted")
    def denied(self, row: PayerStance) -> str:
        if row.requests_decided is None:
            return "–"
        return f"{row.requests_denied} of {row.requests_decided}"

    @display(description="denials it predicted")
    def record(self, row: PayerStance) -> str:
        """Counted when the row is saved and each night."""
        if row.pk is None or row.requests_decided is None:
            return "Counted when you save."
        said = say_record(row)
        return (
            f"{said[0].upper()}{said[1:]}."
            if said
            else "No request that it speaks of was decided since."
        )
