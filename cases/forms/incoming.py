"""Filing a fax or letter: whose case, what it is, its two dates. And throwing one away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.html import format_html

from cases.forms.found_cases import FoundCasesWidget, offered_cases
from cases.forms.from_letter import propose
from cases.forms.layout import Box, Press, Row
from cases.forms.moments import DayField
from cases.forms.step_form import StepForm
from cases.models import IncomingDocument
from cases.models.contacts import DocumentKind
from cases.queries.incoming import Named
from cases.workflow.documents import MAX_BYTES
from cases.workflow.incoming import check_days
from priorauth.calendars.local_time import local_date
from priorauth.errors import ImpossibleFact
from priorauth.papers.found import Found, Sought

MEGABYTES = MAX_BYTES // 1024 // 1024


class BringInForm(forms.Form):
    """The file itself."""

    file = forms.FileField(
        label="Fax or letter",
        max_length=255,
        error_messages={
            "required": "Choose a file first.",
            "empty": "The file is empty. Choose it again.",
            "max_length": "The file's name is too long: give it a shorter one.",
        },
        widget=forms.FileInput(
            attrs={
                "accept": ".pdf,.png,.jpg,.jpeg,.tif,.tiff",
                "class": "step-file",
                "data-most": str(MAX_BYTES),
            }
        ),
        help_text=f"PDF, PNG, JPEG or TIFF, up to {MEGABYTES} MB and 200 pages. The file name is "
        "not kept: it may hold a patient's name.",
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                f"The file has {file.size / 1024 / 1024:,.0f} MB; up to {MEGABYTES} MB are taken. "
                "Scan it at a lower quality, or split it."
            )
        return file


class FileOnCaseForm(StepForm):
    """Where the waiting `paper` belongs. `read` and `named` are what its own words propose."""

    find = forms.CharField(
        label="Find the case",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-finds": "1"}),
        help_text="Case, reference, authorization or member number, or the patient's name.",
    )
    who = forms.ChoiceField(
        label="Case",
        widget=FoundCasesWidget,
        error_messages={
            "required": "Choose the case it belongs to.",
            "invalid_choice": "This case is not on file. Find it anew.",
        },
    )
    kind = forms.ChoiceField(
        label="What it is",
        choices=DocumentKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what it is."},
    )
    printed_on = DayField(
        label="Date printed on it",
        is_past=True,
        required=False,
        help_text="Empty if there is none.",
    )
    received_on = DayField(
        label="Day it reached us",
        is_past=True,
        required=False,
        help_text="Fax header, stamp or portal date.",
        error_messages={
            "required": "The letter names a day it was received: take it, or enter another."
        },
    )
    boxes = (
        Box("Case", "find", Press("look", "Find"), "who"),
        Box("Paper", "kind", Row("printed_on", "received_on")),
    )

    def __init__(
        self,
        *args: Any,
        paper: IncomingDocument,
        read: list[Found],
        named: list[Named],
        preset: str = "",
        **options: Any,
    ) -> None:
        self.paper, self.read, self.named, self.preset = paper, read, named, preset
        super().__init__(*args, **options)

    def prepare(self) -> None:
        """Cases found, named in the letter, or come from; it reached us when it was brought in."""
        typed = self.data if self.is_bound else self.initial
        chosen = str(typed.get("who") or self.preset)
        choices, stays = offered_cases(str(typed.get("find", "")), chosen, self.named)
        who, kind = self.fields["who"], self.fields["kind"]
        who.choices, who.widget.stays = choices, stays  # type: ignore[attr-defined]
        kind.choices = self._kinds()  # type: ignore[attr-defined]
        if self.preset in {number for number, _ in choices}:
            self.initial.setdefault("who", self.preset)
        if any(each.sought is Sought.RECEIVED for each in self.read):
            # Any day of ours would be a guess against the letter's word; a clock may start there.
            self.fields["received_on"].required = True
        else:
            brought_on = local_date(self.paper.brought_at, self.at_hand.zone)
            self.initial.setdefault("received_on", brought_on)
        propose(
            self, {"printed_on": (Sought.PRINTED,), "received_on": (Sought.RECEIVED,)}, self.read
        )

    def _kinds(self) -> list[tuple[str, Any]]:
        """All kinds; beside the one that the letter's words suggest, those words."""
        said = {each.value: each.snippet for each in self.read if each.sought is Sought.KIND}
        return [
            (key, format_html('{} <q class="step-said">{}</q>', label, said[key]))
            if key in said
            else (key, label)
            for key, label in DocumentKind.choices()
        ]

    def clean(self) -> None:
        cleaned = self.cleaned_data
        try:
            check_days(
                self.paper,
                printed_on=cleaned.get("printed_on"),
                received_on=cleaned.get("received_on"),
                zone=self.at_hand.zone,
            )
        except ImpossibleFact as refusal:
            self.refuse(refusal)

    def pressed(self) -> bool:
        """Somebody looked for a case: show again what was typed, without judging it."""
        if "look" not in self.data:
            return False
        self._errors, self.cleaned_data = ErrorDict(), {}
        return True


class ThrowAwayForm(forms.Form):
    """Why a paper is not kept."""

    because = forms.CharField(
        label="Why it is not kept",
        max_length=200,
        widget=forms.TextInput(attrs={"class": "step-input", "autocomplete": "off"}),
        error_messages={"required": "Say why: a colleague may look for it."},
        help_text="Such as: advertisement, meant for another clinic. The reason stays on record.",
    )
