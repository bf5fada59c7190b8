"""Sending over several connections at once; one that fails leaves the others to their work."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from celery import current_app
from django.db import OperationalError

from cases.mail.outcomes import Delivered, Refused, Withdrawn
from cases.models import Reminder
from cases.workflow import marking, sending, stopping
from cases.workflow.reminding import tick
from cases.workflow.sending import send_due
from cases.workflow.sweeping import sweep
from config.env import MailTransport
from priorauth.reminders import ReminderState
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline, reminders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

DUE = 60
S = ReminderState


@pytest.fixture
def due_at(settings):
    settings.REMINDER_BATCH, settings.REMINDER_CONNECTIONS = 5, 3
    clinic = a_clinic()
    case = a_case(clinic, a_colleague(clinic))
    *_, deadline = (a_deadline(case) for _ in range(DUE))
    sweep(deadline.next_reminder_at)
    return deadline.next_reminder_at


class Line:
    """A transport that delivers; what `first` does comes before its first mail."""

    def __init__(self, log, first=lambda: None):
        self.log, self.first = log, first
        self.mails = 0

    def deliver(self, mail, arm):
        self.mails += 1
        if self.mails == 1 and (end := self.first()) is not None:
            return end
        if arm() <= 0:
            return Withdrawn()
        self.log.append(mail.reminder_id)
        return Delivered()

    def lookup(self, reminder_id):
        return None

    def ready(self):
        pass

    def close(self):
        pass


@pytest.fixture
def lines(monkeypatch):
    """Give each connection its own first step, in the order in which they are opened.

    All have met before any goes on, so that none is late and finds nothing to do.
    """

    def arrange(*firsts):
        log: list = []
        meeting = threading.Barrier(len(firsts))
        left = list(firsts)

        def opened():
            first = left.pop()

            def met():
                meeting.wait(30)
                return first()

            return Line(log, met)

        monkeypatch.setattr(sending, "open_transport", opened)
        return log

    return arrange


def nothing():
    return None


def states() -> Counter:
    return Counter(Reminder._base_manager.values_list("state", flat=True))


@pytest.mark.smtp
def test_all_connections_are_used_and_each_mail_goes_once(due_at, smtp_sink, settings):
    settings.MAIL = MailTransport("smtp", smtp_sink.host, smtp_sink.port)
    smtp_sink.be_slow(0.02)
    assert send_due(lambda: due_at) == {"sent": DUE}
    received = Counter(mail.message["X-Reminder-Id"] for mail in smtp_sink.mails())
    assert received == Counter(str(row.pk) for row in reminders())
    assert smtp_sink.connections() == 3


@pytest.mark.smtp
def test_a_few_mails_go_over_one_connection(due_at, smtp_sink, settings):
    settings.MAIL = MailTransport("smtp", smtp_sink.host, smtp_sink.port)
    assert send_due(lambda: due_at, limit=5) == {"sent": 5}
    assert smtp_sink.connections() == 1


@pytest.mark.smtp
def test_a_server_that_takes_one_connection_only_gets_all_mails_over_that_one(
    due_at, smtp_sink, settings
):
    settings.MAIL = MailTransport("smtp", smtp_sink.host, smtp_sink.port)
    smtp_sink.take_connections(1)
    counts = send_due(lambda: due_at)
    assert counts["sent"] == DUE - 2  # the two in the hands of the others wait a minute
    assert states() == {S.SENT: DUE - 2, S.PLANNED: 2}
    assert smtp_sink.connections() == 1


def test_all_connections_together_send_no_more_than_the_limit(due_at, lines):
    log = lines(nothing, nothing, nothing)
    assert send_due(lambda: due_at, limit=32) == {"sent": 32}
    assert len(log) == 32


def test_a_connection_that_breaks_off_leaves_the_others_to_their_work(due_at, lines, caplog):
    def gone():
        raise OperationalError("the server closed the connection")

    log = lines(nothing, gone, nothing)
    with pytest.raises(OperationalError):
        send_due(lambda: due_at)
    assert len(log) == DUE - 5
    assert states() == {S.SENT: DUE - 5, S.CLAIMED: 5}  # until their lease lapses
    assert "1 of 3 connections broke off; sent 55" in caplog.text


def test_a_fault_with_one_mail_is_that_mail_alone(due_at, lines):
    def fault():
        raise ZeroDivisionError

    lines(nothing, fault, nothing)
    assert send_due(lambda: due_at) == {"failed": 1, "sent": DUE - 1}


def test_when_the_process_is_asked_to_stop_all_connections_end_and_give_back(
    due_at, lines, monkeypatch
):
    def ask():
        monkeypatch.setattr(stopping, "_asked_here", True)

    log = lines(ask, nothing, nothing)
    counts = send_due(lambda: due_at)
    assert counts["sent"] == len(log) <= 6  # one or two each: what was in hand is ended
    assert states() == {S.SENT: len(log), S.PLANNED: DUE - len(log)}


def test_a_server_that_is_down_is_asked_once_by_each_connection_and_all_mails_wait(due_at, lines):
    def refused():
        return Refused("connection refused", is_server=True)

    log = lines(refused, refused, refused)
    send_due(lambda: due_at)
    assert log == []
    assert states() == {S.PLANNED: DUE}
    assert Counter(row.attempts for row in reminders()) == {0: DUE - 3, 1: 3}


def test_of_two_connections_refused_at_the_same_time_one_tells_that_the_server_is_down(
    due_at, lines, settings, monkeypatch
):
    settings.REMINDER_CONNECTIONS = 2
    met = threading.Barrier(2)
    let_go = marking.let_go
    waits = []

    def both_meet(worker, rows, wait=0):
        waits.append(wait)
        met.wait(30)  # neither has left while the other gives its mails back
        return let_go(worker, rows, wait)

    monkeypatch.setattr(marking, "let_go", both_meet)
    lines(
        lambda: Refused("connection refused", is_server=True),
        lambda: Refused("connection refused", is_server=True),
    )
    send_due(lambda: due_at)
    assert sorted(waits) == [0, settings.REMINDER_BACKOFF[0]]


def test_a_run_that_has_sent_many_and_finds_more_calls_for_help_once(due_at, lines, monkeypatch):
    monkeypatch.setattr(sending, "HELP_AFTER", 20)
    lines(nothing, nothing, nothing)
    called = []
    assert send_due(lambda: due_at, call_help=lambda: called.append(1)) == {"sent": DUE}
    assert called == [1]


@pytest.mark.parametrize("how", ["few", "refused"])
def test_few_mails_and_those_that_are_refused_call_for_no_help(due_at, lines, monkeypatch, how):
    def refused():
        return Refused("connection refused", is_server=True)

    monkeypatch.setattr(sending, "HELP_AFTER", DUE if how == "few" else 5)
    first = nothing if how == "few" else refused
    lines(first, first, first)
    called = []
    send_due(lambda: due_at, call_help=lambda: called.append(1))
    assert called == []


def test_a_tick_with_many_mails_rings_for_another_one(due_at, lines, monkeypatch, settings):
    settings.WAKE_WORKERS = True
    rung = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, **rest: rung.append(name), raising=False
    )
    monkeypatch.setattr(sending, "HELP_AFTER", 20)
    lines(nothing, nothing, nothing)
    assert tick(lambda: due_at)["mailed.sent"] == DUE
    assert rung == ["cases.tick"]


def test_after_its_time_a_tick_begins_no_further_mail(due_at, lines, settings, monkeypatch):
    settings.REMINDER_CONNECTIONS = 1

    class Watch:
        now = 1000.0

        def monotonic(self):
            return self.now

    watch = Watch()
    monkeypatch.setattr(sending, "time", watch)

    def slow():
        watch.now += settings.REMINDER_SENDING_TIME

    lines(slow)
    assert send_due(lambda: due_at) == {"sent": 1, "planned": 4}
    assert states() == {S.SENT: 1, S.PLANNED: DUE - 1}
    assert {row.not_before for row in reminders()} == {due_at}
