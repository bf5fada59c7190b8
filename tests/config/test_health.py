"""The health page: open to all, says nothing."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from cases.models import SendingMark
from cases.workflow.heartbeats import show_life


@pytest.mark.django_db
def test_the_health_page_answers_without_sign_in(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "sending": "stale"}  # nobody ever worked
    assert "no-store" in response["Cache-Control"]


def test_a_lost_database_is_told_without_detail(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OperationalError("could not connect to server at 10.0.0.5")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable"}


@pytest.mark.django_db
def test_the_health_page_says_that_sending_is_paused(client: Client) -> None:
    now = timezone.now()
    show_life("worker", now)
    show_life("beat", now)
    SendingMark.objects.create(installation=uuid4(), paused_at=now, paused_because="a jump")
    response = client.get("/healthz")
    assert (response.status_code, response.json()["sending"]) == (200, "paused")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("worker", "beat", "said"),
    [(1, 1, "at work"), (4, 1, "stale"), (1, 4, "stale")],
)
def test_the_health_page_says_whether_worker_and_beat_showed_life(
    client: Client, worker: int, beat: int, said: str
) -> None:
    now = timezone.now()
    show_life("worker", now - timedelta(minutes=worker))
    show_life("beat", now - timedelta(minutes=beat))
    assert client.get("/healthz").json()["sending"] == said
