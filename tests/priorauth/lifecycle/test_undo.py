"""Taking back a step that was recorded wrongly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from priorauth.errors import NotAllowedNow
from priorauth.lifecycle.replay import replay
from priorauth.lifecycle.undo import broken_by, check_undo, first_to_undo
from priorauth.terms import EventKind, RequestStatus, Role
from tests.priorauth.lifecycle.story import Story, on

K = EventKind


def key_of(story: Story, kind: EventKind) -> str:
    return next(one.key for one in reversed(story.happenings) if one.kind is kind)


def undo(story: Story, kind: EventKind, **who) -> RequestStatus:
    """The status after taking the last step of that kind back."""
    key = key_of(story, kind)
    check_undo(story.lines, story.happenings, key, **who)
    return replay(story.lines, [one for one in story.happenings if one.key != key]).status


def refused(story: Story, kind: EventKind, **who) -> str:
    with pytest.raises(NotAllowedNow) as refusal:
        check_undo(story.lines, story.happenings, key_of(story, kind), **who)
    return str(refusal.value)


def test_the_last_step_can_be_undone():
    assert undo(Story().denied(), K.DETERMINED) is RequestStatus.RECEIVED
    assert undo(Story().denied().appealed(), K.APPEAL_FILED) is RequestStatus.DENIED
    assert undo(Story().denied().record(K.CLOSED), K.CLOSED) is RequestStatus.DENIED
    assert undo(Story().opened().submitted(), K.SUBMITTED) is RequestStatus.DRAFT


def test_a_step_that_another_rests_on_names_it():
    assert refused(Story().denied().appealed(), K.DETERMINED) == (
        "A later step rests on “Payer's determination”: “Appeal filed” (March 6, 2026). "
        "Undo that step first."
    )


def test_a_chain_of_steps_names_them_all_and_begins_at_its_end():
    story = Story().denied().appealed().appeal_decided("upheld").appealed("appeal-2", "second")
    assert refused(story, K.DETERMINED) == (
        "3 later steps rest on “Payer's determination”: “Appeal filed” (March 6, 2026); "
        "“Appeal decided” (March 7, 2026); “Appeal filed” (March 8, 2026). "
        "Undo “Appeal filed” (March 8, 2026) first."
    )


def test_undoing_in_the_order_told_takes_everything_back():
    story = Story().denied().appealed().appeal_decided("upheld")
    rest = list(story.happenings)
    for kind in (K.APPEAL_DECIDED, K.APPEAL_FILED, K.DETERMINED, K.RECEIVED_BY_PAYER, K.SUBMITTED):
        assert rest[-1].kind is kind
        check_undo(story.lines, rest, rest[-1].key)
        rest.pop()
    assert replay(story.lines, rest).status is RequestStatus.DRAFT


def test_a_case_closed_twice_is_opened_up_from_the_end():
    story = Story().denied().record(K.CLOSED).record(K.REOPENED).record(K.CLOSED)
    first_closing = next(one for one in story.happenings if one.kind is K.CLOSED)
    with pytest.raises(NotAllowedNow) as refusal:
        check_undo(story.lines, story.happenings, first_closing.key)
    assert str(refusal.value) == (
        "A later step rests on “Closed”: “Reopened” (March 7, 2026). "
        "Undo “Closed” (March 8, 2026) first."
    )
    assert first_to_undo(story.lines, story.happenings, first_closing.key).key == "7"


def test_a_date_supplied_later_shows_which_steps_it_would_break():
    story = Story().with_the_payer().determined("1=denied", when=None).appealed()
    denial = story.happenings[-2]
    fits = replace(denial, when=on(date(2026, 3, 5)))
    late = replace(denial, when=on(date(2026, 3, 20)))
    assert broken_by(story.lines, story.happenings, denial.key, instead=fits) == ()
    assert broken_by(story.lines, story.happenings, denial.key, instead=late) == (
        story.happenings[-1],
    )
    assert broken_by(story.lines, story.happenings, "4711") == ()


def test_notes_and_calls_do_not_hold_a_step_fast():
    story = Story().denied().record(K.NOTE_ADDED).record(K.CALL_LOGGED)
    assert undo(story, K.DETERMINED) is RequestStatus.RECEIVED


def test_a_step_in_the_middle_can_be_undone_when_nothing_rests_on_it():
    story = Story().with_the_payer().asked().answered().determined("1=approved")
    assert undo(story, K.RECEIVED_BY_PAYER) is RequestStatus.APPROVED
    assert "“Information sent to the payer”" in refused(story, K.INFORMATION_REQUESTED)
    assert undo(story, K.INFORMATION_SENT) is RequestStatus.APPROVED


def test_a_return_holds_while_the_request_was_submitted_again():
    story = Story().with_the_payer().record(K.REJECTED_BY_PAYER).submitted()
    assert "“Submitted to the payer”" in refused(story, K.REJECTED_BY_PAYER)


def test_a_date_unknown_is_named_as_such():
    story = Story().denied().appealed(when=None)
    assert "“Appeal filed” (date unknown)" in refused(story, K.DETERMINED)


def test_the_opening_is_withdrawn_not_undone():
    assert refused(Story().opened(), K.REQUEST_OPENED) == (
        "The opening of a request cannot be undone. Withdraw it instead."
    )


def test_a_step_that_is_gone_says_so():
    with pytest.raises(NotAllowedNow, match="Open the page again"):
        check_undo(("1",), Story().opened().happenings, "4711")


def test_an_odd_imported_history_can_still_be_mended():
    """A step that never fitted does not hold the others fast, and can be taken back itself."""
    story = Story().opened()
    story.force(story.next(K.APPEAL_DECIDED, proceeding="appeal-1", outcome="upheld", when=None))
    story.submitted(when=None)
    assert undo(story, K.SUBMITTED) is RequestStatus.DRAFT
    assert undo(story, K.APPEAL_DECIDED) is RequestStatus.SUBMITTED


@pytest.mark.parametrize("role", [Role.BILLER, Role.CLINICIAN])
def test_who_recorded_the_step_may_undo_it_and_others_ask(role):
    story = Story().denied()
    assert undo(story, K.DETERMINED, role=role) is RequestStatus.RECEIVED
    assert "Ask that person, the billing lead or the owner" in refused(
        story, K.DETERMINED, role=role, is_recorder=False
    )


@pytest.mark.parametrize("role", [Role.LEAD, Role.OWNER])
def test_lead_and_owner_may_undo_what_others_recorded(role):
    status = undo(Story().denied(), K.DETERMINED, role=role, is_recorder=False)
    assert status is RequestStatus.RECEIVED


def test_an_auditor_undoes_nothing():
    assert "Auditor" in refused(Story().denied(), K.DETERMINED, role=Role.AUDITOR)
