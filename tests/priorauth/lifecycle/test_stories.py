"""Whole cases, told as staff would tell them."""

from __future__ import annotations

import pytest

from priorauth.errors import ImpossibleFact, NotAllowedNow
from priorauth.lifecycle.states import Filing, Stage
from priorauth.terms import EventKind, LineStatus, RequestStatus
from tests.priorauth.lifecycle.story import Story


def test_from_intake_through_appeal_and_external_review_to_closed():
    story = Story("1", "2")
    assert story.status is RequestStatus.DRAFT
    assert story.opened().status is RequestStatus.DRAFT
    assert story.submitted().status is RequestStatus.SUBMITTED
    assert story.received().status is RequestStatus.RECEIVED
    assert story.asked().status is RequestStatus.PENDED
    assert story.answered().status is RequestStatus.RECEIVED
    assert story.determined("1=denied", "2=denied").status is RequestStatus.DENIED
    assert story.talk_requested().talk_held("upheld").status is RequestStatus.DENIED
    assert story.appealed().status is RequestStatus.UNDER_APPEAL
    assert story.appeal_decided("upheld").status is RequestStatus.DENIED
    assert story.appealed("appeal-2", "second").status is RequestStatus.UNDER_APPEAL
    assert story.appeal_decided("upheld", "appeal-2", is_final_internal=True).status is (
        RequestStatus.DENIED
    )
    assert story.review_filed().review_assigned().status is RequestStatus.UNDER_EXTERNAL_REVIEW
    assert story.review_decided("overturned").status is RequestStatus.APPROVED
    assert story.line("1") is story.line("2") is LineStatus.APPROVED
    assert story.record(EventKind.CLOSED).status is RequestStatus.CLOSED


def test_some_lines_approved_and_some_denied_is_approved_in_part():
    story = Story("1", "2").with_the_payer().determined("1=approved", "2=denied")
    assert story.status is RequestStatus.PARTLY_APPROVED


@pytest.mark.parametrize("outcome", ["partly_approved", "modified"])
def test_less_than_what_was_asked_is_approved_in_part(outcome):
    story = Story().with_the_payer().determined(f"1={outcome}")
    assert story.status is RequestStatus.PARTLY_APPROVED
    assert story.line("1") is LineStatus(outcome)


def test_dismissed_without_a_decision_counts_as_denied():
    assert Story().with_the_payer().determined("1=dismissed").status is RequestStatus.DENIED


def test_lines_may_be_decided_on_different_days():
    story = Story("1", "2").opened().submitted().determined("1=approved")
    assert story.status is RequestStatus.RECEIVED
    assert story.state.filing is Filing.RECEIVED
    assert story.determined("2=approved").status is RequestStatus.APPROVED


def test_an_appeal_on_one_line_runs_while_another_line_is_undecided():
    story = Story("1", "2").with_the_payer().determined("1=denied").appealed()
    assert story.status is RequestStatus.UNDER_APPEAL
    assert story.state.proceeding("appeal-1").lines == ("1",)
    story.determined("2=approved")
    assert story.appeal_decided("upheld").status is RequestStatus.PARTLY_APPROVED


def test_an_urgent_external_review_runs_beside_an_urgent_appeal():
    story = Story().denied().appealed(urgency="expedited").review_filed(urgency="expedited")
    assert story.status is RequestStatus.UNDER_EXTERNAL_REVIEW
    assert story.review_decided("overturned").status is RequestStatus.UNDER_APPEAL
    assert story.appeal_decided("upheld").status is RequestStatus.APPROVED


def test_an_appeal_goes_on_when_the_external_review_beside_it_is_dismissed():
    story = Story().denied().appealed(urgency="expedited").review_filed(urgency="expedited")
    assert story.review_decided("dismissed").status is RequestStatus.UNDER_APPEAL
    story.appeal_decided("upheld", is_final_internal=True)
    assert story.review_filed("external_review-2").status is RequestStatus.UNDER_EXTERNAL_REVIEW


