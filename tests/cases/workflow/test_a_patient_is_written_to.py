"""A patient is written to through a real mail server: news, a refused address, a call, no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.models import Deadline, Patient, PatientMail, Reminder
from cases.workflow import reminding
from cases.workflow.determinations import LineDecision, Notice, log_determination
from cases.workflow.patient_mails import ask_to_call
from config.env import MailTransport
from priorauth.patient_mail import Wording
from priorauth.reminders import ReminderState as S
from priorauth.terms import Outcome
from tests.cases.courses import at, biller
from tests.cases.workflow.test_patient_mails import ADDRESS, a_request, clinic  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.smtp]


@pytest.fixture
def server(smtp_sink, settings):
    settings.MAIL = MailTransport("smtp", smtp_sink.host, smtp_sink.port)
    return smtp_sink


def test_the_story_of_one_patient(server, teller, clinic, caplog):  # noqa: F811
    request = a_request(teller)
    decided = log_determination(
        biller(teller),
        request,
        decided=teller.moment(teller.at(1)),
        decisions=[LineDecision(line, Outcome.DENIED) for line in request.lines.all()],
        notice=Notice(received_on=at("09-17T00:00").date()),
    )
    # A reminder to staff is due at the same minute: it goes first.
    now = at("09-18T10:30")
    Deadline.objects.filter(request=request, owed_by="clinic").update(next_reminder_at=now)
    reminding.tick(lambda: now)

    first, *_, last = server.mails()
    assert first.message["X-Reminder-Id"]
    assert last.recipients == (ADDRESS,)
    assert last.message["Subject"] == "A message from our office"
    assert "There is news for you." in last.message.get_content()
    assert sum(one.recipients == (ADDRESS,) for one in server.mails()) == 1
    told = PatientMail.objects.get(event=decided.event)
    assert (told.state, told.sent_at) == (S.SENT, now)
    for word in (request.number, request.patient.last_name, "denied", "ketamine", "http"):
        assert word.lower() not in last.raw.decode().lower()

    # The mailbox is gone: staff see it, nobody else is written to, nothing more goes there.
    server.refuse_recipient(ADDRESS, "550 5.1.1 no such mailbox")
    ask_to_call(biller(teller, now), request, wording=Wording.SIGN, zone=teller.zone)
    Deadline.objects.update(next_reminder_at=None)
    sent, reminders = len(server.mails()), Reminder.objects.count()
    reminding.tick(lambda: now)
    assert len(server.mails()) == sent
    assert Reminder.objects.count() == reminders
    patient = Patient.objects.get(pk=request.patient_id)
    assert patient.email_problem == "5.1.1 no such mailbox"

    # Corrected by a person, it is written to again.
    Patient.objects.filter(pk=patient.pk).update(email="new@mail.example", email_problem="")
    ask_to_call(biller(teller, now), request, wording=Wording.TALK, zone=teller.zone)
    Deadline.objects.update(next_reminder_at=None)
    reminding.tick(lambda: now)
    assert server.mails()[-1].recipients == ("new@mail.example",)
    assert "We would like to talk with you." in server.mails()[-1].message.get_content()

    # The patient wants no more mail, a minute before the next one would have left.
    later = now + timedelta(days=3)
    ask_to_call(biller(teller, later), request, wording=Wording.CALL, zone=teller.zone)
    Deadline.objects.update(next_reminder_at=None)
    Patient.objects.filter(pk=patient.pk).update(mail_withdrawn_on=later.date())
    sent = len(server.mails())
    reminding.tick(lambda: later)
    assert len(server.mails()) == sent
    assert PatientMail.objects.latest("event_id").state == S.CANCELLED
    assert ADDRESS not in caplog.text and "new@mail.example" not in caplog.text
