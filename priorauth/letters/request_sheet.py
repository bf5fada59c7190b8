"""The page of a fax that says what is asked: everything a payer's own form would ask for.

It goes behind the cover sheet and before the papers, so here, and not on the cover, stand the
patient, the codes and the diagnoses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BLANK = "_" * 18
"""What is not on file: a line to be filled in by hand."""
TITLE = "Prior authorization request"
URGENT = "URGENT: expedited review is asked for"
STANDARD = "Standard review is asked for"

Rows = Sequence[tuple[str, str]]
"""Name and text of each line of a block; a text of "" is not on file."""


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One code as it is asked for, in our own words; "" is not on file.

    `is_drug` lines have room for drug and NDC even when neither is on file.
    """

    code: str
    what: str
    per_session: str
    sessions: str
    total: str
    place: str
    modifiers: str = ""
    is_drug: bool = False
    drug: str = ""
    ndc: str = ""

    def told(self) -> list[str]:
        """What stands beside the code, a line each, blanks included."""
        told = [self.what] if self.what else []
        if self.is_drug or self.drug:
            told.append(f"Drug, dose, route: {self.drug or BLANK}")
        if self.is_drug or self.ndc:
            told.append(f"NDC: {self.ndc or BLANK}")
        return told or [BLANK]


@dataclass(frozen=True, slots=True)
class RequestSheet:
    """All words as they are printed. Dates are MM/DD/YYYY, as payers' forms have them.

    `stands_for` is the name of the payer's own form when it is on file; `about` names the patient
    at the foot of every page, should the pages come apart.
    """

    case_number: str
    made: str
    about: str
    clinic: Rows
    clinicians: Rows
    patient: Rows
    coverage: Rows
    dates: Rows
    course: Rows
    lines: Sequence[AskedLine]
    diagnoses: Rows
    questions: Rows
    talk: Rows
    is_urgent: bool = False
    urgency_reason: str = ""
    stands_for: str = ""

    def urgency(self) -> list[str]:
        """What is asked of the reviewer's speed, and why it may not wait."""
        if not self.is_urgent:
            return [STANDARD]
        return [URGENT, f"The clinician's reason: {self.urgency_reason.strip() or BLANK}"]
