"""Eligibility and benefits: what the payer told, when, and whether it still holds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import display
from django.db.models import QuerySet

from cases.admin.base import ScopedModelAdmin
from cases.admin.clock_facts import rebuild_and_say
from cases.admin.columns import named
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.models import BenefitsCheck, PriorAuthRequest


@admin.register(BenefitsCheck)
class BenefitsCheckAdmin(FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.PATIENTS
    list_display = (
        "checked_on",
        named("coverage__patient", "patient"),
        named("coverage__plan", "plan"),
        "is_active",
        "network",
        "prior_auth_needed",
        "checked_by",
    )
    list_select_related = ("coverage__patient", "coverage__plan__payer", "checked_by")
    list_filter = ("checked_on", "is_active", "network", "prior_auth_needed")
    names = (
        "coverage__patient__last_name_folded",
        "coverage__patient__last_name_part",
        "coverage__patient__first_name_folded",
        "coverage__patient__first_name_part",
    )
    folded_numbers = ("coverage__member_id_folded",)
    numbers = ("reference",)
    search_help_text = "Patient's name, member ID or reference"
    autocomplete_fields = ("coverage",)
    readonly_fields = ("by",)
    fieldsets = (
        ("Whose", {"fields": ("coverage",)}),
        ("When and how", {"fields": (("checked_on", "channel"), ("reference", "by"))}),
        (
            "What was told",
            {
                "fields": (
                    ("is_active", "prior_auth_needed"),
                    ("network", "benefit_line"),
                    ("deductible_left", "out_of_pocket_left", "coinsurance"),
                    "notes",
                )
            },
        ),
    )
    help_texts = {
        "coverage": "Whose benefits. Which coverage pays first is kept on the coverage itself.",
        "channel": "Where it was looked up or who was asked.",
    }

    def save_model(self, request: Any, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """Save with who asked and the plan it is about, and move the task to check again."""
        if not change:
            obj.checked_by = request.user
        if not change or "coverage" in form.changed_data:
            obj.plan = obj.coverage.plan
        super().save_model(request, obj, form, change)
        rebuild_and_say(request, request.clinic, _cases([obj.coverage_id]))

    def delete_model(self, request: Any, obj: Any) -> None:
        coverage = obj.coverage_id
        super().delete_model(request, obj)
        rebuild_and_say(request, request.clinic, _cases([coverage]))

    def delete_queryset(self, request: Any, queryset: QuerySet) -> None:
        coverages = list(queryset.values_list("coverage", flat=True))
        super().delete_queryset(request, queryset)
        rebuild_and_say(request, request.clinic, _cases(coverages))

    @display(description="checked by")
    def by(self, row: BenefitsCheck) -> str:
        """Whoever saved it first."""
        return str(row.checked_by) if row.checked_by_id else "You, when you save."


def _cases(coverages: list[int]) -> QuerySet[PriorAuthRequest]:
    return PriorAuthRequest.objects.filter(coverage__in=coverages)
