"""Whether a rule may be run at all: in force on the day, in the plan period, with time to count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from priorauth.deadlines.facts import Moment
from priorauth.errors import ClockError
from priorauth.rulebook.rule import DeadlineRule
from priorauth.rulebook.rulebook import Rulebook
from priorauth.rulebook.selection import holds_in_period

# A moment, a number (a window chosen by a state), or None: it is known not to have happened.
EventValue = Moment | int | None
Events = Mapping[str, EventValue]


def refuse_consequence(rule: DeadlineRule) -> None:
    """Raise ClockError, with what it means, for a rule that has nothing to count."""
    if rule.is_consequence:
        raise ClockError(
            f"{rule.id} is a legal consequence, not a countdown. {rule.says} ({rule.citation})"
        )


def refuse_out_of_force(rule: DeadlineRule, on: date, events: Events, rulebook: Rulebook) -> None:
    """Raise ClockError, naming the rule that was in force, for a start outside the rule\'s time."""
    if rule.effective_from is not None and on < rule.effective_from:
        raise ClockError(
            f"{rule.id} took effect on {rule.effective_from.isoformat()} and this clock starts on "
            f"{on.isoformat()}{_advice(rule, on, rulebook)}"
        )
    if rule.effective_to is not None and on > rule.effective_to:
        raise ClockError(
            f"{rule.id} ended on {rule.effective_to.isoformat()} and this clock starts on "
            f"{on.isoformat()}"
            f"{_advice(rule, on, rulebook).replace(' was ', ' is ')}"
        )
    period = rule.reach.period
    if period is None:
        return
    began = events.get(period.event)
    if holds_in_period(period, on, began.on if isinstance(began, Moment) else None) is False:
        raise ClockError(
            f"{rule.id} does not govern a clock that starts on {on.isoformat()} with "
            f"{period.event} = {began.on.isoformat() if isinstance(began, Moment) else 'unknown'}: "
            f"it is for plan periods that began {period.words}"
            f"{_advice(rule, on, rulebook)}"
        )


def _advice(rule: DeadlineRule, on: date, rulebook: Rulebook) -> str:
    instead = rulebook.in_force_instead(rule, on)
    return f"; the rule in force then was {instead.id}" if instead else ""
