"""What the law says to a case without any time to count: who needs no approval, what silence means.

A piece of advice is shown while it can be acted on, with its rule and the next step. It changes
nothing on the case: a request is approved when the payer's approval is recorded, and not before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from priorauth.calendars.local_time import local_date
from priorauth.calendars.wording import say_day, say_time
from priorauth.deadlines.engine import Computation
from priorauth.deadlines.facts import CaseFacts, Happening
from priorauth.deadlines.silence_clocks import Silence
from priorauth.deadlines.timeline import Timeline, is_adverse, moment
from priorauth.rulebook.plan_types import ANY_PLAN, plan_reach
from priorauth.rulebook.remedies import Remedy
from priorauth.rulebook.rule import DeadlineRule, Direction, Layer
from priorauth.rulebook.rulebook import Rulebook
from priorauth.rulebook.selection import holds_in_period
from priorauth.terms import ClockKind, EventKind, Term


class NextStep(Term):
    """What there is to do about it. The label is what staff read."""

    APPEAL = "appeal", "File the appeal."
    FAIR_HEARING = "fair_hearing", "Ask for the fair hearing."
    EXTERNAL_REVIEW = "external_review", "Ask for external review."
    ASK_IN_WRITING = (
        "ask_in_writing",
        "Cite the section and the dates, and ask the payer to confirm it in writing.",
    )
    ASK_IF_NEEDED = (
        "ask_if_needed",
        "Cite the section and ask the payer to say in writing whether it needs a request at all.",
    )
    CONFIRM_FORWARDING = (
        "confirm_forwarding",
        "Ask the plan when it sent the case on, and for the reviewer's case number.",
    )
    REGULATOR = "regulator", "Complain to the plan's regulator, with the dates."
    CALL = "call", "Call the payer, and write down who said what."


RECORDED_AS = {
    NextStep.APPEAL: EventKind.APPEAL_FILED,
    NextStep.FAIR_HEARING: EventKind.EXTERNAL_REVIEW_FILED,
    NextStep.EXTERNAL_REVIEW: EventKind.EXTERNAL_REVIEW_FILED,
    NextStep.CALL: EventKind.CALL_LOGGED,
}
"""The step of the case with which each is recorded, where there is one."""

_AFTER_SILENCE = {
    Remedy.COUNTS_AS_DENIAL: NextStep.APPEAL,
    Remedy.ADVERSE_AND_APPEALABLE: NextStep.APPEAL,
    Remedy.DEEMED_APPROVED: NextStep.ASK_IN_WRITING,
    Remedy.DEEMED_REVERSED: NextStep.ASK_IN_WRITING,
    Remedy.CLAIM_STANDS: NextStep.ASK_IN_WRITING,
    Remedy.DEEMED_EXHAUSTED: NextStep.EXTERNAL_REVIEW,
    Remedy.OPM_REVIEW: NextStep.EXTERNAL_REVIEW,
    Remedy.IMR_AVAILABLE: NextStep.EXTERNAL_REVIEW,
    Remedy.STATE_REVIEW: NextStep.EXTERNAL_REVIEW,
    Remedy.FAIR_HEARING: NextStep.FAIR_HEARING,
    Remedy.AUTO_FORWARD_TO_IRE: NextStep.CONFIRM_FORWARDING,
    Remedy.COMPLAIN_TO_REGULATOR: NextStep.REGULATOR,
    Remedy.REGULATOR_COMPLAINT: NextStep.REGULATOR,
    Remedy.NOT_SEEN: NextStep.REGULATOR,
}


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to know and do. `says` is a sentence or two; `is_believed`: text not on file."""

    title: str
    says: str
    next_step: NextStep
    rule: str
    citation: str
    is_believed: bool


def advise(
    facts: CaseFacts, computed: Computation, rulebook: Rulebook, now: datetime
) -> tuple[Advice, ...]:
    """Everything that the law has to say to the case at `now` (aware), the most pressing first.

    `computed` is what the engine gave for the same facts, rules and instant.
    """
    line = Timeline(facts)
    if line.is_ended():
        return ()
    found = [_of_silence(each) for each in computed.silent]
    for rule in _without_countdown(facts, rulebook, now):
        found += _of_rule(rule, line)
    found += _late_notice(facts, line, rulebook)
    return tuple(dict.fromkeys(found))


# -------------------------------------------------------------------- silence


