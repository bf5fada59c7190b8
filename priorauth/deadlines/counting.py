"""The end of a limit from its start: hours, days, business days and months, and nothing else.

Pure arithmetic: which event starts a clock and what moves it is decided in `clock.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

from priorauth.calendars.day_table import DayTable, day_table, federal_business_days
from priorauth.calendars.hours import add_hours, add_open_hours
from priorauth.calendars.local_time import day_closes, local_date, zone_named
from priorauth.calendars.months import add_months
from priorauth.calendars.state_days import public_holiday_table, state_day_table
from priorauth.calendars.wording import say_count, say_day, say_list, say_time
from priorauth.deadlines.facts import Moment
from priorauth.errors import ClockError
from priorauth.rulebook.rule import Counting, Direction, Excluded, Limit, Roll, Unit

# Counted and skipped days are named one by one up to this many; beyond, only the holidays are.
_NAMED_DAYS = 12
# What a business day is not.
_CLOSED = frozenset(Excluded)

# Makes the sentences of one step.
Told = Callable[[], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a count ends (aware UTC), and how it got there in sentences.

    `told` makes the sentences: many counts are only compared, and nobody reads how they went.
    """

    at: datetime
    told: tuple[Told, ...] = ()

    @property
    def steps(self) -> tuple[str, ...]:
        """The sentences, made each time they are asked for."""
        return tuple(says for tell in self.told for says in tell())


def end_of_limit(
    limit: Limit, amount: int, start: Moment, *, early: bool, state: str = "", law_of: str = ""
) -> Reached:
    """The last moment of `amount` units of `limit` from `start`, with caps and rolls.

    A start whose hour is not known is taken at the beginning of its day when `early`, else at the
    end. `state` closes that state's own holidays as well; `law_of` is the state whose public
    holidays a roll asks about. Raises ClockError when the count leaves the calendar.
    """
    reached = count(limit, amount, limit.unit, start, early=early, state=state)
    reached = _within_caps(limit, start, reached, early=early, state=state)
    return rolled(limit.roll, start.zone, reached, law_of)


def count(
    limit: Limit, amount: int, unit: Unit, start: Moment, *, early: bool, state: str = ""
) -> Reached:
    """`amount` of `unit` from `start`, without caps and rolls."""
    base = start.earliest if early else start.latest
    try:
        if unit is Unit.HOURS:
            return _hours(limit, amount, base, start.zone, state)
        if limit.direction is Direction.BEFORE:
            return _days_before(limit, amount, unit, start, state)
        return _days(limit, amount, unit, start, base, state)
    except OverflowError:
        raise ClockError(f"a count from {start.on.isoformat()} leaves the calendar") from None


def _hours(limit: Limit, amount: int, base: datetime, zone: str, state: str) -> Reached:
    if limit.direction is Direction.BEFORE:
        at = add_hours(base, -amount)
        return Reached(
            at, (lambda: (f"{say_count(amount, 'hours')} before it: {say_time(at, zone)}.",),)
        )
    if not limit.excluded:
        at = add_hours(base, amount)
        return Reached(at, (lambda: (_say_hours(amount, base, at, zone),),))
    table = _table_without(limit.excluded, state)
    at = add_open_hours(base, amount, zone, table)
    return Reached(at, (lambda: _say_open_hours(amount, base, at, zone, table),))


def _say_open_hours(
    amount: int, base: datetime, at: datetime, zone: str, table: DayTable
) -> tuple[str, ...]:
    skipped = table.closed_between(local_date(base, zone), local_date(at, zone))
    says = f"{say_count(amount, 'hours')} that stand still on closed days end {say_time(at, zone)}."
    return (says, *_say_skipped(skipped))


def _say_hours(amount: int, base: datetime, at: datetime, zone: str) -> str:
    info = zone_named(zone)
    moved = base.astimezone(info).utcoffset() != at.astimezone(info).utcoffset()
    clocks = " The clocks change in between, so the hour on the wall differs." if moved else ""
    return (
        f"{say_count(amount, 'hours')} of real time from {say_time(base, zone)} end "
        f"{say_time(at, zone)}; nights, weekends and holidays count.{clocks}"
    )


def _days(
    limit: Limit, amount: int, unit: Unit, start: Moment, base: datetime, state: str
) -> Reached:
    on = start.on
    told: Told
    if unit is Unit.MONTHS:
        last = add_months(on, amount, limit.missing_day)
        told = partial(_say_months, on, last, amount)
    elif unit is Unit.BUSINESS_DAYS or limit.excluded:
        table = _table_without(limit.excluded or _CLOSED, state)
        last = table.add(on, amount)
        told = partial(_say_counted, table, on, last, amount)
    else:
        last = on + timedelta(days=amount)
        told = partial(_say_calendar_days, on, last, amount)
    if limit.counting is Counting.SAME_TIME_OF_DAY:
        at = _same_time(base, last, start.zone)
        says = f"It ends at the same time of day: {say_time(at, start.zone)}."
        return Reached(at, (told, lambda: (says,)))
    return Reached(day_closes(last, start.zone), (told,))


def _say_months(on: date, last: date, amount: int) -> tuple[str, ...]:
    lacks = " (that month lacks the day)" if last.day != on.day else ""
    return (f"{say_count(amount, 'months')} after {say_day(on)} is {say_day(last)}{lacks}.",)


