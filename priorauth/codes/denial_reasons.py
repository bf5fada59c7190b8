"""Denial reasons: what each means for the clinic, and which of them a payer's words suggest.

The data is in `data/denial_reasons.toml`. A suggestion only fills a form in advance:
a person confirms it.

>>> suggest("Not medically necessary")
['not_medically_necessary']
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from priorauth.codes import tables
from priorauth.terms import Term


class DenialKind(Term):
    """On what ground a payer refused."""

    CLINICAL = "clinical", "Clinical: decided on the merits"
    COVERAGE = "coverage", "Coverage: the plan's contract"
    ADMINISTRATIVE = "administrative", "Administrative: fix and resend"
    ELIGIBILITY = "eligibility", "Eligibility of the member"


class DenialAction(Term):
    """What to do first."""

    APPEAL = "appeal", "Appeal"
    CORRECT_AND_RESUBMIT = "correct_and_resubmit", "Correct and send again"
    RESUBMIT_WITH_RECORDS = "resubmit_with_records", "Send again with the records"
    EXCEPTION_REQUEST = "exception_request", "Ask for an exception"
    VERIFY_THEN_DECIDE = "verify_then_decide", "Verify first, then decide"
    REBILL = "rebill", "Bill the right payer"


@dataclass(frozen=True, slots=True)
class DenialReason:
    """`ask_first`: questions to the payer before anything is written; `arguments`: what to
    answer; `attach`: what to send with it; `carc`: claim adjustment codes often seen with it."""

    id: str
    label: str
    kind: DenialKind
    action: DenialAction
    phrases: tuple[str, ...]
    allows_peer_to_peer: bool
    allows_external_review: bool
    ask_first: tuple[str, ...]
    arguments: tuple[str, ...]
    attach: tuple[str, ...]
    carc: tuple[str, ...]


@cache
def reasons() -> dict[str, DenialReason]:
    """All reasons by id, in the order of the file. Treat as read-only: it is shared."""
    return {
        row["id"]: DenialReason(
            id=row["id"],
            label=row["label"],
            kind=DenialKind(row["kind"]),
            action=DenialAction(row["action"]),
            allows_peer_to_peer=row["allows_peer_to_peer"],
            allows_external_review=row["allows_external_review"],
            phrases=tuple(row["phrases"]),
            ask_first=tuple(row["ask_first"]),
            arguments=tuple(row["arguments"]),
            attach=tuple(row["attach"]),
            carc=tuple(row["carc"]),
        )
        for row in tables.rows("denial_reasons", "reason")
    }


def choices() -> list[tuple[str, str]]:
    """Pairs (id, label), as a form's choices."""
    return [(reason.id, reason.label) for reason in reasons().values()]


def suggest(text: str) -> list[str]:
    """Ids of the reasons whose phrases stand in the payer's words, in the order of the file.

    Whole words, any case; a hyphen, a line break and several spaces count as one space. Letters
    put words between ("records were not received"): up to two of them may stand inside a phrase,
    within one sentence. Empty when nothing matches: then a person chooses.
    """
    sentences = [_plain(each) for each in _SENTENCE_ENDS.split(text)]
    return [
        reason
        for reason, pattern in _patterns().items()
        if any(pattern.search(sentence) for sentence in sentences)
    ]


_SENTENCE_ENDS = re.compile(r"[.;!?](?=\s|$)")
_BETWEEN = r" (?:[a-z0-9]+ ){0,2}"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """For each reason with phrases, what finds any of them."""
    return {
        reason.id: re.compile("|".join(_pattern(phrase) for phrase in reason.phrases))
        for reason in reasons().values()
        if reason.phrases
    }


def _pattern(phrase: str) -> str:
    return f" {_BETWEEN.join(_plain(phrase).split())} "


def _plain(text: str) -> str:
    return f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "
