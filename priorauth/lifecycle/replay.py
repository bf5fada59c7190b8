"""From recorded happenings to where the case stands now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from priorauth.deadlines.facts import Happening
from priorauth.lifecycle.checks import check
from priorauth.lifecycle.effects import apply
from priorauth.lifecycle.states import CaseState, LineState

__all__ = ["apply", "check", "replay", "starting_state"]


def starting_state(line_keys: Iterable[str]) -> CaseState:
    """A request with these service lines, of which nothing has been recorded."""
    return CaseState(lines=tuple(LineState(key) for key in line_keys))


def replay(line_keys: Sequence[str], happenings: Iterable[Happening]) -> CaseState:
    """Where the case stands after all these happenings. Never raises.

    `happenings` are those that were not undone, in the order in which they were recorded (a fact
    learned late moves what it can still move, and no step is judged by what came after it).
    """
    return reduce(apply, happenings, starting_state(line_keys))
