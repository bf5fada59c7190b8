"""Somebody outside is pinged while reminders go out, and never when they do not."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cases.models import Deadline, Reminder
from cases.workflow import reminding
from cases.workflow.digesting import plan_digests
from cases.workflow.watchdog import is_overdue
from config.env import MailTransport
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline
from tests.services import free_port

pytestmark = pytest.mark.django_db

OPENS = datetime(2026, 4, 30, 12, tzinfo=UTC)  # Thursday, 08:00 in New York


@pytest.fixture
def pings(settings, tmp_path):
    heard = []

    class Watcher(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append((self.path, self.rfile.read(int(self.headers.get("Content-Length", 0)))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Watcher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.DEADMAN_URL = f"http://127.0.0.1:{server.server_port}/token"
    settings.MAIL_FOLDER = tmp_path
    yield heard
    server.shutdown()
    server.server_close()


@pytest.fixture
def deadline():
    clinic = a_clinic()
    return a_deadline(a_case(clinic, a_colleague(clinic)))


def test_a_tick_that_did_all_its_work_pings_without_any_data(pings, deadline):
    reminding.tick(lambda: deadline.next_reminder_at)
    assert pings == [("/token", b"")]
    assert Reminder._base_manager.get().state == "sent"


def test_ticks_that_saves_rang_for_do_not_ping_again_within_the_minute(pings, deadline):
    now = deadline.next_reminder_at
    for seconds in (0, 10, 44, 45, 60, 90):
        reminding.tick(lambda seconds=seconds: now + timedelta(seconds=seconds))
    assert len(pings) == 3


def breaks(monkeypatch, part):
    def broken(*_, **__):
        raise RuntimeError("stopped")

    monkeypatch.setattr(reminding, part, broken)


@pytest.mark.parametrize("minutes", range(11, 16))
@pytest.mark.parametrize("stopped", ["sweep", "send_due", "mail server", "recover"])
def test_twenty_times_sending_stopped_and_nobody_was_pinged(
    pings, deadline, monkeypatch, settings, stopped, minutes
):
    now = deadline.next_reminder_at
    if stopped == "mail server":
        settings.MAIL = MailTransport("smtp", "127.0.0.1", free_port())
        reminding.tick(lambda: now)
        pings.clear()  # it went down within the last ten minutes: nobody can know yet
        reminding.tick(lambda: now + timedelta(minutes=minutes))
    else:
        breaks(monkeypatch, stopped)
        with pytest.raises(RuntimeError):
            reminding.tick(lambda: now + timedelta(minutes=minutes))
    assert pings == []


def test_a_watcher_that_is_down_breaks_nothing(settings, deadline, tmp_path, caplog):
    settings.MAIL_FOLDER = tmp_path
    settings.DEADMAN_URL = f"http://127.0.0.1:{free_port()}/token"
    reminding.tick(lambda: deadline.next_reminder_at)
    assert Deadline._base_manager.get().next_reminder_at > deadline.next_reminder_at
    assert "could not be reached" in caplog.text
    assert "token" not in caplog.text


@pytest.mark.parametrize("fields", [{}, {"sends_digest": False}, {"is_active": False}])
def test_a_clinic_whose_digests_nobody_writes_is_told_and_one_without_digests_is_not(fields):
    a_clinic(**{"sends_digest": True, "next_digest_at": OPENS, **fields})
    assert is_overdue(OPENS + timedelta(minutes=10)) == (not fields)
    assert not is_overdue(OPENS + timedelta(minutes=9))
    plan_digests(OPENS + timedelta(minutes=10))
    assert not is_overdue(OPENS + timedelta(minutes=10))


@pytest.mark.parametrize(("minutes", "is_late"), [(9, False), (10, True)])
def test_a_digest_that_waits_is_told_as_a_reminder_is(minutes, is_late):
    a_colleague(a_clinic(sends_digest=True, next_digest_at=OPENS))
    plan_digests(OPENS)
    assert is_overdue(OPENS + timedelta(minutes=minutes)) == is_late
