"""A clock before the rulebook: which rule governs, on which dates, and what the others said.

Federal and state law both bind, so the shorter limit wins. Where a fact is not known on which it
hinges which of two rules governs, the dates are the cautious ones: a payer is called late only
after the later, and chased on the earlier; the clinic plans on the earlier.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from priorauth.calendars.wording import say_list, say_time
from priorauth.deadlines.clock import ClockRun, run_clock
from priorauth.deadlines.deadline import Lost
from priorauth.deadlines.facts import CaseFacts, Moment, PlanFacts
from priorauth.deadlines.in_force import EventValue
from priorauth.deadlines.opened import OpenedClock
from priorauth.errors import ClockError
from priorauth.rulebook.plan_types import PlanReach
from priorauth.rulebook.rule import Basis, DeadlineRule, Layer
from priorauth.rulebook.rulebook import Rulebook
from priorauth.rulebook.selection import Question, Verdict, select
from priorauth.terms import ClockKind, ItemKind, OwedBy

_COMPLETE = "all_information_received_by_payer"


@dataclass(frozen=True, slots=True)
class Run:
    """The dates of one clock: of its rule, with the chase date of the baseline worked in.

    `legal` is None for an expectation, and where the start of the law's clock is not proved.
    `kind` differs from the clock's own after a valid extension.
    """

    kind: ClockKind
    rule: DeadlineRule
    clock: ClockRun
    due: datetime
    chase: datetime
    legal: datetime | None
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rulebook says of a clock. `run` is None when it says nothing.

    `is_policy` when neither law nor habit gives the date but the payer's own manual.
    """

    run: Run | None
    has_law: bool
    is_policy: bool
    waiting: tuple[DeadlineRule, ...]
    lost: tuple[Lost, ...]


def rule_on(
    clock: OpenedClock, item: ItemKind, facts: CaseFacts, plan: PlanReach, rulebook: Rulebook
) -> Ruling:
    """The ruling on `clock` for lines of one kind."""
    clock = _with_answer_period(clock, item, facts, plan, rulebook)
    question = _question(clock, item, facts, plan, rulebook)
    verdict = select(question, rulebook)
    lost = {rejected.rule.id: rejected.why for rejected in verdict.rejected}
    winner = _law(clock, item, facts, rulebook, verdict, lost)
    policy = _policy(clock, item, facts, rulebook, verdict, lost)
    if clock.rival is not None and winner is not None:
        winner = _with_rival(clock.rival, winner, item, facts, plan, rulebook, lost)
    # Beside the law's date only the day to expect is read, not how it was counted.
    expected = _baseline(clock, item, facts, rulebook, verdict, tells=winner is None)
    waiting = _in_force_at_sending(clock, verdict.waiting)
    run = None
    if winner is not None:
        run = _with_cautions(_joined(winner, expected, rulebook, lost), question, verdict)
    else:
        run = _from_sending(clock, item, facts, rulebook, waiting)
        if expected is not None and (run is None or expected.due <= run.due):
            run = _expectation(clock, expected, plan, waiting)
        elif expected is not None:
            lost[expected.rule.id] = "the law that waits for proof of receipt is shorter"
    is_policy = False
    if policy is not None and winner is not None and run is not None:
        run = _worked_to(run, winner, policy, lost)
    elif policy is not None:
        is_policy = True
        run = _by_policy(clock, policy, run, plan, lost)
    if run is not None:
        run = _as_if_complete(run, clock, item, facts, rulebook, waiting)
        lost.pop(run.rule.id, None)
        if clock.no_limit:
            run = replace(run, legal=None, steps=(*run.steps, clock.no_limit))
    return Ruling(
        run=run,
        has_law=winner is not None,
        is_policy=is_policy,
        waiting=waiting,
        lost=tuple(Lost(rule_id, why) for rule_id, why in sorted(lost.items())),
    )


# -------------------------------------------------------------------- asking


