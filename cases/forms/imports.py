"""Choosing a sheet, saying what its columns hold, and whose cases its rows become."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from cases.forms.choices import RowField, colleagues
from cases.forms.layout import dress
from cases.models import ImportFile
from cases.workflow.sheets import MOST_BYTES
from priorauth.spreadsheet.columns import IGNORE, map_columns, normalised
from priorauth.spreadsheet.fields import FIELDS, REQUIRED, SEVERAL

MEGABYTES = MOST_BYTES // 1024 // 1024
_NEEDED = [(field.id, field.label) for field in REQUIRED] + [
    (name, FIELDS[name].label) for name in ("last", "first")
]
_OTHERS = [(key, field.label) for key, field in FIELDS.items() if key not in dict(_NEEDED)]


class ChooseSheetForm(forms.Form):
    """The file itself; what is in it is looked at later."""

    file = forms.FileField(
        label="Spreadsheet",
        max_length=200,
        error_messages={
            "required": "Choose a file first.",
            "empty": "This file is empty. Choose the one that holds your rows.",
            "max_length": "The file's name is too long: give it a shorter one.",
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        help_text=f"CSV, TSV or Excel (.xlsx), up to {MEGABYTES} MB. Nothing is imported yet: "
        "first you see what would become of each row.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **options})
        dress(self)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                f"The file has {file.size / 1024 / 1024:,.0f} MB; up to {MEGABYTES} MB are taken. "
                "Take out pictures and other sheets, save it as CSV, or split it."
            )
        return file


class SheetForm(forms.Form):
    """One choice a column, and the person who gets the cases."""

    assigned_to = RowField(
        required=False,
        label="Assign the cases to",
        empty_label="Nobody yet",
        error_messages={"invalid_choice": "Choose somebody who works in this clinic."},
    )

    def __init__(self, *args: Any, sheet: ImportFile, **options: Any) -> None:
        self.sheet = sheet
        super().__init__(*args, **{"label_suffix": "", **options})
        self.fields["assigned_to"].queryset = colleagues()  # type: ignore[attr-defined]
        self.initial.setdefault("assigned_to", sheet.assigned_to_id)
        # What each heading means by itself: only what a person says otherwise is kept.
        self.by_itself = _meanings(sheet.report["header"], {})
        now = _meanings(sheet.report["header"], sheet.mapping)
        self.columns: list[tuple[str, str]] = []
        for place, heading in _headings(sheet.report["header"]):
            name = f"column-{place}"
            self.columns.append((name, heading))
            self.fields[name] = forms.ChoiceField(
                label=f"Column {heading}",
                required=False,
                choices=_choices(is_known=bool(self.by_itself[place])),
                initial=now[place],
            )
        dress(self)

    def clean(self) -> dict[str, Any]:
        """No two columns may hold the same one thing."""
        cleaned = super().clean() or self.cleaned_data
        holder: dict[str, str] = {}
        for name, heading in self.columns:
            field = cleaned.get(name) or ""
            if field in SEVERAL or field not in FIELDS:
                continue
            if field in holder:
                self.add_error(
                    name,
                    f"“{holder[field]}” is said to hold {FIELDS[field].label.lower()} too: "
                    "choose one of the two and leave the other out.",
                )
            holder.setdefault(field, heading)
        return cleaned

    def mapping(self) -> dict[str, str]:
        """Heading to field, or to "ignore", where a person says other than the heading itself."""
        said: dict[str, str] = {}
        for name, heading in self.columns:
            place = int(name.rpartition("-")[2])
            wanted = self.cleaned_data.get(name) or ""
            if wanted != self.by_itself[place]:
                said[heading] = wanted or IGNORE
        return said


def _headings(header: list[str]) -> Iterator[tuple[int, str]]:
    """The headings that can be told apart, each with the place of its first column."""
    seen = {""}
    for place, heading in enumerate(header):
        if normalised(heading) not in seen:
            seen.add(normalised(heading))
            yield place, heading.strip()


def _meanings(header: list[str], mapping: dict[str, str]) -> list[str]:
    """The field of each column, "ignore", or "" when it is not known."""
    meanings = [""] * len(header)
    for field, places in map_columns(header, mapping).places.items():
        for place in places:
            meanings[place] = field
    ignored = {normalised(heading) for heading, field in mapping.items() if field == IGNORE}
    return [
        IGNORE if normalised(heading) in ignored else meaning
        for heading, meaning in zip(header, meanings, strict=True)
    ]


def _choices(*, is_known: bool) -> list[Any]:
    nothing = [] if is_known else [("", "Not recognised – choose")]
    return [*nothing, (IGNORE, "Leave this column out"), ("Needed", _NEEDED), ("Useful", _OTHERS)]
