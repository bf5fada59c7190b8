"""What a container engine hears about web, worker and beat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from cases.workflow.heartbeats import show_life
from tests.services import free_port

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def ask(part: str) -> str:
    """What the command says; raises what it refuses with."""
    said = StringIO()
    call_command("healthcheck", part, stdout=said)
    return said.getvalue().strip()


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["worker", "beat"])
def test_a_part_that_never_worked_is_not_healthy(part: str) -> None:
    with pytest.raises(CommandError, match=f"{part} has not worked yet"):
        ask(part)


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", [0, 60, 180])
def test_a_part_that_worked_in_the_last_three_minutes_is_healthy(seconds: int) -> None:
    show_life("worker", NOON)
    with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
        assert ask("worker") == "worker is at work"


@pytest.mark.django_db
def test_a_part_that_is_silent_is_named_with_its_silence() -> None:
    show_life("beat", NOON)
    with (
        time_machine.travel(NOON + timedelta(seconds=181), tick=False),
        pytest.raises(CommandError, match="beat is silent for 181 seconds"),
    ):
        ask("beat")


@pytest.mark.django_db
def test_a_later_sign_of_life_counts_and_parts_do_not_speak_for_each_other() -> None:
    show_life("worker", NOON - timedelta(hours=1))
    show_life("worker", NOON)
    with time_machine.travel(NOON, tick=False):
        assert ask("worker") == "worker is at work"
        with pytest.raises(CommandError, match="beat has not worked yet"):
            ask("beat")


def test_a_web_server_that_is_not_there_is_not_healthy(settings: Any) -> None:
    settings.PORT = free_port()
    with pytest.raises(CommandError, match="web does not answer"):
        ask("web")


@pytest.mark.django_db(transaction=True)
def test_a_web_server_that_answers_is_healthy(settings: Any, live_server: Any) -> None:
    settings.PORT = live_server.thread.port
    settings.BIND = live_server.thread.host
    assert ask("web") == "web is at work"
