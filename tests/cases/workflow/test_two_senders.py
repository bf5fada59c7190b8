"""Several sweeps and senders at once, on a real database: one row and one mail for each rung."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis
from celery import Celery
from django.core.management import call_command
from django.db import connection

from cases.models import Digest, Reminder
from cases.tasks import tick as tick_task
from cases.workflow.reminding import tick
from cases.workflow.sweeping import sweep
from config.env import MailTransport
from priorauth.reminders import ReminderState
from priorauth.terms import Role
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline, reminders

pytestmark = pytest.mark.django_db(transaction=True)

DUE = 60


@pytest.fixture
def due_at():
    clinic = a_clinic()
    case = a_case(clinic, a_colleague(clinic))
    *_, deadline = (a_deadline(case) for _ in range(DUE))
    return deadline.next_reminder_at


def at_once(work, times):
    """Run `work` in that many threads, each with its own connection, all starting together."""
    start = threading.Barrier(times)

    def run(_):
        try:
            start.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.postgres
def test_four_sweeps_at_once_write_each_rung_once(due_at):
    counts = at_once(lambda: sweep(due_at, batch=7), 4)
    assert len(reminders()) == DUE
    assert sum(found["planned"] for found in counts) == DUE


@pytest.mark.postgres
@pytest.mark.smtp
def test_four_workers_at_once_send_each_mail_once(due_at, smtp_sink, settings):
    settings.MAIL = MailTransport("smtp", smtp_sink.host, smtp_sink.port)
    at_once(lambda: tick(lambda: due_at), 4)
    tick(lambda: due_at)
    received = Counter(mail.message["X-Reminder-Id"] for mail in smtp_sink.mails())
    assert set(received) == {str(row.pk) for row in reminders()}
    assert set(received.values()) == {1}
    assert {row.state for row in reminders()} == {ReminderState.SENT}


@pytest.mark.smtp
def test_a_mail_server_that_is_down_delays_and_loses_nothing(due_at, smtp_sink, settings):
    settings.MAIL = MailTransport("smtp", smtp_sink.host, smtp_sink.port)
    smtp_sink.stop()
    tick(lambda: due_at)
    assert Reminder._base_manager.filter(state=ReminderState.PLANNED).count() == DUE
    smtp_sink.start()
    tick(lambda: due_at + timedelta(minutes=1))
    assert len(smtp_sink.mails()) == DUE
    assert {row.state for row in reminders()} == {ReminderState.SENT}


@pytest.mark.redis
def test_an_emptied_redis_costs_nothing(due_at, redis_url, settings, tmp_path):
    """The bell is lost with all that was in the broker; cron, or the next tick, finds the work."""
    settings.MAIL_FOLDER = tmp_path
    server = redis.Redis.from_url(redis_url)
    app = Celery("bell", broker=redis_url)
    app.send_task("cases.tick", queue="priorauth")
    assert server.llen("priorauth") == 1
    server.flushall()
    call_command("send_due_reminders", "--once", verbosity=0)
    assert len(kept(tmp_path)) == DUE


def test_the_celery_door_and_the_cron_door_do_the_same_work_once(due_at, settings, tmp_path):
    settings.MAIL_FOLDER = tmp_path
    assert tick_task.apply().get()["mailed.sent"] == DUE
    call_command("send_due_reminders", "--once", verbosity=0)
    assert len(kept(tmp_path)) == DUE


def kept(folder: Path) -> list[Path]:
    return list(folder.rglob("*.eml"))


@pytest.mark.postgres
@pytest.mark.smtp
def test_four_ticks_at_once_write_and_send_each_digest_once(smtp_sink, settings):
    settings.MAIL = MailTransport("smtp", smtp_sink.host, smtp_sink.port)
    opens = datetime(2026, 4, 30, 12, tzinfo=UTC)  # Thursday, 08:00 in New York
    people = 0
    for _ in range(6):
        clinic = a_clinic(sends_digest=True, next_digest_at=opens)
        for role in (Role.BILLER, Role.LEAD, Role.OWNER):
            person = a_colleague(clinic, role)
            a_deadline(a_case(clinic, person), act_at=opens, next_reminder_at=None)
            people += 1
    at_once(lambda: tick(lambda: opens), 4)
    tick(lambda: opens)
    received = Counter(mail.message["X-Digest-Id"] for mail in smtp_sink.mails())
    rows = Digest._base_manager.all()
    assert rows.count() == people
    assert {row.state for row in rows} == {ReminderState.SENT}
    assert received == Counter(str(row.pk) for row in rows)