def _question(
    clock: OpenedClock, item: ItemKind, facts: CaseFacts, plan: PlanReach, rulebook: Rulebook
) -> Question:
    started = {name: when.on for name, when in clock.starts.items()}
    periods = {}
    if facts.plan.rating_period_start is not None:
        periods["rating_period_start"] = facts.plan.rating_period_start
    if facts.plan.issued_or_renewed is not None:
        periods["plan_issued_or_renewed"] = facts.plan.issued_or_renewed
    return Question(
        kind=clock.kind,
        stage=clock.stage,
        plan_types=plan.types,
        state=facts.plan.issue_state.upper(),
        urgency=clock.urgency,
        review_timing=facts.review_timing,
        item=item,
        is_complex=clock.is_complex,
        level=clock.level,
        appeal_levels=facts.plan.appeal_levels,
        grandfathered=bool(facts.plan.is_grandfathered),
        federal_external_review=federal_external_review(
            facts.plan, plan, rulebook, min(started.values(), default=None)
        ),
        starts=started,
        periods=periods,
        knows_timing=frozenset(name for name, value in clock.events.items() if value is not None),
        channel=clock.channel,
    )


def federal_external_review(
    stated: PlanFacts, plan: PlanReach, rulebook: Rulebook, on: date | None
) -> bool | None:
    """Whether the federal process applies; always where no state law reaches the plan.

    A state whose window for external review is on file has a process of its own; another's law on
    file may say that its plans take the federal one. `on` is the day asked about, `stated` the plan
    as the clinic has it; None: not known.
    """
    if stated.federal_external_review is not None or not plan.types:
        return stated.federal_external_review
    if "state_regulated" not in plan.types:
        return True
    state = stated.issue_state.upper()
    if on is not None and rulebook.takes_federal_review(state, on):
        return True
    windows = rulebook.reaching(ClockKind.EXTERNAL_FILING, state)
    return False if any(each.authority.state for each in windows) else None


def _with_answer_period(
    clock: OpenedClock, item: ItemKind, facts: CaseFacts, plan: PlanReach, rulebook: Rulebook
) -> OpenedClock:
    """The end of the time to answer, by law, where the payer's letter does not print it."""
    if clock.answer is None or "info_period_end" in clock.events:
        return clock
    ruling = rule_on(clock.answer, item, facts, plan, rulebook)
    if ruling.run is None or not ruling.has_law:
        return clock
    ends = Moment.instant(ruling.run.clock.due, clock.zone)
    return replace(clock, events={**clock.events, "info_period_end": ends})


def _events(clock: OpenedClock, facts: CaseFacts) -> dict[str, EventValue]:
    """The events of a clock with the plan's own facts and the recorded starts."""
    events: dict[str, EventValue] = {**clock.events}
    if "request_received_by_payer" in clock.starts:
        events["request_received_by_payer"] = clock.starts["request_received_by_payer"]
    plan = facts.plan
    if plan.rating_period_start is not None:
        events["rating_period_start"] = Moment.day(plan.rating_period_start, clock.zone)
    if plan.issued_or_renewed is not None:
        events["plan_issued_or_renewed"] = Moment.day(plan.issued_or_renewed, clock.zone)
    if plan.appeal_levels is not None:
        events["appeal_levels"] = plan.appeal_levels
    if plan.hearing_window_days is not None:
        events["state_window"] = plan.hearing_window_days
    if facts.is_complex:
        events["payer_says_complex"] = 1
    return events


def _run(
    rule: DeadlineRule,
    clock: OpenedClock,
    item: ItemKind,
    facts: CaseFacts,
    rulebook: Rulebook,
    *,
    tells: bool = True,
) -> ClockRun:
    events = _events(clock, facts)
    if rule.authority.layer is Layer.BASELINE:
        # An expectation is not extended by a notice; what to expect is said by other rules.
        events.pop("extension_notice_sent", None)
    start = clock.starts[rule.limit.starts_on]
    return run_clock(rule, start, events, rulebook, item, says_unused=False, tells=tells)


# -------------------------------------------------------------------- the law's dates


def _law(
    clock: OpenedClock,
    item: ItemKind,
    facts: CaseFacts,
    rulebook: Rulebook,
    verdict: Verdict,
    lost: dict[str, str],
) -> ClockRun | None:
    """The run of the law that governs: the shortest of the layers."""
    runs: list[ClockRun] = []
    for rules in verdict.law.values():
        layer = _layer(clock, item, facts, rulebook, rules, verdict.doubts, lost)
        if layer is not None:
            runs.append(layer)
    binding = [run for run in runs if run.legal is not None]
    if not binding:
        return None
    fuller = [run for run in binding if run.rule.basis is not Basis.MINIMUM]
    winner = min(fuller or binding, key=_in_order_of_ending)
    for other in runs:
        if other is not winner:
            lost[other.rule.id] = _why_beaten(other, winner, clock.zone)
    # The least that federal law lets a state give is no reading of a state's text that was seen.
    is_seen = winner.rule.authority.layer is Layer.STATE and not winner.rule.is_believed
    heard = [
        run for run in runs if run is winner or run.rule.basis is not Basis.MINIMUM or not is_seen
    ]
    chase = min(winner.due, *(run.chase for run in heard))
    winner = winner if chase == winner.chase else replace(winner, chase=chase)
    return _late_after_the_first(winner, fuller or binding, clock.zone)


