"""Units of an intravenous infusion from its minutes, and the rules of the 96365 family.

The table (CPT time rules as payers publish them): 1-15 minutes are a push (96374); 16-90 are the
first hour (96365); each further hour (96366) needs more than 30 minutes past the hour before it,
so 91 minutes give one add-on, 151 two. Pauses are not infusion time. 96366 never stands without
96365, and one encounter has one initial code. A standard 40-minute ketamine infusion is 96365
alone: 96366 beside it is the usual clerical slip.

>>> units_for_minutes(40)
{'96365': 1}
>>> units_for_minutes(91)
{'96365': 1, '96366': 1}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from priorauth.codes import tables
from priorauth.errors import ImpossibleFact

INITIAL, EACH_FURTHER_HOUR, PUSH = "96365", "96366", "96374"
SHORTEST_INFUSION = 16
LONGEST_PLAUSIBLE = 24 * 60
_INITIAL_CODES = (INITIAL, PUSH)
_SECOND_ENCOUNTER = frozenset({"59", "XE", "XS"})
_TIMED = (INITIAL, EACH_FURTHER_HOUR, PUSH)


@dataclass(frozen=True)
class RequestedLine:
    """One code as it is asked for. Units that were not given are None and not checked."""

    code: str
    units_per_session: int | None = None
    units_total: int | None = None
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something wrong with requested lines. A refusal must be mended, a warning may stand."""

    code: str
    message: str
    is_refusal: bool


def units_for_minutes(minutes: int) -> dict[str, int]:
    """Code to units for one session of so many whole minutes, pauses taken out.

    Raises ImpossibleFact below 1 and above 24 hours.
    """
    if not 1 <= minutes <= LONGEST_PLAUSIBLE:
        raise ImpossibleFact(
            "planned_minutes",
            f"An infusion of {minutes} minutes cannot be right: give whole minutes "
            f"from 1 to {LONGEST_PLAUSIBLE}, without pauses.",
        )
    if minutes < SHORTEST_INFUSION:
        return {PUSH: 1}
    further = max(0, (minutes - 31) // 60)
    return {INITIAL: 1, EACH_FURTHER_HOUR: further} if further else {INITIAL: 1}


def check_family(codes: Sequence[str]) -> list[Finding]:
    """Add-on codes that stand without the code they add to (refusals)."""
    present = set(codes)
    listed = tables.by_code("procedures", "procedure")
    findings = []
    for code in dict.fromkeys(codes):
        needs = listed.get(code, {}).get("addon_to", ())
        if needs and not present.intersection(needs):
            findings.append(
                Finding(
                    code,
                    f"{code} without {' or '.join(needs)}: it is an add-on and never stands alone. "
                    f"Add {needs[0]} or take {code} out.",
                    is_refusal=True,
                )
            )
    return findings


def check_lines(
    lines: Sequence[RequestedLine],
    *,
    planned_minutes: int | None = None,
    sessions: int | None = None,
) -> list[Finding]:
    """Everything wrong with the lines of one request, refusals first.

    Units are compared per session with the planned minutes, and in total with units per session
    times planned sessions. What is not given is not checked.
    """
    findings = check_family([line.code for line in lines])
    findings += _two_initial_codes(lines)
    if planned_minutes is not None:
        findings += _against_minutes(lines, planned_minutes)
    if sessions is not None:
        findings += _against_sessions(lines, sessions)
    return sorted(findings, key=lambda finding: not finding.is_refusal)


def _two_initial_codes(lines: Sequence[RequestedLine]) -> list[Finding]:
    initial = [
        line
        for line in lines
        if line.code in _INITIAL_CODES and not _SECOND_ENCOUNTER.intersection(line.modifiers)
    ]
    if len(initial) < 2:
        return []
    codes = " and ".join(line.code for line in initial)
    return [
        Finding(
            initial[1].code,
            f"{codes} are both initial codes: one encounter has one. A second IV site or a second "
            "encounter that day needs modifier 59, XE or XS.",
            is_refusal=False,
        )
    ]


def _against_minutes(lines: Sequence[RequestedLine], planned_minutes: int) -> list[Finding]:
    expected = units_for_minutes(planned_minutes)
    asked = {line.code: line.units_per_session for line in lines if line.code in _TIMED}
    if not asked:
        return []
    findings = []
    for code in _TIMED:
        right = expected.get(code, 0)
        # A line without units still says that the code is wanted at least once.
        wanted = asked.get(code, 0)
        if wanted == right or (wanted is None and right > 0):
            continue
        number = "at least 1" if wanted is None else wanted
        findings.append(
            Finding(
                code,
                f"{code}: {number} per session requested, but {planned_minutes} planned minutes "
                f"make {right}. Check the minutes and the units.",
                is_refusal=False,
            )
        )
    return findings


def _against_sessions(lines: Sequence[RequestedLine], sessions: int) -> list[Finding]:
    findings = []
    for line in lines:
        if line.units_per_session is None or line.units_total is None:
            continue
        right = line.units_per_session * sessions
        if line.units_total != right:
            findings.append(
                Finding(
                    line.code,
                    f"{line.code}: {line.units_total} units in total requested, but {sessions} "
                    f"sessions of {line.units_per_session} make {right}.",
                    is_refusal=False,
                )
            )
    return findings
