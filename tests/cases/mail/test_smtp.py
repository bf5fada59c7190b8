"""The SMTP transport against a real server: what is known of a mail after each kind of end."""

from __future__ import annotations

import socket
import threading
import time
from uuid import uuid4

import pytest

from cases.mail.outcomes import Delivered, OutgoingMail, Refused, Unknown, Withdrawn
from cases.mail.smtp import SmtpTransport
from tests.services import free_port
from tests.smtp_sink import DROP, SILENT, SmtpSink

pytestmark = pytest.mark.smtp


def mail(text: str = "Hello\n", to: str = "jo@clinic.example") -> OutgoingMail:
    reminder_id = uuid4()
    head = (
        f"From: desk@localhost\r\nTo: {to}\r\nSubject: Case\r\nX-Reminder-Id: {reminder_id}\r\n\r\n"
    )
    return OutgoingMail(reminder_id, "desk@localhost", to, (head + text).encode())


@pytest.fixture(params=["one by one", "in groups"])
def transport(smtp_sink: SmtpSink, request: pytest.FixtureRequest):
    """A transport to a server that takes commands so."""
    if request.param == "in groups":
        smtp_sink.take_groups()
    made = SmtpTransport(
        smtp_sink.host, smtp_sink.port, user="", password="", security="none", timeout=2
    )
    yield made
    made.close()


class Arm:
    """Counts its calls and grants what it was told to."""

    def __init__(self, grants: float = 900.0, sleeps: float = 0.0) -> None:
        self.grants, self.sleeps, self.calls = grants, sleeps, 0

    def __call__(self) -> float:
        self.calls += 1
        time.sleep(self.sleeps)
        return self.grants


def test_a_mail_arrives_once_and_is_armed_before(smtp_sink, transport):
    seen_when_armed: list[int] = []

    def arm() -> float:
        seen_when_armed.append(len(smtp_sink.mails()))
        return 900.0

    outcome = transport.deliver(mail(), arm)
    assert isinstance(outcome, Delivered)
    assert outcome.code == 250
    assert seen_when_armed == [0]
    assert len(smtp_sink.mails()) == 1


def test_dots_and_bare_newlines_arrive_as_they_were_written(smtp_sink, transport):
    text = ".\n..two\nplain\n.\nQUIT\nlast without newline"
    assert isinstance(transport.deliver(mail(text), Arm()), Delivered)
    (received,) = smtp_sink.mails()
    assert received.message.get_content().splitlines() == text.splitlines()


def test_made_ready_it_is_connected_and_the_mail_goes_over_that_connection(smtp_sink, transport):
    transport.ready()
    made = transport._server
    assert made is not None
    assert isinstance(transport.deliver(mail(), Arm()), Delivered)
    transport.ready()
    assert transport._server is made


def test_a_connection_that_could_not_be_made_is_told_to_the_next_mail_once():
    port = free_port()
    transport = SmtpTransport("127.0.0.1", port, user="", password="", security="none", timeout=2)
    transport.ready()
    arm = Arm()
    told = transport.deliver(mail(), arm)
    assert isinstance(told, Refused)
    assert told.is_server
    assert arm.calls == 0
    with socket.create_server(("127.0.0.1", port)):  # somebody is there now, who says nothing
        again = transport.deliver(mail(), arm)
    assert isinstance(again, Refused)
    assert again.text != told.text


def test_the_connection_is_kept_from_mail_to_mail(smtp_sink, transport):
    transport.deliver(mail(), Arm())
    first = transport._server
    transport.deliver(mail(), Arm())
    assert transport._server is first
    assert len(smtp_sink.mails()) == 2


def test_the_final_dot_waits_for_no_acknowledgement_of_the_body(smtp_sink, transport):
    transport.deliver(mail(), Arm())
    line = transport._server.sock
    assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_commands_go_out_at_once_where_the_server_takes_groups(smtp_sink, transport, monkeypatch):
    transport.deliver(mail(), Arm())
    server = transport._server
    sent: list[bytes | str] = []
    send = server.send

    def noted(data: bytes | str) -> None:
        sent.append(data)
        send(data)

    monkeypatch.setattr(server, "send", noted)
    transport.deliver(mail(), Arm())
    begin, to, data = (
        "MAIL FROM:<desk@localhost>\r\n",
        "RCPT TO:<jo@clinic.example>\r\n",
        "DATA\r\n",
    )
    if server.has_extn("pipelining"):
        assert sent[:-2] == [begin + to + data]
    else:
        assert sent[:-2] == [begin, to, data]
    assert sent[-1] == b".\r\n"  # never in one packet with the body


def test_a_recipient_refused_while_the_journal_is_taken_gets_nothing_and_nor_does_the_journal(
    smtp_sink, transport
):
    transport.journal = "journal@clinic.example"
    smtp_sink.refuse_recipient("jo@clinic.example", "550 5.1.1 no such person")
    arm = Arm()
    outcome = transport.deliver(mail(), arm)
    assert isinstance(outcome, Refused)
    assert (outcome.is_permanent, outcome.is_server, arm.calls) == (True, False, 0)
    assert isinstance(transport.deliver(mail(to="sam@clinic.example"), arm), Delivered)
    assert [one.recipients for one in smtp_sink.mails()] == [
        ("sam@clinic.example", "journal@clinic.example")
    ]


