"""Where mails in doubt are looked up: a journal mailbox asked by IMAP, and a relay's log."""

from __future__ import annotations

import imaplib
import os
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from cases.mail.doubt import ASKING_TIME, Doubt
from cases.mail.evidence import Nowhere, open_reconciler
from cases.mail.outcomes import Delivered, OutgoingMail
from cases.mail.smtp import SmtpTransport
from config import env
from tests.imap_sink import JOURNAL, ImapSink
from tests.services import free_port

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ID = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
OTHER = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


def doubt(key=ID, armed_at=NOON):
    return Doubt(key, f"<r.{key}@desk.example>", "X-Reminder-Id", "jo@clinic.example", armed_at)


def mail(key=ID, message_id=""):
    head = f"From: desk@desk.example\nTo: jo@clinic.example\nSubject: s\nX-Reminder-Id: {key}\n"
    head += f"Message-ID: {message_id or f'<r.{key}@desk.example>'}\n\nbody\n"
    return OutgoingMail(key, "desk@desk.example", "jo@clinic.example", head.encode())


def transport(sink, journal=JOURNAL):
    return SmtpTransport(
        sink.host, sink.port, user="", password="", security="none", timeout=5, journal=journal
    )


@pytest.fixture
def journal(smtp_sink, settings, monkeypatch):
    server = ImapSink(smtp_sink.folder, free_port())
    server.start()
    monkeypatch.setenv("RECONCILER_URL", server.url)
    settings.RECONCILER = env.reconciler("RECONCILER_URL")
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.smtp
def test_the_journal_knows_what_was_accepted_and_what_was_not(smtp_sink, journal):
    assert isinstance(transport(smtp_sink).deliver(mail(), lambda: 900.0), Delivered)
    asked = open_reconciler()
    assert asked.lookup(doubt()) is True
    assert asked.lookup(doubt(OTHER)) is False
    # One connection for both questions, opened for reading only.
    assert journal.commands.count("LOGIN") == journal.commands.count("EXAMINE") == 1
    assert "SELECT" not in journal.commands
    asked.close()
    assert "LOGOUT" in journal.commands


@pytest.mark.smtp
def test_a_mail_whose_message_id_the_relay_replaced_is_found_by_its_own_header(smtp_sink, journal):
    transport(smtp_sink).deliver(mail(message_id="<0100@relay.example>"), lambda: 900.0)
    assert open_reconciler().lookup(doubt()) is True


@pytest.mark.smtp
def test_the_copy_for_the_journal_stands_in_the_envelope_only(smtp_sink):
    transport(smtp_sink).deliver(mail(), lambda: 900.0)
    (kept,) = smtp_sink.mails()
    assert kept.recipients == ("jo@clinic.example", JOURNAL)
    assert JOURNAL not in str(kept.message)


@pytest.mark.smtp
def test_a_journal_that_is_refused_does_not_keep_the_reminder(smtp_sink):
    smtp_sink.refuse_recipient(JOURNAL, "550 5.1.1 no such person")
    assert isinstance(transport(smtp_sink).deliver(mail(), lambda: 900.0), Delivered)
    (kept,) = smtp_sink.mails()
    assert kept.recipients == ("jo@clinic.example",)


@pytest.mark.smtp
@pytest.mark.parametrize("refused", ["LOGIN", "EXAMINE", "SEARCH"])
def test_a_journal_that_refuses_cannot_tell_and_is_asked_anew(smtp_sink, journal, refused):
    transport(smtp_sink).deliver(mail(), lambda: 900.0)
    journal.refuses = refused
    asked = open_reconciler()
    assert asked.lookup(doubt()) is None
    journal.refuses = ""
    assert asked.lookup(doubt()) is True


@pytest.mark.smtp
@pytest.mark.parametrize("silent_at", ["LOGIN", "EXAMINE", "NOOP", "SEARCH"])
def test_a_journal_that_does_not_answer_in_time_is_asked_once_and_no_more(
    smtp_sink, journal, settings, silent_at
):
    settings.MAIL_TIMEOUT = 0.3
    journal.ignores = silent_at
    asked = open_reconciler()
    assert [asked.lookup(doubt()) for _ in range(3)] == [None, None, None]
    assert journal.commands.count(silent_at) == 1
    asked.close()
    assert "LOGOUT" not in journal.commands


