"""A fact that is missing on a case: what it is called, and which steps record it.

The rule that asks for the fact says which it is; where it can be the date of any event, or of any
clock, the rule's name ends with that event's or clock's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from priorauth.terms import ClockKind, EventKind

DATE, NO_RULE = "desk-missing-date", "desk-no-rule"

NAMES: Mapping[str, str] = {
    DATE: "Find the date that is not known",
    NO_RULE: "Find the limit that no rule on file gives",
    "desk-missing-notice": "Get the letter and enter its dates",
    "desk-missing-number": "Get the authorization number",
    "desk-missing-end": "Get the last covered day",
    "desk-missing-approval": "Get the approval that was won",
    "desk-benefits-plan": "Check benefits again: the plan is another one",
    "desk-benefits-year": "Check benefits again: a new year",
    "desk-infusion-not-recorded": "Record what became of the infusion",
    "desk-no-filing-limit": "Ask the payer for its filing limit",
    "desk-look-again": "Look again at the payer's status",
}
"""What is to be found out, by the rule that asks for it."""

_WHEN: Mapping[EventKind, str] = {
    EventKind.SUBMITTED: "when the request was sent",
    EventKind.RECEIVED_BY_PAYER: "when the payer received the request",
    EventKind.REJECTED_BY_PAYER: "when the payer sent the request back",
    EventKind.INFORMATION_REQUESTED: "when the payer asked for information",
    EventKind.INFORMATION_SENT: "when the information was sent",
    EventKind.PACKET_COMPLETE: "when the payer had all information",
    EventKind.EXTENSION_NOTICED: "when the payer told of its extension",
    EventKind.DETERMINED: "the day of the payer's decision",
    EventKind.PEER_TO_PEER_REQUESTED: "when the peer-to-peer was asked for",
    EventKind.PEER_TO_PEER_HELD: "when the peer-to-peer was held",
    EventKind.APPEAL_FILED: "when the appeal was filed",
    EventKind.APPEAL_RECEIVED: "when the payer received the appeal",
    EventKind.APPEAL_DECIDED: "the day of the decision on the appeal",
    EventKind.EXTERNAL_REVIEW_FILED: "when the external review was filed",
    EventKind.EXTERNAL_REVIEW_ASSIGNED: "when the external reviewer got the case",
    EventKind.EXTERNAL_REVIEW_DECIDED: "the day of the external decision",
}
"""What to find out of an event whose date is not known; others are named by their label."""


@lru_cache(maxsize=256)
def named(rule: str) -> str:
    """What the fact is called that this rule asks for; "" for a rule that asks for none."""
    if ending := _ending(rule, DATE):
        kind = EventKind(ending)
        return f"Find out {_WHEN.get(kind) or f'the date: {_small(kind.label)}'}"
    if ending := _ending(rule, NO_RULE):
        return f"Find the limit: {_small(ClockKind(ending).label)}"
    return NAMES.get(rule, "")


def _ending(rule: str, begins: str) -> str:
    return rule.removeprefix(f"{begins}-") if rule.startswith(f"{begins}-") else ""


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


@dataclass(frozen=True, slots=True)
class Way:
    """A step by which a fact comes on file: what its link says, its event, and what it is of.

    `of` is the sort of subject (cases/desk/subjects.py); "" where the step itself finds it.
    """

    words: str
    kind: EventKind
    of: str = ""


_SUPPLIED = EventKind.MISSING_FACT_SUPPLIED
_WAYS: Mapping[str, tuple[Way, ...]] = {
    DATE: (Way("Enter the date", _SUPPLIED, "date"),),
    NO_RULE: (
        Way("Set the date", EventKind.DATE_SET_BY_HAND),
        Way("Correct the plan", EventKind.PLAN_FACTS_CHANGED),
        Way("Take it off", _SUPPLIED, "tick"),
    ),
    "desk-missing-notice": (Way("Enter its dates", _SUPPLIED, "notice"),),
    "desk-missing-number": (Way("Enter the number", EventKind.AUTHORIZATION_ENTERED),),
    "desk-missing-end": (Way("Enter the day", EventKind.AUTHORIZATION_ENTERED),),
    "desk-missing-approval": (Way("Record the decision", EventKind.DETERMINED),),
    "desk-infusion-not-recorded": (Way("Record infusion", EventKind.INFUSION_RECORDED),),
    "desk-no-filing-limit": (Way("Mark billed", EventKind.INFUSIONS_BILLED),),
    "desk-by-hand": (Way("Take it off", _SUPPLIED, "tick"),),
}


@lru_cache(maxsize=256)
def ways(rule: str) -> Sequence[Way]:
    """The steps that bring the fact on file which this rule asks for, the most natural first."""
    return _WAYS.get(next((each for each in (DATE, NO_RULE) if _ending(rule, each)), rule), ())