def test_a_journal_that_is_refused_costs_the_reminder_nothing(smtp_sink, transport):
    transport.journal = "journal@clinic.example"
    smtp_sink.refuse_recipient("journal@clinic.example", "550 5.1.1 no such person")
    assert isinstance(transport.deliver(mail(), Arm()), Delivered)
    assert [one.recipients for one in smtp_sink.mails()] == [("jo@clinic.example",)]


def test_a_kept_connection_that_died_is_replaced(smtp_sink, transport):
    transport.deliver(mail(), Arm())
    smtp_sink.stop()
    smtp_sink.start()
    assert isinstance(transport.deliver(mail(), Arm()), Delivered)
    assert len(smtp_sink.mails()) == 2


def test_an_arm_that_says_no_withdraws_the_mail(smtp_sink, transport):
    assert isinstance(transport.deliver(mail(), Arm(grants=0)), Withdrawn)
    assert isinstance(transport.deliver(mail("Second\n"), Arm()), Delivered)
    assert [one.message.get_content().strip() for one in smtp_sink.mails()] == ["Second"]


def test_an_arm_that_breaks_leaves_the_mail_unsent(smtp_sink, transport):
    def arm() -> float:
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="database"):
        transport.deliver(mail(), arm)
    assert isinstance(transport.deliver(mail("Second\n"), Arm()), Delivered)
    assert [one.message.get_content().strip() for one in smtp_sink.mails()] == ["Second"]


def test_a_worker_that_stood_still_never_sends_the_final_dot(smtp_sink, transport):
    outcome = transport.deliver(mail(), Arm(grants=0.2, sleeps=0.15))
    assert outcome == Refused("the worker stood still before the end of the mail")
    transport.close()
    assert smtp_sink.mails() == []


def test_a_temporary_refusal_is_known_unsent(smtp_sink, transport):
    smtp_sink.refuse_next("451 4.3.0 come back later")
    outcome = transport.deliver(mail(), Arm())
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.is_permanent, outcome.is_server) == (451, False, False)
    assert "come back later" in outcome.text
    assert smtp_sink.mails() == []


@pytest.mark.parametrize("where", ["at the recipient", "at the end"])
def test_a_permanent_refusal_is_that_mail_alone(smtp_sink, transport, where):
    arm = Arm()
    if where == "at the recipient":
        smtp_sink.refuse_recipient("jo@clinic.example", "550 5.1.1 no such person")
    else:
        smtp_sink.refuse_next("554 5.6.0 not like this")
    outcome = transport.deliver(mail(), arm)
    assert isinstance(outcome, Refused)
    assert (outcome.is_permanent, outcome.is_server) == (True, False)
    assert arm.calls == (0 if where == "at the recipient" else 1)
    kept = transport._server
    assert isinstance(transport.deliver(mail(to="sam@clinic.example"), Arm()), Delivered)
    assert transport._server is kept


@pytest.mark.parametrize(
    ("said", "is_address"),
    [
        ("550 5.1.1 no such person", True),
        ("550 no such person", True),
        ("553 5.1.3 not a name", True),
        ("554 5.2.1 disabled", True),
        ("550 5.7.1 relaying denied", False),
        ("554 go away", False),
        ("552 5.2.2 full", False),
        ("550 5.1.8 bad sender", False),
    ],
)
def test_a_refusal_at_the_recipient_tells_whether_it_is_about_the_address(
    smtp_sink, transport, said, is_address
):
    smtp_sink.refuse_recipient("jo@clinic.example", said)
    outcome = transport.deliver(mail(), Arm())
    assert isinstance(outcome, Refused)
    assert (outcome.is_permanent, outcome.is_address) == (True, is_address)


def test_a_refusal_of_the_whole_mail_says_nothing_about_the_address(smtp_sink, transport):
    smtp_sink.refuse_next("550 5.1.1 no such person")
    outcome = transport.deliver(mail(), Arm())
    assert isinstance(outcome, Refused)
    assert (outcome.is_permanent, outcome.is_address) == (True, False)


def test_after_too_many_refusals_the_next_mail_goes_over_a_new_connection(smtp_sink, transport):
    smtp_sink.refuse_recipient("gone@clinic.example", "550 5.1.1 no such person")
    smtp_sink.tire_after(3)
    for _ in range(3):
        told = transport.deliver(mail(to="gone@clinic.example"), Arm())
        assert isinstance(told, Refused)
        assert (told.code, told.is_permanent) == (550, True)
    arm = Arm()
    assert isinstance(transport.deliver(mail(), arm), Delivered)
    assert arm.calls == 1
    assert len(smtp_sink.mails()) == 1


