"""What a step must bring, and which facts contradict each other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from priorauth.errors import ImpossibleFact, MissingFact, NotAllowedNow
from priorauth.lifecycle.replay import check
from priorauth.lifecycle.transitions import TRANSITIONS
from priorauth.terms import EventKind, LineStatus, RequestStatus, Role
from tests.priorauth.lifecycle.gallery import GALLERY, complete, is_legal, keys_for
from tests.priorauth.lifecycle.story import NOW, Story, a_happening, determination


def missing(story: Story, kind: EventKind, **facts) -> str:
    """The field that a biller is asked for."""
    with pytest.raises(MissingFact) as refusal:
        story.record(kind, **facts)
    return refusal.value.field


def impossible(story: Story, kind: EventKind, **facts) -> str:
    """The field that a biller is told cannot be right."""
    with pytest.raises(ImpossibleFact) as refusal:
        story.record(kind, **facts)
    return refusal.value.field


@pytest.mark.parametrize(
    "row", [row for row in TRANSITIONS if row.facts], ids=lambda row: row.event.value
)
def test_each_fact_of_the_row_is_asked_for_by_name_when_it_is_left_out(row):
    state, happening = next(
        (story.state, happening)
        for story in GALLERY.values()
        for key in keys_for(story.state)
        for happening in complete(story.state, row.event, key)
        if is_legal(story.state, happening)
    )
    for need in row.facts:
        for empty in (None, "", ()):
            bare = a_happening(
                row.event,
                NOW.date(),
                proceeding=happening.proceeding,
                **{**happening.facts, need.name: empty},
            )
            with pytest.raises(MissingFact) as refusal:
                check(state, bare, role=Role.BILLER, now=NOW)
            assert refusal.value.field == need.name
            assert str(refusal.value) == need.ask


@pytest.mark.parametrize(
    "row",
    [row for row in TRANSITIONS if any(need.words for need in row.facts)],
    ids=lambda row: row.event.value,
)
def test_a_word_outside_the_vocabulary_is_refused(row):
    state, happening = next(
        (story.state, happening)
        for story in GALLERY.values()
        for key in keys_for(story.state)
        for happening in complete(story.state, row.event, key)
        if is_legal(story.state, happening)
    )
    for need in (need for need in row.facts if need.words):
        odd = a_happening(
            row.event,
            NOW.date(),
            proceeding=happening.proceeding,
            **{**happening.facts, need.name: "perhaps"},
        )
        with pytest.raises(ImpossibleFact) as refusal:
            check(state, odd, role=Role.BILLER, now=NOW)
        assert refusal.value.field == need.name


# ------------------------------------------------------------------ submission and urgency


def test_a_portal_submission_needs_its_confirmation_number():
    assert missing(Story().opened(), EventKind.SUBMITTED, channel="portal") == "confirmation_number"


def test_a_portal_submission_may_say_why_there_is_no_number():
    Story().opened().submitted(channel="portal", reason_without_confirmation=True)
    Story().opened().submitted(channel="portal", has_confirmation=True)


@pytest.mark.parametrize("channel", ["fax", "phone", "mail"])
def test_other_channels_need_no_confirmation_number(channel):
    Story().opened().submitted(channel=channel, has_confirmation=False)


def test_an_urgent_request_is_not_submitted_without_the_clinicians_reason():
    story = Story().opened(urgency="expedited", reason_given=False)
    assert missing(story, EventKind.SUBMITTED, channel="fax") == "urgency_reason"
    assert (
        missing(
            Story().opened(),
            EventKind.SUBMITTED,
            channel="fax",
            urgency="expedited",
            reason_given=False,
        )
        == "urgency_reason"
    )


def test_the_reason_written_later_lets_the_urgent_request_go():
    story = Story().opened(urgency="expedited", reason_given=False)
    story.record(
        EventKind.URGENCY_CHANGED,
        role=Role.CLINICIAN,
        urgency="expedited",
        by="clinician",
        reason_given=True,
    )
    story.submitted()


def test_the_clinician_cannot_make_it_urgent_without_a_reason():
    for facts in ({}, {"reason_given": False}):
        field = missing(
            Story().opened(),
            EventKind.URGENCY_CHANGED,
            urgency="expedited",
            by="clinician",
            **facts,
        )
        assert field == "urgency_reason"


def test_the_payer_needs_no_reason_of_ours_to_change_the_urgency():
    story = Story().with_the_payer()
    story.record(EventKind.URGENCY_CHANGED, urgency="standard", by="payer")
    story.record(EventKind.URGENCY_CHANGED, urgency="expedited", by="payer")


def test_who_changed_the_urgency_is_payer_or_clinician():
    story = Story().with_the_payer()
    assert impossible(story, EventKind.URGENCY_CHANGED, urgency="standard", by="patient") == "by"


def test_a_clinician_does_not_record_what_the_payer_changed():
    story = Story().with_the_payer()
    with pytest.raises(NotAllowedNow, match="Ask a biller"):
        story.record(EventKind.URGENCY_CHANGED, role=Role.CLINICIAN, urgency="standard", by="payer")


def test_the_urgency_of_a_running_appeal_can_change():
    story = Story().denied().appealed(urgency="expedited")
    story.record(EventKind.URGENCY_CHANGED, proceeding="appeal-1", urgency="standard", by="payer")
    assert story.state.proceeding("appeal-1").urgency == "standard"


def test_the_urgency_of_an_appeal_that_is_over_does_not_change():
    story = Story().denied().appealed().record(
        EventKind.APPEAL_DECIDED, proceeding="appeal-1", outcome="withdrawn"
    )  # fmt: skip
    with pytest.raises(NotAllowedNow, match="This appeal is over, so its urgency no longer counts"):
        story.record(
            EventKind.URGENCY_CHANGED, proceeding="appeal-1", urgency="standard", by="payer"
        )


def test_an_appeal_becomes_urgent_only_after_it_was_filed():
    story = Story().denied().appealed()
    before = story.state.proceeding("appeal-1").opened.on - timedelta(days=1)
    with pytest.raises(ImpossibleFact, match="the day the appeal began"):
        story.record(
            EventKind.URGENCY_CHANGED, proceeding="appeal-1", urgency="standard", by="payer",
            when=before,
        )  # fmt: skip


def test_the_urgency_of_a_decided_request_no_longer_changes():
    with pytest.raises(NotAllowedNow, match="File the appeal or the external review as urgent"):
        Story().denied().record(EventKind.URGENCY_CHANGED, urgency="standard", by="payer")


# ------------------------------------------------------------------ correcting a draft


def test_a_draft_is_corrected_until_the_payer_has_it_and_again_when_it_came_back():
    story = Story().opened().record(EventKind.REQUEST_CORRECTED, urgency="expedited",
                                    reason_given=True)  # fmt: skip
    assert story.state.urgency == "expedited"
    story.submitted()
    with pytest.raises(NotAllowedNow, match="The payer has this request"):
        story.again().record(EventKind.REQUEST_CORRECTED)
    story.record(EventKind.REJECTED_BY_PAYER)
    story.record(EventKind.REQUEST_CORRECTED)


def test_a_draft_is_not_corrected_to_urgent_without_the_reason():
    field = missing(
        Story().opened(), EventKind.REQUEST_CORRECTED, urgency="expedited", reason_given=False
    )
    assert field == "urgency_reason"


# ------------------------------------------------------------------ determination


def test_a_denial_needs_the_date_on_its_notice_or_that_it_has_not_arrived():
    facts = {"outcomes": ("1=denied",), "adverse": True}
    assert missing(Story().with_the_payer(), EventKind.DETERMINED, **facts) == "notice_dated"
    for more in (
        {"notice_awaited": True},
        {"notice_dated": date(2026, 3, 5)},
        {"notice_received": date(2026, 3, 9)},
    ):
        Story().with_the_payer().record(EventKind.DETERMINED, **facts, **more)


def test_a_notice_cannot_be_awaited_and_here():
    story = Story().with_the_payer()
    facts = determination("1=denied", notice_awaited=True, notice_received=date(2026, 3, 9))
    assert impossible(story, EventKind.DETERMINED, **facts) == "notice_received"


def test_an_approval_needs_no_authorization_number_and_no_notice():
    Story().with_the_payer().record(EventKind.DETERMINED, outcomes=("1=approved",), adverse=False)


def test_an_answer_for_a_line_that_is_not_there_is_refused():
    story = Story().with_the_payer()
    assert impossible(story, EventKind.DETERMINED, **determination("2=approved")) == "outcomes"


@pytest.mark.parametrize("outcomes", [("1=perhaps",), ("1=approved", "1=denied"), ("1",)])
def test_an_answer_that_is_none_or_two_is_refused(outcomes):
    story = Story().with_the_payer()
    facts = {"outcomes": outcomes, "adverse": True, "notice_awaited": True}
    assert impossible(story, EventKind.DETERMINED, **facts) == "outcomes"


@pytest.mark.parametrize(("outcome", "adverse"), [("approved", True), ("denied", False)])
def test_the_whole_and_its_lines_must_agree(outcome, adverse):
    story = Story().with_the_payer()
    facts = {"outcomes": (f"1={outcome}",), "adverse": adverse, "notice_awaited": True}
    assert impossible(story, EventKind.DETERMINED, **facts) == "adverse"


def test_answers_stay_within_the_lines_named():
    story = Story("1", "2").with_the_payer()
    facts = determination("1=approved", "2=approved")
    assert impossible(story, EventKind.DETERMINED, lines=("1",), **facts) == "outcomes"


def test_a_withdrawn_line_gets_no_answer():
    story = Story("1", "2").with_the_payer().record(EventKind.WITHDRAWN, lines=("1",))
    assert impossible(story, EventKind.DETERMINED, **determination("1=approved")) == "outcomes"


def test_a_line_that_stands_decided_is_not_decided_again_beside_another():
    story = Story("1", "2").with_the_payer().determined("1=denied")
    with pytest.raises(NotAllowedNow, match="Line 1 already has a decision: “Denied”"):
        story.determined("1=approved", "2=approved")


def test_only_undecided_lines_are_withdrawn():
    story = Story("1", "2").with_the_payer().determined("1=approved")
    assert impossible(story, EventKind.WITHDRAWN, lines=("1",)) == "lines"
    assert impossible(story, EventKind.WITHDRAWN, lines=("9",)) == "lines"


# ------------------------------------------------------------------ appeals and reviews


def test_a_second_appeal_waits_for_the_first_ones_decision():
    story = Story().denied()
    with pytest.raises(NotAllowedNow, match="No first appeal on line 1 has been decided"):
        story.appealed("appeal-1", "second")
    story.appealed()
    with pytest.raises(NotAllowedNow, match="still running"):
        story.appealed("appeal-2", "second")


def test_only_refused_lines_are_appealed():
    story = Story("1", "2").with_the_payer().determined("1=approved", "2=denied")
    with pytest.raises(ImpossibleFact, match="Line 1 stands “Approved”") as refusal:
        story.appealed(lines=("1",))
    assert refusal.value.field == "lines"
    story.appealed(lines=("2",))


def test_an_appeal_on_all_lines_means_those_that_can_be_appealed():
    story = Story("1", "2", "3").with_the_payer().determined("1=approved", "2=denied", "3=denied")
    story.appealed(lines=("3",)).appealed("appeal-2")
    assert story.state.proceeding("appeal-2").lines == ("2",)


def test_two_appeals_on_different_lines_run_side_by_side():
    story = Story("1", "2").denied().appealed(lines=("1",)).appealed("appeal-2", lines=("2",))
    story.appeal_decided("overturned").appeal_decided("upheld", "appeal-2")
    assert (story.line("1"), story.line("2")) == (LineStatus.APPROVED, LineStatus.DENIED)


def test_there_is_no_third_internal_appeal():
    story = GALLERY["second appeal upheld"]
    happening = story.next(
        EventKind.APPEAL_FILED, proceeding="appeal-3", level="second", urgency="standard"
    )
    with pytest.raises(NotAllowedNow, match="Ask for external review"):
        check(story.state, happening, role=Role.BILLER, now=NOW)


def test_an_upheld_appeal_says_whether_it_was_the_last_internal_word():
    story = Story().denied().appealed()
    facts = {"proceeding": "appeal-1", "outcome": "upheld", "notice_awaited": True}
    assert missing(story, EventKind.APPEAL_DECIDED, **facts) == "is_final_internal"


def test_an_upheld_appeal_comes_with_its_notice():
    story = Story().denied().appealed()
    facts = {"proceeding": "appeal-1", "outcome": "upheld", "is_final_internal": True}
    assert missing(story, EventKind.APPEAL_DECIDED, **facts) == "notice_dated"


@pytest.mark.parametrize("outcome", ["overturned", "dismissed", "withdrawn"])
def test_other_ends_of_an_appeal_need_neither(outcome):
    story = Story().denied().appealed()
    story.record(EventKind.APPEAL_DECIDED, proceeding="appeal-1", outcome=outcome)


def test_an_appeal_overturned_in_part_names_some_of_several_lines():
    facts = {
        "proceeding": "appeal-1",
        "outcome": "partly_overturned",
        "is_final_internal": False,
        "notice_awaited": True,
    }
    story = Story("1", "2").denied().appealed()
    assert missing(story, EventKind.APPEAL_DECIDED, **facts) == "lines_overturned"
    for lines in (("1", "2"), ("9",)):
        field = impossible(story, EventKind.APPEAL_DECIDED, lines_overturned=lines, **facts)
        assert field == "lines_overturned"


@pytest.mark.parametrize("outcome", ["overturned", "upheld", "dismissed"])
def test_lines_overturned_must_fit_the_outcome(outcome):
    story = Story("1", "2").denied().appealed()
    field = impossible(
        story,
        EventKind.APPEAL_DECIDED,
        proceeding="appeal-1",
        outcome=outcome,
        lines_overturned=("1",),
    )
    assert field == "lines_overturned"


def test_a_line_outside_the_appeal_is_not_overturned_by_it():
    story = Story("1", "2", "3").denied().appealed(lines=("1", "2"))
    field = impossible(
        story,
        EventKind.APPEAL_DECIDED,
        proceeding="appeal-1",
        outcome="partly_overturned",
        is_final_internal=False,
        notice_awaited=True,
        lines_overturned=("3",),
    )
    assert field == "lines_overturned"


def test_a_standard_external_review_waits_for_the_final_internal_denial():
    story = Story().denied()
    with pytest.raises(NotAllowedNow, match="no final internal denial yet"):
        story.review_filed()
    story.appealed().appeal_decided("upheld", is_final_internal=False)
    with pytest.raises(NotAllowedNow, match="no final internal denial yet"):
        story.review_filed()


def test_a_standard_external_review_follows_the_final_internal_denial():
    Story().denied().appealed().appeal_decided("upheld", is_final_internal=True).review_filed()
    (
        Story()
        .denied()
        .appealed()
        .appeal_decided("upheld")
        .appealed("appeal-2", "second")
        .appeal_decided("upheld", "appeal-2")
        .review_filed()
    )


@pytest.mark.parametrize("facts", [{"urgency": "expedited"}, {"deemed_exhausted": True}])
def test_an_early_external_review_is_urgent_or_deemed_exhausted(facts):
    Story().denied().review_filed(**facts)


def test_an_undecided_line_goes_to_review_only_when_deemed_exhausted():
    story = Story().with_the_payer()
    with pytest.raises(ImpossibleFact, match="was not refused"):
        story.review_filed(urgency="expedited")
    story.review_filed(deemed_exhausted=True)


def test_an_undecided_line_is_appealed_only_when_the_payer_let_its_time_pass():
    story = Story().with_the_payer()
    with pytest.raises(ImpossibleFact, match="did not decide in time"):
        story.appealed()
    story.appealed(against_silence=True)
    assert (story.line("1"), story.status) == (LineStatus.REQUESTED, RequestStatus.UNDER_APPEAL)


def test_an_answered_appeal_against_silence_decides_the_line():
    story = Story().with_the_payer().appealed(against_silence=True).appeal_decided("upheld")
    assert story.line("1") is LineStatus.DENIED
    won = Story().with_the_payer().appealed(against_silence=True).appeal_decided("overturned")
    assert won.line("1") is LineStatus.APPROVED


def test_silence_is_no_ground_for_a_second_appeal_or_one_on_what_was_approved():
    with pytest.raises(NotAllowedNow, match="No first appeal"):
        Story().with_the_payer().appealed(level="second", against_silence=True)
    with pytest.raises(ImpossibleFact, match="stands"):
        Story("1", "2").with_the_payer().determined("1=approved").appealed(
            lines=("1",), against_silence=True
        )


def test_one_external_review_at_a_time_on_a_line():
    story = Story().denied().review_filed(urgency="expedited")
    with pytest.raises(NotAllowedNow, match="already running"):
        story.review_filed("external_review-2", urgency="expedited")


def test_one_peer_to_peer_at_a_time_on_a_line():
    story = Story().denied().talk_requested()
    with pytest.raises(NotAllowedNow, match="already under way"):
        story.talk_requested("peer_to_peer-2")


def test_a_peer_to_peer_may_be_recorded_only_once_it_was_held():
    story = Story().denied().talk_held("overturned")
    assert story.line("1") is LineStatus.APPROVED


def test_a_new_proceeding_may_come_without_its_key():
    story = Story().denied()
    story.appealed(proceeding="")
    key = story.happenings[-1].key
    assert story.state.proceeding(f"appeal-{key}").is_running


def test_a_proceeding_does_not_begin_twice():
    story = Story("1", "2").denied().appealed(lines=("1",))
    with pytest.raises(NotAllowedNow, match="already filed"):
        story.appealed(lines=("2",))
