"""When a representative's promise is no longer awaited: what it was about has come."""

from __future__ import annotations

from priorauth.lifecycle.promises import fulfilled_by
from priorauth.terms import EventKind
from tests.priorauth.lifecycle.story import Story

K = EventKind


def promised(story: Story) -> str:
    """The key of the call with the promise, logged now."""
    story.record(K.CALL_LOGGED, promise=True)
    return story.happenings[-1].key


def settled(story: Story, call: str) -> str:
    """What settled it, as the kind of the event, "" while it is awaited."""
    found = fulfilled_by(story.lines, story.happenings, call)
    return found.kind.value if found else ""


def test_a_promise_about_the_request_waits_until_every_line_is_decided():
    story = Story("1", "2").with_the_payer()
    call = promised(story)
    assert settled(story, call) == ""
    story.determined("1=denied")
    assert settled(story, call) == ""
    story.determined("2=approved")
    assert settled(story, call) == "determined"


def test_a_promise_about_an_appeal_outlives_the_old_decision_and_ends_with_the_appeals():
    story = Story().denied().appealed()
    call = promised(story)
    assert settled(story, call) == ""
    story.record(K.APPEAL_DECIDED, proceeding="appeal-1", outcome="withdrawn")
    assert settled(story, call) == "appeal_decided"


def test_a_promise_made_about_the_request_or_its_appeal_waits_for_both():
    story = Story("1", "2").with_the_payer().determined("1=denied").appealed(lines=("1",))
    call = promised(story)
    story.determined("2=approved")
    assert settled(story, call) == ""
    story.record(K.APPEAL_DECIDED, proceeding="appeal-1", outcome="withdrawn")
    assert settled(story, call) == "appeal_decided"


def test_a_later_appeal_does_not_bring_a_settled_promise_back():
    story = Story().with_the_payer()
    call = promised(story)
    story.determined("1=denied").appealed()
    assert settled(story, call) == "determined"


def test_a_promise_made_when_nothing_was_awaited_is_settled_by_hand_only():
    story = Story().with_the_payer().determined("1=approved")
    call = promised(story)  # the letter with the number
    assert settled(story, call) == ""


def test_a_request_that_came_back_takes_its_promise_along():
    story = Story().with_the_payer()
    call = promised(story)
    story.record(K.REJECTED_BY_PAYER)
    assert settled(story, call) == "rejected_by_payer"


def test_what_was_withdrawn_is_not_awaited():
    story = Story("1", "2").with_the_payer()
    call = promised(story)
    story.determined("1=denied")
    story.record(K.WITHDRAWN, lines=("2",))
    assert settled(story, call) == "withdrawn"
