"""Patients, what covers them, who may speak for them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from cases.admin.base import ScopedModelAdmin, ScopedStackedInline, ScopedTabularInline
from cases.admin.clock_facts import MovesClocks, move_clocks
from cases.admin.columns import patient_column
from cases.admin.forms import RecordForm
from cases.admin.labels import label_of
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.models import (
    Coverage,
    Patient,
    PriorAuthRequest,
    Representative,
    ScaleScore,
    TreatmentTrial,
)
from priorauth.calendars.local_time import local_date
from priorauth.calendars.wording import say_day
from priorauth.terms import Product, RequestStatus

MOST_CASES = 30
"""Cases listed with a patient: more than anybody has."""

_COVERAGE_FIELDS = (
    ("plan", "order"),
    ("member_id", "group_number", "policy_number"),
    ("effective_from", "effective_through"),
    ("subscriber_relation", "subscriber_name", "subscriber_birth_date"),
)
_COVERAGE_HELP = {
    "order": "Coordination of benefits: ask the payers when there are several coverages.",
    "plan": "Not in the list? Add the plan first, under Plans.",
    "group_number": "As on the card.",
    "policy_number": "When the card shows one.",
    "subscriber_birth_date": "When the patient is not the subscriber.",
    "effective_from": "First covered day.",
    "subscriber_relation": "Whose coverage it is.",
}


_SAID_ABOUT_MAIL = frozenset({"email", "mail_agreed_on", "mail_agreed_by", "mail_withdrawn_on"})


class PatientForm(RecordForm):
    """Another address has not failed yet: what the mail server said of the old one goes with it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "email" in self.changed_data and "email_problem" not in self.changed_data:
            cleaned["email_problem"] = ""
        return cleaned


class CoverageInline(ScopedStackedInline):
    model = Coverage
    family = Family.PATIENTS
    fields = _COVERAGE_FIELDS
    help_texts = _COVERAGE_HELP
    autocomplete_fields = ("plan",)


class RepresentativeInline(ScopedTabularInline):
    model = Representative
    family = Family.PATIENTS
    fields = ("name", "relation", "signed_on", "expires_on")


class TreatmentTrialInline(ScopedStackedInline):
    model = TreatmentTrial
    family = Family.PATIENTS
    fields = (
        ("kind", "name", "dose"),
        ("started_on", "ended_on", "is_current"),
        ("outcome", "remark"),
        "source",
    )
    help_texts = {"kind": "Letters name it.", "is_current": "Tick while the patient gets it."}


class ScaleScoreInline(ScopedTabularInline):
    model = ScaleScore
    family = Family.PATIENTS
    fields = ("scale", "score", "taken_on", "source")
    help_texts = {"scale": "Only the score is kept, never the words of an item."}