def _say_calendar_days(on: date, last: date, amount: int) -> tuple[str, ...]:
    return (
        f"{say_count(amount, 'calendar days')} after {say_day(on)} is {say_day(last)}; "
        "weekends and holidays count.",
    )


def _days_before(limit: Limit, amount: int, unit: Unit, start: Moment, state: str) -> Reached:
    if unit is Unit.MONTHS:
        last = add_months(start.on, -amount, limit.missing_day)
    elif unit is Unit.BUSINESS_DAYS:
        last = state_day_table(state).subtract(start.on - timedelta(days=1), amount - 1)
    else:
        last = start.on - timedelta(days=amount)
    return Reached(
        day_closes(last, start.zone), (lambda: _say_days_before(unit, amount, start.on, last),)
    )


def _say_days_before(unit: Unit, amount: int, on: date, last: date) -> tuple[str, ...]:
    unit_name = unit.value.replace("_", " ")
    return (f"{say_count(amount, unit_name)} before {say_day(on)} is {say_day(last)}.",)


def _same_time(at: datetime, last: date, zone: str) -> datetime:
    info = zone_named(zone)
    wall = at.astimezone(info).timetz().replace(tzinfo=None)
    return datetime.combine(last, wall, info).astimezone(UTC)


def _table_without(excluded: frozenset[Excluded], state: str) -> DayTable:
    return state_day_table(
        state,
        weekends_open=Excluded.WEEKENDS not in excluded,
        holidays_open=Excluded.HOLIDAYS not in excluded,
    )


def _within_caps(
    limit: Limit, start: Moment, reached: Reached, *, early: bool, state: str
) -> Reached:
    """Further conditions of mixed rules: "72 hours and a business day", "but never beyond"."""
    zone = start.zone
    if limit.plus_business_days:
        on = state_day_table(state).add(local_date(reached.at, zone), limit.plus_business_days)
        says = f"{say_count(limit.plus_business_days, 'business days')} more: {say_day(on)}."
        reached = Reached(day_closes(on, zone), _and(reached, says))
    if limit.min_business_days:
        on = state_day_table(state).add(start.on, limit.min_business_days)
        needed = say_count(limit.min_business_days, "business days")
        if (closes := day_closes(on, zone)) > reached.at:
            says = f"The period must hold {needed}, so it runs to the end of {say_day(on)}."
            reached = Reached(closes, _and(reached, says))
    caps: list[tuple[datetime, str]] = []
    if limit.cap_hours is not None:
        base = start.earliest if early else start.latest
        caps.append((add_hours(base, limit.cap_hours), say_count(limit.cap_hours, "hours")))
    if limit.cap_days is not None:
        closes = day_closes(start.on + timedelta(days=limit.cap_days), zone)
        caps.append((closes, say_count(limit.cap_days, "calendar days")))
    for cap, words in caps:
        if cap < reached.at:
            says = f"Never beyond {words}: {say_time(cap, zone)} comes first."
            reached = Reached(cap, _and(reached, says))
    return reached


def _and(reached: Reached, says: str) -> tuple[Told, ...]:
    return (*reached.told, lambda: (says,))


def rolled(roll: Roll, zone: str, reached: Reached, state: str = "") -> Reached:
    """The end moved off a closed day as `roll` says; `state` is whose holidays it asks about."""
    if roll is Roll.NONE:
        return reached
    on = local_date(reached.at, zone)
    if roll is Roll.NEXT_BUSINESS_DAY:
        table = state_day_table(state)
    elif roll is Roll.NEXT_DAY_NOT_A_STATE_HOLIDAY:
        table = public_holiday_table(state)
    else:
        table = day_table(observed=False)
    reason = table.reason(on)
    if reason:
        moved = table.on_or_after(on)
        says = f"{say_day(on)} is closed ({reason}), so the last day moves to {say_day(moved)}."
        return Reached(day_closes(moved, zone), _and(reached, says))
    observed = federal_business_days().reason(on)
    if observed:
        says = (
            f"{say_day(on)} is only the day on which a holiday is observed ({observed}): "
            "do not rely on a later last day."
        )
        return Reached(reached.at, _and(reached, says))
    return reached


def _say_counted(table: DayTable, start: date, last: date, amount: int) -> tuple[str, ...]:
    noun = "calendar days without holidays" if table.weekends_open else "business days"
    skipped = table.closed_between(start + timedelta(days=1), last)
    if amount > _NAMED_DAYS:
        says = f"{amount} {noun} after {say_day(start)} end on {say_day(last)}."
        holidays = tuple((on, why) for on, why in skipped if why != "weekend")
        return (says, *_say_skipped(holidays))
    days: list[date] = []
    on = start
    for _ in range(amount):
        on = table.add(on, 1)
        days.append(on)
    counted = say_list([f"{say_day(on)} = {n}" for n, on in enumerate(days, 1)])
    return (f"Counted ({noun}): {counted}.", *_say_skipped(skipped))


def _say_skipped(skipped: tuple[tuple[date, str], ...]) -> tuple[str, ...]:
    if not skipped:
        return ()
    return (f"Not counted: {say_list([f'{say_day(on)} ({why})' for on, why in skipped])}.",)
