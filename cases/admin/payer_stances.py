"""Where payers stand on ketamine, with how often they refused on that ground."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import display
from django.contrib.admin.filters import RelatedOnlyFieldListFilter
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from cases.admin.base import ScopedModelAdmin
from cases.admin.forms import RecordForm
from cases.admin.permissions import Family
from cases.admin.search import FindsByNameOrNumber
from cases.desk.on_file import say_record
from cases.models import PayerStance
from cases.workflow import stance_records
from cases.workflow.documents import MAX_BYTES, sniff
from priorauth.errors import ImpossibleFact


class PayerStanceForm(RecordForm):
    """A stance; a file that is none of ours is refused before anything is stored."""

    def clean_file(self) -> Any:
        """The copy, looked at by its first bytes. One kept before stands when none is sent."""
        sent = self.cleaned_data["file"]
        if "file" not in self.changed_data or not sent:
            return sent
        if sent.size > MAX_BYTES:
            raise forms.ValidationError("Larger than 25 MB. Save the policy alone, or scan anew.")
        try:
            self.instance.content_type = sniff(sent.read())
        except ImpossibleFact as error:
            raise forms.ValidationError(f"{error} Choose the file again.") from error
        sent.seek(0)
        return sent


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
    form = PayerStanceForm
    readonly_fields = ("record", "copy")
    fieldsets = (
        ("Whose", {"fields": (("payer", "plan"),)}),
        ("What it says", {"fields": (("stance", "product"), "condition", "notes")}),
        (
            "What it asks for",
            {
                "fields": (
                    ("asks_trials", "asks_trial_kind"),
                    ("asks_scale", "asks_score"),
                    ("asks_places", "asks_prescribers"),
                    "request_form",
                ),
                "description": "The checklist of each request compares it with what is on file: "
                "met, not met, or not recorded.",
            },
        ),
        (
            "Where it stands",
            {"fields": (("policy_number", "title"), "link", "reviewed_on", ("file", "copy"))},
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
        before = form.initial.get("file")
        if before and before.name != obj.file.name:
            transaction.on_commit(lambda: obj.file.storage.delete(before.name))
        stance_records.count(obj, timezone.now())

    def delete_model(self, request: Any, obj: Any) -> None:
        """Delete it with its copy."""
        self.delete_queryset(request, PayerStance.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: Any, queryset: QuerySet) -> None:
        files = [row.file for row in queryset if row.file]
        super().delete_queryset(request, queryset)
        transaction.on_commit(lambda: [each.storage.delete(each.name) for each in files])

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "file":
            field.widget = forms.FileInput()  # the skin's own would name an address of the file
        return field

    @display(description="copy on file")
    def copy(self, row: PayerStance) -> str:
        """Where it is downloaded."""
        if not row.pk or not row.file:
            return "None yet."
        where = reverse("desk:policy_copy", args=[row.pk])
        return format_html('<a class="text-link" href="{}">Download the copy</a>', where)

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
