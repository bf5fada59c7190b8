"""Every row of the table, legal and illegal, and every event in every place a case can stand."""

from __future__ import annotations

import re

import pytest

from priorauth.errors import ImpossibleFact, MissingFact, NotAllowedNow
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.replay import apply, check
from priorauth.lifecycle.states import CaseState, Filing, ProceedingKind, Stage
from priorauth.lifecycle.transitions import TRANSITIONS, transition_of
from priorauth.terms import EventKind, RequestStatus, Role
from tests.priorauth.lifecycle.gallery import GALLERY, complete, is_legal, keys_for
from tests.priorauth.lifecycle.story import NOW, a_happening

# A refusal ends by telling what to do: its last sentence begins with one of these.
TELLING = {
    "Add", "Ask", "Check", "Choose", "Close", "Correct", "Enter", "File", "If", "Leave", "Open",
    "Record", "Reopen", "Send", "Undo", "Withdraw",
}  # fmt: skip


def tells_what_to_do(sentence: str) -> bool:
    assert sentence.endswith("."), sentence
    last = re.split(r"(?<=[.:!?]) ", sentence)[-1]
    return last.split()[0].rstrip(",.") in TELLING


def test_every_event_has_exactly_one_row():
    assert [row.event for row in TRANSITIONS if TRANSITIONS.count(row) == 1] == [
        row.event for row in TRANSITIONS
    ]
    assert {row.event for row in TRANSITIONS} == set(EventKind)
    assert len(TRANSITIONS) == len(EventKind)


def test_no_two_buttons_read_the_same():
    labels = [row.label for row in TRANSITIONS]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: row.event.value)
def test_every_row_has_a_button_and_one_sentence_of_help(row):
    assert row.label[0].isupper() and not row.label.endswith(".")
    assert row.help.endswith(".") and row.help.count(". ") <= 1


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: row.event.value)
def test_every_refusal_of_the_table_ends_with_what_to_do(row):
    for filing in Filing:
        refusal = row.request_refusal(filing)
        assert bool(refusal) is (filing not in row.request_in)
        assert not refusal or tells_what_to_do(refusal), refusal
    for stage in Stage:
        refusal = row.stage_refusal(stage)
        fits = row.proceeding is None or stage in row.stage_in
        assert bool(refusal) is not fits
        assert not refusal or tells_what_to_do(refusal), refusal


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: row.event.value)
def test_every_row_is_legal_somewhere_and_illegal_somewhere(row):
    somewhere = [
        is_legal(story.state, happening)
        for story in GALLERY.values()
        for key in keys_for(story.state)
        for happening in complete(story.state, row.event, key)
    ]
    assert any(somewhere)
    assert not all(somewhere)


def test_the_gallery_shows_every_filing_status_and_stage():
    states = [story.state for story in GALLERY.values()]
    assert {state.filing for state in states} == set(Filing)
    assert {state.status for state in states} == set(RequestStatus)
    stages = {(one.kind, one.stage) for state in states for one in state.proceedings}
    assert stages == {
        (ProceedingKind.INFORMATION, Stage.OPEN),
        (ProceedingKind.INFORMATION, Stage.ANSWERED),
        (ProceedingKind.INFORMATION, Stage.LAPSED),
        (ProceedingKind.PEER_TO_PEER, Stage.REQUESTED),
        (ProceedingKind.PEER_TO_PEER, Stage.SCHEDULED),
        (ProceedingKind.PEER_TO_PEER, Stage.HELD),
        (ProceedingKind.APPEAL, Stage.FILED),
        (ProceedingKind.APPEAL, Stage.RECEIVED),
        (ProceedingKind.APPEAL, Stage.DECIDED),
        (ProceedingKind.EXTERNAL_REVIEW, Stage.FILED),
        (ProceedingKind.EXTERNAL_REVIEW, Stage.ASSIGNED),
        (ProceedingKind.EXTERNAL_REVIEW, Stage.DECIDED),
    }


@pytest.mark.parametrize("place", GALLERY)
def test_every_event_in_every_place_is_accepted_or_refused_in_words(place):
    state = GALLERY[place].state
    for kind in EventKind:
        for key in [*keys_for(state), "appeal-77", "nonsense"]:
            bare = a_happening(kind, None, key="99", proceeding=key)
            for happening in [bare, *complete(state, kind, key)]:
                assert isinstance(apply(state, happening), CaseState)
                try:
                    check(state, happening, role=None, now=NOW)
                except (NotAllowedNow, MissingFact, ImpossibleFact) as refusal:
                    assert tells_what_to_do(str(refusal)), str(refusal)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: row.event.value)
