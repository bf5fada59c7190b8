from __future__ import annotations

import pytest

from cases.demo.stories import Teller
from cases.models import CaseEvent, Deadline
from cases.models.deadlines import LIVE
from cases.workflow.actor import Actor
from cases.workflow.letting_pass import let_pass
from cases.workflow.step import rebuild
from cases.workflow.undoing import undo
from priorauth.errors import MissingFact, NotAllowedNow
from priorauth.terms import ClockKind, EventKind, Role, Standing


def lead(teller: Teller) -> Actor:
    return Actor(teller.cast.lead, Role.LEAD, teller.now)


def talk_window(teller: Teller) -> Deadline:
    request = teller.denied(2, plan=teller.cast.plans[0])
    return Deadline.objects.get(LIVE, request=request, kind=ClockKind.PEER_TO_PEER)


def test_a_deadline_let_pass_leaves_the_worklist_for_good_and_says_why(teller: Teller) -> None:
    window = talk_window(teller)

    let_pass(lead(teller), window, reason="The appeal goes in today.")
    rebuild(window.request, lead(teller))

    window.refresh_from_db()
    assert window.standing == Standing.MISSED
    assert window.next_reminder_at is None
    assert not Deadline.objects.filter(LIVE, request=window.request, key=window.key).exists()
    assert window.request.notes.get().text == "The appeal goes in today."


def test_undoing_brings_it_back(teller: Teller) -> None:
    window = talk_window(teller)
    let_pass(lead(teller), window, reason="The appeal goes in today.")

    undo(lead(teller), CaseEvent.objects.get(kind=EventKind.DEADLINE_LET_PASS))

    again = Deadline.objects.get(LIVE, request=window.request, key=window.key)
    assert again.due_at == window.due_at
    assert again.next_reminder_at is not None


def test_the_payers_date_is_not_ours_to_let_pass(teller: Teller) -> None:
    request = teller.submitted(teller.at(2), plan=teller.cast.plans[0])
    theirs = Deadline.objects.get(LIVE, request=request, kind=ClockKind.PA_DECISION)

    with pytest.raises(NotAllowedNow, match="payer"):
        let_pass(lead(teller), theirs, reason="No hurry.")


def test_a_reason_is_needed(teller: Teller) -> None:
    with pytest.raises(MissingFact):
        let_pass(lead(teller), talk_window(teller), reason=" ")


def test_what_a_colleague_let_pass_a_moment_ago_is_not_let_pass_again(teller: Teller) -> None:
    window = talk_window(teller)
    seen_before = Deadline.objects.get(pk=window.pk)
    let_pass(lead(teller), window, reason="The appeal goes in today.")
    with pytest.raises(NotAllowedNow, match="left the worklist"):
        let_pass(lead(teller), seen_before, reason="Too late.")
    assert CaseEvent.objects.filter(kind=EventKind.DEADLINE_LET_PASS).count() == 1
