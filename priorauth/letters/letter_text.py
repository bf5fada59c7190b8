"""All words of an appeal letter as they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from priorauth.calendars.wording import say_count
from priorauth.letters.appeal_facts import AppealFacts, Enclosure, say_date
from priorauth.letters.assembling import Letter


@dataclass(frozen=True, slots=True)
class LetterText:
    """All words as they are printed. `parts` are pairs of a heading ("" for none) and a text.

    `signature` is empty on a draft, which says so on every page.
    """

    clinic: str
    clinic_lines: Sequence[str]
    made: str
    addressee: Sequence[str]
    sent_by: str
    rows: Sequence[tuple[str, str]]
    parts: Sequence[tuple[str, str]]
    signature: Sequence[str]
    enclosures: Sequence[str]
    case_number: str


def letter_text(letter: Letter, signature: Sequence[str] = ()) -> LetterText:
    """The letter with this signature; without one it is a draft."""
    facts = letter.facts
    contact = [
        f"{name} {fact.says}"
        for name, fact in (
            ("Phone", facts.clinic_phone),
            ("Fax", facts.clinic_fax),
            ("NPI", facts.clinic_npi),
        )
        if fact is not None
    ]
    place = ", ".join(fact.says for fact in facts.clinic_address)
    return LetterText(
        clinic=facts.clinic.says,
        clinic_lines=[line for line in (place, " · ".join(contact)) if line],
        made=say_date(facts.made_on),
        addressee=_addressee(facts),
        sent_by=f"By fax: {facts.appeals_fax.says}" if facts.appeals_fax else "",
        rows=[(row.name, row.text) for row in letter.draft.rows],
        parts=[(each.heading, each.text) for each in letter.printed],
        signature=list(signature),
        enclosures=[_say(each) for each in facts.enclosed],
        case_number=facts.case_number.says,
    )


def _addressee(facts: AppealFacts) -> list[str]:
    lines = facts.appeals_address.says.splitlines() if facts.appeals_address else []
    payer = facts.payer.says
    named = any(payer.casefold() in line.casefold() for line in lines)
    return lines if named else [f"{payer}, Appeals", *lines]


def _say(each: Enclosure) -> str:
    return (
        f"{each.paper.says} ({say_count(each.pages, 'pages')})" if each.pages else each.paper.says
    )
