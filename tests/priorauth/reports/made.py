"""Cases for the reports, with everything that does not matter left out."""

from __future__ import annotations

from datetime import date
from typing import Any

from priorauth.reports.facts import Contest, DecidedCase, DecidedLine, Stage
from priorauth.terms import AppealOutcome, Outcome


def a_line(code: str = "96365", first: Outcome = Outcome.APPROVED, **given: Any) -> DecidedLine:
    asked = given.pop("asked", 6)
    first_approved = given.pop("first_approved", asked if first == Outcome.APPROVED else 0)
    approved_now = given.pop("approved_now", first_approved)
    return DecidedLine(code, asked, first, first_approved, approved_now, **given)


def a_case(payer: str = "Plain Health", **given: Any) -> DecidedCase:
    values: dict[str, Any] = {
        "number": "PA-AAAA1111",
        "decided_on": date(2026, 3, 10),
        "days": 7,
        "had_limit": True,
        "was_late": False,
        "is_live": True,
        "lines": (a_line(),),
        **given,
    }
    return DecidedCase(payer=payer, **values)


def a_denial(payer: str = "Plain Health", **given: Any) -> DecidedCase:
    given.setdefault("lines", (a_line(first=Outcome.DENIED),))
    return a_case(payer, **given)


def appealed(outcome: AppealOutcome | None, stage: Stage = Stage.FIRST_APPEAL) -> Contest:
    return Contest(stage, outcome)
