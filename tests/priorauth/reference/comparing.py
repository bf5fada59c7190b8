"""The same case put to the reference and to the product's public door, and what differs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from priorauth.deadlines.contract import answer_line
from priorauth.rulebook.rulebook import Rulebook
from tests.priorauth.reference.inventing import Case
from tests.priorauth.reference.law import Law
from tests.priorauth.reference.reading import Refused, read
from tests.priorauth.reference.walking import local


@dataclass(frozen=True, slots=True)
class Difference:
    case: Case
    field: str  # due, chase, legal, or "answer" when only one of the two gave one
    reference: str
    product: str

    def told(self) -> str:
        return f"{self.case.line()}\n    {self.field}: {self.reference} / {self.product}"


def differences(case: Case, law: Law, rulebook: Rulebook) -> list[Difference]:
    """Left the reference's, right the product's; none when they agree."""
    expected = read(law, case.rule, case.start, case.events)
    answer = answer_line({"id": 1, **case.line()}, rulebook)
    if isinstance(expected, Refused):
        if "error" in answer:
            return []
        return [Difference(case, "answer", f"refused: {expected.why}", str(answer["due"]))]
    if "error" in answer:
        return [Difference(case, "answer", str(expected.due), f"refused: {answer['error']}")]
    return [
        Difference(case, name, _written(instant, case), str(answer[name]))
        for name in ("due", "chase", "legal")
        if (instant := getattr(expected, name)) != _instant(answer[name])
    ]


def _written(instant: datetime | None, case: Case) -> str:
    return local(instant, case.start.zone).isoformat() if instant else "None"


def _instant(written: Any) -> datetime | None:
    if written is None:
        return None
    return datetime.fromisoformat(re.sub(r"\[.*\]$", "", written)).astimezone(UTC)
