"""Random legal histories: whatever the staff do, these things hold."""

from __future__ import annotations

from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from priorauth.errors import NotAllowedNow
from priorauth.lifecycle.offers import steps_offered
from priorauth.lifecycle.replay import apply, replay, starting_state
from priorauth.lifecycle.states import Filing, ProceedingKind
from priorauth.lifecycle.undo import check_undo, first_to_undo
from priorauth.terms import EventKind, LineStatus, RequestStatus, Role
from tests.priorauth.lifecycle.gallery import GALLERY, complete, has_a_place, is_legal, keys_for
from tests.priorauth.lifecycle.story import Story

K = EventKind


@st.composite
def walks(draw, longest=12):
    """A case after some legal steps that the screen offered, from its opening or further on."""
    if draw(st.booleans()):
        story = Story(*[str(line + 1) for line in range(draw(st.integers(1, 3)))])
    else:
        story = GALLERY[draw(st.sampled_from(sorted(GALLERY)))].again()
    for _ in range(draw(st.integers(0, longest))):
        offers = [o for o in steps_offered(story.state, Role.OWNER) if not o.records_only]
        offer = draw(st.sampled_from(offers or steps_offered(story.state, Role.OWNER)))
        is_dated = draw(st.integers(0, 9)) > 0
        legal = [
            one
            for one in complete(
                story.state,
                offer.kind,
                offer.proceeding,
                when=story.day if is_dated else None,
                key=str(len(story.happenings) + 1),
            )
            if is_legal(story.state, one, role=Role.OWNER)
        ]
        if legal:  # a receipt learned late may not fit the day of the walk
            story.force(draw(st.sampled_from(legal)))
    return story


@given(walks())
@settings(max_examples=150, deadline=None)
def test_replaying_equals_folding(story):
    folded = reduce(apply, story.happenings, starting_state(story.lines))
    assert replay(story.lines, story.happenings) == story.state == folded


@given(walks())
@settings(max_examples=100, deadline=None)
def test_offers_are_sound_and_complete(story):
    offered = {(o.kind, o.proceeding) for o in steps_offered(story.state, Role.OWNER)}
    for kind in set(EventKind) - {K.STEP_UNDONE}:
        for key in keys_for(story.state):
            ways = complete(story.state, kind, key, when=None)
            is_accepted = any(is_legal(story.state, one, role=Role.OWNER) for one in ways)
            expected = is_accepted and has_a_place(kind, key)
            assert ((kind, key) in offered) is expected, (kind, key)


@given(walks())
@settings(max_examples=150, deadline=None)
def test_the_status_says_what_is_running(story):
    state = story.state
    if state.filing in (Filing.WITHDRAWN, Filing.CLOSED):
        assert state.status == state.filing
    elif state.running(ProceedingKind.EXTERNAL_REVIEW):
        assert state.status is RequestStatus.UNDER_EXTERNAL_REVIEW
    elif state.running(ProceedingKind.APPEAL):
        assert state.status is RequestStatus.UNDER_APPEAL
    elif state.filing is Filing.DETERMINED:
        live = {line.status for line in state.lines} - {LineStatus.WITHDRAWN}
        assert (state.status is RequestStatus.APPROVED) is (live == {LineStatus.APPROVED})
        assert (state.status is RequestStatus.DENIED) is (
            live <= {LineStatus.DENIED, LineStatus.DISMISSED}
        )


@given(walks())
@settings(max_examples=150, deadline=None)
def test_a_closed_case_has_nothing_running_that_could_be_lost(story):
    if story.state.filing is Filing.CLOSED:
        assert not story.state.is_contest_running
        assert not story.state.undecided


@given(walks())
@settings(max_examples=150, deadline=None)
def test_the_last_step_can_be_undone_and_done_again(story):
    if len(story.happenings) < 2:
        return
    *rest, last = story.happenings
    check_undo(story.lines, story.happenings, last.key)
    before = replay(story.lines, rest)
    assert is_legal(before, last)
    assert apply(before, last) == story.state


@given(walks(), st.data())
@settings(max_examples=150, deadline=None)
def test_what_may_be_undone_leaves_only_steps_that_fit(story, data):
    """Undo allowed: every later step still fits. Undo refused: some later step would not."""
    if len(story.happenings) < 2:
        return
    place = data.draw(st.integers(1, len(story.happenings) - 1))
    target = story.happenings[place]
    state = starting_state(story.lines)
    all_fit = True
    for one in story.happenings:
        if one is not target:
            all_fit = all_fit and is_legal(state, one)
            state = apply(state, one)
    if target.kind is K.REQUEST_CORRECTED:  # the payer has what was corrected
        later = story.happenings[place + 1 :]
        all_fit = all_fit and not any(one.kind is K.SUBMITTED for one in later)
    try:
        check_undo(story.lines, story.happenings, target.key)
    except NotAllowedNow as refusal:
        assert not all_fit
        assert "first." in str(refusal)
    else:
        assert all_fit


@given(walks(), st.data())
@settings(max_examples=100, deadline=None)
def test_undoing_as_told_always_comes_to_an_end(story, data):
    """Following "undo that first", the biller takes any step back within the steps there are."""
    if len(story.happenings) < 2:
        return
    happenings = list(story.happenings)
    target = data.draw(st.sampled_from(happenings[1:]))
    for _ in range(len(story.happenings)):
        allowed = [one for one in happenings[1:] if _may_undo(story, happenings, one)]
        if target in allowed:
            return
        named = first_to_undo(story.lines, happenings, target.key)
        assert named in allowed, "the step named first cannot be undone first"
        happenings.remove(named)
    raise AssertionError("undoing never reached the step")


def _may_undo(story, happenings, one) -> bool:
    try:
        check_undo(story.lines, happenings, one.key)
    except NotAllowedNow:
        return False
    return True
