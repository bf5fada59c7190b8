"""Units that one session uses of each line asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from priorauth.codes.infusion import (
    EACH_FURTHER_HOUR,
    INITIAL,
    LONGEST_PLAUSIBLE,
    PUSH,
    units_for_minutes,
)
from priorauth.errors import ImpossibleFact

TIMED = frozenset({INITIAL, EACH_FURTHER_HOUR, PUSH})


@dataclass(frozen=True, slots=True)
class LineAsked:
    """One line of a request: its key, its code, and the units asked for a session."""

    key: str
    code: str
    units_per_session: int = 1


def minutes_between(started: datetime, stopped: datetime, paused_minutes: int = 0) -> int:
    """Whole minutes of infusion between two aware instants, pauses taken out; begun ones dropped.

    Midnight and a change of the clocks between them do not matter. Raises ImpossibleFact naming
    "stopped" or "paused_minutes" for what cannot be.
    """
    whole = int((stopped - started).total_seconds() // 60)
    if whole < 1:
        raise ImpossibleFact("stopped", "The infusion stops before it starts: check the times.")
    if whole > LONGEST_PLAUSIBLE:
        raise ImpossibleFact("stopped", "An infusion of more than a day cannot be right.")
    if not 0 <= paused_minutes < whole:
        raise ImpossibleFact(
            "paused_minutes",
            f"Start and stop are {whole} minutes apart: {paused_minutes} minutes of pause leave "
            "nothing. Check the times and the pauses.",
        )
    return whole - paused_minutes


def session_units(lines: Iterable[LineAsked], minutes: int | None) -> dict[str, int]:
    """Units of each line, by its key, for one session of so many minutes.

    Timed codes follow the minutes (see `priorauth.codes.infusion`); whatever else is on the
    request, such as the drug, is used as it was asked for a session. A line that the session does
    not use is left out. Where nobody knows the minutes (None) every line is used as asked for.
    Raises ImpossibleFact for minutes below 1 or above 24 hours.
    """
    if minutes is None:
        return {line.key: line.units_per_session for line in lines if line.units_per_session}
    timed = units_for_minutes(minutes)
    used = {
        line.key: timed.get(line.code, 0) if line.code in TIMED else line.units_per_session
        for line in lines
    }
    return {key: units for key, units in used.items() if units}


def codes_not_asked(lines: Iterable[LineAsked], minutes: int | None) -> Mapping[str, int]:
    """Timed codes that a session of so many minutes makes and that stand on no line.

    A longer infusion than asked for: its further hours were never requested. A request without
    any timed code (a nasal spray) has nothing to compare.
    """
    present = {line.code for line in lines}
    if minutes is None or not present & TIMED:
        return {}
    return {code: n for code, n in units_for_minutes(minutes).items() if code not in present}
