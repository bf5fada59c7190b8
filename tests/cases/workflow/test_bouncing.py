"""A reminder that comes back: shown with its reason, passed on to the leads, once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from cases.mail.bounce import Bounce, read_bounce
from cases.models import Deadline, Digest, Reminder
from cases.workflow.bouncing import bounced, take_back
from cases.workflow.reminding import tick
from config import env
from priorauth.reminders import ReminderState
from priorauth.terms import Role, Standing
from tests.a_bounce import a_bounce
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline, reminders
from tests.imap_sink import ImapSink
from tests.services import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(settings, tmp_path, monkeypatch):
    settings.SENDING_MARK_FILE = None
    settings.MAIL_FOLDER = tmp_path / "mail"
    server = ImapSink(tmp_path, free_port())
    server.start()
    monkeypatch.setenv("BOUNCES_URL", server.url)
    settings.BOUNCES = env.bounce_box("BOUNCES_URL")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def sent(mailbox):
    """A reminder that went out to a biller; the clinic has a lead."""
    clinic = a_clinic()
    biller = a_colleague(clinic)
    a_colleague(clinic, Role.LEAD)
    deadline = a_deadline(a_case(clinic, biller))
    tick(lambda: deadline.next_reminder_at)
    (row,) = reminders()
    assert row.state == ReminderState.SENT
    return row


def later(row):
    return row.sent_at + timedelta(minutes=2)


def test_its_reason_is_shown_and_the_lead_gets_the_rung(sent, mailbox):
    mailbox.reports.append(a_bounce(sent.pk))
    assert tick(lambda: later(sent))["taken back.bounced"] == 1
    sent.refresh_from_db()
    assert sent.state == ReminderState.BOUNCED
    assert sent.last_error == "it came back: 5.1.1 550 5.1.1 no such user here"
    assert "no such user here" in Deadline._base_manager.get().reminder_problem
    (passed_on,) = Reminder._base_manager.exclude(pk=sent.pk)
    assert passed_on.state == ReminderState.PLANNED
    assert passed_on.recipient.username.startswith("lead")
    assert mailbox.seen == {1}


def test_a_report_is_read_once(sent, mailbox):
    mailbox.reports += [a_bounce(sent.pk), a_bounce(sent.pk)]
    assert take_back(later(sent)) == {"bounced": 1, "foreign": 1}
    assert take_back(later(sent)) == {}
    assert Reminder._base_manager.count() == 2


def test_a_report_that_overtakes_our_own_record_waits(sent, mailbox):
    Reminder._base_manager.filter(pk=sent.pk).delete()
    sent.state = ReminderState.ARMED
    sent.save(force_insert=True)
    mailbox.reports.append(a_bounce(sent.pk))
    assert take_back(later(sent)) == {"waiting": 1}
    Reminder._base_manager.update(state=ReminderState.SENT)
    assert take_back(later(sent)) == {"bounced": 1}


def test_of_a_deadline_that_is_done_nobody_else_hears(sent, mailbox):
    Deadline._base_manager.update(standing=Standing.MET)
    mailbox.reports.append(a_bounce(sent.pk))
    assert take_back(later(sent)) == {"bounced": 1}
    assert Reminder._base_manager.get().state == ReminderState.BOUNCED


def test_other_mail_stays_unread_and_a_foreign_report_is_put_aside(sent, mailbox):
    mailbox.reports += [b"From: jo@clinic.example\r\n\r\nThanks, done!\r\n", a_bounce(uuid4())]
    assert take_back(later(sent)) == {"foreign": 1}
    assert mailbox.seen == {2}


def test_a_mailbox_that_cannot_be_read_stops_no_reminder(sent, mailbox):
    mailbox.refuses = "UID"
    assert take_back(later(sent)) == {}
    mailbox.refuses = "LOGIN"
    assert tick(lambda: later(sent))["taken back.bounced"] == 0


def test_without_a_mailbox_nothing_is_asked(sent, mailbox, settings, monkeypatch):
    monkeypatch.setenv("BOUNCES_URL", "none")
    settings.BOUNCES = env.bounce_box("BOUNCES_URL")
    mailbox.commands.clear()
    assert take_back(later(sent)) == {}
    assert mailbox.commands == []


def test_a_digest_that_comes_back_says_so(sent, mailbox):
    digest = Digest._base_manager.create(
        clinic_id=sent.clinic_id, recipient=sent.recipient, day=date(2026, 4, 1),
        due_at=sent.sent_at, not_before=sent.sent_at, planned_at=sent.sent_at,
        expires_at=later(sent), message_id="<d.1@localhost>", state=ReminderState.SENT,
    )  # fmt: skip
    assert bounced(Bounce(digest.pk, "it came back"), later(sent)) == "bounced"
    digest.refresh_from_db()
    assert (digest.state, digest.last_error) == (ReminderState.BOUNCED, "it came back")


def test_a_report_that_no_parser_survives_is_put_aside_and_the_next_is_read(sent, mailbox):
    top = "Content-Type: multipart/report; report-type=delivery-status; boundary=0\r\n\r\n--0\r\n"
    nested = (f"Content-Type: multipart/a; boundary={n}\r\n\r\n--{n}\r\n" for n in range(1, 1200))
    head = top + "".join(nested)
    with pytest.raises(RecursionError):
        read_bounce(head.encode())
    mailbox.reports += [head.encode(), a_bounce(sent.pk)]
    assert take_back(later(sent)) == {"foreign": 1, "bounced": 1}
    assert mailbox.seen == {1, 2}