def test_an_overturned_appeal_makes_its_lines_approved():
    story = Story("1", "2").with_the_payer().determined("1=approved", "2=denied")
    assert story.appealed().appeal_decided("overturned").status is RequestStatus.APPROVED


def test_a_peer_to_peer_turns_the_denial():
    story = Story().denied().talk_requested().talk_held("overturned")
    assert story.status is RequestStatus.APPROVED


def test_a_peer_to_peer_before_the_decision_leaves_the_line_undecided():
    story = Story().with_the_payer().talk_requested().talk_held("overturned")
    assert story.line("1") is LineStatus.REQUESTED
    assert story.determined("1=approved").status is RequestStatus.APPROVED


def test_an_appeal_overturned_in_part_turns_the_lines_named():
    story = Story("1", "2").denied().appealed()
    story.appeal_decided("partly_overturned", lines_overturned=("2",))
    assert (story.line("1"), story.line("2")) == (LineStatus.DENIED, LineStatus.APPROVED)
    assert story.status is RequestStatus.PARTLY_APPROVED
    story.appealed("appeal-2", "second")
    assert story.state.proceeding("appeal-2").lines == ("1",)


def test_one_line_overturned_in_part_is_approved_in_part():
    story = Story().denied().appealed().appeal_decided("partly_overturned")
    assert story.line("1") is LineStatus.PARTLY_APPROVED


def test_a_new_determination_may_follow_a_peer_to_peer():
    story = Story().denied().talk_requested().talk_held("upheld")
    assert story.determined("1=approved").status is RequestStatus.APPROVED


def test_a_second_determination_without_a_contest_is_refused_and_undo_offered():
    story = Story().denied()
    with pytest.raises(NotAllowedNow, match="undo that step"):
        story.determined("1=approved")


def test_an_overturned_review_decides_a_line_that_the_payer_never_decided():
    story = Story().with_the_payer().review_filed(deemed_exhausted=True)
    assert story.status is RequestStatus.UNDER_EXTERNAL_REVIEW
    assert story.review_decided("overturned").status is RequestStatus.APPROVED


def test_a_silent_payer_upheld_by_the_reviewer_is_a_denial():
    story = Story().with_the_payer().review_filed(deemed_exhausted=True).review_decided("upheld")
    assert story.status is RequestStatus.DENIED


def test_an_undecided_line_goes_to_review_beside_a_refused_one_already_there():
    story = Story("1", "2").with_the_payer().determined("1=denied")
    story.review_filed(urgency="expedited").review_filed("external_review-2", deemed_exhausted=True)
    assert story.state.proceeding("external_review-1").lines == ("1",)
    assert story.state.proceeding("external_review-2").lines == ("2",)


def test_after_an_external_review_no_appeal_is_left():
    story = Story().denied().review_filed(urgency="expedited").review_decided("upheld")
    with pytest.raises(NotAllowedNow, match="binding"):
        story.appealed()
    with pytest.raises(NotAllowedNow, match="binding"):
        story.talk_requested()


def test_a_new_denial_after_an_overturned_appeal_brings_a_new_first_appeal():
    story = Story().denied().appealed().appeal_decided("overturned")
    story.determined("1=denied").appealed("appeal-2", "first")
    assert story.status is RequestStatus.UNDER_APPEAL


def test_a_confirmed_denial_after_an_appeal_keeps_the_levels_already_used():
    story = Story().denied().appealed().appeal_decided("upheld").determined("1=denied")
    with pytest.raises(NotAllowedNow, match="second appeal"):
        story.appealed("appeal-2", "first")
    assert story.appealed("appeal-2", "second").status is RequestStatus.UNDER_APPEAL


def test_a_dismissed_appeal_may_be_filed_again_at_the_same_level():
    story = Story().denied().appealed().appeal_decided("dismissed")
    assert story.appealed("appeal-2", "first").status is RequestStatus.UNDER_APPEAL


