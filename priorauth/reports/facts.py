"""What the reports may know of a case: no patient, only what was asked, decided and done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from priorauth.terms import AppealOutcome, Outcome, Term


class Stage(Term):
    """Where a denial was contested."""

    PEER_TO_PEER = "peer_to_peer", "Peer-to-peer"
    FIRST_APPEAL = "first_appeal", "First internal appeal"
    SECOND_APPEAL = "second_appeal", "Second internal appeal"
    EXTERNAL_REVIEW = "external_review", "External review"


@dataclass(frozen=True, slots=True)
class Contest:
    """A denial contested at one stage; `outcome` None while it is open."""

    stage: Stage
    outcome: AppealOutcome | None


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """One line: units asked, what the first decision gave, and what is approved by now.

    `unit_cents` is what the clinic expects to be paid a unit, None where it has said nothing.
    `contests` are those about this line, each with the outcome it had for this line.
    """

    code: str
    asked: int
    first_outcome: Outcome
    first_approved: int
    approved_now: int
    used: int = 0
    unit_cents: int | None = None
    contests: tuple[Contest, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether the first decision refused or cut it."""
        return self.first_outcome in REFUSING

    @property
    def is_contested(self) -> bool:
        """Whether its refusal was contested and at least one contest has ended."""
        return self.is_refused and any(one.outcome in JUDGED for one in self.contests)

    @property
    def is_overturned(self) -> bool:
        """Whether a contest of it ended for us, wholly or in part."""
        return any(one.outcome in WON for one in self.contests)


@dataclass(frozen=True, slots=True)
class DecidedCase:
    """A case whose first decision fell into the span that is reported.

    `days` counts calendar days from the payer's receipt (else from our sending) to that decision;
    None when one of the two days is not known. `had_limit`: a legal limit was on file for it;
    `was_late`: it passed without an answer. `is_live`: the case is open, so a denial on it can
    still be turned. `undecided`: the codes of lines that the first decision left open. `calls`
    and `call_minutes` count every insurer call of the case; `hold_minutes` are part of
    `call_minutes`.
    """

    number: str
    payer: str
    decided_on: date
    days: int | None
    had_limit: bool
    was_late: bool
    is_live: bool
    lines: tuple[DecidedLine, ...]
    undecided: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    contests: tuple[Contest, ...] = ()
    calls: int = 0
    call_minutes: int = 0
    hold_minutes: int = 0

    @property
    def is_denied(self) -> bool:
        """Whether the first decision refused at least one line, or part of one."""
        return any(line.is_refused for line in self.lines)

    @property
    def is_refused_whole(self) -> bool:
        """Whether the first decision gave nothing at all."""
        return bool(self.lines) and all(line.first_approved == 0 for line in self.lines)

    @property
    def is_contested(self) -> bool:
        """Whether a denial of it was contested and at least one contest has ended."""
        return self.is_denied and any(one.outcome in JUDGED for one in self.contests)

    @property
    def is_overturned(self) -> bool:
        """Whether a contest ended for us, wholly or in part."""
        return any(one.outcome in WON for one in self.contests)


REFUSING = frozenset({Outcome.DENIED, Outcome.PARTLY_APPROVED, Outcome.MODIFIED, Outcome.DISMISSED})
WON = frozenset({AppealOutcome.OVERTURNED, AppealOutcome.PARTLY_OVERTURNED})
JUDGED = WON | {AppealOutcome.UPHELD}


@dataclass(frozen=True, slots=True)
class EndedAuthorization:
    """An authorization that has ended, or ends soon, and what was left of it."""

    number: str
    payer: str
    ends_on: date
    code: str
    approved: int
    used: int
    unit_cents: int | None = None


@dataclass(frozen=True, slots=True)
class MissedLimit:
    """One limit of a payer that passed; `days_late` so far while it is unanswered.

    `limit_on` is the payer's day where the limit closes a day there, else the clinic's.
    """

    number: str
    payer: str
    what: str
    limit_on: date
    days_late: int
    is_answered: bool
    citation: str
    is_believed: bool
