"""Answers to reminders: how far one may be put off, and what is left of the ladder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from priorauth.answering import answered, check_putting_off, last_safe_moment
from priorauth.errors import ImpossibleFact, MissingFact
from priorauth.reminders import Rung

NOW = datetime(2026, 5, 4, 13, tzinfo=UTC)
LAST = datetime(2026, 5, 8, 21, tzinfo=UTC)
RUNGS = tuple(
    Rung(number, 4, datetime(2026, 5, day, 12, tzinfo=UTC), "due soon", number >= 3)
    for number, day in enumerate((4, 6, 8, 11), start=1)
)


def check(until, reason="the payer's line is closed", now=NOW):
    check_putting_off(until, reason, now=now, last=LAST, say=lambda at: f"{at:%d %b %H:%M}")


def test_the_last_safe_moment_is_the_working_date_or_else_the_due_date():
    assert last_safe_moment(LAST, NOW) == NOW
    assert last_safe_moment(LAST, None) == LAST
    assert last_safe_moment(NOW, LAST) == NOW


def test_it_may_be_put_off_to_the_last_safe_moment_and_not_a_second_further():
    check(LAST)
    with pytest.raises(ImpossibleFact, match="latest possible is 08 May 21:00") as refusal:
        check(LAST + timedelta(seconds=1))
    assert refusal.value.field == "until"


def test_putting_off_needs_a_reason_and_a_moment():
    with pytest.raises(MissingFact, match="why it can wait") as refusal:
        check(LAST, reason="  ")
    assert refusal.value.field == "reason"
    with pytest.raises(MissingFact, match="by 08 May 21:00 at the latest"):
        check(None)


def test_a_moment_that_has_passed_or_is_minutes_away_is_no_putting_off():
    for until in (NOW - timedelta(days=1), NOW + timedelta(minutes=14)):
        with pytest.raises(ImpossibleFact, match="quarter of an hour"):
            check(until)
    check(NOW + timedelta(minutes=15))


def test_after_the_last_safe_moment_nothing_can_be_put_off():
    with pytest.raises(ImpossibleFact, match="the last safe moment was 08 May 21:00"):
        check(LAST + timedelta(days=1), now=LAST)


def left(answered_at, until):
    got = answered(RUNGS, answered_at, until, lambda at: "due today")
    assert [rung.number for rung in got] == list(range(1, len(got) + 1))
    assert {rung.of for rung in got} == {len(got)}
    return [(rung.at.day, rung.at.hour) for rung in got]


def test_rungs_within_the_pause_fall_away_and_one_stands_at_its_end():
    assert left(NOW, datetime(2026, 5, 7, 15, tzinfo=UTC)) == [(4, 12), (7, 15), (8, 12), (11, 12)]


def test_no_rung_is_added_when_the_next_follows_within_half_an_hour():
    assert left(NOW, datetime(2026, 5, 8, 11, 40, tzinfo=UTC)) == [(4, 12), (8, 12), (11, 12)]
    assert left(NOW, datetime(2026, 5, 8, 11, 29, tzinfo=UTC)) == [
        (4, 12), (8, 11), (8, 12), (11, 12),
    ]  # fmt: skip


def test_a_rung_after_the_last_safe_moment_does_not_stand_in_for_the_one_asked_for():
    until = datetime(2026, 5, 8, 11, 50, tzinfo=UTC)
    got = answered(RUNGS, NOW, until, lambda at: "due today", last=until)
    assert [(rung.at.hour, rung.at.minute) for rung in got] == [(12, 0), (11, 50), (12, 0), (12, 0)]


def test_an_answer_without_a_pause_leaves_the_ladder_alone():
    assert left(NOW, None) == left(None, None) == [(4, 12), (6, 12), (8, 12), (11, 12)]


def test_the_rung_at_the_end_of_the_pause_says_what_is_true_then():
    got = answered(RUNGS, NOW, datetime(2026, 5, 9, 15, tzinfo=UTC), lambda at: "due today")
    assert (got[1].urgency_word, got[1].is_last) == ("due today", True)
