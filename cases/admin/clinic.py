"""The clinic itself: letterhead, places, hours, closed days, certifications."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django_scopes import scope
from unfold.widgets import UnfoldAdminEmailInputWidget

from cases.admin.base import ScopedModelAdmin, ScopedTabularInline
from cases.admin.clock_facts import MovesClocks, MovesWorkingDates, move_clocks
from cases.admin.forms import RecordForm
from cases.admin.permissions import Act, Family
from cases.models import Certification, Clinic, ClinicSite, Closure, StaffedHours
from cases.workflow import staffing
from priorauth.errors import ImpossibleFact
from priorauth.terms import Role

_PLACE_HELP = {
    "name": "Such as Main Street office.",
    "npi": "Ten digits; empty when it bills under the group NPI.",
    "city": "As on letters.",
    "state": "Two letters, such as NY.",
    "zip_code": "Five digits, or nine.",
    "is_active": "Untick when no infusions are given here any more.",
}


class HoursInline(ScopedTabularInline):
    model = StaffedHours
    family = Family.CLINIC
    fields = ("weekday", "opens_at", "closes_at")
    tab = True


class ClosureInline(ScopedTabularInline):
    model = Closure
    family = Family.CLINIC
    fields = ("closed_from", "closed_through", "reason")
    tab = True


class SiteInline(ScopedTabularInline):
    model = ClinicSite
    family = Family.CLINIC
    fields = ("name", "npi", "place_of_service", "city", "state", "is_active")
    help_texts = _PLACE_HELP
    tab = True


class SetUpForm(RecordForm):
    """A clinic begins with an invited owner: whoever sets it up sees nothing of its patients."""

    owner_email = forms.EmailField(
        label="owner's e-mail",
        widget=UnfoldAdminEmailInputWidget,
        help_text="Gets an invitation and then runs the clinic. May be your own address.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["owner_email"].required = False
            self.fields["owner_email"].help_text = "To invite one more owner; else leave it empty."

    def clean_owner_email(self) -> str:
        email = self.cleaned_data["owner_email"]
        if email and self.instance.pk:
            try:
                staffing.check_not_here(self.instance, email)
            except ImpossibleFact as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return email


@admin.register(Clinic)
class ClinicAdmin(MovesClocks, ScopedModelAdmin):
    family = Family.CLINIC
    cases_by = "clinic"
    clock_facts = ("time_zone",)
    list_display = ("name", "city", "state", "time_zone", "is_active")
    fieldsets = (
        (None, {"fields": ("name", "slug", "is_active")}),
        ("Identity", {"fields": (("npi", "tin"),)}),
        (
            "Letterhead",
            {
                "fields": (
                    ("address_1", "address_2"),
                    ("city", "state", "zip_code"),
                    ("phone", "fax"),
                )
            },
        ),
        ("Time and mail", {"fields": ("time_zone", "mail_shows_time", "sends_digest")}),
        (
            "Mail to patients",
            {"fields": ("writes_to_patients", ("patient_mail_name", "patient_mail_phone"))},
        ),
    )
    inlines = (HoursInline, ClosureInline, SiteInline)
    actions = None
    help_texts = {
        "address_2": "When there is one.",
        "city": "As on letters.",
        "phone": "For letters and for insurers who call back, with area code.",
        "fax": "Where insurers fax their letters, with area code.",
        "is_active": "Untick to close the clinic here: its staff cannot work in it any more and "
        "no reminder goes out.",
    }

    def get_queryset(self, request: Any) -> QuerySet:
        clinics = super().get_queryset(request)
        if request.user.is_superuser:
            return clinics
        return clinics.filter(pk=request.clinic.pk if request.clinic else None)

    def _may(self, request: Any, act: Act, obj: Model | None) -> bool:
        if act is Act.DELETE:
            return False
        if request.user.is_superuser:
            return True
        if act is Act.ADD or (obj is not None and obj.pk != request.clinic.pk):
            return False
        return super()._may(request, act, obj)

    def get_inlines(self, request: Any, obj: Model | None) -> tuple:
        is_current = obj is not None and request.clinic is not None and obj.pk == request.clinic.pk
        return self.inlines if is_current else ()

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if request.user.is_superuser:
            kwargs["form"] = SetUpForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        if request.user.is_superuser:
            return (*self.fieldsets, ("Who runs it", {"fields": ("owner_email",)}))
        # The short name stands in commands; closing a clinic would lock its owner out too.
        return ((None, {"fields": ("name",)}), *self.fieldsets[1:])

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except OSError:  # what smtplib and sockets raise, once all is saved
            messages.warning(
                request,
                "Saved, but the mail server did not take the owner's invitation. Open the clinic "
                "again in a while and enter the e-mail once more.",
            )
            return redirect("admin:cases_clinic_changelist")

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        # Whoever runs the product may keep a clinic that is not the one they work in.
        with scope(clinic=obj):
            super().save_model(request, obj, form, change)
        email = form.cleaned_data.get("owner_email")
        if email:
            now = timezone.now()
            staffing.invite(obj, email=email, role=Role.OWNER, by=request.user, now=now)
            messages.info(request, f"{email} is invited to own {obj.name}.")

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Hours and closures among the rows move the working dates of open cases."""
        super().save_related(request, form, formsets, change)
        times = [each for each in formsets if each.model in (StaffedHours, Closure)]
        if change and any(each.has_changed() for each in times):
            move_clocks(request, form.instance, "clinic")


@admin.register(ClinicSite)
class ClinicSiteAdmin(ScopedModelAdmin):
    family = Family.CLINIC
    list_display = ("name", "city", "state", "npi", "is_active")
    fields = (
        "name",
        ("npi", "place_of_service"),
        "address_1",
        ("city", "state", "zip_code"),
        "is_active",
    )
    help_texts = {**_PLACE_HELP, "address_1": "Street and number."}


@admin.register(StaffedHours)
class StaffedHoursAdmin(MovesWorkingDates, ScopedModelAdmin):
    family = Family.CLINIC
    list_display = ("weekday", "opens_at", "closes_at")
    fields = ("weekday", ("opens_at", "closes_at"))
    help_texts = {"weekday": "Two rows for one day are fine, such as around a lunch break."}


@admin.register(Closure)
class ClosureAdmin(MovesWorkingDates, ScopedModelAdmin):
    family = Family.CLINIC
    list_display = ("closed_from", "closed_through", "reason")
    fields = (("closed_from", "closed_through"), "reason")
    help_texts = {
        "closed_from": "First closed day.",
        "reason": "Such as inventory, or a state holiday.",
    }


@admin.register(Certification)
class CertificationAdmin(ScopedModelAdmin):
    family = Family.CLINIC
    list_display = ("name", "clinician", "number", "expires_on")
    list_select_related = ("clinician",)
    fields = ("name", "clinician", "number", ("issued_on", "expires_on"))
    help_texts = {
        "number": "As on the certificate.",
        "issued_on": "When it was given.",
        "expires_on": "Last valid day. Empty: it does not run out.",
    }
