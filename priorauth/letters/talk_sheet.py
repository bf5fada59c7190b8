"""What a clinician has in hand for a peer-to-peer: one page of facts, questions and room for notes.

It holds what the clinic has on file and nothing else. What is not on file is said to be missing,
so that nobody takes a blank for a fact. It is for the clinician's own desk, not for the payer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MISSING = "not on file"
NOT_KEPT = "not on file: take it from the chart"

FIRST_ASK = (
    "Which criterion is not met, in which policy, of which date?",
    "Reviewer's specialty and license state, for our record?",
)
"""Asked where no reason brings questions of its own."""
ALWAYS_ASK = (
    "What would change the decision?",
    "By when does the decision come in writing, and under which reference?",
)
"""Asked at every talk, whatever the reasons."""
NOTES = (
    "Reviewer's name",
    "Specialty",
    "Date and time",
    "Reference number",
)
OUTCOMES = ("Overturned", "Partly overturned", "Upheld", "No decision yet")

MOST_LIMITS = MOST_POLICIES = 3
MOST_LINES, MOST_POINTS, MOST_QUESTIONS, MOST_ANSWERS, MOST_FACTS = 6, 8, 8, 5, 8
MOST_PAPERS = 3
QUOTED = 280
"""Letters of the payer's own words; the letter itself is on the case."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number to call: whose, the number, its hours and the way through its menu."""

    desk: str
    number: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A date that bears on the talk, and why it is that date."""

    what: str
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the request: what was asked, and what the payer said of it."""

    code: str
    what: str
    asked: str
    said: str
    is_refused: bool


@dataclass(frozen=True, slots=True)
class Demand:
    """What the payer asks for, how it stands in the clinic's own file, and what is said of it."""

    what: str
    standing: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class TalkSheet:
    """All words as they are printed. A pair with "" is printed as not on file.

    `decision` says when and how it was told; without one `is_decided` is False. `quoted` holds the
    payer's own words. `appointment` is "" when none is agreed. `cite` names publications to rest
    on, `against` those that the reviewer may hold against it.
    """

    case_number: str
    clinic: str
    made: str
    subject: str
    identifiers: Sequence[tuple[str, str]]
    appointment: str
    numbers: Sequence[Number]
    limits: Sequence[Limit]
    lines: Sequence[Line]
    is_decided: bool
    decision: str
    reasons: Sequence[str]
    quoted: str
    policy: Sequence[str]
    demands: Sequence[Demand]
    facts: Sequence[tuple[str, str]]
    ask: Sequence[str]
    answers: Sequence[str]
    cite: Sequence[str] = ()
    against: Sequence[str] = ()

    def questions(self) -> list[str]:
        """What to ask: of the reasons first, then what is asked at every talk."""
        own = list(dict.fromkeys(self.ask)) or list(FIRST_ASK)
        return [*own[: MOST_QUESTIONS - len(ALWAYS_ASK)], *ALWAYS_ASK]

    def published(self) -> list[str]:
        """What is published for it and against it, each in one line; [] where nothing is."""
        told = (("To cite", self.cite), ("May be held against it", self.against))
        return [f"{name}: {'; '.join(papers[:MOST_PAPERS])}" for name, papers in told if papers]

    def told_identifiers(self) -> list[tuple[str, str]]:
        """Each number the payer asks for, or that it is not on file."""
        return [(name, words.strip() or MISSING) for name, words in self.identifiers]


def and_more(count: int, most: int) -> list[str]:
    """How many of `count` stand on the case page beside the `most` shown: one line, or none."""
    return [f"and {count - most} more on the case page"] if count > most else []
