"""Which days, and whose decisions: what the reports are asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms

from cases.models import Payer

EARLIEST = date(2015, 1, 1)
LONGEST = timedelta(days=5 * 366)


class SpanForm(forms.Form):
    """First and last day, both included, and one payer or all of them."""

    first = forms.DateField(
        label="From",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": "Choose the first day.",
            "invalid": "This is no day: write it as 2026-01-31.",
        },
    )
    last = forms.DateField(
        label="Through",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": "Choose the last day.",
            "invalid": "This is no day: write it as 2026-01-31.",
        },
    )
    payer: forms.ModelChoiceField[Payer] = forms.ModelChoiceField(
        queryset=Payer._base_manager.none(),
        required=False,
        empty_label="Every payer",
        error_messages={"invalid_choice": "This payer is not on file: choose one of the list."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payer: Any = self.fields["payer"]
        payer.queryset = Payer.objects.order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and first < EARLIEST:
            self.add_error("first", f"Nothing is on file before {EARLIEST.year}: check the year.")
        elif first and last and last < first:
            self.add_error("last", "It lies before the first day: swap them.")
        elif first and last and last - first > LONGEST:
            self.add_error("last", "Five years at most are reported at once.")
        return cleaned
