"""All rules together: found by name or kind, and checked against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from difflib import get_close_matches

from priorauth.errors import ClockError, RulebookError
from priorauth.rulebook.plan_types import ANY_PLAN
from priorauth.rulebook.rule import DeadlineRule, Layer, Stage
from priorauth.terms import ClockKind


class Rulebook:
    """An immutable set of rules.

    Raises RulebookError when two rules share an id, refer to a rule that is not there, or claim
    the same cases at the same time, and when days lie between two versions of one rule.
    """

    def __init__(self, rules: Iterable[DeadlineRule]) -> None:
        self._by_id: dict[str, DeadlineRule] = {}
        self._by_kind: dict[ClockKind, list[DeadlineRule]] = {}
        self._by_state: dict[tuple[ClockKind, str], tuple[DeadlineRule, ...]] = {}
        self._by_plan: dict[
            tuple[ClockKind, str, Stage, frozenset[str]], tuple[DeadlineRule, ...]
        ] = {}
        self._apart: dict[tuple[str, frozenset[str]], bool] = {}
        self._federal_review: dict[str, date] = {}
        for rule in rules:
            if twin := self._by_id.get(rule.id):
                raise RulebookError(
                    f"{rule.authority.file}: rule {rule.id}: field id: "
                    f"already used in {twin.authority.file}"
                )
            self._by_id[rule.id] = rule
            self._by_kind.setdefault(rule.kind, []).append(rule)
            if rule.authority.federal_review_from is not None:
                self._federal_review[rule.authority.state] = rule.authority.federal_review_from
        for rule in self:
            self._check_references(rule)
        for siblings in self._by_kind.values():
            _check_overlaps(siblings)
            _check_gaps(siblings)

    def __iter__(self) -> Iterator[DeadlineRule]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, rule_id: str) -> bool:
        return rule_id in self._by_id

    def joined_by(self, rules: Iterable[DeadlineRule]) -> Rulebook:
        """This book with a clinic's own rules beside it; the book itself when there are none.

        They are not checked against each other: among rules of one payer the first one governs.
        Raises RulebookError when one has the id of another rule.
        """
        more = tuple(rules)
        if not more:
            return self
        joined = Rulebook(())
        joined._by_id = dict(self._by_id)
        joined._federal_review = self._federal_review
        joined._by_kind = {kind: [*known] for kind, known in self._by_kind.items()}
        for rule in more:
            if rule.id in joined._by_id:
                raise RulebookError(f"{rule.authority.file}: rule {rule.id}: it is there already")
            joined._by_id[rule.id] = rule
            joined._by_kind.setdefault(rule.kind, []).append(rule)
        return joined

    def rule(self, rule_id: str) -> DeadlineRule:
        """The rule of that id. Raises ClockError, naming near spellings, when there is none."""
        try:
            return self._by_id[rule_id]
        except KeyError:
            near = get_close_matches(rule_id, self._by_id, n=3)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise ClockError(f"no rule {rule_id!r} is on file{hint}") from None

    def of_kind(self, kind: ClockKind) -> tuple[DeadlineRule, ...]:
        """Every rule about one kind of deadline, in the order of the files."""
        return tuple(self._by_kind.get(kind, ()))

    def reaching(self, kind: ClockKind, state: str) -> tuple[DeadlineRule, ...]:
        """Every rule about one kind of deadline that is not another state's law."""
        found = self._by_state.get((kind, state))
        if found is None:
            found = tuple(r for r in self.of_kind(kind) if r.authority.state in ("", state))
            self._by_state[kind, state] = found
        return found

    def governable(
        self, kind: ClockKind, state: str, stage: Stage, plan_types: frozenset[str]
    ) -> tuple[DeadlineRule, ...]:
        """Those of `reaching` that run by themselves for a plan of these types at this stage."""
        asked = (kind, state, stage, plan_types)
        found = self._by_plan.get(asked)
        if found is None:
            found = tuple(
                rule
                for rule in self.reaching(kind, state)
                if rule.is_automatic
                and not rule.is_consequence
                and rule.reach.stage in (None, stage)
                and (ANY_PLAN in rule.reach.plan_types or _is_for(rule, plan_types))
            )
            self._by_plan[asked] = found
        return found

    def tells_items_apart(self, state: str, plan_types: frozenset[str]) -> bool:
        """Whether any rule that may reach a plan of these types asks if a line is drug or service.

        Read over all kinds of deadline and all stages: False is certain, True only possible.
        """
        asked = (state, plan_types)
        found = self._apart.get(asked)
        if found is None:
            found = any(
                _asks_for_item(rule)
                and rule.authority.state in ("", state)
                and (ANY_PLAN in rule.reach.plan_types or _is_for(rule, plan_types))
                for rule in self
            )
            self._apart[asked] = found
        return found

    def takes_federal_review(self, state: str, on: date) -> bool:
        """Whether the law of `state` on file says its plans go through the federal review by `on`.

        Grandfathered plans are not meant: no federal right reaches them.
        """
        since = self._federal_review.get(state)
        return since is not None and since <= on

    def says_there_is_none(
        self, kind: ClockKind, stage: Stage, plan_types: frozenset[str], on: date
    ) -> DeadlineRule | None:
        """The rule in force on `on` that says a plan of these types has no such step at all."""
        for rule in self.of_kind(kind):
            if (
                rule.is_consequence
                and rule.limit.starts_on == "not_applicable"
                and rule.reach.stage in (None, stage)
                and rule.is_in_force(on)
                and _is_for(rule, plan_types)
            ):
                return rule
        return None

    def extension_of(self, rule: DeadlineRule, on: date) -> DeadlineRule | None:
        """The rule in force on `on` that gives the payer's extended decision after `rule`."""
        for candidate in self.of_kind(ClockKind.EXTENSION):
            if rule.id in candidate.extends and candidate.is_in_force(on):
                return candidate
        return None

    def meaning_of_silence(
        self, rule: DeadlineRule, plan_types: frozenset[str], on: date, state: str = ""
    ) -> DeadlineRule | None:
        """The rule without a countdown that says what it means when the limit of `rule` passes.

        One of the same body of law, at the same stage, for a plan of these types, in force on `on`;
        or of the plan's own `state`, where a federal limit is the only one on file for the step.
        """
        bodies = [rule.authority.jurisdiction]
        if rule.authority.layer is Layer.FEDERAL and not self._has_own_limit(state, rule):
            bodies.append(f"US-{state}")
        for body in bodies:
            for other in self:
                if (
                    other.is_consequence
                    and other.limit.starts_on == "end_of_decision_period"
                    and other.reach.stage in (None, rule.reach.stage)
                    and other.is_in_force(on)
                    and other.authority.jurisdiction == body
                    and _is_for(other, plan_types)
                ):
                    return other
        return None

    def _has_own_limit(self, state: str, rule: DeadlineRule) -> bool:
        """Whether a state has a limit of its own on file for the step that `rule` is about."""
        return any(
            other.authority.state == state and not other.is_consequence
            for other in self.reaching(rule.kind, state)
            if other.authority.state and other.reach.stage in (None, rule.reach.stage)
        )

    def in_force_instead(self, rule: DeadlineRule, on: date) -> DeadlineRule | None:
        """The rule about the same cases that was in force on `on`, if there was one."""
        for other in self.of_kind(rule.kind):
            if (
                other is not rule
                and other.is_in_force(on)
                and other.authority.jurisdiction == rule.authority.jurisdiction
                and other.limit.starts_on == rule.limit.starts_on
                and other.reach.urgency is rule.reach.urgency
                and other.reach.stage is rule.reach.stage
                and other.reach.level is rule.reach.level
                and other.reach.appeal_levels == rule.reach.appeal_levels
                and other.reach.review_timings == rule.reach.review_timings
                and other.reach.channels == rule.reach.channels
                and _items_meet(other, rule)
                and set(other.reach.plan_types) & set(rule.reach.plan_types)
            ):
                return other
        return None

    def _check_references(self, rule: DeadlineRule) -> None:
        alternative = rule.limit.alternative
        named = {
            "extends": rule.extends,
            "otherwise": (rule.reach.otherwise,) if rule.reach.otherwise else (),
            "alternative": (alternative.by_rule,) if alternative and alternative.by_rule else (),
        }
        for field, ids in named.items():
            for rule_id in ids:
                if rule_id not in self._by_id:
                    raise RulebookError(
                        f"{rule.authority.file}: rule {rule.id}: field {field}: "
                        f"there is no rule {rule_id!r}"
                    )


