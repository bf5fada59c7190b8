"""Patients that were joined: looked at here, made and taken back on a page of their own."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import display

from cases.admin.base import ScopedModelAdmin
from cases.admin.columns import named
from cases.admin.permissions import Family
from cases.models import PatientMerge


@admin.register(PatientMerge)
class PatientMergeAdmin(ScopedModelAdmin):
    family = Family.PATIENTS
    is_looked_at_only = True
    actions = None
    list_display = ("merged_at", named("kept", "patient"), "gone_id", "merged_by", "undone_at")
    list_select_related = ("kept", "merged_by")
    list_filter = ("merged_at",)
    fields = ("kept", "gone_id", "record", "merged_by", "merged_at", "undone_by", "undone_at")
    readonly_fields = fields

    @display(description="the record that went")
    def record(self, row: PatientMerge) -> str:
        """As it was, column by column."""
        told = row.gone.get("fields", {})
        return "; ".join(
            f"{name.replace('_', ' ')}: {told[name]}" for name in SHOWN if told.get(name)
        )


SHOWN = (
    "last_name",
    "first_name",
    "birth_date",
    "sex",
    "chart_number",
    "phone",
    "address_1",
    "city",
    "state",
    "zip_code",
)
