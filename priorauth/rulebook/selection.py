"""Which rule governs, and why the others that look like it do not.

Facts and dates filter; within a layer of law the most specific rule wins, then an explicit
precedence. Two equal survivors are an error in the data. Where a fact is not known that would
decide between two rules, both are kept: the engine takes the cautious date of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from priorauth.calendars.months import MissingDay, add_months
from priorauth.errors import RulebookError
from priorauth.rulebook.rule import DeadlineRule, Layer, Period, Stage
from priorauth.rulebook.rulebook import Rulebook
from priorauth.terms import (
    AppealLevel,
    Channel,
    ClockKind,
    ItemKind,
    ReviewTiming,
    Urgency,
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be governed: one kind of deadline on one case, in the words of rules.

    `starts` holds the local dates of the start events that are known; `periods` the known starts
    of plan periods. None means not known.
    """

    kind: ClockKind
    stage: Stage
    plan_types: frozenset[str]
    state: str
    urgency: Urgency
    review_timing: ReviewTiming
    item: ItemKind
    is_complex: bool
    level: AppealLevel | None
    appeal_levels: int | None
    grandfathered: bool | None
    federal_external_review: bool | None
    starts: Mapping[str, date]
    periods: Mapping[str, date] = field(default_factory=dict)
    knows_timing: frozenset[str] = frozenset()
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A rule that reaches the plan and does not govern, and why in a sentence for staff."""

    rule: DeadlineRule
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rules that govern, layer by layer, and those that do not.

    A layer with two rules hinges on a fact that is not known, named in `doubts`. `waiting` are of
    law or baseline and would govern, but the event that starts them is not recorded.
    """

    governing: Mapping[Layer, tuple[DeadlineRule, ...]]
    waiting: tuple[DeadlineRule, ...]
    rejected: tuple[Rejected, ...]
    doubts: tuple[str, ...]

    @property
    def law(self) -> dict[Layer, tuple[DeadlineRule, ...]]:
        """What governs beside the baseline of expectations and the payer's own manuals."""
        beside = (Layer.BASELINE, Layer.POLICY)
        return {layer: rules for layer, rules in self.governing.items() if layer not in beside}


def select(question: Question, rulebook: Rulebook) -> Verdict:
    """The rules that govern `question`.

    Raises RulebookError when two rules of one layer of law claim the case with equal right.
    """
    survivors: dict[Layer, list[tuple[DeadlineRule, str]]] = {}
    waiting: list[DeadlineRule] = []
    rejected: list[Rejected] = []
    starts = question.starts
    for rule in rulebook.governable(
        question.kind, question.state, question.stage, question.plan_types
    ):
        why = _why_not(rule, question)
        if why:
            rejected.append(Rejected(rule, why))
        elif rule.limit.starts_on not in starts:
            if rule.authority.layer is not Layer.POLICY:
                waiting.append(rule)
            event = rule.limit.starts_on.replace("_", " ")
            rejected.append(Rejected(rule, f"its clock has not started: no {event} is recorded"))
        else:
            doubt = _doubt(rule, question)
            survivors.setdefault(rule.authority.layer, []).append((rule, doubt))
    governing: dict[Layer, tuple[DeadlineRule, ...]] = {}
    doubts: dict[str, None] = {}
    for layer, candidates in survivors.items():
        kept = _most_specific(candidates, rejected)
        governing[layer] = tuple(rule for rule, _ in kept)
        if len(kept) > 1:
            doubts.update((doubt, None) for _, doubt in kept if doubt)
    return Verdict(governing, tuple(waiting), tuple(rejected), tuple(doubts))


def _why_not(rule: DeadlineRule, question: Question) -> str:
    """The first known fact that takes the case out of the rule's reach; empty when none does."""
    reach = rule.reach
    on = question.starts.get(rule.limit.starts_on)
    if reach.urgency is not None and reach.urgency is not question.urgency:
        return f"it is for {_says(reach.urgency.label)} cases"
    if question.review_timing not in reach.review_timings:
        timings = " or ".join(_says(timing.label) for timing in reach.review_timings)
        return f"it is for requests {timings}"
    if reach.item is not None and reach.item is not question.item:
        return f"it is for {_says(reach.item.label)} lines"
    if reach.channels and question.channel and question.channel not in reach.channels:
        ways = " or ".join(_says(channel.label) for channel in reach.channels)
        return f"it is for requests sent by {ways}"
    if reach.level is not None and reach.level is not (question.level or AppealLevel.FIRST):
        return f"it is for the {_says(reach.level.label)}"
    if _differs(reach.appeal_levels, question.appeal_levels):
        return f"it is for plans with {reach.appeal_levels} level(s) of internal appeal"
    if reach.is_complex is not None and reach.is_complex is not question.is_complex:
        return f"it is for {'complex' if reach.is_complex else 'simple'} cases"
    if _differs(reach.grandfathered, question.grandfathered):
        return "the plan is grandfathered" if question.grandfathered else "it is for old plans"
    if _differs(reach.federal_external_review, question.federal_external_review):
        which = "a state" if reach.federal_external_review else "the federal"
        return f"{which} external review process applies to this plan"
    if on is not None and not rule.is_in_force(on):
        first, last = rule.effective_from, rule.effective_to
        if first and on < first:
            return f"it took effect on {first.isoformat()}, after this clock started"
        return f"it ended on {last.isoformat() if last else ''}, before this clock started"
    if on is None and _had_ended(rule, question):
        last = rule.effective_to
        return f"it ended on {last.isoformat() if last else ''}, before this clock could start"
    if _holds_period(rule, question) is False and reach.period is not None:
        return f"it is for plan periods that began {reach.period.words}"
    return ""