def test_one_question_is_waited_for_no_longer_than_all_of_a_tick_s(settings, monkeypatch):
    monkeypatch.setenv("RECONCILER_URL", "imap://journal:x@journal.example:143")
    settings.RECONCILER = env.reconciler("RECONCILER_URL")
    settings.MAIL_TIMEOUT = 30
    assert open_reconciler().timeout == ASKING_TIME


def test_a_journal_that_is_down_cannot_tell(settings, monkeypatch):
    monkeypatch.setenv("RECONCILER_URL", f"imap://journal:x@127.0.0.1:{free_port()}")
    settings.RECONCILER = env.reconciler("RECONCILER_URL")
    assert open_reconciler().lookup(doubt()) is None


LOG = """\
Mar  2 12:00:01 mx postfix/smtpd[71]: 4F1A2B3C4D: client=desk[10.0.0.5]
Mar  2 12:00:01 mx postfix/cleanup[72]: 4F1A2B3C4D: message-id=<r.{id}@desk.example>
Mar  2 12:00:01 mx postfix/qmgr[70]: 4F1A2B3C4D: from=<desk@desk.example>, size=900, nrcpt=2
Mar  2 12:00:02 mx postfix/smtp[73]: 4F1A2B3C4D: to=<other@clinic.example>, relay=a[1.2.3.4]:25, \
delay=0.5, delays=0.1/0/0.2/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok)
Mar  2 12:00:02 mx postfix/smtp[73]: 4F1A2B3C4D: to=<Jo@clinic.example>, relay=a[1.2.3.4]:25, \
delay=0.5, delays=0.1/0/0.2/0.2, dsn=2.0.0, status={status} (250 2.0.0 Ok)
"""


@pytest.fixture
def log(tmp_path, settings, monkeypatch):
    path = tmp_path / "mail.log"
    monkeypatch.setenv("RECONCILER_URL", f"postfix://{path}")
    settings.RECONCILER = env.reconciler("RECONCILER_URL")

    def write(text, path=path, at=NOON + timedelta(minutes=1)):
        path.write_text(text)
        os.utime(path, (at.timestamp(), at.timestamp()))
        return path

    return write


@pytest.mark.parametrize(
    ("status", "known"), [("sent", True), ("deferred", None), ("bounced", None)]
)
def test_the_relay_s_log_proves_delivery_to_this_recipient_only(log, status, known):
    log(LOG.format(id=ID, status=status))
    assert open_reconciler().lookup(doubt()) is known


def test_a_log_that_went_on_without_the_mail_says_no_and_one_that_stood_still_says_nothing(log):
    log(LOG.format(id=OTHER, status="sent"))
    assert open_reconciler().lookup(doubt()) is False
    assert open_reconciler().lookup(doubt(armed_at=NOON + timedelta(minutes=2))) is None


def test_yesterday_s_log_counts_too_and_a_missing_log_cannot_tell(log):
    path = log("")
    log(LOG.format(id=ID, status="sent"), path.with_name("mail.log.1"))
    assert open_reconciler().lookup(doubt()) is True
    path.unlink()
    assert open_reconciler().lookup(doubt()) is None


def test_without_a_place_to_look_nobody_can_tell(settings):
    assert isinstance(open_reconciler(), Nowhere)
    assert open_reconciler().lookup(doubt()) is None


def test_a_journal_that_cannot_be_reached_is_not_waited_for_again_for_every_mail(
    settings, monkeypatch
):
    tried = []

    class Unreachable(imaplib.IMAP4):
        def __init__(self, *given, **named):
            tried.append(given)
            raise TimeoutError

    monkeypatch.setattr(imaplib, "IMAP4", Unreachable)
    monkeypatch.setenv("RECONCILER_URL", "imap://journal:x@journal.example:143")
    settings.RECONCILER = env.reconciler("RECONCILER_URL")
    asked = open_reconciler()
    assert [asked.lookup(doubt()) for _ in range(3)] == [None, None, None]
    assert len(tried) == 1
