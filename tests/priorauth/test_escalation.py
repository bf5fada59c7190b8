"""Who is called in when nobody answers, and that somebody always hears of it in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.escalation import escalated
from priorauth.reminders import Audience, first_rung_at, is_hour_clock, ladder
from priorauth.terms import ClockKind, OwedBy

ZONE = "America/New_York"
OFFICE = StaffedHours(ZONE)


def at(*parts: int) -> datetime:
    return datetime(2026, *parts, tzinfo=UTC)


STARTED, DUE, WORKING = at(3, 2, 13), at(5, 2, 3, 59, 59), at(4, 28, 21)  # due Friday 1 May


def climbed(answered_at=None, started=STARTED, due=DUE, working=WORKING, hours=OFFICE):
    rungs = ladder(
        ClockKind.APPEAL_FILING, OwedBy.CLINIC, started, due, working,
        legal=due, zone=ZONE, hours=hours,
    )  # fmt: skip
    return escalated(
        rungs,
        due=due,
        safe=min(working or due, due),
        is_hour_clock=is_hour_clock(started, due),
        hours=hours,
        answered_at=answered_at,
        word_at=lambda _: "due soon",
    )


def calls(rungs):
    return [(rung.at, rung.audience) for rung in rungs if rung.audience]


def test_a_reminder_far_from_the_end_calls_nobody_in():
    assert not [one for one, _ in calls(climbed()) if one < WORKING - timedelta(days=3)]


def test_the_backup_comes_after_four_staffed_hours_then_the_leads_then_the_owners():
    # Rungs on Tuesday 28 April 08:00 (working) and on Thursday 30 April 08:00 (one day before).
    working_day = [one for one in calls(climbed()) if at(4, 28, 12) < one[0] < at(4, 30, 12)]
    assert working_day == [
        (at(4, 28, 16), Audience.BACKUP),  # 12:00
        (at(4, 28, 20), Audience.LEADS),  # 16:00
        (at(4, 29, 15), Audience.OWNERS),  # 17:00 is an hour on; 11:00 next day
    ]


def test_recorded_on_its_last_day_it_is_mailed_at_once_however_many_may_be_called_in_later():
    # Friday 1 May, 14:00 in New York: the last own rung was at 08:00, the next is Monday's.
    assert first_rung_at(climbed(), at(5, 1, 18)) == at(5, 1, 18)


def test_nobody_is_called_in_for_a_rung_that_lay_behind_before_it_was_recorded():
    # Tuesday 28 April, 09:00 in New York, an hour after a rung: the next own one is Thursday's.
    assert first_rung_at(climbed(), at(4, 28, 13)) == at(4, 30, 12)


def test_on_the_last_day_the_next_person_hears_of_it_after_one_staffed_hour():
    last_day = [one for one in calls(climbed()) if at(5, 1, 12) < one[0] <= DUE]
    assert last_day[:3] == [
        (at(5, 1, 13), Audience.BACKUP),
        (at(5, 1, 14), Audience.LEADS),
        (at(5, 1, 15), Audience.OWNERS),
    ]


def test_an_answer_stops_it_until_the_next_rung_asks_anew():
    answered_at = at(4, 28, 15)
    got = calls(climbed(answered_at))
    assert not [one for one, _ in got if at(4, 28, 12) <= one < at(4, 30, 12)]
    assert [one for one, _ in got if at(5, 1, 12) < one <= DUE]


def test_what_went_out_before_the_answer_stays_on_the_ladder():
    got = calls(climbed(at(4, 28, 17)))
    assert (at(4, 28, 16), Audience.BACKUP) in got
    assert (at(4, 28, 20), Audience.LEADS) not in got


def test_a_clock_in_hours_waits_minutes_whatever_the_hour():
    got = climbed(started=at(3, 7, 4), due=at(3, 8, 4), working=None)  # a Saturday
    first = got[0]
    assert calls(got)[:3] == [
        (first.at + timedelta(minutes=30), Audience.BACKUP),
        (first.at + timedelta(minutes=60), Audience.LEADS),
        (first.at + timedelta(minutes=90), Audience.OWNERS),
    ]


def test_unanswered_and_critical_it_never_falls_silent_before_the_due_date():
    """Within staffed days no gap is longer than a day."""
    told = [rung.at for rung in climbed() if WORKING - timedelta(hours=10) <= rung.at <= DUE]
    gaps = [later - sooner for sooner, later in pairwise(told)]
    assert max(gaps) <= timedelta(hours=24)


weeks = st.dictionaries(
    st.integers(0, 6),
    st.tuples(st.integers(0, 20), st.integers(1, 3)).map(
        lambda span: ((time(span[0]), time(span[0] + span[1])),)
    ),
    max_size=6,
)
closures = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 6)).map(
        lambda span: (
            date(2026, 3, 1) + timedelta(days=span[0]),
            date(2026, 3, 1) + timedelta(days=span[0] + span[1]),
        )
    ),
    max_size=4,
).map(tuple)


@given(
    weekly=weeks,
    closed=closures,
    minutes=st.integers(30, 60 * 24 * 75),
    working_share=st.none() | st.floats(0.05, 1),
    kind=st.sampled_from([ClockKind.APPEAL_FILING, ClockKind.SUBMIT_BY, ClockKind.INFO_SUPPLY]),
    start=st.integers(0, 60 * 24 * 20),
)
def test_a_rung_is_inside_staffed_hours_before_the_last_safe_moment_wherever_one_exists(
    weekly, closed, minutes, working_share, kind, start
):
    started = at(3, 1) + timedelta(minutes=start)
    due = started + timedelta(minutes=minutes)
    working = started + (due - started) * working_share if working_share else None
    safe = min(working or due, due)
    hours = StaffedHours(ZONE, weekly, closed)
    # Asked minute by minute, with a margin for stretches shorter than a step.
    steps = int((safe - started) / timedelta(minutes=5))
    moments = (started + timedelta(minutes=5 * n) for n in range(1, min(steps, 9000)))
    assume(any(hours.is_staffed(one) for one in moments))
    # The search for a staffed moment reaches back thirty days.
    near = [
        safe - timedelta(hours=n) for n in range(1, 24 * 28) if safe - timedelta(hours=n) > started
    ]
    assume(any(hours.is_staffed(one) for one in near))
    rungs = ladder(kind, OwedBy.CLINIC, started, due, working, legal=due, zone=ZONE, hours=hours)
    assert any(started < rung.at <= safe and hours.is_staffed(rung.at) for rung in rungs)
    assert [rung.at for rung in rungs] == sorted({rung.at for rung in rungs})
    assert all(rung.at > started for rung in rungs)
