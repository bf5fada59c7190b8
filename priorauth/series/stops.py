"""What is wrong with an infusion that no approval covers, and what to do about it.

A soft stop: a person may go on with a reason, which is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from priorauth.calendars.wording import say_day
from priorauth.series.forecast import SESSIONS, Approved
from priorauth.terms import Term


class StopKind(Term):
    """On what ground an infusion is not covered."""

    NO_APPROVAL = "no_approval", "No approval"
    TOO_EARLY = "too_early", "Before the approval begins"
    TOO_LATE = "too_late", "After the approval has ended"
    NOT_ASKED = "not_asked", "Not asked for"
    UNITS_GONE = "units_gone", "Units used up"


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing that is wrong: `says` what, `do` what helps."""

    kind: StopKind
    says: str
    do: str


_MORE = "Start the renewal, or ask the payer for more, before the infusion."


def in_words(found: Sequence[Stop]) -> str:
    """All that is wrong, then each thing that helps once."""
    said = [each.says for each in found]
    helps = dict.fromkeys(each.do for each in found)
    return " ".join([*said, *helps])


def stops(
    on: date,
    units: Mapping[str, int],
    approved: Approved | None,
    used: Mapping[str, int],
    codes: Mapping[str, str],
    not_asked: Mapping[str, int] | None = None,
) -> Sequence[Stop]:
    """All that stands against giving `units` (by line key) on `on`; empty when it is covered.

    `approved` is None when nothing is approved. `used` is what other sessions have taken before
    this one, by line key, sessions under `SESSIONS`; `codes` names the lines. `not_asked` are codes
    that the minutes make and that no line asks for.
    """
    if approved is None:
        return [
            Stop(
                StopKind.NO_APPROVAL,
                "No approval is on file for this infusion.",
                "Ask the payer where the request stands, move the infusion, or agree with the "
                "patient in writing who pays.",
            )
        ]
    found = [*_outside(on, approved)]
    for key, wanted in units.items():
        code = codes.get(key, key)
        if key not in approved.units:
            found.append(
                Stop(
                    StopKind.NO_APPROVAL,
                    f"{code} is not approved.",
                    "Use the approved lines only, or wait for the appeal or the renewal.",
                )
            )
            continue
        limit = approved.units[key]
        if limit is not None and used.get(key, 0) + wanted > limit:
            found.append(_gone(code, limit, used.get(key, 0), wanted))
    if approved.sessions is not None and used.get(SESSIONS, 0) >= approved.sessions:
        found.append(
            Stop(
                StopKind.UNITS_GONE,
                f"All {approved.sessions} approved sessions are used up.",
                _MORE,
            )
        )
    for code, wanted in (not_asked or {}).items():
        found.append(
            Stop(
                StopKind.NOT_ASKED,
                f"These minutes make {wanted} of {code}, which was never asked for.",
                "Check the times; if they are right, ask the payer to add the code before billing.",
            )
        )
    return found


def _outside(on: date, approved: Approved) -> Sequence[Stop]:
    if approved.first_on is not None and on < approved.first_on:
        return [
            Stop(
                StopKind.TOO_EARLY,
                f"The approval begins on {say_day(approved.first_on)}.",
                "Move the infusion to that day or later, or ask the payer to date it back.",
            )
        ]
    if approved.last_on is not None and on > approved.last_on:
        return [
            Stop(
                StopKind.TOO_LATE,
                f"The approval ended on {say_day(approved.last_on)}.",
                "Start the renewal, or ask the payer to extend the dates, before the infusion.",
            )
        ]
    return []


def _gone(code: str, limit: int, used: int, wanted: int) -> Stop:
    left = max(limit - used, 0)
    return Stop(
        StopKind.UNITS_GONE,
        f"{code}: {wanted} needed, {left} of {limit} approved units left.",
        _MORE,
    )
