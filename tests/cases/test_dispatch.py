"""The bell: it never breaks a save, never rings for what was not saved, and names a real task."""

from __future__ import annotations

import logging

import pytest
from celery import current_app
from django.db import transaction

from cases import dispatch
from cases.tasks import tick

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rung(monkeypatch, settings):
    settings.WAKE_WORKERS = True
    sent = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, **rest: sent.append((name, rest)), raising=False
    )
    return sent


def test_the_bell_rings_once_the_save_is_committed(rung):
    with transaction.atomic():
        dispatch.wake()
        assert rung == []
    ((name, options),) = rung
    assert name == "cases.tick"
    assert options["expires"] < 60
    assert "args" not in options
    assert "kwargs" not in options


def test_a_save_that_is_taken_back_rings_no_bell(rung):
    with pytest.raises(RuntimeError), transaction.atomic():
        dispatch.wake()
        raise RuntimeError
    assert rung == []


def test_a_broker_that_is_down_breaks_nothing_and_no_secret_is_logged(
    monkeypatch, settings, caplog
):
    settings.WAKE_WORKERS = True

    def down(name, **rest):
        raise ConnectionError("redis://user:s3cret@broker refused")

    monkeypatch.setattr(current_app, "send_task", down, raising=False)
    with caplog.at_level(logging.WARNING), transaction.atomic():
        dispatch.wake()
    assert "ConnectionError" in caplog.text
    assert "s3cret" not in caplog.text


def test_the_name_that_is_rung_is_a_task(settings):
    assert tick.name == dispatch.TICK
    assert dispatch.TICK in current_app.tasks