def _late_after_the_first(winner: ClockRun, binding: list[ClockRun], zone: str) -> ClockRun:
    """The winner, late no later than another law that binds as well calls the payer late.

    A state's own holidays, or its statute on computing time, may put off the day from which its
    shorter limit is passed; they put off no federal limit.
    """
    first = min(binding, key=lambda run: (run.is_waiting, run.late, run.rule.id))
    if first.is_waiting or first.late >= winner.late:
        return winner
    step = (
        f"{first.rule.id} binds as well and is not put off: late after "
        f"{say_time(first.late, zone)} for certain."
    )
    return replace(winner, late=first.late, late_by=first.rule.id, steps=(*winner.steps, step))


def _in_order_of_ending(run: ClockRun) -> tuple[bool, datetime, datetime, str]:
    """By the end on the reading that each rule states; what waits for an answer ends last."""
    return run.is_waiting, run.due, run.late, run.rule.id


def _why_beaten(run: ClockRun, winner: ClockRun, zone: str) -> str:
    if run.legal is None:
        return "it binds nobody yet; its time is a day to chase"
    if run.is_waiting:
        return "its time begins anew with our answer, which is not recorded"
    if run.rule.basis is Basis.MINIMUM:
        return (
            f"it is the least that a law may give, {say_time(run.due, zone)}; what is given is "
            f"said by {winner.rule.id}"
        )
    if run.due == winner.due:
        return f"it ends at the same moment as {winner.rule.id}, {say_time(run.due, zone)}"
    return (
        f"it ends later, {say_time(run.due, zone)}: where several laws bind, the shorter limit "
        "governs"
    )


def _layer(
    clock: OpenedClock,
    item: ItemKind,
    facts: CaseFacts,
    rulebook: Rulebook,
    rules: tuple[DeadlineRule, ...],
    doubts: tuple[str, ...],
    lost: dict[str, str],
) -> ClockRun | None:
    """The cautious run among rules between which an unknown fact decides."""
    runs: list[ClockRun] = []
    for rule in rules:
        try:
            runs.append(_run(rule, clock, item, facts, rulebook))
        except ClockError as refusal:
            lost[rule.id] = str(refusal)
    if not runs:
        return None
    latest = runs[0].rule.owed_by is OwedBy.PAYER
    chosen = (max if latest else min)(runs, key=lambda run: (run.due, run.rule.id))
    if len(runs) == 1:
        return chosen
    others = [run for run in runs if run is not chosen]
    for other in others:
        lost[other.rule.id] = (
            f"it may govern instead ({say_time(other.due, clock.zone)}): not known is "
            f"{say_list(doubts)}"
        )
    caution = "called late only after the later" if latest else "planned on the earlier"
    step = (
        f"Not known: {say_list(doubts)}. So {say_list([run.rule.id for run in others])} may "
        f"govern instead; it is {caution} date, and chased on the earlier."
    )
    chase = min(run.chase for run in runs)
    return replace(chosen, chase=chase, steps=(*chosen.steps, step))


def _with_rival(
    rival: OpenedClock,
    winner: ClockRun,
    item: ItemKind,
    facts: CaseFacts,
    plan: PlanReach,
    rulebook: Rulebook,
    lost: dict[str, str],
) -> ClockRun:
    """The earlier of two clocks that both bind."""
    other = rule_on(rival, item, facts, plan, rulebook)
    if other.run is None or not other.has_law:
        return winner
    run = other.run.clock
    first, second = (run, winner) if run.due < winner.due else (winner, run)
    if second.rule.id != first.rule.id:
        lost[second.rule.id] = (
            f"it binds as well and ends later, {say_time(second.due, rival.zone)}"
        )
        lost.pop(first.rule.id, None)
    return replace(first, chase=min(run.chase, winner.chase))


