"""Clocks that open by themselves when the payer let its time pass without an answer.

What silence means is a remedy of the rule that governed the payer's time: a denial of that day
(42 CFR 438.404(c)(5)), a decision against us that can be appealed (42 CFR 422.568(f)), appeals
that count as exhausted (42 CFR 438.408(c)(3), 29 CFR 2560.503-1(l), 45 CFR 147.136(b)(2)(ii)(F)),
or the next body outright (5 CFR 890.105(e)(1)). Silence decides nothing on the case: once a real
decision is recorded, nothing is silent any more and these clocks are gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from priorauth.calendars.local_time import local_date
from priorauth.calendars.wording import say_day, say_time
from priorauth.deadlines.deadline import ComputedDeadline
from priorauth.deadlines.facts import Happening, Moment
from priorauth.deadlines.opened import OpenedClock, Stop, all_items
from priorauth.deadlines.timeline import Timeline
from priorauth.rulebook.plan_types import PlanReach
from priorauth.rulebook.remedies import Remedy
from priorauth.rulebook.rule import DeadlineRule, Decider, Stage
from priorauth.rulebook.rulebook import Rulebook
from priorauth.terms import AppealLevel, ClockKind, EventKind, Standing

_DECISIONS = (ClockKind.PA_DECISION, ClockKind.EXTENSION, ClockKind.APPEAL_DECISION)
# What silence on a request opens at once: the step that a denial would have opened.
_AS_A_DENIAL = (Remedy.COUNTS_AS_DENIAL, Remedy.ADVERSE_AND_APPEALABLE, Remedy.FAIR_HEARING)
# Remedies that the law itself dates; of the others only the right is certain, not its last day.
_DATED_BY_LAW = (Remedy.COUNTS_AS_DENIAL, Remedy.OPM_REVIEW)
_DENIAL = ("denial_notice_dated", "denial_notice_received", "denial_notice_sent")
_FINAL = (
    "final_denial_dated",
    "final_denial_received",
    "appeal_resolution_notice_dated",
    "appeal_resolution_notice_sent",
    "denial_notice_received",
)
_NO_LAST_DAY = (
    "The law counts this window from a notice, and none came: so this is a careful date to work "
    "to, not a limit."
)
_MINOR_SLIPS = (
    "A slip of the payer that is minor, does no harm and has a good reason may not count: say in "
    "the request for review which limit passed and when."
)


@dataclass(frozen=True, slots=True)
class Silence:
    """A limit of the payer that passed without an answer, with the clock and rule it came from.

    `passed` is the payer's local day on which the time ran out. `meaning` is the rule that says
    what that means, where the law has one apart; else the rule's own remedy says it.
    `opens_hearing`: after the payer's appeals comes a hearing, not an external review.
    """

    clock: OpenedClock
    deadline: ComputedDeadline
    rule: DeadlineRule
    limit: datetime
    meaning: DeadlineRule | None
    opens_hearing: bool

    @property
    def passed(self) -> date:
        return local_date(self.limit, self.clock.zone)

    @property
    def remedy(self) -> Remedy:
        return (self.meaning or self.rule).remedy


def silences(
    clock: OpenedClock,
    computed: Sequence[ComputedDeadline],
    plan: PlanReach,
    state: str,
    rulebook: Rulebook,
) -> Iterator[Silence]:
    """Those of `computed` that the payer let pass: past their limit, with nothing received.

    `state` (two letters) is where the plan was issued.
    """
    for each in computed:
        is_over = each.standing is Standing.MISSED and not each.settled_by
        if each.kind not in _DECISIONS or each.legal is None or not is_over:
            continue
        # The law whose limit it was that has passed; another's may have its own still to come.
        rule = rulebook.rule(each.late_by or each.rule)
        if rule.decider is Decider.PAYER:
            passed = local_date(each.legal, clock.zone)
            meaning = rulebook.meaning_of_silence(rule, plan.types, passed, state)
            is_heard = plan.after_appeal is ClockKind.FAIR_HEARING
            yield Silence(clock, each, rule, each.legal, meaning, is_heard)


def silence_clocks(
    line: Timeline, plan: PlanReach, silent: Sequence[Silence]
) -> Iterator[OpenedClock]:
    """The steps that are open because the payer said nothing."""
    for each in silent:
        if each.clock.kind is ClockKind.PA_DECISION and each.remedy in _AS_A_DENIAL:
            yield _as_a_denial(line, plan, each)
        elif each.clock.kind is ClockKind.PA_DECISION:
            yield from _past_the_request(line, plan, each)
        elif each.clock.kind is ClockKind.APPEAL_DECISION:
            yield from _past_the_appeal(line, plan, each)


def _as_a_denial(line: Timeline, plan: PlanReach, each: Silence) -> OpenedClock:
    """The appeal, or the hearing where there is no appeal, against a decision that never came."""
    filings = [EventKind.APPEAL_FILED]
    stage, level = Stage.APPEAL, AppealLevel.FIRST
    if plan.after_denial is ClockKind.FAIR_HEARING:
        filings.append(EventKind.EXTERNAL_REVIEW_FILED)
        stage = Stage.HEARING
    opened = _opened(line, each, plan.after_denial, stage, _DENIAL, filings)
    return replace(opened, level=level if stage is Stage.APPEAL else None)


def _past_the_request(line: Timeline, plan: PlanReach, each: Silence) -> Iterator[OpenedClock]:
    """The review outside, where a request left lying makes the internal way count as exhausted.

    An appeal to the payer remains the other choice: filing one ends the wait for the review.
    """
    kind = plan.after_appeal
    # A state that reads silence in the patient's favour takes away no federal way on.
    if Remedy.DEEMED_EXHAUSTED in (each.remedy, each.rule.remedy) and kind is not None:
        stage = Stage.HEARING if kind is ClockKind.FAIR_HEARING else Stage.REVIEW
        filings = [EventKind.EXTERNAL_REVIEW_FILED, EventKind.APPEAL_FILED]
        opened = _opened(line, each, kind, stage, _FINAL, filings)
        yield replace(opened, notes=(*opened.notes, _MINOR_SLIPS))


def _past_the_appeal(line: Timeline, plan: PlanReach, each: Silence) -> Iterator[OpenedClock]:
    """What comes after an appeal that the payer did not decide."""
    filings = [EventKind.EXTERNAL_REVIEW_FILED]
    kind = plan.after_appeal
    # A state that reads silence in the patient's favour takes away no federal way on.
    if Remedy.DEEMED_EXHAUSTED in (each.remedy, each.rule.remedy) and kind is not None:
        stage = Stage.HEARING if kind is ClockKind.FAIR_HEARING else Stage.REVIEW
        yield _opened(line, each, kind, stage, _FINAL, filings)
    elif each.remedy is Remedy.OPM_REVIEW and kind is not None:
        filed = _filing(line, each.clock)
        asked = filed.when if filed is not None else None
        if asked is not None:
            opened = _opened(line, each, kind, Stage.REVIEW, (), filings)
            day = Moment.day(asked.on, opened.zone)
            yield replace(opened, starts={"reconsideration_requested": day})


def _opened(
    line: Timeline,
    each: Silence,
    kind: ClockKind,
    stage: Stage,
    names: tuple[str, ...],
    filings: Sequence[EventKind],
) -> OpenedClock:
    clock, deadline = each.clock, each.deadline
    filing = next(
        (done for done in line.after(clock.start, *filings) if line.meets(clock.start, done)), None
    )
    items = (deadline.item,) if deadline.item is not None else clock.items[:1]
    is_to_payer = kind is ClockKind.APPEAL_FILING
    zone = line.facts.payer_zone if is_to_payer else line.facts.clinic_zone
    day = Moment.day(each.passed, zone)
    starts = dict.fromkeys(names, day)
    return OpenedClock(
        kind=kind,
        stage=stage,
        start=clock.start,
        proceeding=clock.proceeding,
        zone=zone,
        urgency=clock.urgency,
        items=items,
        starts=starts,
        events={**starts, "no_notice_came": day},
        stops=all_items(items, Stop(filing, filing.when) if filing is not None else None),
        keeps_item=deadline.item is not None,
        needs_law=True,
        no_limit="" if each.remedy in _DATED_BY_LAW else _NO_LAST_DAY,
        notes=_says(each),
    )


def _filing(line: Timeline, clock: OpenedClock) -> Happening | None:
    """The filing of the appeal that a clock is about."""
    for each in line.of_kind(EventKind.APPEAL_FILED):
        if each.proceeding == clock.proceeding:
            return each
    return None


def _says(each: Silence) -> tuple[str, ...]:
    """Why a clock runs that nobody's letter started."""
    limit = say_time(each.limit, each.clock.zone)
    believed = " (believed, its text not on file)" if each.deadline.is_believed else ""
    law = each.meaning
    return (
        f"No decision came by {limit}, the limit of {each.rule.id}{believed}.",
        f"{law.says} ({law.citation})" if law else each.remedy.label,
        f"So this opened by itself on {say_day(each.passed)}, once that time had passed. The case "
        "stays undecided: a decision that is recorded later takes its place.",
    )
