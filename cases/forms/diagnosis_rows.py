"""Diagnoses as they are typed, in order of rank, with what is known of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cases.forms.explained_above import ExplainedAbove
from cases.queries.code_sets import icd10_sets
from priorauth.codes import diagnoses, icd10cm
from priorauth.codes.diagnoses import Fit
from priorauth.errors import InvalidCode

DIAGNOSES_SHOWN, DIAGNOSES_MAX = 3, 12


class DiagnosisInput(forms.TextInput):
    """A code box with its list of codes and a line that says what is known of the code."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        id_ = (attrs or {}).get("id", name)
        attrs = {**(attrs or {}), "list": f"{id_}_list", "data-diagnosis": "1"}
        box = super().render(name, value, attrs, renderer)
        return render_to_string("desk/forms/diagnosis.html", {"box": box, "id": id_})


def diagnosis_field(number: int) -> forms.CharField:
    """The box of one rank."""
    field = forms.CharField(
        label="Primary diagnosis" if number == 1 else f"Diagnosis {number}",
        max_length=120,
        required=False,
        widget=DiagnosisInput(attrs={"autocomplete": "off"}),
        help_text="Code such as F33.2, or words of the title." if number == 1 else "",
    )
    if number > 1:
        field.bound_field_class = ExplainedAbove
    return field


def read_diagnoses(form: forms.Form, on: date) -> list[str]:
    """Codes in rank order; what cannot be right becomes an error on its box.

    `on` is the date of service. A title typed in place of a code is answered with its codes.
    """
    codes: list[str] = []
    for number in range(1, DIAGNOSES_MAX + 1):
        name = f"dx_{number}"
        text = (form.cleaned_data.get(name) or "").strip()
        if not text:
            continue
        try:
            code = checked(text, on)
        except InvalidCode as error:
            form.add_error(name, str(error))
            continue
        if code in codes:
            form.add_error(name, f"{code} is entered twice: take one out.")
        codes.append(code)
    if not codes and not any(name.startswith("dx_") for name in form.errors):
        form.add_error("dx_1", "Enter at least one diagnosis, such as F33.2.")
    for one, other in icd10cm.excluded_pairs(codes):
        form.add_error(
            f"dx_{codes.index(other) + 1}",
            f"{one} and {other} exclude each other (Excludes1): a claim with both is rejected. "
            "Keep the one that the chart supports.",
        )
    return codes


def checked(text: str, on: date) -> str:
    """The dotted billable code; raises InvalidCode, with codes to choose from for words."""
    sets = icd10_sets()
    try:
        found = sets.look_up(text, on, accept_unknown=True)
    except InvalidCode:
        near = sets.search(text, 5, on=on)
        if not near or any(letter.isdigit() for letter in text):
            raise
        named = "; ".join(f"{each.code} {each.title}" for each in near)
        raise InvalidCode(text, f"Enter the code. These fit your words: {named}.") from None
    if found.is_billable is False:
        raise InvalidCode(text, sets.needs_more(found.code, on))
    return found.code


def remarks(codes: Sequence[str], on: date) -> list[str]:
    """Hints about diagnoses that make a weak request, and codes that no set on file covers."""
    said = []
    for code in codes:
        hint = diagnoses.hint(code)
        if hint and hint.fit in (Fit.WEAK, Fit.CONTRA):
            said.append(f"{code} ({hint.label}): {hint.fit.label[:1].lower()}{hint.fit.label[1:]}.")
        warning = icd10_sets().look_up(code, on, accept_unknown=True).warning
        if warning:
            said.append(f"{code}: {warning}")
    return list(dict.fromkeys(said))
