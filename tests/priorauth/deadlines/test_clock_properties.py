"""What must hold of every clock: agreement with the slow reference, order, repeatability."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from priorauth.calendars.local_time import day_closes
from priorauth.deadlines.clock import ClockRun, run_clock
from priorauth.deadlines.facts import Moment
from priorauth.rulebook.loader import AUTHORITIES, shipped_rulebook
from priorauth.rulebook.rule import DeadlineRule, Direction
from tests.priorauth.slow_reference import slow_due, slow_tolled_due

RULES = shipped_rulebook()
COUNTED = [rule for rule in RULES if not rule.is_consequence]
# Hours that stand still or wait for a business day depend on the local calendar.
RUNNING_HOURS = [
    rule
    for rule in COUNTED
    if rule.limit.unit == "hours"
    and not (rule.limit.excluded or rule.limit.alternative)
    and not (rule.limit.min_business_days or rule.limit.plus_business_days)
]
ZONES = ["America/New_York", "America/Chicago", "America/Phoenix", "America/Los_Angeles"]
TABLES: dict[str, dict[str, Any]] = {
    table["id"]: table
    for file in AUTHORITIES.rglob("*.toml")
    for table in tomllib.loads(file.read_text(encoding="utf-8"))["rule"]
}

instants = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)
zones = st.sampled_from(ZONES)


def governs(rule: DeadlineRule, on: date) -> bool:
    """Whether the rule can be run from a start on `on` without further facts."""
    if not rule.is_in_force(on):
        return False
    period = rule.reach.period
    if period is None:
        return True
    return on < date(2026, 12, 31) if period.is_before else on >= date(2026, 1, 1)


def run(rule: DeadlineRule, at: datetime, zone: str, **events: Moment | int | None) -> ClockRun:
    return run_clock(rule, Moment.instant(at, zone), events, RULES)


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(COUNTED), instants, zones)
def test_every_rule_agrees_with_the_slow_reference(
    rule: DeadlineRule, at: datetime, zone: str
) -> None:
    start = Moment.instant(at, zone)
    if not governs(rule, start.on):
        return
    assert run(rule, at, zone).due == slow_due(TABLES[rule.id], at, zone)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(COUNTED), instants, zones, st.integers(0, 40 * 24 * 60))
def test_a_later_start_never_gives_an_earlier_due_date(
    rule: DeadlineRule, at: datetime, zone: str, minutes: int
) -> None:
    later = at + timedelta(minutes=minutes)
    days = (Moment.instant(at, zone).on, Moment.instant(later, zone).on)
    if not all(governs(rule, day) for day in days):
        return
    assert run(rule, at, zone).due <= run(rule, later, zone).due


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(COUNTED), instants, zones)
def test_running_twice_gives_the_same_and_the_chase_is_never_late(
    rule: DeadlineRule, at: datetime, zone: str
) -> None:
    if not governs(rule, Moment.instant(at, zone).on):
        return
    first = run(rule, at, zone)
    assert first == run(rule, at, zone)
    assert first.chase <= first.due <= first.late
    assert at <= first.chase or rule.limit.direction is Direction.BEFORE


@settings(max_examples=300, deadline=None)
@given(instants, zones, st.integers(0, 15), st.integers(0, 120))
def test_tolling_spends_the_same_days_as_counting_one_by_one(
    at: datetime, zone: str, noticed: int, answered: int
) -> None:
    receipt = Moment.instant(at, zone)
    notice = receipt.on + timedelta(days=noticed)
    answer = notice + timedelta(days=answered)
    got = run(
        RULES.rule("fed-erisa-pa-extension"),
        at,
        zone,
        extension_notice_sent=Moment.day(notice, zone),
        claimant_responded=Moment.day(answer, zone),
    )
    assert got.due == day_closes(slow_tolled_due(receipt.on, notice, answer, 30), zone)
    assert got.chase == day_closes(min(answer + timedelta(days=15), got_day(got, zone)), zone)


def got_day(got: ClockRun, zone: str) -> date:
    return Moment.instant(got.due, zone).on


@settings(max_examples=300, deadline=None)
@given(instants, zones, st.integers(0, 15), st.integers(0, 90), st.integers(0, 90))
def test_more_tolling_never_moves_the_payers_date_earlier(
    at: datetime, zone: str, noticed: int, answered: int, more: int
) -> None:
    notice = Moment.instant(at, zone).on + timedelta(days=noticed)

    def due(days: int) -> datetime:
        return run(
            RULES.rule("fed-erisa-pa-standard"),
            at,
            zone,
            extension_notice_sent=Moment.day(notice, zone),
            claimant_responded=Moment.day(notice + timedelta(days=days), zone),
        ).due

    assert due(answered) <= due(answered + more)


@settings(max_examples=200, deadline=None)
@given(instants, st.sampled_from(RUNNING_HOURS))
def test_hours_end_at_the_same_instant_in_every_zone(at: datetime, rule: DeadlineRule) -> None:
    if not all(governs(rule, Moment.instant(at, zone).on) for zone in ZONES):
        return
    assert len({run(rule, at, zone).due for zone in ZONES}) == 1


@settings(max_examples=200, deadline=None)
@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 40))
def test_proved_receipt_counts_from_that_day_both_ways(dated: date, days: int) -> None:
    zone = "America/New_York"
    printed, proved = Moment.day(dated, zone), Moment.day(dated + timedelta(days=days), zone)
    got = run_clock(RULES.rule("fed-ma-appeal-filing"), printed, {"proved_receipt": proved}, RULES)
    assert got.due == day_closes(proved.on + timedelta(days=60), zone)
    assert got.chase == min(got.due, day_closes(dated + timedelta(days=65), zone))


def test_a_day_without_hour_is_read_cautiously_on_both_sides() -> None:
    zone = "America/New_York"
    day = Moment.day(date(2026, 11, 25), zone)
    payer = run_clock(RULES.rule("fed-erisa-pa-urgent"), day, {}, RULES)
    assert payer.due == datetime(2026, 11, 29, 4, 59, 59, tzinfo=UTC)  # from the day's end
    assert payer.chase == datetime(2026, 11, 28, 5, tzinfo=UTC)  # from its beginning
    clinic = run_clock(RULES.rule("fed-erisa-urgent-info-supply"), day, {}, RULES)
    assert clinic.due == clinic.chase == datetime(2026, 11, 27, 5, tzinfo=UTC)
