"""What a happening carries, read without complaint: a fact that makes no sense reads as absent.

Complaints are for `requirements.py`. What was recorded once must always be replayable.
"""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from priorauth.deadlines.facts import Happening, Moment
from priorauth.terms import Outcome, Term

AnyTerm = TypeVar("AnyTerm", bound=Term)


def term(happening: Happening, name: str, kind: type[AnyTerm]) -> AnyTerm | None:
    """The fact of that name as a word of the vocabulary, or None."""
    value = happening.facts.get(name)
    return kind(value) if isinstance(value, str) and value in set(kind) else None


def said_yes(happening: Happening, name: str) -> bool:
    """The fact of that name is there and is True."""
    return happening.facts.get(name) is True


def keys(happening: Happening, name: str) -> tuple[str, ...]:
    """The fact of that name as a tuple of line keys, empty when absent."""
    value = happening.facts.get(name)
    return tuple(str(key) for key in value) if isinstance(value, tuple | list) else ()


def outcomes(happening: Happening) -> dict[str, Outcome]:
    """Outcome per line key, from `outcomes` = ("1=approved", "2=denied")."""
    pairs = (text.rpartition("=") for text in keys(happening, "outcomes"))
    return {line: Outcome(given) for line, _, given in pairs if line and given in set(Outcome)}


def day(happening: Happening, name: str) -> date | None:
    """The fact of that name as a calendar date (of a Moment: its local day), or None."""
    value = happening.facts.get(name)
    if isinstance(value, Moment):
        return value.on
    return value if isinstance(value, date) else None


def moment(happening: Happening, name: str) -> Moment | None:
    """The fact of that name when it is a Moment, or None."""
    value = happening.facts.get(name)
    return value if isinstance(value, Moment) else None
