"""Answering a reminder: "seen, I am on it", or "not now, remind me then".

An answer belongs to one version of a deadline: a moved date is asked about anew. Putting off ends
at the last safe moment (the working date, or without one the due date), never after it: a reminder
may be late for somebody's plans, not for the work. Pure functions; instants are aware, UTC out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from priorauth.errors import ImpossibleFact, MissingFact
from priorauth.reminders import CLOSEST, Rung, UrgencyWord
from priorauth.terms import Term

SHORTEST = timedelta(minutes=15)
"""Putting off for less is not worth a mail."""


class AnswerKind(Term):
    """What somebody said to a reminder."""

    SEEN = "seen", "Seen"
    PUT_OFF = "put_off", "Put off"


def last_safe_moment(due: datetime, working: datetime | None) -> datetime:
    """Until when work on it is safely in time: the working date, or without one the due date."""
    return min(working, due) if working is not None else due


def check_putting_off(
    until: datetime | None,
    reason: str,
    *,
    now: datetime,
    last: datetime,
    say: Callable[[datetime], str],
) -> None:
    """Raise MissingFact or ImpossibleFact unless a reminder may be put off until `until`.

    `last` is the last safe moment, all instants aware; `say` writes an instant in the words and
    the zone of whoever reads the refusal.
    """
    if last < now + SHORTEST:
        raise ImpossibleFact(
            "until",
            f"This cannot be put off any more: the last safe moment was {say(last)}. "
            "Say that you have seen it, and do it now.",
        )
    if until is None:
        raise MissingFact("until", f"Say when to remind you again, by {say(last)} at the latest.")
    if until < now + SHORTEST:
        raise ImpossibleFact(
            "until", f"Choose a moment at least a quarter of an hour from now, by {say(last)}."
        )
    if until > last:
        raise ImpossibleFact(
            "until",
            f"That is after the last safe moment. The latest possible is {say(last)}.",
        )
    if not reason.strip():
        raise MissingFact("reason", "Say why it can wait: whoever looks at the case next asks.")


def answered(
    rungs: Sequence[Rung],
    answered_at: datetime | None,
    quiet_until: datetime | None,
    word_at: Callable[[datetime], UrgencyWord],
    *,
    last: datetime | None = None,
) -> tuple[Rung, ...]:
    """The ladder as it goes on after the last answer, numbered anew, in order, never empty.

    Put off, the rungs between the answer and `quiet_until` fall away and one stands at that
    instant, unless the next one follows within half an hour, and not after `last`, the last safe
    moment of what the clinic owes. `word_at` gives the urgency word.
    """
    if answered_at is None or quiet_until is None:
        return tuple(rungs)
    until = quiet_until.astimezone(UTC)
    kept = [rung for rung in rungs if rung.at <= answered_at or rung.at >= until]
    near = [rung.at for rung in kept if until <= rung.at < until + CLOSEST]
    if not near or (last is not None and near[0] > last):
        passed = [rung for rung in rungs if rung.at <= until]
        is_last = bool(passed) and passed[-1].is_last
        kept.append(Rung(0, 0, until, word_at(until), is_last))
        kept.sort(key=lambda rung: rung.at)
    return tuple(
        replace(rung, number=number, of=len(kept)) for number, rung in enumerate(kept, start=1)
    )
