"""Who asks for and gives the treatment."""

from __future__ import annotations

from django.contrib import admin

from cases.admin.base import ScopedModelAdmin, ScopedTabularInline
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.models import Certification, Clinician


class CertificationInline(ScopedTabularInline):
    model = Certification
    family = Family.CLINIC
    fields = ("name", "number", "issued_on", "expires_on")


@admin.register(Clinician)
class ClinicianAdmin(FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.CLINIC
    list_display = ("__str__", "npi", "phone", "is_active")
    list_filter = ("is_active",)
    starts = ("last_name", "first_name")
    numbers = ("npi",)
    search_help_text = "Name or NPI"
    fieldsets = (
        (None, {"fields": (("first_name", "last_name", "credentials"),)}),
        ("Identity", {"fields": (("npi", "taxonomy"), "phone")}),
        ("Here", {"fields": ("staff", "is_active")}),
    )
    inlines = (CertificationInline,)
    help_texts = {
        "first_name": "As on the license.",
        "last_name": "As on the license.",
        "phone": "Where an insurer's medical director can reach them.",
        "is_active": "Untick when they no longer ask for or give treatment here.",
    }
