"""What a letter proposes for the fields of a form. Each is taken by a person, none by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from cases.forms.moments import DayField
from cases.models import Document
from cases.models.contacts import DocumentKind
from cases.models.determinations import ToldBy
from priorauth.calendars.wording import say_day
from priorauth.papers.found import Found, Sought
from priorauth.terms import AppealOutcome, Outcome

FIELDS: Mapping[str, tuple[Sought, ...]] = {
    "notice_dated": (Sought.PRINTED,),
    "notice_received": (Sought.RECEIVED,),
    "sent": (Sought.PRINTED,),
    "appeal_by": (Sought.APPEAL_BY,),
    "answer_by": (Sought.ANSWER_BY,),
    "peer_to_peer_by": (Sought.PEER_TO_PEER_BY,),
    "reference": (Sought.REFERENCE,),
    "authorization_number": (Sought.AUTHORIZATION, Sought.REFERENCE),
    "effective_from": (Sought.COVERED_FROM,),
    "effective_through": (Sought.COVERED_THROUGH,),
    "reasons_verbatim": (Sought.REASON,),
    "decision_summary": (Sought.REASON,),
}
"""Where one name means the same in every form; a form's own `from_letter` comes before it."""

_OUTCOMES = {
    DocumentKind.DENIAL_LETTER: (Outcome.DENIED, AppealOutcome.UPHELD),
    DocumentKind.APPROVAL_LETTER: (Outcome.APPROVED, AppealOutcome.OVERTURNED),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A button beneath a field: what it fills in, what it says, and the words it rests on."""

    value: str
    says: str
    snippet: str


def propose(
    form: forms.Form, fields: Mapping[str, tuple[Sought, ...]], found: Iterable[Found]
) -> None:
    """Put the proposals of a letter beneath the fields they would fill."""
    found = list(found)
    for name, wanted in fields.items():
        field: Any = form.fields.get(name)
        if field is not None:
            field.proposals = [
                _proposal(each, isinstance(field, DayField))
                for sought in wanted
                for each in found
                if each.sought is sought
            ]


def _proposal(found: Found, is_day: bool) -> Proposal:
    if is_day:
        return Proposal(found.value, say_day(date.fromisoformat(found.value)), found.snippet)
    if found.sought is Sought.REASON:
        return Proposal(found.value, "Take this sentence", found.value)
    return Proposal(found.value, found.value, found.snippet)


def confirmed(form: forms.Form, letter: Document) -> dict[str, Any]:
    """What a person said of the letter when filing it, as first values of a step's form."""
    first: dict[str, Any] = {
        "notice_dated": letter.printed_on,
        "sent": letter.printed_on,
        "told_by": ToldBy.LETTER,
    }
    first = {name: value for name, value in first.items() if value}
    # Empty rather than today where filing left it out: a clock may start there.
    first["notice_received"] = letter.received_on
    when = getattr(form, "from_letter", {}).get("when", ())
    if Sought.RECEIVED in when:
        first["when"] = letter.received_on
    outcome: Any = form.fields.get("outcome")
    offered = {key for key, _ in getattr(outcome, "choices", ())}
    for each in _OUTCOMES.get(DocumentKind(letter.kind), ()):
        if each in offered:
            first["outcome"] = each
    if Sought.DECIDED in when:
        first["when"] = None  # not today: what the letter says is taken by a person
    return first
