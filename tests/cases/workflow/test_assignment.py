from __future__ import annotations

from datetime import timedelta

import pytest

from cases.demo.stories import Teller
from cases.forms.choices import colleagues
from cases.models import Membership, Reminder
from cases.workflow.actor import Actor
from cases.workflow.assignment import reassign
from cases.workflow.sweeping import sweep
from priorauth.errors import ImpossibleFact
from priorauth.reminders import ReminderState
from priorauth.terms import Role


def test_a_reminder_that_waits_for_the_mail_server_follows_the_case_to_its_new_person(
    teller: Teller,
) -> None:
    request = teller.submitted(teller.at(9))
    by_lead = Actor(teller.cast.lead, Role.LEAD, teller.now)
    reassign(by_lead, request, to=teller.cast.biller, zone=teller.zone)
    sweep(teller.now + timedelta(days=30))
    waiting = Reminder.objects.filter(
        deadline__request=request, state=ReminderState.PLANNED, recipient=teller.cast.biller
    )
    rungs = set(waiting.values_list("deadline", "rung"))
    assert rungs

    reassign(by_lead, request, to=teller.cast.lead, zone=teller.zone)

    theirs = Reminder.objects.filter(
        deadline__request=request, state=ReminderState.PLANNED, recipient=teller.cast.lead
    )
    assert set(theirs.values_list("deadline", "rung")) == rungs


def test_a_case_is_not_handed_to_somebody_who_looks_only(teller: Teller) -> None:
    request = teller.opened(teller.at(2))
    before = request.assigned_to_id
    auditor = Membership.objects.get(role=Role.AUDITOR).staff

    with pytest.raises(ImpossibleFact, match="looks only"):
        reassign(
            Actor(teller.cast.lead, Role.LEAD, teller.now),
            request,
            to=auditor,
            zone=teller.zone,
        )

    request.refresh_from_db()
    assert request.assigned_to_id == before


def test_an_auditor_is_not_offered_for_a_case(teller: Teller) -> None:
    auditor = Membership.objects.get(role=Role.AUDITOR).staff
    offered = list(colleagues())
    assert auditor not in offered
    assert teller.cast.biller in offered