def _had_ended(rule: DeadlineRule, question: Question) -> bool:
    """Whether a rule whose start is not recorded was over before anything of the clock happened."""
    first = min(question.starts.values(), default=None)
    return rule.effective_to is not None and first is not None and first > rule.effective_to


def _holds_period(rule: DeadlineRule, question: Question) -> bool | None:
    period, on = rule.reach.period, question.starts.get(rule.limit.starts_on)
    if period is None or on is None:
        return True
    return holds_in_period(period, on, question.periods.get(period.event))


def _doubt(rule: DeadlineRule, question: Question) -> str:
    """The fact, not known, on which it hinges whether the rule governs; empty when none."""
    reach = rule.reach
    if reach.appeal_levels is not None and question.appeal_levels is None:
        return "how many levels of internal appeal the plan has"
    if reach.federal_external_review is not None and question.federal_external_review is None:
        return "whether the federal or a state external review process applies"
    if reach.period is not None and _holds_period(rule, question) is None:
        if reach.period.event == "plan_issued_or_renewed":
            return "when the plan was issued or last renewed"
        return f"the {reach.period.event.replace('_', ' ')} of the plan"
    if reach.channels and question.channel is None:
        return "how the request was sent"
    if reach.timing is not None and not {
        reach.timing.event,
        reach.timing.other,
    } <= question.knows_timing | set(question.starts):
        return f"when {reach.timing.other.replace('_', ' ')} was"
    return ""


def _differs(wanted: object, known: object) -> bool:
    return wanted is not None and known is not None and wanted != known


def _says(label: str) -> str:
    return label[:1].lower() + label[1:]


def _specificity(rule: DeadlineRule) -> tuple[int, ...]:
    reach = rule.reach
    return (
        rule.precedence,
        reach.item is not None,
        bool(reach.channels),
        reach.timing is not None,
        reach.urgency is not None,
        len(ReviewTiming) - len(reach.review_timings),
        reach.level is not None,
    )


def _most_specific(
    candidates: list[tuple[DeadlineRule, str]], rejected: list[Rejected]
) -> list[tuple[DeadlineRule, str]]:
    """The most specific certain rule, and every doubtful one at least as specific."""
    if len(candidates) == 1:
        return candidates
    certain = [rule for rule, doubt in candidates if not doubt]
    best = max(certain, key=_specificity, default=None)
    if best is not None:
        equals = [rule.id for rule in certain if _specificity(rule) == _specificity(best)]
        # What a clinic copied from manuals never stops its case: there the first on file governs.
        if len(equals) > 1 and best.authority.layer is not Layer.POLICY:
            raise RulebookError(
                f"{best.authority.file}: rules {', '.join(equals)}: field precedence: they claim "
                "the same case with equal right; narrow one or give one a precedence"
            )
    kept: list[tuple[DeadlineRule, str]] = []
    for rule, doubt in candidates:
        least = best is None or _specificity(rule) >= _specificity(best)
        if rule is best or (doubt and least):
            kept.append((rule, doubt))
        elif best is not None:
            rejected.append(Rejected(rule, f"{best.id} is more specific to this case"))
    return kept


def holds_in_period(period: Period, on: date, began: date | None) -> bool | None:
    """Whether the plan period that holds the day `on` began in time for the rule.

    `began` is any known start of the plan's period; periods repeat. None when it cannot be told.
    """
    if began is None:
        year = add_months(on, -period.months, MissingDay.LAST_OF_MONTH)
        earliest, latest = date.fromordinal(year.toordinal() + 1), on
    else:
        away = (on.year - began.year) * 12 + on.month - began.month
        began = add_months(began, away // period.months * period.months, MissingDay.LAST_OF_MONTH)
        if began > on:
            began = add_months(began, -period.months, MissingDay.LAST_OF_MONTH)
        earliest = latest = began
    if latest < period.boundary:
        return period.is_before
    return not period.is_before if earliest >= period.boundary else None
