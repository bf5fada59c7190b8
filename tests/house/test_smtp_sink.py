"""The tests' own mail server tells the truth about what it accepted."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest

from tests.smtp_sink import SmtpSink


def send(sink: SmtpSink, subject: str) -> None:
    """Send one mail to two people."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, "desk@example.org", "a@example.org"
    mail.set_content("Line one\n.dot\nlast")
    with smtplib.SMTP(sink.host, sink.port, timeout=10) as server:
        server.send_message(mail, to_addrs=["a@example.org", "b@example.org"])


def test_an_accepted_mail_is_kept_as_it_was_sent(smtp_sink: SmtpSink) -> None:
    send(smtp_sink, "first")
    send(smtp_sink, "second")
    mails = smtp_sink.mails()
    assert [str(mail.message["Subject"]) for mail in mails] == ["first", "second"]
    assert mails[0].sender == "desk@example.org"
    assert mails[0].recipients == ("a@example.org", "b@example.org")
    assert mails[0].message.get_content().split() == ["Line", "one", ".dot", "last"]


def test_a_planned_refusal_is_given_once_and_nothing_is_kept(smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse_next("451 4.3.0 come back later")
    with pytest.raises(smtplib.SMTPDataError) as caught:
        send(smtp_sink, "refused")
    assert caught.value.smtp_code == 451
    assert smtp_sink.mails() == []
    send(smtp_sink, "taken")
    assert len(smtp_sink.mails()) == 1


def test_a_stopped_server_refuses_connections_and_keeps_what_it_had(smtp_sink: SmtpSink) -> None:
    send(smtp_sink, "before")
    smtp_sink.stop()
    with pytest.raises(OSError):
        send(smtp_sink, "while it is down")
    smtp_sink.start()
    send(smtp_sink, "after")
    assert [str(mail.message["Subject"]) for mail in smtp_sink.mails()] == ["before", "after"]
