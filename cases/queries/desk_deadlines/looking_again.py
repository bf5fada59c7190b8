"""A day to look again at the payer's status on a case of which no clock of the payer's runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cases.queries.desk_deadlines.shaping import own_deadline, when_told
from priorauth.calendars.wording import say_day
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening
from priorauth.lifecycle import carried
from priorauth.lifecycle.freshness import look_again
from priorauth.terms import ClockKind, OwedBy


def looking_again(
    happenings: Sequence[Happening], answers: Iterable[ComputedDeadline]
) -> Iterator[ComputedDeadline]:
    """The day last said, where nothing the payer owes could carry it; it ends with the next word.

    A clock of the payer's comes up on that day by itself (`act_at` in cases/workflow/clocks.py).
    """
    told = look_again(happenings)
    again = carried.moment(told, "look_again") if told else None
    if told is None or again is None or any(_is_awaited(each) for each in answers):
        return
    yield own_deadline(
        "desk-look-again",
        ClockKind.BY_HAND,
        OwedBy.PAYER,
        told.key,
        when_told(told, again.zone),
        again.latest,
        f"Whoever last looked said to look again on {say_day(again.on)}. No rule on file says "
        "when the payer must answer here.",
        if_missed="Nobody asks the payer, and the request may lie.",
    )


def _is_awaited(answer: ComputedDeadline) -> bool:
    is_own_day = answer.kind in (ClockKind.PROMISE, ClockKind.BY_HAND)
    return answer.owed_by is OwedBy.PAYER and not is_own_day and not answer.settled_by
