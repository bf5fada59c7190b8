"""Many starts through one rule give what each alone gives, only sooner."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from priorauth.deadlines.clock import run_clock
from priorauth.deadlines.facts import Moment
from priorauth.deadlines.many_starts import due_dates
from priorauth.errors import ClockError
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.rulebook.rule import DeadlineRule

RULES = shipped_rulebook()
COUNTED = [rule for rule in RULES if not rule.is_consequence]
ZONES = ["America/New_York", "America/Chicago", "America/Phoenix", "America/Los_Angeles"]
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
# Both clock changes, leap days, and days about a holiday that is observed on another day.
AWKWARD = [
    date(2024, 2, 29),
    date(2024, 3, 9),
    date(2024, 3, 10),
    date(2026, 11, 1),
    date(2026, 11, 25),
    date(2027, 12, 31),
    date(2028, 2, 29),
    date(2028, 3, 12),
    date(2030, 11, 3),
]

days = st.dates(FIRST, LAST) | st.sampled_from(AWKWARD)
instants = st.builds(
    lambda on, minutes: (
        datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    days,
    st.integers(0, 36 * 60),
)
zones = st.sampled_from(ZONES)


def moment(start: date, zone: str) -> Moment:
    return Moment.instant(start, zone) if isinstance(start, datetime) else Moment.day(start, zone)


def one_by_one(rule: DeadlineRule, starts: list[date], zone: str) -> list[datetime] | str:
    try:
        return [run_clock(rule, moment(start, zone), {}, RULES).due for start in starts]
    except ClockError as refusal:
        return str(refusal)


def together(rule: DeadlineRule, starts: list[date], zone: str) -> list[datetime] | str:
    try:
        return due_dates(rule, starts, zone, RULES)
    except ClockError as refusal:
        return str(refusal)


@pytest.mark.parametrize("rule", COUNTED, ids=lambda rule: rule.id)
def test_every_hour_about_an_awkward_day_is_as_alone(rule: DeadlineRule) -> None:
    for zone, on in zip(ZONES * 3, AWKWARD, strict=False):
        midnight = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
        starts: list[date] = [midnight + timedelta(minutes=61 * n) for n in range(30)]
        starts += [on, on + timedelta(days=1), on]
        assert together(rule, starts, zone) == one_by_one(rule, starts, zone)


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(COUNTED), st.lists(instants | days, min_size=1, max_size=12), zones)
def test_any_starts_of_any_rule_are_as_alone(
    rule: DeadlineRule, starts: list[date], zone: str
) -> None:
    governed = [start for start in starts if rule.is_in_force(moment(start, zone).on)]
    assert together(rule, governed, zone) == one_by_one(rule, governed, zone)
    assert together(rule, starts, zone) == one_by_one(rule, starts, zone)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(COUNTED), st.lists(instants, min_size=2, max_size=12), zones)
def test_later_starts_never_give_earlier_dates(
    rule: DeadlineRule, starts: list[datetime], zone: str
) -> None:
    given_dates = together(rule, sorted(starts), zone)
    if isinstance(given_dates, list):
        assert given_dates == sorted(given_dates)


def test_the_order_of_the_starts_is_kept_and_they_are_counted_on_their_local_day() -> None:
    late, early = datetime(2026, 11, 26, 5, 30, tzinfo=UTC), datetime(2026, 11, 25, 20, tzinfo=UTC)
    found = due_dates(RULES.rule("fed-erisa-pa-standard"), [late, early], "America/New_York", RULES)
    assert found == [
        datetime(2026, 12, 12, 4, 59, 59, tzinfo=UTC),
        datetime(2026, 12, 11, 4, 59, 59, tzinfo=UTC),
    ]


def test_a_start_without_zone_an_unknown_zone_and_a_consequence_are_refused() -> None:
    rule = RULES.rule("fed-erisa-pa-standard")
    with pytest.raises(ClockError, match="needs a time zone"):
        due_dates(rule, [datetime(2026, 11, 25)], "America/New_York", RULES)
    with pytest.raises(ClockError, match="is not known"):
        due_dates(rule, [date(2026, 11, 25)], "America/Nowhere", RULES)
    consequence = next(each for each in RULES if each.is_consequence)
    with pytest.raises(ClockError, match="legal consequence"):
        due_dates(consequence, [date(2026, 11, 25)], "America/New_York", RULES)
