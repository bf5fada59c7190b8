"""How fresh the payer's status is, and when somebody said to look again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from priorauth.errors import MissingFact
from priorauth.lifecycle.freshness import Known, last_known, look_again, moved_chase
from priorauth.terms import EventKind, KnownBy
from tests.priorauth.lifecycle.story import Story, on

K = EventKind


def day(number: int) -> date:
    return date(2026, 3, number)


def checked(story: Story, when: int, again: int | None = None, how: str = "portal") -> Story:
    said = "pending" if again else "decided"
    facts = {"look_again": on(day(again))} if again else {}
    return story.record(K.STATUS_CHECKED, when=day(when), how=how, said=said, **facts)


def sent() -> Story:
    """Opened on 2 March, submitted on the 3rd."""
    return Story().opened().submitted()


def test_a_case_that_was_never_sent_has_no_status_of_the_payers():
    assert last_known(Story().opened().happenings) is None


def test_our_own_submission_is_the_first_word():
    assert last_known(sent().happenings) == Known(day(3), KnownBy.OURS)


def test_the_newest_word_counts_by_its_day_and_not_by_when_it_was_written_down():
    story = checked(sent(), 12, 16)
    story.record(K.RECEIVED_BY_PAYER, when=day(4))
    assert last_known(story.happenings) == Known(day(12), KnownBy.PORTAL)


@pytest.mark.parametrize(
    ("outcome", "known"),
    [("still_pending", Known(day(9), KnownBy.PHONE)), ("not_reached", Known(day(3), KnownBy.OURS))],
)
def test_a_call_is_a_word_only_when_the_status_was_told(outcome, known):
    story = sent().record(K.CALL_LOGGED, when=day(9), outcome=outcome)
    assert last_known(story.happenings) == known


def test_the_payers_answer_is_the_newest_word():
    story = checked(sent(), 5, 9).determined("1=denied")
    assert last_known(story.happenings).by is KnownBy.PAYER


def test_a_pending_status_says_when_to_look_again():
    with pytest.raises(MissingFact) as refused:
        sent().record(K.STATUS_CHECKED, how="portal", said="pending")
    assert refused.value.field == "look_again"


def test_the_newest_day_to_look_again_counts_also_when_it_is_the_earlier_one():
    story = checked(checked(sent(), 5, 20), 6, 10)
    assert look_again(story.happenings).facts["look_again"] == on(day(10))


def test_a_later_word_on_that_day_or_after_it_ends_the_looking_again():
    story = checked(sent(), 5, 9)
    story.record(K.CALL_LOGGED, when=day(8), outcome="still_pending")
    assert look_again(story.happenings) is not None
    story.record(K.CALL_LOGGED, when=day(9), outcome="not_reached")
    assert look_again(story.happenings) is not None
    story.record(K.CALL_LOGGED, when=day(9), outcome="still_pending")
    assert look_again(story.happenings) is None


def test_a_day_said_before_a_clock_began_does_not_move_its_chase():
    story = checked(sent(), 5, 20).determined("1=denied").appealed()
    filed = story.happenings[-1].key
    chase = datetime(2026, 3, 14, 12, tzinfo=UTC)
    assert moved_chase(story.happenings, filed, chase, None) == chase


def test_looking_again_moves_the_chase_both_ways_and_never_past_the_law():
    chase = datetime(2026, 3, 12, 12, tzinfo=UTC)
    legal = datetime(2026, 3, 18, 12, tzinfo=UTC)
    submitted = sent().happenings[-1].key
    # The end of the day in New York.
    for again, moved in (
        (10, datetime(2026, 3, 11, 3, 59, 59, tzinfo=UTC)),
        (16, datetime(2026, 3, 17, 3, 59, 59, tzinfo=UTC)),
        (25, legal),
    ):
        story = checked(sent(), 5, again)
        assert moved_chase(story.happenings, submitted, chase, legal) == moved