def _of_silence(silence: Silence) -> Advice:
    rule, remedy = silence.meaning or silence.rule, silence.remedy
    limit = say_time(silence.limit, silence.clock.zone)
    what = "the appeal" if silence.clock.kind is ClockKind.APPEAL_DECISION else "the request"
    if silence.deadline.item is not None:
        what += f" ({silence.deadline.item.label.lower()} lines)"
    meaning = silence.meaning.says if silence.meaning else remedy.label
    believed = " (believed, its text not on file)" if silence.deadline.is_believed else ""
    step = _AFTER_SILENCE.get(remedy, NextStep.CALL)
    if step is NextStep.EXTERNAL_REVIEW and silence.opens_hearing:
        step = NextStep.FAIR_HEARING
    return Advice(
        title=f"The payer has not decided {what} in time",
        says=f"Its limit was {limit}{believed}. {meaning}",
        next_step=step,
        rule=rule.id,
        citation=rule.citation,
        is_believed=not rule.text_was_seen,
    )


# -------------------------------------------------------------------- rules without a countdown


def _without_countdown(
    facts: CaseFacts, rulebook: Rulebook, now: datetime
) -> Iterator[DeadlineRule]:
    """The rules with nothing to count that reach this plan and these lines today."""
    plan = plan_reach(facts.plan.line_of_business, facts.plan.funding, facts.plan.is_grandfathered)
    items = {line.item for line in facts.lines}
    today = local_date(now, facts.clinic_zone)
    for rule in rulebook:
        reach = rule.reach
        if (
            rule.is_consequence
            and rule.limit.starts_on == "not_applicable"
            and (ANY_PLAN in reach.plan_types or not plan.types.isdisjoint(reach.plan_types))
            and (
                rule.authority.layer is not Layer.STATE
                or rule.authority.state == facts.plan.issue_state.upper()
            )
            and facts.review_timing in reach.review_timings
            and (reach.item is None or not items or reach.item in items)
            and rule.is_in_force(today)
            and not _is_before_its_period(rule, facts, today)
        ):
            yield rule


def _is_before_its_period(rule: DeadlineRule, facts: CaseFacts, on: date) -> bool:
    period = rule.reach.period
    if period is None:
        return False
    known = {
        "rating_period_start": facts.plan.rating_period_start,
        "plan_issued_or_renewed": facts.plan.issued_or_renewed,
    }
    began = known.get(period.event)
    return holds_in_period(period, on, began) is False


def _of_rule(rule: DeadlineRule, line: Timeline) -> Iterator[Advice]:
    denied = any(is_adverse(each) for each in line.of_kind(EventKind.DETERMINED))
    if rule.kind is ClockKind.PA_NOT_ALLOWED:
        decided = line.decided_with(frozenset(each.key for each in line.facts.lines))
        if decided is None or denied:
            title = "Prior authorization may not be allowed here at all"
            yield _plain(rule, title, NextStep.ASK_IF_NEEDED)
    elif rule.kind is ClockKind.EXTERNAL_FILING:
        if denied:
            yield _plain(rule, "No federal external review for this plan", NextStep.APPEAL)
    elif denied:
        yield _plain(rule, "An approved course was cut short", NextStep.APPEAL)


def _plain(rule: DeadlineRule, title: str, step: NextStep) -> Advice:
    return Advice(title, rule.says, step, rule.id, rule.citation, not rule.text_was_seen)


# -------------------------------------------------------------------- notice too short


def _late_notice(facts: CaseFacts, line: Timeline, rulebook: Rulebook) -> Iterator[Advice]:
    """Care already granted that is cut with less notice than the law gives."""
    plan = plan_reach(facts.plan.line_of_business, facts.plan.funding, facts.plan.is_grandfathered)
    for rule in rulebook.of_kind(ClockKind.NOTICE):
        is_ahead = rule.limit.direction is Direction.BEFORE
        if is_ahead and not plan.types.isdisjoint(rule.reach.plan_types):
            for denial in line.of_kind(EventKind.DETERMINED):
                yield from _notice_of(rule, denial, facts.clinic_zone)


def _notice_of(rule: DeadlineRule, denial: Happening, zone: str) -> Iterator[Advice]:
    effective = moment(denial, "action_effective", zone)
    dated = moment(denial, "notice_dated", zone)
    if effective is None or dated is None or not rule.is_in_force(dated.on):
        return
    last = effective.on - timedelta(days=rule.limit.amount)
    if dated.on > last:
        yield Advice(
            title="The care was cut with too short a notice",
            says=f"The notice is dated {say_day(dated.on)}; for a cut on {say_day(effective.on)} "
            f"it was owed by {say_day(last)}. {rule.says}",
            next_step=NextStep.APPEAL,
            rule=rule.id,
            citation=rule.citation,
            is_believed=not rule.text_was_seen,
        )