@pytest.mark.parametrize("answer", ["421 4.7.0 go away", DROP])
def test_a_recipient_at_whom_the_server_hangs_up_is_not_the_server_s_fault(
    smtp_sink, transport, answer
):
    smtp_sink.refuse_recipient("odd@clinic.example", answer)
    arm = Arm()
    told = transport.deliver(mail(to="odd@clinic.example"), arm)
    assert isinstance(told, Refused)
    assert (told.is_broken_off, told.is_server, told.is_permanent) == (True, False, False)
    assert arm.calls == 0
    assert isinstance(transport.deliver(mail(), Arm()), Delivered)
    again = transport.deliver(mail(to="odd@clinic.example"), arm)
    assert isinstance(again, Refused)
    assert again.is_broken_off


@pytest.mark.parametrize("answer", [SILENT, DROP])
def test_a_recipient_at_whom_the_server_is_silent_is_waited_for_once_and_not_twice(
    smtp_sink, transport, answer
):
    transport.timeout = 0.5
    smtp_sink.refuse_recipient("odd@clinic.example", answer)
    arm = Arm()
    told = transport.deliver(mail(to="odd@clinic.example"), arm)
    assert isinstance(told, Refused)
    assert (told.is_broken_off, told.is_server, told.is_permanent) == (True, False, False)
    assert arm.calls == 0
    assert smtp_sink.connections() == (1 if answer == SILENT else 2)
    # One recipient must not keep all others from their mail.
    assert isinstance(transport.deliver(mail(), Arm()), Delivered)


@pytest.mark.parametrize("answer", ["421 4.7.0 go away", DROP, SILENT])
def test_a_server_that_hangs_up_on_two_mails_in_a_row_is_at_fault_itself(
    smtp_sink, transport, answer
):
    transport.timeout = 0.5
    for name in ("odd", "even"):
        smtp_sink.refuse_recipient(f"{name}@clinic.example", answer)
    transport.deliver(mail(to="odd@clinic.example"), Arm())
    told = transport.deliver(mail(to="even@clinic.example"), Arm())
    assert isinstance(told, Refused)
    assert (told.is_broken_off, told.is_server, told.is_permanent) == (False, True, False)


def test_a_server_that_says_421_to_the_whole_mail_gets_the_next_over_a_new_connection(
    smtp_sink, transport
):
    smtp_sink.refuse_next("421 4.3.2 enough for one connection")
    told = transport.deliver(mail(), Arm())
    assert isinstance(told, Refused)
    assert (told.is_broken_off, told.is_server, told.is_permanent) == (True, False, False)
    assert isinstance(transport.deliver(mail(), Arm()), Delivered)


@pytest.mark.parametrize("fault", [DROP, SILENT])
def test_accepted_without_an_answer_is_unknown(smtp_sink, transport, fault):
    smtp_sink.refuse_next(fault)
    assert isinstance(transport.deliver(mail(), Arm()), Unknown)
    assert len(smtp_sink.mails()) == 1


def test_a_server_that_is_down_is_the_servers_fault_and_nothing_is_armed():
    arm = Arm()
    transport = SmtpTransport(
        "127.0.0.1", free_port(), user="", password="", security="none", timeout=2
    )
    outcome = transport.deliver(mail(), arm)
    assert isinstance(outcome, Refused)
    assert (outcome.is_permanent, outcome.is_server) == (False, True)
    assert arm.calls == 0


def test_a_server_that_accepts_and_says_nothing_is_the_servers_fault():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        transport = SmtpTransport(
            "127.0.0.1", port, user="", password="", security="none", timeout=0.3
        )
        outcome = transport.deliver(mail(), Arm())
    assert isinstance(outcome, Refused)
    assert outcome.is_server


def test_a_password_is_never_repeated_in_the_reason(smtp_sink):
    """The sink offers no AUTH; a login there is refused before anything is said."""
    transport = SmtpTransport(
        smtp_sink.host, smtp_sink.port, user="u", password="s3cret", security="none", timeout=2
    )
    outcome = transport.deliver(mail(), Arm())
    assert isinstance(outcome, Refused)
    assert outcome.is_server
    assert "s3cret" not in repr(outcome)


def test_tls_is_demanded_where_it_was_asked_for(smtp_sink):
    transport = SmtpTransport(
        smtp_sink.host, smtp_sink.port, user="", password="", security="starttls", timeout=2
    )
    outcome = transport.deliver(mail(), Arm())
    assert isinstance(outcome, Refused)
    assert outcome.is_server
    assert smtp_sink.mails() == []


def test_a_server_word_with_control_characters_is_tamed():
    """A hostile server's answer ends up on a screen and in a log."""
    answers = [b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"550 bad\x1b[31m\x00 word\r\n"]

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            for answer in answers:
                connection.sendall(answer)
                connection.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        transport = SmtpTransport(
            "127.0.0.1",
            listener.getsockname()[1],
            user="",
            password="",
            security="none",
            timeout=2,
        )
        outcome = transport.deliver(mail(), Arm())
        transport.close()
        thread.join()
    assert isinstance(outcome, Refused)
    assert outcome.text == "bad [31m word"
