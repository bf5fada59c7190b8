"""Small questions that a form asks while it is filled in.

Asked by POST: an address never holds what was typed. Answers are for signed-in staff of the
current clinic only.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from cases.forms.diagnosis_rows import checked
from cases.forms.found_cases import find_cases, label_of
from cases.queries.code_sets import icd10_sets
from cases.queries.finding_patients import find_patients
from priorauth.codes import denial_reasons, diagnoses
from priorauth.errors import InvalidCode

LONGEST = 4000
CODES_SHOWN = 12


@require_POST
def patients(request: HttpRequest) -> JsonResponse:
    """Patients and their coverages for what is being typed: {"found": [{"key", "label"}]}."""
    found = find_patients(request.POST.get("text", "")[:100])
    return _answer({"found": [{"key": each.key, "label": each.label} for each in found]})


@require_POST
def cases(request: HttpRequest) -> JsonResponse:
    """Cases for what is being typed: {"found": [{"key": number, "label"}]}."""
    found = find_cases(request.POST.get("text", ""))
    return _answer({"found": [{"key": hit.number, "label": label_of(hit)} for hit in found]})


@require_POST
def diagnosis_codes(request: HttpRequest) -> JsonResponse:
    """Diagnoses for a code or words: {"codes": [...], "said": sentence, "is_right": bool}."""
    text = request.POST.get("text", "")[:100].strip()
    on = _day(request.POST.get("on", ""))
    codes = [
        {"code": each.code, "title": each.title, "hint": _hint(each.code)}
        for each in icd10_sets().search(text, CODES_SHOWN, on=on)
    ]
    said, is_right = _said(text, on) if text else ("", True)
    return _answer({"codes": codes, "said": said, "is_right": is_right})


@require_POST
def reasons(request: HttpRequest) -> JsonResponse:
    """Denial reasons that the payer's words suggest: {"reasons": [ids]}."""
    return _answer({"reasons": denial_reasons.suggest(request.POST.get("words", "")[:LONGEST])})


def _said(text: str, on: date) -> tuple[str, bool]:
    """What is known of the text as a code; words are no mistake while they are typed."""
    if not any(letter.isdigit() for letter in text):
        return "", True
    try:
        code = checked(text, on)
    except InvalidCode as error:
        return str(error), False
    found = icd10_sets().look_up(code, on, accept_unknown=True)
    parts = [f"{found.code} {found.title}".strip(), _hint(found.code), found.warning]
    return ". ".join(part for part in parts if part), True


def _hint(code: str) -> str:
    hint = diagnoses.hint(code)
    return hint.fit.label if hint else ""


def _day(text: str) -> date:
    from django.utils import timezone

    try:
        return date.fromisoformat(text)
    except ValueError:
        return timezone.localdate()


def _answer(content: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(content)
    response.headers["Cache-Control"] = "no-store, private"
    return response