def _is_for(rule: DeadlineRule, plan_types: frozenset[str]) -> bool:
    return not plan_types.isdisjoint(rule.reach.plan_types)


def _asks_for_item(rule: DeadlineRule) -> bool:
    extension = rule.limit.extension
    return (
        rule.reach.item is not None
        or rule.limit.chase_item is not None
        or (extension is not None and extension.not_for is not None)
    )


def _items_meet(one: DeadlineRule, other: DeadlineRule) -> bool:
    return one.reach.item is None or other.reach.item is None or one.reach.item is other.reach.item


def _check_overlaps(siblings: list[DeadlineRule]) -> None:
    """Two rules that claim the very same cases in the same days are an error in the data."""
    automatic = [rule for rule in siblings if rule.is_automatic]
    for index, rule in enumerate(automatic):
        for other in automatic[index + 1 :]:
            if _claim_the_same(rule, other) and _days_meet(rule, other):
                raise RulebookError(
                    f"{other.authority.file}: rule {other.id}: field effective_from: it claims the "
                    f"same cases at the same time as {rule.id} ({rule.authority.file}); end one, "
                    "narrow one, or give one a precedence"
                )


def _check_gaps(siblings: list[DeadlineRule]) -> None:
    """Days between two versions of one rule on which neither holds are an error in the data.

    A rule that ends and has no later version was repealed: that is no gap.
    """
    automatic = [rule for rule in siblings if rule.is_automatic]
    for rule in automatic:
        if rule.effective_to is None:
            continue
        morrow = rule.effective_to + timedelta(days=1)
        later = [
            other
            for other in automatic
            if other is not rule
            and (other.effective_to is None or other.effective_to >= morrow)
            and _claim_the_same(rule, other)
        ]
        if later and not any(other.is_in_force(morrow) for other in later):
            after = min(later, key=lambda other: other.effective_from or morrow)
            raise RulebookError(
                f"{rule.authority.file}: rule {rule.id}: field effective_to: no rule covers the "
                f"same cases from {morrow.isoformat()} until {after.id} takes effect on "
                f"{after.effective_from.isoformat() if after.effective_from else ''}; close the "
                "gap, or say in a rule of its own what holds meanwhile"
            )


def _claim_the_same(one: DeadlineRule, other: DeadlineRule) -> bool:
    here, there = one.reach, other.reach
    return (
        one.authority.jurisdiction == other.authority.jurisdiction
        and one.precedence == other.precedence
        and bool(set(here.plan_types) & set(there.plan_types))
        and (here.stage, here.urgency, here.review_timings, here.item, here.channels)
        == (there.stage, there.urgency, there.review_timings, there.item, there.channels)
        and (here.level, here.appeal_levels, here.is_complex)
        == (there.level, there.appeal_levels, there.is_complex)
        and (here.federal_external_review, here.grandfathered)
        == (there.federal_external_review, there.grandfathered)
        and (here.period, here.timing) == (there.period, there.timing)
    )


def _days_meet(one: DeadlineRule, other: DeadlineRule) -> bool:
    return (
        one.effective_to is None
        or other.effective_from is None
        or one.effective_to >= other.effective_from
    ) and (
        other.effective_to is None
        or one.effective_from is None
        or other.effective_to >= one.effective_from
    )