# -------------------------------------------------------------------- joined with the baseline


def _baseline(
    clock: OpenedClock,
    item: ItemKind,
    facts: CaseFacts,
    rulebook: Rulebook,
    verdict: Verdict,
    *,
    tells: bool,
) -> ClockRun | None:
    """The expectation that goes beside the law, or stands alone; `tells` as of `run_clock`."""
    rules = verdict.governing.get(Layer.BASELINE, ())
    return _run(rules[0], clock, item, facts, rulebook, tells=tells) if rules else None


def _joined(
    winner: ClockRun, expected: ClockRun | None, rulebook: Rulebook, lost: dict[str, str]
) -> Run:
    """The law's dates; for what the payer owes, chased no later than usual."""
    rule, kind, steps, chase = winner.rule, winner.rule.kind, winner.steps, winner.chase
    if winner.is_extended and (more := rulebook.extension_of(rule, winner.start.on)):
        lost[rule.id] = "the payer gave notice of an extension in time"
        rule, kind = more, more.kind
    if expected is not None:
        lost[expected.rule.id] = "an expectation binds nobody; the law governs"
        if rule.owed_by is OwedBy.PAYER and expected.due < chase and not winner.is_extended:
            chase = expected.due
            when = say_time(chase, winner.start.zone)
            steps = (*steps, f"Chase on the usual time, {when} ({expected.rule.id}).")
    return Run(kind, rule, winner, winner.due, chase, winner.legal, steps)


def _expectation(
    clock: OpenedClock, expected: ClockRun, plan: PlanReach, waiting: tuple[DeadlineRule, ...]
) -> Run:
    why = plan.unknown or "no rule of law on file governs this step"
    if waiting and not plan.unknown:
        event = waiting[0].limit.starts_on.replace("_", " ")
        why = f"{waiting[0].id} counts from: {event}, which is not recorded"
    step = f"No legal date: {why}. This is what to expect, not a limit."
    steps = (*expected.steps, step)
    return Run(
        clock.kind, expected.rule, expected, expected.due, expected.chase, expected.legal, steps
    )


def _in_force_at_sending(
    clock: OpenedClock, waiting: tuple[DeadlineRule, ...]
) -> tuple[DeadlineRule, ...]:
    """The rules that would start if the payer confirmed what was sent."""
    if clock.sent is None:
        return waiting
    on = clock.sent.on
    return tuple(rule for rule in waiting if rule.is_in_force(on))


def _from_sending(
    clock: OpenedClock,
    item: ItemKind,
    facts: CaseFacts,
    rulebook: Rulebook,
    waiting: tuple[DeadlineRule, ...],
) -> Run | None:
    """A chase date counted from the sending, while the payer's receipt is not proved."""
    if clock.sent is None:
        return None
    runs: list[ClockRun] = []
    for rule in waiting:
        try:
            guess = replace(clock, starts={**clock.starts, rule.limit.starts_on: clock.sent})
            runs.append(_run(rule, guess, item, facts, rulebook))
        except ClockError:
            continue
    if not runs:
        return None
    run = min(runs, key=lambda each: (each.due, each.rule.id))
    step = "Counted from the sending, as a day to chase; the law counts from receipt."
    return Run(clock.kind, run.rule, run, run.chase, run.chase, None, (*run.steps, step))


def _as_if_complete(
    run: Run,
    clock: OpenedClock,
    item: ItemKind,
    facts: CaseFacts,
    rulebook: Rulebook,
    waiting: tuple[DeadlineRule, ...],
) -> Run:
    """Chased no later than if all information had been there with the request.

    Law that counts from complete information may have begun that day; nobody has said so.
    """
    came = clock.starts.get("request_received_by_payer") or clock.sent
    if came is None or run.rule.owed_by is not OwedBy.PAYER:
        return run
    for rule in waiting:
        if rule.limit.starts_on != _COMPLETE or not rule.is_in_force(came.on):
            continue
        guess = replace(clock, starts={**clock.starts, _COMPLETE: came})
        try:
            chase = _run(rule, guess, item, facts, rulebook).chase
        except ClockError:
            continue
        if chase < run.chase:
            when = say_time(chase, clock.zone)
            step = f"Chase on {when}: its end if all information was there at once ({rule.id})."
            run = replace(run, chase=chase, steps=(*run.steps, step))
    return run


# -------------------------------------------------------------------- the payer's own manual