def test_only_the_roles_of_the_row_may_take_the_step(row, role):
    tried = [
        (story.state, happening)
        for story in GALLERY.values()
        for key in keys_for(story.state)
        for happening in complete(story.state, row.event, key)
        if is_legal(story.state, happening)
    ]
    for state, happening in tried:
        assert is_legal(state, happening, role=role) is (role in row.roles)


def test_an_auditor_may_do_nothing():
    assert not [row for row in TRANSITIONS if Role.AUDITOR in row.roles]


def test_the_clinician_may_talk_note_sign_give_infusions_and_the_reason_for_urgency():
    assert {row.event for row in TRANSITIONS if Role.CLINICIAN in row.roles} == {
        EventKind.PEER_TO_PEER_REQUESTED,
        EventKind.PEER_TO_PEER_SCHEDULED,
        EventKind.PEER_TO_PEER_HELD,
        EventKind.NOTE_ADDED,
        EventKind.LETTER_PREPARED,
        EventKind.LETTER_SIGNED,
        EventKind.SERIES_PLANNED,
        EventKind.INFUSION_RECORDED,
        EventKind.URGENCY_CHANGED,
        EventKind.STEP_UNDONE,
    }


@pytest.mark.parametrize("role", [Role.OWNER, Role.LEAD])
def test_owner_and_lead_may_take_every_step(role):
    assert all(role in row.roles for row in TRANSITIONS)


def test_a_biller_may_take_every_step_but_sign_a_letter():
    refused = {row.event for row in TRANSITIONS if Role.BILLER not in row.roles}
    assert refused == {EventKind.LETTER_SIGNED}
    why = role_refusal(transition_of(EventKind.LETTER_SIGNED), Role.BILLER)
    assert "Ask a clinician" in why


def test_a_refusal_by_role_says_whom_to_ask():
    story = GALLERY["received"]
    happening = next(complete(story.state, EventKind.DETERMINED, ""))
    with pytest.raises(NotAllowedNow, match=r"Auditor.*Ask a biller"):
        check(story.state, happening, role=Role.AUDITOR, now=NOW)


@pytest.mark.parametrize(
    ("place", "kind", "sentence"),
    [
        (
            "draft",
            EventKind.DETERMINED,
            "This request was never submitted, so a determination cannot be recorded. "
            "Record the submission first.",
        ),
        (
            "closed",
            EventKind.APPEAL_FILED,
            "This request is closed, so an appeal cannot be recorded. Reopen the request first.",
        ),
        (
            "draft",
            EventKind.CLOSED,
            "This draft was never submitted, so there is nothing to close. Withdraw it instead.",
        ),
        (
            "received",
            EventKind.RECEIVED_BY_PAYER,
            "The payer's receipt is already recorded. "
            "Undo that step and record it again if its date is wrong.",
        ),
        (
            "approved",
            EventKind.APPEAL_FILED,
            "No line stands refused, so there is nothing to appeal. "
            "Record the payer's determination first.",
        ),
        (
            "pended",
            EventKind.PACKET_COMPLETE,
            "The payer waits for information on this request, so a complete packet cannot be "
            "recorded. Record the information sent first.",
        ),
        (
            "appeal filed",
            EventKind.CLOSED,
            "An appeal is still running. Record its decision or its withdrawal first.",
        ),
    ],
)
def test_refusals_read_as_a_biller_would_say_them(place, kind, sentence):
    state = GALLERY[place].state
    happening = next(complete(state, kind, ""))
    with pytest.raises(NotAllowedNow) as refusal:
        check(state, happening, role=Role.BILLER, now=NOW)
    assert str(refusal.value) == sentence


def test_notes_and_calls_may_be_added_to_a_closed_case():
    for kind in (EventKind.NOTE_ADDED, EventKind.CALL_LOGGED, EventKind.DOCUMENT_ADDED):
        assert is_legal(GALLERY["closed"].state, a_happening(kind, NOW.date()))


def test_steps_that_only_stand_on_the_timeline_move_nothing():
    for row in (row for row in TRANSITIONS if row.records_only):
        for story in GALLERY.values():
            assert apply(story.state, a_happening(row.event)) == story.state


def test_a_question_of_another_kind_is_not_answered():
    state = GALLERY["appeal filed"].state
    wrong = a_happening(EventKind.INFORMATION_SENT, NOW.date(), proceeding="appeal-1")
    with pytest.raises(NotAllowedNow, match="another kind of proceeding"):
        check(state, wrong, role=Role.BILLER, now=NOW)


def test_now_needs_a_zone():
    story = GALLERY["draft"]
    with pytest.raises(ValueError, match="time zone"):
        check(
            story.state,
            a_happening(EventKind.NOTE_ADDED),
            role=None,
            now=NOW.replace(tzinfo=None),
        )


def test_a_row_is_found_by_its_event():
    assert transition_of(EventKind.CLOSED).label == "Close"
