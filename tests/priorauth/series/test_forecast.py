"""How far an approval carries, by hand; and what must hold of every forecast."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from priorauth.series.forecast import SESSIONS, Approved, Balance, GoesOn, Session, forecast
from priorauth.terms import Cadence

ONE = {"1": 1, "2": 1}


def on(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def given_on(text: str, units: dict[str, int] | None = None) -> Session:
    return Session(on(text), units or ONE, is_done=True)


def booked(text: str, units: dict[str, int] | None = None) -> Session:
    return Session(on(text), units or ONE)


def test_units_used_planned_and_left_stand_apart():
    found = forecast(Approved({"1": 6, "2": 6}), [given_on("09-14"), booked("09-17")])
    assert found.balances["1"] == Balance(approved=6, used=1, planned=1)
    assert found.balances["1"].left == 5
    assert found.covers_through is None


def test_units_carry_through_the_day_before_the_first_session_without():
    sessions = [given_on("09-14"), booked("09-17"), booked("09-21")]
    found = forecast(Approved({"1": 2, "2": 9}, last_on=on("12-31")), sessions)
    assert found.units_through == on("09-20")
    assert (found.short_of, found.uncovered_on, found.is_booked) == ("1", on("09-21"), True)
    assert found.covers_through == on("09-20")
    assert found.is_by_units


def test_the_days_may_end_before_the_units():
    found = forecast(
        Approved({"1": 2, "2": 9}, last_on=on("09-16")),
        [given_on("09-14"), booked("09-17"), booked("09-21")],
    )
    assert found.covers_through == on("09-16")
    assert not found.is_by_units


def test_a_course_that_goes_on_is_counted_at_its_own_cadence():
    # Weekly from Monday 14 September; three are covered: the fourth falls on 5 October.
    found = forecast(
        Approved({"1": 3}), [given_on("09-14", {"1": 1})], GoesOn(Cadence.WEEKLY, {"1": 1})
    )
    assert found.units_through == on("10-04")
    assert not found.is_booked


def test_a_course_that_ends_leaves_units_over_and_no_date():
    assert forecast(Approved({"1": 6}), [given_on("09-14")]).units_through is None


def test_approved_sessions_run_out_like_units():
    sessions = [given_on("09-14"), booked("09-17"), booked("09-21")]
    found = forecast(Approved({"1": None, "2": None}, sessions=2), sessions)
    assert (found.units_through, found.short_of) == (on("09-20"), SESSIONS)


def test_more_given_than_approved_shows_as_less_than_nothing_left():
    found = forecast(Approved({"1": 1}), [given_on("09-14"), given_on("09-17")])
    assert found.balances["1"].left == -1


def test_a_long_infusion_runs_out_by_its_further_hours():
    long = {"1": 1, "2": 3}
    sessions = [given_on("09-14", long), booked("09-17", long)]
    assert forecast(Approved({"1": 6, "2": 5}), sessions).short_of == "2"


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
units = st.dictionaries(st.sampled_from("123"), st.integers(1, 4), min_size=1)
a_session = st.builds(Session, days, units, st.booleans())
sessions = st.lists(a_session, max_size=12)
amounts = st.dictionaries(st.sampled_from("123"), st.integers(0, 12), min_size=1)
courses = st.none() | st.builds(
    GoesOn, st.sampled_from([each for each in Cadence if each is not Cadence.AS_NEEDED]), units
)
NEVER = date.max


def carries(approved: Approved, told: list[Session], goes_on: GoesOn | None) -> date:
    return forecast(approved, told, goes_on).covers_through or NEVER


@given(amounts, sessions, courses, st.sampled_from("123"), st.integers(1, 9))
def test_more_units_never_run_out_earlier(approved, told, goes_on, key, more):
    richer = {**approved, key: approved[key] + more} if key in approved else approved
    assert carries(Approved(richer), told, goes_on) >= carries(Approved(approved), told, goes_on)


@given(amounts, sessions, courses, days, st.integers(1, 200))
def test_a_later_last_day_never_carries_less(approved, told, goes_on, last, more):
    later = Approved(approved, last_on=last + timedelta(days=more))
    assert carries(later, told, goes_on) >= carries(Approved(approved, last_on=last), told, goes_on)


@given(amounts, st.lists(a_session, min_size=1, max_size=12), courses, days, units)
def test_one_more_session_in_the_book_never_carries_further(approved, told, goes_on, day, used):
    # At its place among the others; a later last session would only shift what is extrapolated.
    last = max(each.on for each in told)
    more = [*told, Session(min(day, last), used)]
    assert (
        carries(Approved(approved), more, goes_on) <= carries(Approved(approved), told, goes_on)
        or not told
    )


@given(amounts, sessions, courses)
def test_what_carries_is_enough_for_every_session_through_that_day(approved, told, goes_on):
    through = carries(Approved(approved), told, goes_on)
    for key, limit in approved.items():
        wanted = sum(each.units.get(key, 0) for each in told if each.on <= through and each.is_done)
        assert wanted <= limit or through < max(each.on for each in told)


@given(amounts, sessions)
def test_approved_less_used_is_left_for_every_line(approved, told):
    for key, balance in forecast(Approved(approved), told).balances.items():
        if key in approved:
            used = sum(each.units.get(key, 0) for each in told if each.is_done)
            assert balance.left == approved[key] - used
