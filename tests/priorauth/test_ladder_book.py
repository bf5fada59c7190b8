"""A ladder taken from the book is the one that would have been worked out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from priorauth import ladder_book
from priorauth.calendars.staffed_hours import StaffedHours
from priorauth.ladder_book import LadderBook, Window, whole_ladder
from priorauth.terms import ClockKind, OwedBy

ZONE = "America/New_York"
OFFICE = StaffedHours(ZONE)
TWO_DAYS_A_WEEK = StaffedHours(
    ZONE,
    {1: ((time(9), time(12)), (time(13), time(18))), 3: ((time(7), time(11)),)},
    ((date(2026, 4, 27), date(2026, 5, 8)),),
)
LAST_SECOND = datetime(2026, 5, 2, 3, 59, 59, tzinfo=UTC)  # of Friday 1 May in New York


def day_end(days: int) -> datetime:
    local = datetime(2026, 5, 1, 23, 59, 59, tzinfo=ZoneInfo(ZONE)) + timedelta(days=days)
    return local.astimezone(UTC)


APPEAL = Window(
    ClockKind.APPEAL_FILING, OwedBy.CLINIC, LAST_SECOND - timedelta(days=100, hours=5),
    LAST_SECOND, LAST_SECOND - timedelta(days=7), None, LAST_SECOND, ZONE, OFFICE,
)  # fmt: skip

minutes_before = st.integers(0, 60 * 24 * 220).map(lambda minutes: timedelta(minutes=minutes))
windows = st.builds(
    lambda kind, owed_by, due, start, working, chase, has_legal, hours, answered: Window(
        kind,
        owed_by,
        due - start,
        due,
        None if working is None else due - working,
        None if chase is None else due - chase,
        due if has_legal else None,
        ZONE,
        hours,
        None if answered is None else due - answered,
    ),
    st.sampled_from(list(ClockKind)),
    st.sampled_from(list(OwedBy)),
    st.integers(0, 3).map(day_end) | st.just(datetime(2026, 5, 1, 15, 30, tzinfo=UTC)),
    minutes_before,
    st.none() | st.integers(0, 20).map(lambda days: timedelta(days=days)),
    st.none() | st.integers(0, 9).map(lambda days: timedelta(days=days)),
    st.booleans(),
    st.sampled_from([OFFICE, TWO_DAYS_A_WEEK]),
    st.none() | st.just(timedelta(days=2)),
)


@given(st.lists(windows, min_size=1, max_size=12))
@settings(max_examples=150)
@example([APPEAL, replace(APPEAL, started=APPEAL.started - timedelta(days=40))])
@example([replace(APPEAL, started=LAST_SECOND - timedelta(days=2)), APPEAL])
def test_what_the_book_gives_is_what_would_be_worked_out(asked: list[Window]) -> None:
    book = LadderBook()
    assert [book.whole_ladder(one) for one in asked] == [whole_ladder(one) for one in asked]


@pytest.fixture
def worked_out(monkeypatch) -> list[Window]:
    """Every window whose ladder was really worked out."""
    seen: list[Window] = []

    def counted(window: Window):
        seen.append(window)
        return whole_ladder(window)

    monkeypatch.setattr(ladder_book, "whole_ladder", counted)
    return seen


def test_a_hundred_appeals_due_the_same_day_are_worked_out_twice_in_all(worked_out) -> None:
    book = LadderBook()
    for hours in range(100):
        book.whole_ladder(replace(APPEAL, started=APPEAL.started + timedelta(hours=hours / 10)))
    assert len(worked_out) == 2


def test_clinics_with_equal_hours_share_the_page(worked_out) -> None:
    book = LadderBook()
    book.whole_ladder(APPEAL)
    book.whole_ladder(replace(APPEAL, hours=StaffedHours(ZONE)))
    assert len(worked_out) == 2
    book.whole_ladder(replace(APPEAL, hours=TWO_DAYS_A_WEEK))
    assert len(worked_out) == 4


def test_where_the_start_decides_each_is_worked_out_for_itself(worked_out) -> None:
    book = LadderBook()
    late = [LAST_SECOND - timedelta(hours=hours) for hours in (38, 45)]
    got = [book.whole_ladder(replace(APPEAL, working=None, started=start)) for start in late]
    assert got[0] != got[1]
    assert len(worked_out) == 4  # the two ends of the span, then one by one


def test_what_was_answered_is_not_taken_from_the_book(worked_out) -> None:
    book = LadderBook()
    answered_at = LAST_SECOND - timedelta(days=8)
    answered = replace(APPEAL, answered_at=answered_at, quiet_until=LAST_SECOND - timedelta(days=6))
    assert book.whole_ladder(answered) != book.whole_ladder(APPEAL)
