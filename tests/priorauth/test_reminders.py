"""The ladder: expected instants are written by hand from the rules in its docstring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.reminders import (
    MOVES,
    ReminderState,
    first_rung_at,
    ladder,
    newest_due,
    next_rung_at,
    urgency_word,
)
from priorauth.terms import ClockKind, OwedBy

NEW_YORK = ZoneInfo("America/New_York")


def ny(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=NEW_YORK)


def end_of(month: int, day: int) -> datetime:
    return ny(month, day, 23, 59, 59)


def said(rungs) -> list[tuple[str, str]]:
    return [(f"{rung.at.astimezone(NEW_YORK):%m-%d %H:%M}", rung.urgency_word) for rung in rungs]


def test_an_appeal_window_of_180_days_is_climbed_from_months_to_the_day_itself():
    rungs = ladder(
        ClockKind.APPEAL_FILING,
        OwedBy.CLINIC,
        ny(3, 2),
        end_of(8, 29),
        end_of(8, 24),
        legal=end_of(8, 29),
        zone="America/New_York",
    )
    assert said(rungs) == [
        ("05-31 08:00", "action due"),
        ("06-30 08:00", "action due"),
        ("07-30 08:00", "action due"),
        ("08-15 08:00", "action due"),
        ("08-22 08:00", "action due"),
        ("08-24 08:00", "action due"),  # the working date
        ("08-26 08:00", "action due"),
        ("08-28 08:00", "due soon"),
        ("08-29 08:00", "due today"),
        ("08-30 08:00", "overdue"),
    ]
    assert [rung.is_last for rung in rungs] == [False] * 8 + [True, True]


def test_a_72_hour_clock_of_ours_is_climbed_in_hours():
    rungs = ladder(
        ClockKind.INFO_SUPPLY,
        OwedBy.CLINIC,
        ny(3, 2, 14),
        ny(3, 5, 14),
        ny(3, 4, 9),
        legal=ny(3, 5, 14),
        zone="America/New_York",
    )
    assert said(rungs) == [
        ("03-03 14:00", "due soon"),
        ("03-04 09:00", "due soon"),  # the working instant
        ("03-04 14:00", "due soon"),
        ("03-05 02:00", "due today"),
        ("03-05 10:00", "due today"),
        ("03-05 13:00", "due today"),
        ("03-05 14:15", "overdue"),
    ]


def test_a_payer_with_72_hours_is_chased_and_then_called_overdue():
    rungs = ladder(
        ClockKind.PA_DECISION,
        OwedBy.PAYER,
        ny(3, 2, 14),
        ny(3, 5, 14),
        None,
        ny(3, 3, 14),
        legal=ny(3, 5, 14),
        zone="America/New_York",
    )
    assert said(rungs) == [("03-03 14:00", "action due"), ("03-05 14:15", "overdue")]


def test_a_payer_with_15_days_is_chased_and_watched_on_the_legal_day():
    rungs = ladder(
        ClockKind.PA_DECISION,
        OwedBy.PAYER,
        ny(3, 2, 14),
        end_of(3, 17),
        None,
        end_of(3, 5),
        legal=end_of(3, 17),
        zone="America/New_York",
    )
    assert said(rungs) == [
        ("03-05 08:00", "action due"),
        ("03-17 08:00", "due today"),
        ("03-18 08:00", "overdue"),
    ]


def test_a_payer_without_a_legal_limit_is_never_called_overdue():
    rungs = ladder(
        ClockKind.PA_DECISION,
        OwedBy.PAYER,
        ny(3, 2, 14),
        end_of(3, 5),
        None,
        end_of(3, 5),
        zone="America/New_York",
    )
    assert said(rungs) == [("03-05 08:00", "action due"), ("03-06 08:00", "action due")]


def test_a_short_clock_that_ends_with_the_day_reminds_in_the_morning_not_at_midnight():
    rungs = ladder(
        ClockKind.INFO_SUPPLY,
        OwedBy.CLINIC,
        ny(3, 2, 14),
        end_of(3, 5),
        legal=end_of(3, 5),
        zone="America/New_York",
    )
    assert said(rungs) == [
        ("03-04 08:00", "due soon"),
        ("03-05 08:00", "due today"),
        ("03-06 08:00", "overdue"),
    ]


def test_mornings_stay_at_eight_when_summer_time_ends():
    rungs = ladder(
        ClockKind.APPEAL_FILING,
        OwedBy.CLINIC,
        ny(10, 1),
        end_of(11, 8),
        legal=end_of(11, 8),
        zone="America/New_York",
    )
    by_day = {f"{rung.at.astimezone(NEW_YORK):%m-%d}": rung.at for rung in rungs}
    assert by_day["10-25"] == datetime(2026, 10, 25, 12, tzinfo=UTC)
    assert by_day["11-01"] == datetime(2026, 11, 1, 13, tzinfo=UTC)


def test_the_printed_date_passing_is_not_yet_overdue_while_the_law_gives_longer():
    rungs = ladder(
        ClockKind.APPEAL_FILING,
        OwedBy.CLINIC,
        ny(3, 2),
        end_of(5, 1),
        end_of(4, 24),
        legal=end_of(8, 29),
        zone="America/New_York",
    )
    assert said(rungs)[-2:] == [("05-01 08:00", "due today"), ("08-30 08:00", "overdue")]
    word = urgency_word(
        ny(5, 2, 9),
        ClockKind.APPEAL_FILING,
        OwedBy.CLINIC,
        end_of(5, 1),
        legal=end_of(8, 29),
        zone="America/New_York",
    )
    assert word == "action due"


def test_a_date_of_our_own_is_overdue_once_it_has_passed():
    rungs = ladder(ClockKind.BY_HAND, OwedBy.CLINIC, ny(3, 2), end_of(3, 9), zone="UTC")
    assert rungs[-1].urgency_word == "overdue"


def test_a_deadline_recorded_after_it_lapsed_has_one_rung():
    rungs = ladder(
        ClockKind.APPEAL_FILING, OwedBy.CLINIC, ny(3, 9), end_of(3, 1), legal=end_of(3, 1)
    )
    assert len(rungs) == 1
    assert rungs[0].urgency_word == "overdue"


def test_after_a_long_sleep_only_the_newest_rung_is_due():
    rungs = ladder(
        ClockKind.INFO_SUPPLY, OwedBy.CLINIC, ny(3, 2, 14), ny(3, 5, 14), legal=ny(3, 5, 14)
    )
    due = newest_due(rungs, ny(3, 5, 11))
    assert due is not None
    assert due.at == ny(3, 5, 10)
    assert next_rung_at(rungs, ny(3, 5, 11)) == ny(3, 5, 13)
    assert newest_due(rungs, ny(3, 2, 15)) is None
    assert next_rung_at(rungs, rungs[-1].at) is None


def test_what_was_just_recorded_waits_for_its_next_rung_unless_none_is_left():
    rungs = ladder(
        ClockKind.APPEAL_FILING, OwedBy.CLINIC, ny(3, 2), end_of(8, 29), legal=end_of(8, 29)
    )
    assert first_rung_at(rungs, ny(3, 3)) == rungs[0].at
    assert first_rung_at(rungs, rungs[2].at) == rungs[3].at
    late = rungs[-2].at + timedelta(hours=3)  # the day itself
    assert first_rung_at(rungs, late) == late


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        ladder(ClockKind.BY_HAND, OwedBy.CLINIC, datetime(2026, 3, 2), ny(3, 9))


INSTANTS = st.datetimes(
    min_value=datetime(2025, 1, 1), max_value=datetime(2028, 1, 1), timezones=st.just(UTC)
)
ZONES = st.sampled_from(
    ["America/New_York", "America/Los_Angeles", "America/Phoenix", "Pacific/Honolulu", "UTC"]
)


@st.composite
def windows(draw):
    started = draw(INSTANTS)
    due = started + timedelta(minutes=draw(st.integers(1, 400 * 24 * 60)))
    if draw(st.booleans()):
        due = due.replace(minute=59, second=59)

    def inside():
        share = draw(st.one_of(st.none(), st.floats(0, 1)))
        return None if share is None else started + (due - started) * share

    legal = draw(st.sampled_from([None, due, due + timedelta(days=40)]))
    return {
        "kind": draw(st.sampled_from(list(ClockKind))),
        "owed_by": draw(st.sampled_from(list(OwedBy))),
        "started": started,
        "due": due,
        "working": inside(),
        "chase": inside(),
        "legal": legal,
        "zone": draw(ZONES),
    }


@given(windows())
def test_rungs_increase_strictly_and_lie_after_the_start(window):
    rungs = ladder(**window)
    assert all(earlier.at < later.at for earlier, later in pairwise(rungs))
    assert all(rung.at > window["started"] for rung in rungs)
    assert [rung.number for rung in rungs] == list(range(1, len(rungs) + 1))
    assert {rung.of for rung in rungs} == {len(rungs)}
    assert all(rung.at.tzinfo is UTC for rung in rungs)


@given(windows())
def test_exactly_one_rung_lies_after_the_due_date_and_overdue_is_said_nowhere_else(window):
    rungs = ladder(**window)
    assert [rung.at > window["due"] for rung in rungs] == [False] * (len(rungs) - 1) + [True]
    assert all(rung.urgency_word != "overdue" for rung in rungs[:-1])
    if window["legal"] is not None:
        assert rungs[-1].urgency_word == "overdue"
        assert rungs[-1].at > window["legal"]
    elif window["owed_by"] is OwedBy.PAYER:
        assert rungs[-1].urgency_word == "action due"


@given(windows())
def test_there_is_a_rung_before_the_due_date_and_two_in_more_than_a_day_of_ours(window):
    before = [rung for rung in ladder(**window) if rung.at <= window["due"]]
    assert before
    assert before[-1].is_last
    is_roomy = window["due"] - window["started"] > timedelta(hours=24)
    if window["owed_by"] is OwedBy.CLINIC and is_roomy:
        assert len(before) >= 2


@given(windows())
def test_ours_is_reminded_before_the_day_of_its_working_date(window):
    working, place = window["working"], ZoneInfo(window["zone"])
    if window["owed_by"] is OwedBy.PAYER or working is None:
        return
    if working - window["started"] > timedelta(days=4):
        day = working.astimezone(place).date()
        assert any(rung.at.astimezone(place).date() < day for rung in ladder(**window))


def the_talk(started: datetime, at: datetime) -> list[tuple[str, str]]:
    zone = "America/New_York"
    return said(ladder(ClockKind.APPOINTMENT, OwedBy.CLINIC, started, at, zone=zone))


def test_a_talk_is_announced_the_business_day_before_that_morning_and_an_hour_ahead():
    # Agreed on Thursday 5 March for Monday 9 March, 14:30: Friday is the business day before.
    assert the_talk(ny(3, 5, 11), ny(3, 9, 14, 30)) == [
        ("03-06 08:00", "action due"),
        ("03-09 08:00", "due today"),
        ("03-09 13:30", "due today"),
        ("03-10 08:00", "action due"),  # to record how it ended
    ]


def test_an_early_talk_is_announced_in_office_hours_and_never_at_night():
    # 07:30 on Tuesday: nobody reads mail at 06:30.
    assert the_talk(ny(3, 5, 11), ny(3, 10, 7, 30)) == [
        ("03-09 08:00", "due soon"),
        ("03-09 16:00", "due soon"),
        ("03-11 08:00", "action due"),
    ]


def test_a_talk_agreed_for_this_afternoon_still_has_its_reminder():
    assert the_talk(ny(3, 5, 11), ny(3, 5, 14))[0] == ("03-05 13:00", "due today")
    assert the_talk(ny(3, 5, 11), ny(3, 5, 11, 40))[0] == ("03-05 11:20", "due today")


def test_after_a_talk_on_friday_its_outcome_is_asked_for_on_monday():
    assert the_talk(ny(3, 2, 11), ny(3, 6, 14))[-1] == ("03-09 08:00", "action due")


def test_an_eight_day_window_with_a_working_date_has_a_rung_half_way_to_it():
    rungs = ladder(
        ClockKind.PEER_TO_PEER,
        OwedBy.CLINIC,
        ny(3, 2, 8),
        end_of(3, 10),
        end_of(3, 6),
        legal=end_of(3, 10),
        zone="America/New_York",
    )
    assert said(rungs)[:2] == [("03-04 08:00", "action due"), ("03-06 08:00", "action due")]


@given(windows(), st.integers(0, 500 * 24 * 60))
def test_each_rung_is_reached_by_following_the_hints(window, sleep):
    rungs = ladder(**window)
    now = window["started"] + timedelta(minutes=sleep)
    newest, ahead = newest_due(rungs, now), next_rung_at(rungs, now)
    passed = 0 if newest is None else newest.number
    assert ahead == (rungs[passed].at if passed < len(rungs) else None)


def test_nothing_leaves_a_final_state():
    final = {state for state, ways in MOVES.items() if not ways}
    assert final == {
        ReminderState.FAILED,
        ReminderState.CANCELLED,
        ReminderState.SUPERSEDED,
        ReminderState.EXPIRED,
        ReminderState.BOUNCED,
    }
    assert set(MOVES) == set(ReminderState)
