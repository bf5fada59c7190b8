"""Notes, documents, hand-overs, promises: what stands on the timeline and moves nothing else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html

from cases.forms.choices import RowField, colleagues
from cases.forms.layout import Box, Row
from cases.forms.step_form import StepForm
from cases.models.contacts import DocumentKind, PromiseStanding
from cases.workflow.documents import MAX_BYTES, OnCaseAlready
from priorauth.errors import PriorAuthError


class NoteForm(StepForm):
    """A remark."""

    text = forms.CharField(
        label="Note",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What others on the case should know. It cannot be changed later, only undone.",
    )
    boxes = (Box("Note", "text"),)


class DocumentForm(StepForm):
    """A file to keep with the case."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=DocumentKind.choices,
        help_text="It is found again under this word.",
    )
    title = forms.CharField(
        label="Title",
        max_length=120,
        required=False,
        help_text="Such as: letter of 3 May. Empty: the word above is used.",
    )
    file = forms.FileField(
        label="File",
        max_length=255,
        help_text=f"PDF, PNG, JPEG or TIFF, up to {MAX_BYTES // 1024 // 1024} MB. The file name "
        "is not kept: it may hold a patient's name.",
    )
    enctype = "multipart/form-data"
    boxes = (Box("Document", "file", Row("kind", "title")),)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file is not None and file.size > MAX_BYTES:
            self.add_error("file", "The file is larger than 25 MB. Scan it at a lower quality.")
        return cleaned

    def refuse(self, error: PriorAuthError) -> None:
        """A browser does not keep a chosen file over an error: say so."""
        if isinstance(error, OnCaseAlready):
            first = error.document
            address = reverse("desk:document", args=[self.at_hand.case.number, first.pk])
            words = '{} <a href="{}">See it: {}</a>'
            self.add_error("file", format_html(words, str(error), address, first.title))
            return
        super().refuse(error)
        if "file" not in self.errors:
            self.add_error("file", "Choose the file again: browsers do not keep it.")


class HandOverForm(StepForm):
    """Who looks after the case from now on."""

    assigned_to = RowField(
        label="From now on looked after by",
        label_of=str,
        empty_label=None,
        help_text="Reminders of this case go to this person.",
    )
    boxes = (Box("Hand over", "assigned_to"),)

    def prepare(self) -> None:
        """Anybody who works here, oneself first when the case is another's."""
        request = self.at_hand.case
        self.rows("assigned_to", colleagues())
        is_mine = request.assigned_to_id == self.at_hand.staff.pk
        if not is_mine:
            self.initial.setdefault("assigned_to", self.at_hand.staff.pk)


class PromiseForm(StepForm):
    """Whether a promise was kept."""

    standing = forms.ChoiceField(
        label="The promise was",
        choices=[
            pair
            for pair in PromiseStanding.choices()
            if pair[0] not in (PromiseStanding.OPEN, PromiseStanding.NO_LONGER_AWAITED)
        ],
        widget=forms.RadioSelect,
        help_text="A broken promise is worth a call that names the first call's reference.",
    )
    boxes = (Box("Promise", "standing"),)
