"""What a representative answered to one question of the call script, before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from cases.models.contacts import SaidWhat
from priorauth.calls.script import question


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of the script (its id) and the representative's answer.

    `choice` is which of the question's choices was told, `amounts` are dollars by the keys it asks.
    """

    question: str
    answer: SaidWhat
    words: str = ""
    choice: str = ""
    amounts: Mapping[str, Decimal] = field(default_factory=dict)

    def said_in_words(self) -> str:
        """The words to keep, what was told in dollars before them."""
        asked = question(self.question)
        told = [
            f"{label.partition(',')[0].lower()} ${self.amounts[key]:,.2f}"
            for key, label in (asked.amounts if asked else ())
            if key in self.amounts
        ]
        return "; ".join(part for part in (", ".join(told), self.words) if part)
