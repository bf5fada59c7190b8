"""Clocks that an infusion opens: asking for approval after the fact, and filing the claim.

No law on file governs either. They run where the payer's own manual or contract names a window,
counted from the date of service.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from priorauth.deadlines.facts import Happening, Moment
from priorauth.deadlines.opened import OpenedClock, Stop, all_items
from priorauth.deadlines.timeline import Timeline, term
from priorauth.rulebook.rule import Stage
from priorauth.terms import ClockKind, EventKind, InfusionStatus, Urgency

_ASKED = (EventKind.SUBMITTED, EventKind.DETERMINED)


def infusion_clocks(line: Timeline) -> Iterator[OpenedClock]:
    """The windows of what was done, and of the earliest infusion that still waits for it.

    One date for each of twenty infusions would hide all others: the first is the next to run out.
    """
    recorded = line.of_kind(EventKind.INFUSION_RECORDED)
    given = sorted((each for each in recorded if _day(each)), key=lambda each: str(_day(each)))
    outside = [each for each in given if each.facts.get("outside")]
    asked = {each.key: next(line.after(each, *_ASKED), None) for each in outside}
    billed = {each.key: _bill(line, each) for each in given}
    yield from _clocks(line, ClockKind.RETRO_AUTHORIZATION, outside, asked)
    yield from _clocks(line, ClockKind.TIMELY_FILING, given, billed)


def _clocks(
    line: Timeline,
    kind: ClockKind,
    infusions: list[Happening],
    done: dict[str, Happening | None],
) -> Iterator[OpenedClock]:
    waiting = [each for each in infusions if done[each.key] is None]
    for each in (*(one for one in infusions if done[one.key] is not None), *waiting[:1]):
        act, on = done[each.key], _day(each)
        items = line.items(line.open_lines())
        if on is None:
            continue
        yield OpenedClock(
            kind=kind,
            stage=Stage.REQUEST,
            start=each,
            proceeding="",
            zone=line.facts.payer_zone,
            urgency=Urgency.STANDARD,
            items=items,
            # The date of service is the clinic's; its limit closes where the payer counts.
            starts={"infusion_given": Moment.day(on, line.facts.payer_zone)},
            stops=all_items(items, Stop(act, act.when) if act else None),
            needs_law=True,
        )


def _day(infusion: Happening) -> date | None:
    """The date of service; None of an infusion that was not given."""
    is_given = term(infusion, "status", InfusionStatus) is InfusionStatus.DONE
    return infusion.when.on if is_given and infusion.when is not None else None


def _bill(line: Timeline, infusion: Happening) -> Happening | None:
    """The record that its claim went out; it names what it bills by their records."""
    number = infusion.facts.get("infusion")
    for each in line.after(infusion, EventKind.INFUSIONS_BILLED):
        records, infusions = each.facts.get("records"), each.facts.get("infusions")
        # A bill written before bills named the records is known by the infusion alone.
        named, key = (records, infusion.key) if records else (infusions, number)
        if isinstance(named, tuple) and key and key in named:
            return each
    return None
