"""A screen offers exactly what the gate lets through."""

from __future__ import annotations

import pytest

from priorauth.lifecycle.offers import steps_offered
from priorauth.terms import EventKind, Role
from tests.priorauth.lifecycle.gallery import GALLERY, complete, has_a_place, is_legal, keys_for
from tests.priorauth.lifecycle.story import Story

K = EventKind


def first(place: str, role: Role = Role.BILLER):
    return steps_offered(GALLERY[place].state, role)[0]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("place", GALLERY)
def test_offered_means_accepted_with_complete_facts_and_the_reverse(place, role):
    state = GALLERY[place].state
    offered = {(offer.kind, offer.proceeding) for offer in steps_offered(state, role)}
    accepted = {
        (kind, key)
        for kind in set(EventKind) - {K.STEP_UNDONE}
        for key in keys_for(state)
        if has_a_place(kind, key)
        and any(is_legal(state, one, role=role) for one in complete(state, kind, key, when=None))
    }
    assert offered == accepted


def test_an_auditor_is_offered_nothing():
    assert not any(steps_offered(story.state, Role.AUDITOR) for story in GALLERY.values())


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("nothing yet", K.REQUEST_OPENED),
        ("draft", K.SUBMITTED),
        ("sent back", K.SUBMITTED),
        ("submitted", K.RECEIVED_BY_PAYER),
        ("received", K.DETERMINED),
        ("pended", K.INFORMATION_SENT),
        ("approved", K.AUTHORIZATION_ENTERED),
        ("denied", K.APPEAL_FILED),
        ("approved in part", K.APPEAL_FILED),
        ("talk requested", K.PEER_TO_PEER_HELD),
        ("appeal filed", K.APPEAL_RECEIVED),
        ("appeal received", K.APPEAL_DECIDED),
        ("appeal with a question", K.INFORMATION_SENT),
        ("first appeal upheld", K.APPEAL_FILED),
        ("first appeal upheld, final", K.EXTERNAL_REVIEW_FILED),
        ("second appeal upheld", K.EXTERNAL_REVIEW_FILED),
        ("urgent appeal and review", K.EXTERNAL_REVIEW_ASSIGNED),
        ("review with the reviewer", K.EXTERNAL_REVIEW_DECIDED),
        ("review upheld", K.CLOSED),
    ],
)
def test_the_most_natural_step_stands_first_and_is_the_only_primary_one(place, kind):
    offers = steps_offered(GALLERY[place].state, Role.BILLER)
    assert offers[0].kind is kind
    assert [offer.is_primary for offer in offers] == [True] + [False] * (len(offers) - 1)


@pytest.mark.parametrize("place", ["closed", "withdrawn"])
def test_an_ended_case_presses_nothing_on_anybody(place):
    offers = steps_offered(GALLERY[place].state, Role.BILLER)
    assert not any(offer.is_primary for offer in offers)
    assert K.REOPENED in {offer.kind for offer in offers}


def test_two_running_appeals_are_told_apart_on_the_buttons():
    story = Story("1", "2").denied().appealed(lines=("1",)).appealed("appeal-2", lines=("2",))
    labels = {
        offer.proceeding: offer.label
        for offer in steps_offered(story.state, Role.BILLER)
        if offer.kind is K.APPEAL_DECIDED
    }
    assert labels == {
        "appeal-1": "Record appeal decision: first internal appeal, line 1, of March 6, 2026",
        "appeal-2": "Record appeal decision: first internal appeal, line 2, of March 7, 2026",
    }


def test_one_running_appeal_needs_no_telling_apart():
    offers = steps_offered(GALLERY["appeal received"].state, Role.BILLER)
    assert [offer.label for offer in offers if offer.kind is K.APPEAL_DECIDED] == [
        "Record appeal decision"
    ]


def test_changing_the_urgency_of_an_appeal_names_the_appeal_even_when_it_is_the_only_one():
    def labels(story: Story) -> dict[str, str]:
        offers = steps_offered(story.state, Role.BILLER)
        return {o.proceeding: o.label for o in offers if o.kind is K.URGENCY_CHANGED}

    assert labels(Story().with_the_payer()) == {"": "Change urgency"}
    assert labels(Story().denied().appealed()) == {
        "appeal-1": "Change urgency: first internal appeal, line 1, of March 6, 2026"
    }
    part = Story("1", "2").with_the_payer().determined("1=denied").appealed(lines=("1",))
    assert labels(part)[""] == "Change urgency: the request"


def test_calls_and_notes_are_marked_as_moving_nothing():
    marked = {o.kind for o in steps_offered(GALLERY["received"].state, Role.LEAD) if o.records_only}
    assert {K.CALL_LOGGED, K.NOTE_ADDED, K.DOCUMENT_ADDED} <= marked
    assert not marked & {K.DETERMINED, K.APPEAL_FILED, K.WITHDRAWN, K.INFORMATION_REQUESTED}


def test_a_clinician_on_a_denied_case_is_led_to_the_peer_to_peer():
    assert first("denied", Role.CLINICIAN).kind is K.PEER_TO_PEER_REQUESTED
    assert first("denied", Role.CLINICIAN).is_primary


def test_a_line_withdrawn_after_a_talk_awaits_no_determination():
    story = Story("1", "2").with_the_payer().talk_requested(lines=("1",)).talk_held("upheld")
    story.determined("2=approved").record(K.WITHDRAWN, lines=("1",))
    assert K.DETERMINED not in {o.kind for o in steps_offered(story.state, Role.BILLER)}


def test_a_new_peer_to_peer_is_told_apart_from_the_one_under_way():
    story = Story("1", "2").denied().talk_requested(lines=("1",))
    labels = {
        offer.proceeding: offer.label
        for offer in steps_offered(story.state, Role.CLINICIAN)
        if offer.kind is K.PEER_TO_PEER_HELD
    }
    assert labels == {
        "peer_to_peer-1": (
            "Record how the peer-to-peer ended: peer-to-peer, line 1, of March 6, 2026"
        ),
        "": "Record how the peer-to-peer ended: new",
    }
