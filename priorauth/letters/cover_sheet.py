"""The first page of a fax: who it is from, whom it is for, how many pages follow.

It lies in the open on a machine, so it names no patient, no birthday, no diagnosis, drug or code:
the case number and the member ID are what a payer needs to put the pages together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NOTICE = (
    "Confidential. These pages are meant for the addressee alone and hold health information that "
    "federal and state law protect. If they reached you by mistake, do not read, copy or pass them "
    "on: please call the sender at the number above at once, and destroy every page."
)
TO_BE_FILLED = "__________"


@dataclass(frozen=True, slots=True)
class CoverSheet:
    """All words as they are printed; "" and None leave a blank to be filled in by hand.

    `desk` is whose the fax is at the payer's; `pages` counts this one too. `enclosed` names kinds
    of papers, never their titles.
    """

    payer: str
    payer_fax: str
    clinic: str
    clinic_address: Sequence[str]
    clinic_phone: str
    clinic_fax: str
    case_number: str
    member_id: str
    made: str
    pages: int | None = None
    is_urgent: bool = False
    enclosed: Sequence[str] = ()
    desk: str = "prior authorization"

    def rows(self) -> list[tuple[str, str]]:
        """Name and text of each line of the sheet."""
        rows = [
            ("To", f"{self.payer}, {self.desk}"),
            ("Fax", self.payer_fax),
            ("From", self.clinic),
            ("Phone", self.clinic_phone),
            ("Answer by fax to", self.clinic_fax),
            ("Date", self.made),
            ("Pages with this one", str(self.pages or "")),
            ("Our case number", self.case_number),
            ("Member ID", self.member_id),
        ]
        told = [(name, words or TO_BE_FILLED) for name, words in rows]
        return [*told, ("Enclosed", ", ".join(self.enclosed))] if self.enclosed else told
