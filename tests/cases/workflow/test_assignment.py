from __future__ import annotations

from datetime import timedelta

from cases.demo.stories import Teller
from cases.models import Reminder
from cases.workflow.actor import Actor
from cases.workflow.assignment import reassign
from cases.workflow.sweeping import sweep
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
