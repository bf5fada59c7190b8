"""What must hold of every clock, over all rules: order, repeatability, and what an answer moves.

That the dates themselves are right is asked of the slow reference, in `tests/priorauth/reference`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from priorauth.calendars.local_time import day_closes
from priorauth.deadlines.clock import ClockRun, run_clock
from priorauth.deadlines.facts import Moment
from priorauth.errors import ClockError
from priorauth.rulebook.event_names import PRINTED_DATE_OF
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.rulebook.rule import DeadlineRule, Direction
from tests.priorauth.reference.inventing import Case, invent_one
from tests.priorauth.reference.law import read_law
from tests.priorauth.reference.moments import Happened

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
LAW = read_law()
# What may be asked of the clinic in between, and its answer.
ANSWERS = ("claimant_responded", "info_received")
# What may be known of the notice whose receipt starts a clock.
PRINTED = ("notice_dated", *PRINTED_DATE_OF.values())

instants = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)
zones = st.sampled_from(ZONES)
# A case of any rule with the events it listens to, as awkward as the slow reference's.
cases = st.tuples(st.sampled_from([rule.id for rule in COUNTED]), st.integers(0, 2**32)).map(
    lambda drawn: invent_one(LAW, drawn[0], Random(drawn[1]))
)
WAITING = [
    rule.id
    for rule in COUNTED
    if rule.limit.tolling or rule.limit.restart or rule.limit.excludes_from or rule.extends
]
waiting_cases = st.tuples(st.sampled_from(WAITING), st.integers(0, 2**32)).map(
    lambda drawn: invent_one(LAW, drawn[0], Random(drawn[1]))
)


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


def as_moment(happened: Happened) -> Moment:
    if happened.is_day:
        return Moment.day(happened.day, happened.zone)
    return Moment.instant(happened.first, happened.zone)


def run_case(case: Case, later: timedelta = timedelta(0), **other: Happened) -> ClockRun | None:
    """The case put to the engine, its start moved; None when the rule was not in force."""
    events = {
        name: as_moment(value) if isinstance(value, Happened) else value
        for name, value in {**case.events, **other}.items()
    }
    start = as_moment(case.start)
    if later:
        start = Moment.instant(case.start.first + later, case.start.zone)
    try:
        return run_clock(RULES.rule(case.rule), start, events, RULES)
    except ClockError:
        return None


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


@settings(max_examples=600, deadline=None)
@given(cases, st.integers(1, 40 * 24 * 60))
def test_a_later_start_never_gives_an_earlier_due_date_whatever_else_happened(
    case: Case, minutes: int
) -> None:
    """Within one effective period, and while the same events hold."""
    rule = RULES.rule(case.rule)
    names = ("extension_notice_sent", "info_request_sent", *PRINTED, *ANSWERS)
    events = {name: value for name, value in case.events.items() if name not in names}
    if rule.reach.timing or not isinstance(run_case(case), ClockRun):
        return
    # A clock whose own start is told, or counts from an answer, does not hang on the given one.
    plain = Case(case.rule, case.start, events)
    once, later = run_case(plain), run_case(plain, later=timedelta(minutes=minutes))
    if once is not None and later is not None and not case.start.is_day:
        assert once.due <= later.due
        assert once.late <= later.late


@settings(max_examples=600, deadline=None)
@given(cases)
def test_running_twice_changes_nothing_and_the_chase_is_never_late(case: Case) -> None:
    first = run_case(case)
    assert first == run_case(case)
    if first is None:
        return
    assert first.chase <= first.due <= first.late
    rule = RULES.rule(case.rule)
    assert case.start.first <= first.chase or rule.limit.direction is Direction.BEFORE


@settings(max_examples=600, deadline=None)
@given(waiting_cases, st.integers(0, 90))
def test_more_tolling_never_moves_a_payers_date_earlier(case: Case, more: int) -> None:
    until = RULES.rule(case.rule).limit.excludes_until
    names = [name for name in (*ANSWERS, until) if isinstance(case.events.get(name), Happened)]
    if not names:
        return
    answered = case.events[names[0]]
    assert isinstance(answered, Happened)
    later = Happened(
        answered.first + timedelta(days=more), answered.last + timedelta(days=more), answered.zone
    )
    once, longer = run_case(case), run_case(case, **{names[0]: later})
    assert (once is None) == (longer is None)
    if once is not None and longer is not None:
        assert once.due <= longer.due
        assert once.late <= longer.late


@settings(max_examples=600, deadline=None)
@given(waiting_cases)
def test_a_clock_that_stood_still_never_ends_before_one_that_did_not(case: Case) -> None:
    if case.rule == "st-la-pa-urgent":
        return  # La. R.S. 22:1260.44(B)(1): 48 hours from an answer may be less than two days
    names = (*ANSWERS, "info_request_sent", RULES.rule(case.rule).limit.excludes_until)
    straight = Case(
        case.rule,
        case.start,
        {name: value for name, value in case.events.items() if name not in names},
    )
    stood, ran = run_case(case), run_case(straight)
    assert (stood is None) == (ran is None)
    if stood is not None and ran is not None:
        assert ran.due <= stood.due
        assert ran.late <= stood.late


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