def test_a_request_sent_back_is_submitted_again():
    story = Story().opened().submitted().received().asked()
    assert story.record(EventKind.REJECTED_BY_PAYER).status is RequestStatus.DRAFT
    assert story.state.proceeding("information-1").stage is Stage.LAPSED
    assert story.submitted().status is RequestStatus.SUBMITTED
    assert story.received().status is RequestStatus.RECEIVED


def test_a_question_before_the_receipt_is_known_leads_back_to_submitted():
    story = Story().opened().submitted().asked()
    assert story.status is RequestStatus.PENDED
    assert story.answered().status is RequestStatus.SUBMITTED


def test_a_receipt_learned_after_the_payers_question_is_recorded_on_its_day():
    story = Story().opened().submitted()
    sent_on = story.state.submitted.on
    story.asked().received(when=sent_on)
    assert story.state.received.on == sent_on
    assert story.status is RequestStatus.PENDED


def test_a_receipt_learned_after_the_decision_changes_no_status():
    story = Story().opened().submitted()
    sent_on = story.state.submitted.on
    story.determined("1=denied").received(when=sent_on)
    assert story.status is RequestStatus.DENIED
    assert story.state.is_receipt_recorded


def test_two_questions_need_two_answers():
    story = Story().with_the_payer().asked().asked("information-2").answered()
    assert story.status is RequestStatus.PENDED
    assert story.answered("information-2").status is RequestStatus.RECEIVED


def test_a_question_under_appeal_is_recorded_beside_it():
    story = Story().denied().appealed().asked()
    assert story.status is RequestStatus.UNDER_APPEAL
    story.answered()
    assert story.state.proceeding("information-1").stage is Stage.ANSWERED


def test_withdrawing_the_last_line_withdraws_the_request_and_reopening_brings_it_back():
    story = Story("1", "2").with_the_payer().record(EventKind.WITHDRAWN, lines=("1",))
    assert story.status is RequestStatus.RECEIVED
    assert story.record(EventKind.WITHDRAWN, lines=("2",)).status is RequestStatus.WITHDRAWN
    assert story.record(EventKind.REOPENED).status is RequestStatus.RECEIVED
    assert story.line("1") is LineStatus.WITHDRAWN
    assert story.line("2") is LineStatus.REQUESTED


def test_withdrawing_the_rest_leaves_what_was_decided():
    story = Story("1", "2").with_the_payer().determined("1=approved")
    assert story.record(EventKind.WITHDRAWN).status is RequestStatus.APPROVED
    assert story.line("2") is LineStatus.WITHDRAWN


def test_a_draft_without_lines_can_be_withdrawn_but_not_submitted():
    story = Story()
    story.lines, story.state = (), type(story.state)()
    story.opened()
    with pytest.raises(NotAllowedNow, match="Add at least one service line"):
        story.submitted()
    assert story.record(EventKind.WITHDRAWN).status is RequestStatus.WITHDRAWN
    assert story.record(EventKind.REOPENED).status is RequestStatus.DRAFT


def test_closing_and_reopening_comes_back_to_the_answer():
    story = Story().with_the_payer().determined("1=approved").record(EventKind.CLOSED)
    assert story.status is RequestStatus.CLOSED
    story.record(EventKind.NOTE_ADDED).record(EventKind.CALL_LOGGED)
    assert story.record(EventKind.REOPENED).status is RequestStatus.APPROVED


def test_an_import_without_dates_is_accepted():
    story = Story().opened(when=None).submitted(when=None).determined("1=denied", when=None)
    assert story.appealed(when=None).status is RequestStatus.UNDER_APPEAL


def test_an_import_decided_before_it_was_submitted_is_refused():
    story = Story().opened().submitted()
    with pytest.raises(ImpossibleFact) as refusal:
        story.determined("1=approved", when=story.happenings[0].when.on)
    assert refusal.value.field == "when"
    assert "before the submission on March 3, 2026" in str(refusal.value)