@admin.register(Patient)
class PatientAdmin(FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.PATIENTS
    list_display = ("name", "birth_date", "chart_number", "phone")
    names = (
        "last_name_folded",
        "last_name_part",
        "first_name_folded",
        "first_name_part",
    )
    numbers = ("chart_number",)
    search_help_text = "Name or chart number"
    fieldsets = (
        (None, {"fields": (("first_name", "last_name"), ("birth_date", "sex", "chart_number"))}),
        ("Cases", {"fields": ("cases",)}),
        ("How to reach them", {"fields": ("phone", "address_1", ("city", "state", "zip_code"))}),
        (
            "Mail to the patient",
            {
                "fields": (
                    ("email", "email_problem"),
                    ("mail_agreed_on", "mail_agreed_by", "mail_withdrawn_on"),
                    "mail_recorded",
                )
            },
        ),
    )
    form = PatientForm
    readonly_fields = ("cases", "mail_recorded")
    inlines = (CoverageInline, RepresentativeInline, TreatmentTrialInline, ScaleScoreInline)
    help_texts = {
        "first_name": "As on the insurance card.",
        "last_name": "As on the insurance card.",
        "birth_date": "Insurers ask for it on every call.",
        "sex": "As the insurer has it on file.",
        "phone": "With area code.",
        "address_1": "Street and number, as the insurer has it on file.",
        "state": "Two letters, such as NY.",
        "zip_code": "Five digits, or nine.",
    }

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Who wrote down what the patient said about mail, and when, is kept beside it."""
        if set(form.changed_data) & _SAID_ABOUT_MAIL:
            obj.mail_recorded_by, obj.mail_recorded_at = request.user, timezone.now()
        super().save_model(request, obj, form, change)

    def get_fieldsets(self, request: Any, obj: Patient | None = None) -> Any:
        """A patient who is being written down has no cases yet."""
        found = super().get_fieldsets(request, obj)
        return found if obj is not None else [part for part in found if part[0] != "Cases"]

    @display(description="requests, newest first")
    def cases(self, patient: Patient) -> str:
        """Each with what was asked of whom, and where it stands."""
        rows = PriorAuthRequest.objects.filter(patient=patient).order_by("-pk")
        told = [
            (
                reverse("desk:case", args=[row.number]),
                row.number,
                RequestStatus(row.status).label,
                Product(row.product).label,
                row.coverage.plan,
                say_day(local_date(row.opened_at, patient.clinic.time_zone)),
            )
            for row in rows.select_related("coverage__plan__payer")[: MOST_CASES + 1]
        ]
        if not told:
            return "None yet."
        line = '<a class="text-link pa-in-text" href="{}">{}</a> {}: {}, {}, opened {}'
        listed = format_html_join(mark_safe("<br>"), line, told[:MOST_CASES])
        more = "older ones under Cases" if len(told) > MOST_CASES else ""
        return format_html("{}<br>{}", listed, more) if more else listed

    @display(description="written down")
    def mail_recorded(self, patient: Patient) -> str:
        if patient.mail_recorded_at is None:
            return "–"
        by = patient.mail_recorded_by
        when = say_day(local_date(patient.mail_recorded_at, patient.clinic.time_zone))
        return f"{when}, by {by}" if by else when

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        """Coverages say which plan's law governs, consents when a new one must be signed."""
        super().save_formset(request, form, formset, change)
        if change and formset.has_changed():
            move_clocks(request, form.instance, "patient")

    @display(description="name", ordering="last_name")
    def name(self, patient: Patient) -> str:
        return f"{patient.last_name}, {patient.first_name}"


@admin.register(Coverage)
class CoverageAdmin(MovesClocks, FindsByNameOrNumber, ScopedModelAdmin):
    family = Family.PATIENTS
    cases_by = "coverage"
    clock_facts = ("plan",)
    list_display = ("member_id", patient_column, "plan", "order", "effective_through")
    list_select_related = ("patient", "plan__payer")
    names = (
        "patient__last_name_folded",
        "patient__last_name_part",
        "patient__first_name_folded",
        "patient__first_name_part",
    )
    folded_numbers = ("member_id_folded",)
    search_help_text = "Patient's name or member ID"
    fields = ("patient", *_COVERAGE_FIELDS)
    help_texts = {**_COVERAGE_HELP, "patient": "Whose coverage it is."}
    autocomplete_fields = ("patient", "plan")

    def get_readonly_fields(self, request: Any, obj: Coverage | None = None) -> Any:
        """Whose coverage it is stands once it is written: cases, with their clocks, hang on it."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "whose") if obj is not None else fields

    def get_fields(self, request: Any, obj: Model | None = None) -> Any:
        fields = super().get_fields(request, obj)
        return ["whose" if obj and field == "patient" else field for field in fields]

    @display(description="patient")
    def whose(self, coverage: Coverage) -> str:
        return format_html(
            '<a class="text-link" href="{}">{}</a>',
            reverse("admin:cases_patient_change", args=[coverage.patient_id]),
            label_of(coverage.patient),
        )
