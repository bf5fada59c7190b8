"""Networks, contracts and single-case agreements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.filters import RelatedOnlyFieldListFilter
from django.db.models import Q, QuerySet

from cases.admin.base import ScopedModelAdmin
from cases.admin.clock_facts import rebuild_and_say
from cases.admin.columns import named
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.models import Agreement, NetworkStatus, PriorAuthRequest


@admin.register(NetworkStatus)
class NetworkStatusAdmin(FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.DIRECTORY
    list_display = ("clinician", "payer", "status", "effective_from", "effective_through")
    list_select_related = ("clinician", "payer")
    list_filter = (
        ("clinician", RelatedOnlyFieldListFilter),
        ("payer", RelatedOnlyFieldListFilter),
        "status",
    )
    starts = ("clinician__last_name", "payer__name")
    search_help_text = "Clinician or payer"
    fields = (
        ("clinician", "payer"),
        ("status", "known_by"),
        ("effective_from", "effective_through"),
    )
    help_texts = {
        "clinician": "Who treats.",
        "payer": "Whose network it is.",
        "status": "As the payer told it.",
    }


@admin.register(Agreement)
class AgreementAdmin(FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.DIRECTORY
    list_display = (
        "kind",
        "payer",
        named("patient", "patient"),
        "number",
        "code",
        "rate",
        "effective_through",
    )
    list_select_related = ("payer", "patient")
    list_filter = (("payer", RelatedOnlyFieldListFilter), "kind", "effective_through")
    names = ("patient__last_name_folded", "patient__last_name_part")
    starts = ("payer__name",)
    numbers = ("number", "code")
    search_help_text = "Payer, patient's last name, number or code"
    autocomplete_fields = ("patient",)
    fieldsets = (
        ("With whom", {"fields": (("kind", "payer"), "patient", ("number", "contact"))}),
        ("What is agreed", {"fields": (("code", "rate", "units"), "notes")}),
        ("From when to when", {"fields": (("effective_from", "effective_through"),)}),
    )
    help_texts = {
        "kind": "A contract is for every patient, the others for one.",
        "payer": "Who pays by it.",
    }

    def save_model(self, request: Any, obj: Any, form: forms.ModelForm, change: bool) -> None:
        """Save, and move the dates of the open cases that rest on it."""
        super().save_model(request, obj, form, change)
        rebuild_and_say(request, request.clinic, _cases([obj], form.initial if change else {}))

    def delete_model(self, request: Any, obj: Any) -> None:
        governed = _cases([obj], {})
        super().delete_model(request, obj)
        rebuild_and_say(request, request.clinic, governed)

    def delete_queryset(self, request: Any, queryset: QuerySet) -> None:
        governed = _cases(list(queryset), {})
        super().delete_queryset(request, queryset)
        rebuild_and_say(request, request.clinic, governed)


def _cases(rows: list[Agreement], before: Mapping[str, Any]) -> QuerySet[PriorAuthRequest]:
    """The cases of the payers and patients of `rows`, and of those of one before its edit."""
    whose = [(row.payer_id, row.patient_id) for row in rows]
    if before:
        whose.append((before["payer"], before["patient"]))
    about = Q(pk__in=[])
    for payer, patient in whose:
        one = Q(coverage__plan__payer=payer)
        about |= one & Q(patient=patient) if patient else one
    return PriorAuthRequest.objects.filter(about)
