"""Reads the files of law. A file that cannot be trusted is refused by file, rule and field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from priorauth.calendars.months import MissingDay
from priorauth.errors import RulebookError
from priorauth.rulebook.event_names import EXTRA_EVENTS, START_EVENTS
from priorauth.rulebook.plan_types import PLAN_TYPES
from priorauth.rulebook.remedies import Remedy
from priorauth.rulebook.rule import (
    Alternative,
    Authority,
    Basis,
    Confidence,
    Counting,
    DeadlineRule,
    Decider,
    Direction,
    Excluded,
    Extension,
    Limit,
    Period,
    Reach,
    Restart,
    Roll,
    SourceKind,
    Staffed,
    Stage,
    Take,
    Timing,
    Tolling,
    Unit,
    Variant,
)
from priorauth.rulebook.rulebook import Rulebook
from priorauth.terms import (
    AppealLevel,
    Channel,
    ClockKind,
    ItemKind,
    OwedBy,
    ReviewTiming,
    Urgency,
)

AUTHORITIES = Path(__file__).parent / "authorities"

_EVENTS = START_EVENTS | EXTRA_EVENTS | {"clock_start"}
_JURISDICTION = re.compile(r"baseline|policy|US(-[A-Z]{2})?")
_Choice = TypeVar("_Choice", bound=StrEnum)


@lru_cache(maxsize=1)
def shipped_rulebook() -> Rulebook:
    """The rules that come with this package, read once a process."""
    return load_rulebook(AUTHORITIES)


def load_rulebook(folder: Path) -> Rulebook:
    """Every `*.toml` file under `folder`, in order of name.

    Raises RulebookError naming file, rule and field for whatever cannot be trusted.
    """
    files = sorted(folder.rglob("*.toml"))
    if not files:
        raise RulebookError(f"{folder}: there is no rule file in this folder")
    rules: list[DeadlineRule] = []
    for file in files:
        rules.extend(_read_file(file, file.relative_to(folder).as_posix()))
    return Rulebook(rules)


def _read_file(file: Path, name: str) -> list[DeadlineRule]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulebookError(f"{name}: this is not a TOML file: {error}") from None
    top = _Table(name, "the file", content)
    head = _Table(name, "authority", top.table("authority"))
    authority = Authority(
        title=head.text("title"),
        jurisdiction=head.text("jurisdiction"),
        link=head.text("link", ""),
        file=name,
        federal_review_from=head.day("federal_review_from"),
    )
    if not _JURISDICTION.fullmatch(authority.jurisdiction):
        raise head.refusal(
            "jurisdiction", "write baseline, policy, US, or US- and the state's letters"
        )
    if authority.federal_review_from is not None and not authority.state:
        raise head.refusal("federal_review_from", "only the file of a state's law can say it")
    head.done()
    rows = top.take("rule", [])
    top.done()
    if not isinstance(rows, list) or not rows:
        raise RulebookError(f"{name}: the file holds no [[rule]]")
    return [_read_rule(row, authority, name) for row in rows]


class _Table:
    """A TOML table being read: each field taken once, with its type; what is left is refused."""

    def __init__(self, file: str, rule: str, content: Any) -> None:
        self.file = file
        self.rule = rule
        if not isinstance(content, dict):
            raise RulebookError(f"{file}: {rule}: a table is expected here")
        self._left: dict[str, Any] = dict(content)

    def refusal(self, field: str, why: str) -> RulebookError:
        """The error for one field, to be raised."""
        return RulebookError(f"{self.file}: rule {self.rule}: field {field}: {why}")

    def take(self, field: str, default: Any = ...) -> Any:
        if field not in self._left:
            if default is ...:
                raise self.refusal(field, "it is missing")
            return default
        return self._left.pop(field)

    def done(self) -> None:
        for field in self._left:
            raise self.refusal(field, "it is not a known field; check the spelling")

    def text(self, field: str, default: Any = ...) -> str:
        value = self.take(field, default)
        if not isinstance(value, str) or (default is ... and not value.strip()):
            raise self.refusal(field, "a text in quotes is expected")
        return str(value)

    def whole(self, field: str, default: Any = ...) -> Any:
        value = self.take(field, default)
        if value is not default and (not isinstance(value, int) or isinstance(value, bool)):
            raise self.refusal(field, f"a whole number is expected, not {value!r}")
        if isinstance(value, int) and value < 0:
            raise self.refusal(field, f"{value} is below zero")
        return value

    def yes_no(self, field: str, default: bool | None) -> Any:
        value = self.take(field, default)
        if value is not default and not isinstance(value, bool):
            raise self.refusal(field, f"true or false is expected, not {value!r}")
        return value

    def day(self, field: str) -> date | None:
        value = self.take(field, None)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self.refusal(field, "a date without quotes is expected, such as 2026-01-01")
        return value if isinstance(value, date) else None

    def choice(self, field: str, kind: type[_Choice], default: _Choice | None = None) -> _Choice:
        value = self.take(field, default if default is not None else ...)
        return self._one_of(field, kind, value)

    def choice_or_none(self, field: str, kind: type[_Choice]) -> _Choice | None:
        value = self.take(field, None)
        return None if value is None else self._one_of(field, kind, value)

    def choices(
        self, field: str, kind: type[_Choice], default: tuple[_Choice, ...]
    ) -> tuple[_Choice, ...]:
        value = self.take(field, list(default))
        if not isinstance(value, list):
            raise self.refusal(field, "a list is expected")
        return tuple(self._one_of(field, kind, one) for one in value)

    def _one_of(self, field: str, kind: type[_Choice], value: Any) -> _Choice:
        try:
            return kind(value)
        except ValueError:
            known = ", ".join(sorted(member.value for member in kind))
            raise self.refusal(field, f"{value!r} is not one of: {known}") from None

    def texts(self, field: str, default: Any = ...) -> tuple[str, ...]:
        value = self.take(field, default)
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise self.refusal(field, "a list of texts is expected")
        return tuple(value)

    def event(self, field: str, default: Any = ...) -> str:
        name = self.text(field, default)
        if name and name not in _EVENTS:
            raise self.refusal(field, f"{name!r} is not a known event")
        return name

    def table(self, field: str) -> Any:
        value = self.take(field)
        if not isinstance(value, dict):
            raise self.refusal(field, "a table is expected")
        return value

    def inner(self, field: str) -> _Table | None:
        value = self.take(field, None)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.refusal(field, "a table in braces is expected")
        return _Table(self.file, f"{self.rule}: {field}", value)


def _read_rule(row: Mapping[str, Any], authority: Authority, file: str) -> DeadlineRule:
    name = row.get("id") if isinstance(row, dict) else None
    table = _Table(file, str(name or "without id"), row)
    rule_id = table.text("id")
    reach = _read_reach(table)
    limit = _read_limit(table)
    rule = DeadlineRule(
        id=rule_id,
        authority=authority,
        kind=table.choice("kind", ClockKind),
        owed_by=table.choice("owed_by", OwedBy),
        decider=table.choice("decider", Decider, Decider.PAYER),
        reach=reach,
        limit=limit,
        is_automatic=bool(table.yes_no("automatic", True)),
        precedence=int(table.whole("precedence", 0)),
        extends=table.texts("extends", ()),
        received_counts=bool(table.yes_no("received_counts", False)),
        effective_from=table.day("effective_from"),
        effective_to=table.day("effective_to"),
        basis=table.choice("basis", Basis, Basis.LAW),
        confidence=table.choice("confidence", Confidence),
        source_kind=table.choice("source_kind", SourceKind),
        source=table.text("source", ""),
        citation=table.text("citation"),
        remedy=table.choice("remedy", Remedy),
        says=table.text("says"),
    )
    table.done()
    _check_rule(rule, table)
    return rule


def _read_reach(table: _Table) -> Reach:
    plan_types = table.texts("plan_types")
    for plan_type in plan_types:
        if plan_type not in PLAN_TYPES:
            raise table.refusal("plan_types", f"{plan_type!r} is not a known plan type")
    if not plan_types:
        raise table.refusal("plan_types", "name at least one")
    urgency = table.text("urgency")
    if urgency not in ("any", *Urgency):
        raise table.refusal("urgency", f"{urgency!r} is not one of: any, {', '.join(Urgency)}")
    stage = table.text("stage", Stage.REQUEST.value)
    if stage not in ("any", *Stage):
        raise table.refusal("stage", f"{stage!r} is not one of: any, {', '.join(Stage)}")
    return Reach(
        plan_types=plan_types,
        stage=None if stage == "any" else Stage(stage),
        urgency=None if urgency == "any" else Urgency(urgency),
        review_timings=table.choices("review_timings", ReviewTiming, tuple(ReviewTiming)),
        item=table.choice_or_none("item", ItemKind),
        channels=table.choices("channels", Channel, ()),
        level=table.choice_or_none("level", AppealLevel),
        appeal_levels=table.whole("appeal_levels", None),
        is_complex=table.yes_no("is_complex", None),
        federal_external_review=table.yes_no("federal_external_review", None),
        grandfathered=table.yes_no("grandfathered", None),
        period=_read_period(table.inner("period")),
        timing=_read_timing(table.inner("timing")),
        otherwise=table.text("otherwise", ""),
    )


def _read_period(table: _Table | None) -> Period | None:
    if table is None:
        return None
    event = table.event("event")
    began_from, began_before = table.day("began_from"), table.day("began_before")
    boundary = began_from or began_before
    if boundary is None or (began_from and began_before):
        raise table.refusal("began_from", "give either began_from or began_before")
    months = int(table.whole("months"))
    table.done()
    return Period(event, boundary, began_before is not None, months)


def _read_timing(table: _Table | None) -> Timing | None:
    if table is None:
        return None
    timing = Timing(
        event=table.event("event"),
        relation=table.text("relation"),
        hours=int(table.whole("hours")),
        other=table.event("other"),
    )
    if timing.relation not in ("at_least_before", "at_most_after"):
        raise table.refusal("relation", "write at_least_before or at_most_after")
    table.done()
    return timing


def _read_limit(table: _Table) -> Limit:
    unit = table.choice("unit", Unit)
    hours = unit is Unit.HOURS
    excludes = table.inner("excludes")
    excludes_from = excludes.event("from") if excludes else ""
    excludes_until = excludes.event("until") if excludes else ""
    if excludes:
        excludes.done()
    starts_on = table.text("starts_on")
    if starts_on not in START_EVENTS:
        raise table.refusal("starts_on", f"{starts_on!r} is not a known event")
    return Limit(
        starts_on=starts_on,
        safe_start=table.event("safe_start", ""),
        amount=int(table.whole("amount")),
        unit=unit,
        amount_min=table.whole("amount_min", None),
        amount_max=table.whole("amount_max", None),
        amount_from=table.event("amount_from", ""),
        chase_amount=table.whole("chase_amount", None),
        chase_unit=table.choice_or_none("chase_unit", Unit),
        chase_item=table.choice_or_none("chase_item", ItemKind),
        base_amount=table.whole("base_amount", None),
        presumption_days=table.whole("presumption_days", None),
        counting=table.choice(
            "counting", Counting, Counting.ELAPSED_HOURS if hours else Counting.WHOLE_DAYS
        ),
        excluded=frozenset(table.choices("excluded", Excluded, ())),
        missing_day=table.choice("missing_day", MissingDay, MissingDay.LAST_OF_MONTH),
        roll=table.choice("roll", Roll, Roll.NONE),
        direction=table.choice("direction", Direction, Direction.AFTER),
        plus_business_days=int(table.whole("plus_business_days", 0)),
        min_business_days=int(table.whole("min_business_days", 0)),
        cap_hours=table.whole("cap_hours", None),
        cap_days=table.whole("cap_days", None),
        alternative=_read_alternative(table.inner("alternative")),
        variant=_read_variant(table.inner("variant")),
        extension=_read_extension(table.inner("extension")),
        tolling=_read_tolling(table.inner("tolling")),
        excludes_from=excludes_from,
        excludes_until=excludes_until,
        late_days=table.whole("late_days", None),
        late_roll=table.choice("late_roll", Roll, Roll.NONE),
        restart=_read_restart(table.inner("restart")),
        staffed=_read_staffed(table.inner("staffed")),
    )


def _read_restart(table: _Table | None) -> Restart | None:
    if table is None:
        return None
    restart = Restart(amount=int(table.whole("amount")), unit=table.choice("unit", Unit))
    table.done()
    return restart


def _read_staffed(table: _Table | None) -> Staffed | None:
    if table is None:
        return None
    staffed = Staffed(_hours_of("business_days", table), _hours_of("other_days", table))
    table.done()
    return staffed


def _hours_of(field: str, table: _Table) -> tuple[time, time]:
    told = table.take(field)
    is_pair = isinstance(told, list) and len(told) == 2
    if not is_pair or not all(isinstance(one, time) for one in told) or told[0] >= told[1]:
        raise table.refusal(field, "the opening and the closing are expected: [06:00:00, 18:00:00]")
    return told[0], told[1]


def _read_alternative(table: _Table | None) -> Alternative | None:
    if table is None:
        return None
    alternative = Alternative(
        take=table.choice("take", Take),
        amount=table.whole("amount", None),
        unit=table.choice_or_none("unit", Unit),
        start=table.event("start", ""),
        until=table.event("until", ""),
        by_rule=table.text("by_rule", ""),
    )
    if bool(alternative.until) == (alternative.amount is not None):
        raise table.refusal("until", "give either until, or amount with unit and start")
    if alternative.amount is not None and not (alternative.unit and alternative.start):
        raise table.refusal("amount", "an amount needs unit and start beside it")
    table.done()
    return alternative


def _read_variant(table: _Table | None) -> Variant | None:
    if table is None:
        return None
    variant = Variant(
        event=table.event("event"),
        equals=int(table.whole("equals")),
        amount=int(table.whole("amount")),
    )
    table.done()
    return variant


def _read_extension(table: _Table | None) -> Extension | None:
    if table is None:
        return None
    extension = Extension(
        amount=int(table.whole("amount")),
        unit=table.choice("unit", Unit),
        not_for=table.choice_or_none("not_for", ItemKind),
    )
    table.done()
    return extension


def _read_tolling(table: _Table | None) -> Tolling | None:
    if table is None:
        return None
    tolling = Tolling(int(table.whole("answer_days")), int(table.whole("narrow_days")))
    table.done()
    return tolling


def _check_rule(rule: DeadlineRule, table: _Table) -> None:
    """What single fields cannot show: fields that contradict each other."""
    limit = rule.limit
    if rule.effective_from and rule.effective_to and rule.effective_to < rule.effective_from:
        raise table.refusal("effective_to", "it lies before effective_from")
    if limit.starts_on == "not_applicable" and limit.amount:
        raise table.refusal("starts_on", "not_applicable needs amount = 0")
    if (limit.counting is Counting.ELAPSED_HOURS) != (limit.unit is Unit.HOURS):
        raise table.refusal(
            "counting", f"{limit.counting.value} does not fit unit {limit.unit.value}"
        )
    if limit.unit is Unit.HOURS and limit.roll is not Roll.NONE:
        raise table.refusal("roll", "a limit of hours does not roll")
    if limit.late_roll is not Roll.NONE and limit.unit is not Unit.CALENDAR_DAYS:
        raise table.refusal("late_roll", "only the last of calendar days can be closed")
    later = limit.late_roll is not Roll.NONE or limit.late_days is not None
    if later and rule.owed_by is not OwedBy.PAYER:
        raise table.refusal("late_roll", "the clinic plans on no roll; only a payer's limit has it")
    if limit.staffed and limit.unit is Unit.HOURS:
        raise table.refusal("staffed", "it does not fit unit hours")
    if limit.excluded and limit.unit not in (Unit.HOURS, Unit.CALENDAR_DAYS):
        raise table.refusal("excluded", f"it does not fit unit {limit.unit.value}")
    if limit.amount_from and (limit.amount_min is None or limit.amount_max is None):
        raise table.refusal("amount_from", "it needs amount_min and amount_max")
    if limit.base_amount is not None and (
        limit.presumption_days is None or limit.base_amount + limit.presumption_days != limit.amount
    ):
        raise table.refusal("base_amount", "base_amount and presumption_days must add up to amount")
    for field, told in (("chase_unit", limit.chase_unit), ("chase_item", limit.chase_item)):
        if told is not None and limit.chase_amount is None:
            raise table.refusal(field, "it needs chase_amount")
    if limit.tolling and limit.extension is None:
        raise table.refusal("tolling", "only a rule with an extension can stop for an answer")
    if bool(rule.reach.timing) != bool(rule.reach.otherwise):
        raise table.refusal("otherwise", "timing and otherwise come together")
    if rule.kind is ClockKind.EXTENSION and not rule.extends and rule.is_automatic:
        raise table.refusal("extends", "an extension must name the rules it extends")
