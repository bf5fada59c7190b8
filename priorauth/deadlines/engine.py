"""Facts in, dated deadlines out: which clocks run, under which rule, with which dates and why.

Pure: the same facts, rules and `now` give an equal answer. `now` decides how a deadline stands and
whether the payer has let its time pass, which opens further clocks; it never moves a date. See
docs/clocks.md for the happenings and what each starts and stops.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from priorauth.deadlines.answer import answer
from priorauth.deadlines.contest_clocks import contest_clocks
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.denial_clocks import denial_clocks
from priorauth.deadlines.facts import CaseFacts
from priorauth.deadlines.infusion_clocks import infusion_clocks
from priorauth.deadlines.opened import OpenedClock
from priorauth.deadlines.request_clocks import request_clocks
from priorauth.deadlines.ruling import Ruling, rule_on
from priorauth.deadlines.silence_clocks import Silence, silence_clocks, silences
from priorauth.deadlines.timeline import Timeline
from priorauth.rulebook.plan_types import PlanReach, plan_reach
from priorauth.rulebook.rulebook import Rulebook
from priorauth.terms import ClockKind, ItemKind, Standing

# Steps whose window the letter, the payer's manual or our own habit sets: most have no law.
_WITHOUT_LAW = (ClockKind.INFO_SUPPLY, ClockKind.PEER_TO_PEER, ClockKind.SUBMIT_BY)


@dataclass(frozen=True, slots=True)
class Unruled:
    """A step for which no rule of law is on file, and why: the date must be set by hand.

    `has_expectation` when the baseline still gives a date to chase.
    """

    kind: ClockKind
    start: str
    proceeding: str
    why: str
    has_expectation: bool


@dataclass(frozen=True, slots=True)
class Computation:
    """All deadlines of a case, the steps that no law on file governs, the limits let pass."""

    deadlines: tuple[ComputedDeadline, ...]
    unruled: tuple[Unruled, ...]
    silent: tuple[Silence, ...] = ()


def compute_deadlines(
    facts: CaseFacts, rulebook: Rulebook, now: datetime
) -> tuple[ComputedDeadline, ...]:
    """Every deadline that the case's happenings have opened, settled ones included.

    `now` is an aware instant. Raises RulebookError when two rules claim the case with equal right.
    """
    return compute(facts, rulebook, now).deadlines


def compute(facts: CaseFacts, rulebook: Rulebook, now: datetime) -> Computation:
    """As `compute_deadlines`, with the steps for which no rule of law is on file."""
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    now = now.astimezone(UTC)
    line = Timeline(facts)
    plan = plan_reach(facts.plan.line_of_business, facts.plan.funding, facts.plan.is_grandfathered)
    ended = line.is_ended()
    deadlines: list[ComputedDeadline] = []
    unruled: list[Unruled] = []
    silent: list[Silence] = []

    def run(clock: OpenedClock) -> None:
        if ended and not clock.stops:
            return
        found, missing = _compute_clock(clock, facts, plan, rulebook, now)
        deadlines.extend(each for each in found if not ended or each.settled_by)
        unruled.extend(missing)
        silent.extend(silences(clock, found, plan, facts.plan.issue_state.upper(), rulebook))

    for clock in _opened(line, plan):
        run(clock)
    for clock in silence_clocks(line, plan, tuple(silent)):
        run(clock)
    # One deadline a natural key: two filings in one proceeding are one proceeding.
    once = {(each.item, each.kind, each.rule, each.start): each for each in reversed(deadlines)}
    ordered = sorted(once.values(), key=lambda each: (each.due, each.kind, each.rule, each.start))
    return Computation(tuple(ordered), tuple(unruled), () if ended else tuple(silent))


def _opened(line: Timeline, plan: PlanReach) -> Iterator[OpenedClock]:
    yield from request_clocks(line)
    yield from denial_clocks(line, plan)
    yield from contest_clocks(line, plan)
    yield from infusion_clocks(line)


def _compute_clock(
    clock: OpenedClock, facts: CaseFacts, plan: PlanReach, rulebook: Rulebook, now: datetime
) -> tuple[list[ComputedDeadline], list[Unruled]]:
    """One deadline for all kinds of line when they agree, else one for each."""
    computed: list[ComputedDeadline] = []
    missing: list[Unruled] = []
    items = clock.items
    names_item = len(items) > 1 or clock.keeps_item
    if len(items) > 1 and _is_one_answer(clock, facts, plan, rulebook):
        items, names_item = items[:1], False
    for item in items:
        ruling = rule_on(clock, item, facts, plan, rulebook)
        if not ruling.has_law and _wants_law(clock, item):
            missing.append(_unruled(clock, ruling, plan, rulebook))
        run = ruling.run
        speaks = ruling.has_law or ruling.waiting or ruling.is_policy
        if run is not None and (speaks or not clock.needs_law):
            computed.append(
                answer(
                    clock,
                    item,
                    run,
                    ruling.lost,
                    facts.clinic_zone,
                    now,
                    names_item=names_item,
                    hours=facts.clinic_hours,
                )
            )
    if len(computed) > 1 and _agree(computed):
        computed = [replace(computed[0], item=None)]
    return computed, missing[:1]


def _is_one_answer(
    clock: OpenedClock, facts: CaseFacts, plan: PlanReach, rulebook: Rulebook
) -> bool:
    """Whether every kind of line must get the same answer, so that one need be asked for."""
    stop = clock.stops.get(clock.items[0])
    return all(clock.stops.get(item) == stop for item in clock.items[1:]) and (
        not rulebook.tells_items_apart(facts.plan.issue_state.upper(), plan.types)
    )


def _wants_law(clock: OpenedClock, item: ItemKind) -> bool:
    """Whether the lack of a rule is worth a word: the step is open, and law usually governs it."""
    return not clock.needs_law and clock.kind not in _WITHOUT_LAW and item not in clock.stops


def _agree(computed: list[ComputedDeadline]) -> bool:
    bare = {replace(each, item=None, lost=()) for each in computed}
    return len(bare) == 1


def _unruled(clock: OpenedClock, ruling: Ruling, plan: PlanReach, rulebook: Rulebook) -> Unruled:
    first = min((when.on for when in clock.starts.values()), default=None)
    none = first and rulebook.says_there_is_none(clock.kind, clock.stage, plan.types, first)
    if plan.unknown:
        why = plan.unknown
    elif none:
        why = f"{none.says} ({none.id})"
    elif ruling.waiting:
        event = ruling.waiting[0].limit.starts_on.replace("_", " ")
        why = f"{ruling.waiting[0].id} waits for its start: no {event} is recorded"
    else:
        why = f"no rule of law for this step of a plan of this kind ({clock.kind.label}) is on file"
    return Unruled(clock.kind, clock.start.key, clock.proceeding, why, ruling.run is not None)


def running(deadlines: tuple[ComputedDeadline, ...]) -> tuple[ComputedDeadline, ...]:
    """Those that nothing has settled yet."""
    return tuple(
        each for each in deadlines if each.standing is not Standing.MET and not each.settled_by
    )