def _policy(
    clock: OpenedClock,
    item: ItemKind,
    facts: CaseFacts,
    rulebook: Rulebook,
    verdict: Verdict,
    lost: dict[str, str],
) -> ClockRun | None:
    """What the payer's manual or contract gives: never a limit of law."""
    for rule in verdict.governing.get(Layer.POLICY, ()):
        try:
            return _run(rule, clock, item, facts, rulebook)
        except ClockError as refusal:
            lost[rule.id] = str(refusal)
    return None


def _worked_to(run: Run, winner: ClockRun, policy: ClockRun, lost: dict[str, str]) -> Run:
    """The law's run, worked to or chased on the manual's date when that is earlier."""
    rule, when = policy.rule, say_time(policy.due, policy.start.zone)
    if winner.is_extended:
        lost[rule.id] = f"{rule.citation}: the payer gave notice of an extension"
        return run
    if policy.due >= run.due:
        lost[rule.id] = (
            f"{rule.citation}: it ends no earlier, {when}, and the payer's word never lengthens "
            "the law's limit"
        )
        return run
    lost[rule.id] = (
        f"{rule.citation}: the payer's word is no law, so the limit stays; {when} is acted on"
    )
    does = "worked to" if run.rule.owed_by is OwedBy.CLINIC else "chased on"
    step = f"Earlier by the payer's own word, {when}, and {does}: {_on_file(rule)}."
    return replace(run, chase=min(run.chase, policy.due), steps=(*run.steps, step))


def _by_policy(
    clock: OpenedClock,
    policy: ClockRun,
    otherwise: Run | None,
    plan: PlanReach,
    lost: dict[str, str],
) -> Run:
    """The manual's date where no law gives one; what else there is to expect steps back.

    What the payer owes is chased no later than otherwise, and the clinic plans on no later date
    while it is not known which law reaches the plan.
    """
    why = plan.unknown or "no rule of law on file gives a date for this step"
    steps = (
        *policy.steps,
        f"By the payer's own word: {_on_file(policy.rule)}.",
        f"No legal date: {why}.",
    )
    chase = policy.chase
    if otherwise is not None:
        lost[otherwise.rule.id] = (
            f"it gives no limit either; the payer's own word stands: {policy.rule.citation}"
        )
        is_careful = policy.rule.owed_by is OwedBy.PAYER or bool(plan.unknown)
        if is_careful and otherwise.chase < chase:
            chase = otherwise.chase
            when = say_time(chase, clock.zone)
            steps = (*steps, f"Act on {when}, the earlier expectation ({otherwise.rule.id}).")
    return Run(clock.kind, policy.rule, policy, policy.due, chase, None, steps)


def _on_file(rule: DeadlineRule) -> str:
    """Manual, page and the day somebody last read it there."""
    return f"{rule.id} ({rule.source})"


# -------------------------------------------------------------------- what is not certain


def _with_cautions(run: Run, question: Question, verdict: Verdict) -> Run:
    """The run with what nobody knows of the law said, and no limit that may not bind."""
    steps = run.steps
    for rule in verdict.waiting:
        if rule.authority.layer is Layer.STATE:
            event = rule.limit.starts_on.replace("_", " ")
            steps = (
                *steps,
                f"{rule.id} ({rule.citation}) counts from: {event}. None is recorded; recorded, "
                "it may set an earlier limit.",
            )
    if "state_regulated" in question.plan_types and not _knows_state_law(verdict):
        whose = question.state or "the state that regulates this plan"
        steps = (
            *steps,
            f"The law of {whose} reaches this plan too and is not on file for this step: it may "
            "set another limit.",
        )
    legal = run.legal
    process = run.rule.reach.federal_external_review
    unsure = process is not None and question.federal_external_review is None
    if unsure and run.rule.owed_by is OwedBy.PAYER:
        legal = None
        steps = (
            *steps,
            "Not known: whether the federal or a state external review process applies. So this "
            "is a day to chase, not a limit.",
        )
    if legal == run.legal and steps is run.steps:
        return run
    return replace(run, legal=legal, steps=steps)


def _knows_state_law(verdict: Verdict) -> bool:
    """Whether a rule of the plan's state about this step is on file, be it one that lost."""
    if Layer.STATE in verdict.governing:
        return True
    return any(rejected.rule.authority.layer is Layer.STATE for rejected in verdict.rejected)
