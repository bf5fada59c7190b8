"""The clinic's own texts beside a step, filled from the case and ready to copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cases.desk.side_panel import Identifier
from cases.models import OwnText, PriorAuthRequest
from cases.models.own_texts import TextUse
from cases.queries.refusals import last_decision
from priorauth.calendars.wording import say_day
from priorauth.placeholders import fill
from priorauth.terms import EventKind

MOST = 8
"""Texts offered beside one step."""

_USES = {EventKind.CALL_LOGGED: TextUse.CALL, EventKind.REASSIGNED: TextUse.MAIL}
_LABELS = {
    "clinic": "Clinic",
    "clinic_phone": "Call-back number",
    "clinic_fax": "Clinic fax",
    "patient": "Patient",
    "born": "Date of birth",
    "member_id": "Member ID",
    "group_number": "Group number",
    "codes": "Codes",
    "diagnoses": "Diagnoses",
    "clinician": "Requesting clinician",
    "confirmation": "Confirmation",
    "authorization": "Authorization",
}
"""Where each open name stands among the numbers that the page shows anyway."""


@dataclass(frozen=True, slots=True)
class Filled:
    """One text, ready to copy."""

    name: str
    text: str
    key: int = 0


def texts_beside(
    request: PriorAuthRequest,
    kind: EventKind,
    known: list[Identifier],
    today: date,
    *,
    is_refused: bool,
) -> list[Filled]:
    """What is offered beside a step of that kind; `known` is what the side panel shows.

    Answers to a refusal come with every other step while one stands, those for its reasons first.
    """
    use = _USES.get(kind, TextUse.DENIAL)
    if use is TextUse.DENIAL and not is_refused:
        return []
    rows = list(OwnText.objects.filter(use=use, is_active=True).order_by("name"))
    if rows and use is TextUse.DENIAL:
        reasons = _reasons(request)
        rows = [row for row in rows if not row.reason or row.reason in reasons]
        rows.sort(key=lambda row: not row.reason)
    values = _values(request, known, today)
    return [Filled(row.name, fill(row.text, values), row.pk) for row in rows[:MOST]]


def _reasons(request: PriorAuthRequest) -> list[str]:
    last = last_decision(request)
    return list(last.reasons or ()) if last else []


def _values(request: PriorAuthRequest, known: list[Identifier], today: date) -> Mapping[str, str]:
    shown = {each.label: each.value for each in known}
    plan = request.coverage.plan
    return {
        **{name: shown.get(label, "") for name, label in _LABELS.items()},
        "case_number": request.number,
        "payer": plan.payer.name,
        "plan": plan.name,
        "today": say_day(today),
    }
