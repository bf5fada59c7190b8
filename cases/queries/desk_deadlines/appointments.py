"""A peer-to-peer at the hour agreed for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from cases.models import PriorAuthRequest
from cases.queries.desk_deadlines.shaping import own_deadline, when_told
from cases.queries.facts import zones
from priorauth.calendars.wording import say_time
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening, Moment
from priorauth.terms import ClockKind, EventKind, OwedBy, Standing


def appointments(
    request: PriorAuthRequest, happenings: Sequence[Happening]
) -> Iterator[ComputedDeadline]:
    """A peer-to-peer at the hour last agreed for it: who misses the talk loses the chance."""
    zone = zones(request)[0]
    agreed = {
        told.proceeding: told
        for told in happenings
        if told.kind is EventKind.PEER_TO_PEER_SCHEDULED
    }
    for proceeding, told in agreed.items():
        at = told.facts.get("scheduled_for")
        if not isinstance(at, Moment) or at.at is None:
            continue
        held = next(
            (
                each
                for each in happenings
                if each.kind is EventKind.PEER_TO_PEER_HELD and each.proceeding == proceeding
            ),
            None,
        )
        answer = own_deadline(
            "desk-appointment",
            ClockKind.APPOINTMENT,
            OwedBy.CLINIC,
            told.key,
            when_told(told, zone),
            at.at,
            f"Agreed with the payer's medical director for {_on_both_clocks(at.at, zone, at.zone)}"
            ". Have the clinician and the chart at hand, and record how it ended.",
            settled=held,
            if_missed="The payer may treat a missed talk as refused; ask for a new time at once.",
        )
        # A talk takes place at its time or after it: whenever it was held, it was kept.
        kept = replace(answer, standing=Standing.MET) if held else answer
        yield replace(kept, proceeding=proceeding)


def _on_both_clocks(at: datetime, zone: str, theirs: str) -> str:
    """An instant on the clinic's clock, with the payer's beside it where it was agreed on that."""
    ours, other = say_time(at, zone), say_time(at, theirs)
    if ours == other:
        return ours
    day, clock = other.split(", ")
    is_same_day = ours.startswith(day)
    return f"{ours} ({clock if is_same_day else other}, the payer's clock)"
