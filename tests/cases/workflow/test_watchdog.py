"""Somebody outside is pinged while reminders go out, and never when they do not."""

from __future__ import annotations

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cases.models import Deadline, Reminder
from cases.workflow import reminding
from config.env import MailTransport
from tests.cases.one_case import a_case, a_clinic, a_colleague, a_deadline
from tests.services import free_port

pytestmark = pytest.mark.django_db


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
    def broken(*_):
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
